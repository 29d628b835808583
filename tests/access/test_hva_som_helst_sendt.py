"""Whatever is sent to an address, or given to what reads files, is answered: with a page, a redirect or a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from app import server
from app.forms import answer_routes
from app.forms.commenting import COMMENT
from app.web import guard
from checks import epj_file
from checks.codebook import load
from checks.errors import RegisterError
from ingest.access import GATE
from ingest.lists import epj_import
from ingest.prom import links, orders
from ingest.tables import kinds
from tests import accounts, support
from tests.accounts import ORIGIN, Browser
from tests.property.odd_answers import JSON, TEXTS
from tests.sizes import size
from tests.support import LU, SC, Register

ROUTES = [(r.path, method) for r in server.routes() if isinstance(r, Route) for method in sorted(r.methods or ())]
NAMES = [
    "til",
    "handling",
    "side",
    "fra",
    "forlop",
    "utvalg",
    "skjema",
    "rolle",
    "q",
    "prefiks",
    "passord",
    "nytt",
    "kode",
]
NAMES += ["naavaerende", "gjenta", "enhet", "brukernavn", "mobil", "epost", "navn", "state", "code", "nr", "pasient"]
ANSWERS = list(load().skjema["pasreg"].variabler)
BYTES = [
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"%00",
    b"side=%ED%A0%80",
    b"%",
    b"=",
    b"&&&",
    b"[" * 50_000,
    b"side=1;x",
]
WORDS = [
    *TEXTS,
    "neste",
    "send",
    "tilbake",
    "hopp",
    "2",
    "0",
    "9" * 30,
    "SC",
    "100082",
    "10001",
    "\u0661",
    "1e400",
    "nan",
]
TEXT = st.sampled_from(WORDS) | st.text(max_size=20)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
ANY = settings(deadline=None, suppress_health_check=SLOW)
FORM = "application/x-www-form-urlencoded"


class Place:
    """The app's addresses over a small register, a browser for each kind of visitor, and a link to a patient's form."""

    def __init__(self, register: Register, visitors: dict[str, Browser]) -> None:
        self.register, self.visitors, self.token = register, visitors, ""

    def visitor(self, name: str) -> Browser:
        """The visitor, signed in again if an earlier request signed out."""
        found = self.visitors[name]
        if name and accounts.session_of(self.register, found.token) is None:
            found.enter(self.register, {"LU": LU, "SC": SC}[name])
        return found

    def link(self) -> str:
        """A link that may be answered: a new one when the last is used."""
        with self.register.store.read(GATE) as tx:
            found = links.find(tx, self.token) if self.token else None
        if found is None or not found.live:
            forlop_id = self.register.forlop()
            self.register.complete(forlop_id, "to")
            with self.register.store.write(LU) as tx:
                self.token = links.make(tx, orders.order(tx, forlop_id, "pasreg", "sikker"))
        return self.token


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("hva_som_helst")
    register = support.make(folder / "smertereg.duckdb")
    accounts.add(register)
    register.completed_forlop()
    with accounts.serving(register, folder) as app:
        yield Place(register, {name: accounts.browser(app) for name in ("", "LU", "SC")})
    register.store.close()


KEY = "sidens-nokkel"


def answers(draw: st.DrawFn) -> st.SearchStrategy[Any]:
    """What a form page could send, and what none would."""
    skjema = draw(st.sampled_from(answer_routes.FORMS))
    names = st.sampled_from([*load().skjema[skjema].variabler, "smertediagnoser", "diagnoseknapper", COMMENT, "x"])
    typed = st.fixed_dictionaries({"tekst": TEXT | JSON, "versjon": st.integers() | JSON})
    answer = st.fixed_dictionaries(
        {
            "nr": st.integers(1, 10**6),
            "id": names.map(lambda name: f"felt-10001-{name}"),
            "verdi": JSON | typed,
            "tekst": st.none() | TEXT,
        }
    )
    place = {
        "nokkel": st.just(KEY),
        "forlop": st.just(10001),
        "skjema": st.just(skjema),
        "fane": TEXT,
        "sett": st.integers(0, 9),
    }
    return st.fixed_dictionaries({**place, "svar": st.lists(answer, max_size=4)}) | JSON


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request to one of our addresses: who sends it, how, and with what."""
    often = [("/e/{token:path}", "POST"), (answer_routes.ADDRESS, "POST")]
    route, method = draw(st.sampled_from(ROUTES) | st.sampled_from(often))
    fields = draw(st.dictionaries(st.sampled_from([*NAMES, *ANSWERS]), TEXT, max_size=6))
    encoded = urlencode(fields, errors="replace").encode()
    bodies = {
        FORM: st.just(encoded) | st.sampled_from(BYTES).map(lambda odd: encoded + b"&" + odd),
        "application/json": (answers(draw) if route == answer_routes.ADDRESS else JSON).map(
            lambda value: json.dumps(value, default=str).encode(errors="replace")
        ),
        "multipart/form-data; boundary=b": st.sampled_from(BYTES).map(
            lambda odd: b'--b\r\nContent-Disposition: form-data; name="side"\r\n\r\n' + odd
        ),
    }
    kind = draw(st.sampled_from([FORM, FORM, FORM, *bodies]))
    kind = answer_routes.JSON if route == answer_routes.ADDRESS else kind
    return {
        "who": draw(st.sampled_from(["", "LU", "SC"])),
        "method": method,
        "route": route,
        "part": draw(st.sampled_from(["", "x" * 43, "1", "10001", "to", "%00", "%ED%A0%80", "..%2f", "æ"])),
        "query": encoded.decode() if method != "POST" else draw(st.sampled_from(["", "side=%00", "fra=%FF", "side=2"])),
        "kind": kind,
        "content": draw(bodies[kind]),
    }


@settings(ANY, max_examples=size(250, 15_000))
@given(requests())
def test_hver_adresse_svarer_paa_hva_som_helst(place: Place, sent: dict[str, Any]) -> None:
    visitor = place.visitor(sent["who"])
    part = sent["part"] or (place.link() if "token" in sent["route"] else "1")
    content = sent["content"]
    key = guard.form_key(visitor.token or visitor.client.cookies.get(guard.VISITOR, ""))
    if sent["kind"] == FORM:
        content += f"&{guard.FIELD}={key}".encode()
    elif sent["route"] == answer_routes.ADDRESS:
        content = content.replace(KEY.encode(), key.encode())
    # A request that raises in the app raises here too.
    reply = visitor.client.request(
        sent["method"],
        re.sub(r"\{.*?\}", part, sent["route"]) + f"?{sent['query']}",
        content=content if sent["method"] == "POST" else None,
        headers={"Origin": ORIGIN, "Content-Type": sent["kind"]},
        follow_redirects=False,
    )
    assert reply.status_code < 500, reply.text
    assert "eferanse" not in reply.text


LINES = st.lists(st.lists(TEXT | st.sampled_from(["01017012345", "23.11.2026", "1001"]), max_size=5), max_size=6)
HEADS = st.sampled_from(
    [["Fødselsnummer", "Henvist", "Avdeling"], ["fnr", "dato"], ["a"], [], ["", ""], ["dato", "dato"]]
)


def _file(rows: list[list[str]], separator: str, encoding: str) -> bytes:
    return "\n".join(separator.join(row) for row in rows).encode(encoding, errors="replace")


FILES = st.one_of(
    st.binary(max_size=200),
    st.builds(
        _file,
        st.builds(lambda h, rows: [h, *rows], HEADS, LINES),
        st.sampled_from(";,\t|"),
        st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    ),
    st.binary(max_size=60).map(lambda rest: kinds.ZIP + rest),
    st.binary(max_size=60).map(lambda rest: kinds.OLD_EXCEL + rest),
)


@settings(ANY, max_examples=size(300, 20_000))
@example(b"PK\x03\x04")
@given(FILES)
def test_en_opplastet_fil_leses_eller_avvises_med_en_setning(content: bytes) -> None:
    try:
        table, _ = epj_import.read_table(content)
        guessed = epj_file.guess(table)
        read, refused, doubled = epj_file.read(table, guessed, today=support.MOMENT.date(), test_persons=True)
    except RegisterError as error:
        assert str(error).encode()
        return
    assert isinstance(table, pl.DataFrame)
    assert all(line.nummer or line.pasient_id is not None for line in read)
    assert all(line.hvorfor for line in refused)
    assert all(line.som < line.rad for line in doubled)
