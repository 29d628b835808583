"""A statistiker has data and no patient; LC gives the role at the own unit, SC everywhere; what is taken out is in the log."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from starlette.applications import Starlette

from app.files import background, query_files
from app.ui import frame
from app.web import resources
from app.work import figures
from checks.errors import RegisterError
from exports import deliveries, documents
from exports.queries import service
from exports.queries.run import Limits, Query
from ingest.access import ACTIONS, ROLES, Actor, may
from ingest.people import accounts
from ingest.registration import erasure
from ingest.store import Tx
from tests.accounts import Browser, add, browser
from tests.queries import PUBLISHING, publish
from tests.support import LC, LS, LU, NS, OTHER, OTHER_LC, OWN, SC, Register

WHOSE = "select id from publisering"
DATA = {"hente_data", "spørre"}


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


@pytest.fixture
def data(register: Register) -> Path:
    """The folder of the register, with published files for both units."""
    folder = register.store.path.parent
    publish(folder, OWN, OTHER)
    add(register)
    add(register, LS, NS)
    return folder


def ask(register: Register, actor: Actor, sql: str = WHOSE) -> service.Asked:
    return service.ask(register.store, actor, register.store.path.parent, sql, Query(), Limits(seconds=10))


def do(register: Register, actor: Actor, work: Callable[[Tx], object]) -> object:
    with register.store.write(actor) as tx:
        return work(tx)


def logged(register: Register, event: str) -> list[dict]:
    with register.store.read(SC) as tx:
        rows = tx.rows("select bruker, rolle, detaljer from tilgang.logg where hendelse = ? order by nr", event)
    return [row | {"detaljer": json.loads(row["detaljer"])} for row in rows]


def test_en_statistiker_har_data_og_ingenting_annet() -> None:
    assert {a for a in ACTIONS if may(LS, a)} == DATA
    assert {a for a in ACTIONS if may(NS, a)} == DATA | {"hente_nasjonalt"}
    assert not any(may(actor, action, OTHER) for actor in (LS, NS) for action in ACTIONS)
    for role in ("LS", "NS"):
        assert {p.file for p in frame.available(role)} == {"leveranser", "sporring", "filarkiv", "min_side"}


def test_lc_gir_rollen_ved_egen_enhet_og_sc_begge(register: Register, data: Path) -> None:
    assert [name for name, role in ROLES.items() if "LS" in role.gives] == ["LC", "SC"]
    assert [name for name, role in ROLES.items() if "NS" in role.gives] == ["SC"]
    assert do(register, LC, lambda tx: accounts.give_role(tx, LU.bruker, OWN, "LS"))
    with refused("REG-061"):
        do(register, OTHER_LC, lambda tx: accounts.give_role(tx, LU.bruker, OWN, "LS"))
    for unit in (OWN, OTHER):
        with pytest.raises(RegisterError):
            do(register, LC, lambda tx, u=unit: accounts.give_role(tx, LU.bruker, u, "NS"))
    assert do(register, SC, lambda tx: accounts.give_role(tx, LU.bruker, OTHER, "NS"))
    with refused("REG-522"):
        do(register, LC, lambda tx: accounts.take_role(tx, NS.bruker, OWN, "NS"))


@pytest.mark.parametrize(("actor", "file"), [(LS, f"lokal-{OWN}"), (NS, "nasjonal"), (SC, "nasjonal")])
def test_hver_ser_sin_egen_fil(register: Register, data: Path, actor: Actor, file: str) -> None:
    assert ask(register, actor).answer.rows.rows() == [(file,)]
    with register.store.read(actor) as tx:
        found = deliveries.published(tx, data)
    path = data / "publishing" / PUBLISHING / f"{file}.duckdb"
    assert found.path.resolve() == path.resolve()
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "intern" in found.name and found.size == path.stat().st_size


@pytest.mark.parametrize("actor", [LU, LC, Actor("b", "n", "", OWN)], ids=["LU", "LC", "ingen"])
def test_andre_kan_ikke_sporre(register: Register, data: Path, actor: Actor) -> None:
    with refused("REG-060"):
        ask(register, actor)
    assert logged(register, service.ASKED) == []


def test_hver_sporring_og_hver_fil_staar_i_loggen(register: Register, data: Path) -> None:
    asked = ask(register, LS, " select * from forlopsoversikt ")
    with pytest.raises(RegisterError):
        ask(register, LS, "select * from '/etc/passwd'")
    first, second = logged(register, service.ASKED)
    about = {"utvalg": OWN, "publisering": PUBLISHING}
    assert first == {
        "bruker": LS.bruker,
        "rolle": "LS",
        "detaljer": about | {"sql": "select * from forlopsoversikt", "rader": 1000, "utelatt": 0},
    }
    assert second["detaljer"] == about | {"sql": "select * from '/etc/passwd'", "avvist": "REG-387"}
    for form in ("csv", "parquet"):
        name, content = do(register, LS, lambda tx, f=form: service.taken(tx, asked, f))  # pyright: ignore
        assert name == f"smertereg_sporring_{OWN}_{PUBLISHING}_intern.{form}"
        details = logged(register, service.TAKEN)[-1]["detaljer"]
        assert details["sha256"] == hashlib.sha256(content).hexdigest()
        assert (details["format"], details["rader"]) == (form, 1000)
        if form == "parquet":
            assert pl.read_parquet(io.BytesIO(content)).equals(asked.answer.rows)
            assert "intern" in pl.read_parquet_metadata(io.BytesIO(content))["smertereg.bruk"]
        else:
            assert content.startswith(b"\xef\xbb\xbfForlopsID;SykehusNavn;nrs\r\n0;Sykehuset;0\r\n")
    do(register, LS, lambda tx: deliveries.fetch(tx, data))
    assert logged(register, deliveries.FETCHED)[0]["detaljer"]["utvalg"] == OWN


def test_det_som_er_tatt_ut_telles(register: Register, app: Starlette) -> None:
    publish(register.store.path.parent, OWN)
    add(register, LS)
    asked = ask(register, LS)
    with pytest.raises(RegisterError):
        ask(register, LS, "select * from '/etc/passwd'")
    for _ in range(2):
        do(register, LS, lambda tx: service.taken(tx, asked, "csv"))
    for _ in range(2):
        told = figures.text(resources.current()).decode()
        for what, count in ((service.ASKED, 1), (f"{service.ASKED}, avvist", 1), (service.TAKEN, 2)):
            assert f'smertereg_data_ut_total{{hva="{what}"}} {count}.0' in told


def test_loggen_har_hele_sporringen_ogsaa_etter_en_lang_kommentar(register: Register, data: Path) -> None:
    """Found: the log kept 4,000 characters, and what was asked could stand after them."""
    asked = "select 1 -- " + "x" * 15_000 + "\nfrom forlopsoversikt"
    ask(register, LS, asked)
    assert logged(register, service.ASKED)[0]["detaljer"]["sql"] == asked


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("", "REG-382"),
        (" \n ", "REG-382"),
        ("select " + "1" * service.LONGEST, "REG-389"),
        ("select * from forlopsoversikt where x = '01815012345'", "REG-390"),
        ("select 018150 12345", "REG-390"),
        ("select 1 -- 018150-12345", "REG-390"),
        ("select 1 -- 01 81 50 123 45", "REG-390"),
        ("select 1 -- født 01.81.50 12345", "REG-390"),
    ],
)
def test_det_som_ikke_kan_vaere_en_sporring_kjores_og_logges_ikke(
    register: Register, data: Path, sql: str, code: str
) -> None:
    with refused(code):
        ask(register, LS, sql)
    assert logged(register, service.ASKED) == []


def test_uten_publisering_sies_det(register: Register) -> None:
    with refused("REG-085"):
        ask(register, LS)


def test_en_bruker_har_en_sporring_om_gangen_og_alle_sammen_noen_faa(register: Register, data: Path) -> None:
    slow = "select count(*) from range(1000000) a, range(1000000) b where hash(a.range, b.range) = 1"
    running, ended = [Query() for _ in range(service.MOST_AT_ONCE)], []

    def wait(actor: Actor, query: Query) -> None:
        try:
            service.ask(register.store, actor, data, slow, query, Limits(seconds=60))
        except RegisterError as error:
            ended.append(error.code)

    threads = []
    for actor, query in zip((LS, NS), running, strict=True):
        threads.append(threading.Thread(target=wait, args=(actor, query)))
        threads[-1].start()
        while actor.bruker not in service._running:
            threading.Event().wait(0.01)
    with refused("REG-380"):
        ask(register, LS)
    with refused("REG-381"):
        ask(register, SC)
    for query in running:
        query.stop()
    for thread in threads:
        thread.join()
    assert ended == ["REG-385"] * 2
    assert ask(register, LS).answer.rows.height == 1


def test_et_svar_fra_for_en_pasient_ble_slettet_hentes_ikke(register: Register, data: Path) -> None:
    patient = register.patient()
    asked = ask(register, NS)
    register.clock.turn(minutes=1)
    with register.store.write(SC) as tx:
        erasure.erase(tx, patient, str(patient), "Krav i brev")
    for work in (service.require_own, lambda tx, a: service.taken(tx, a, "csv")):
        with refused("REG-391"):
            do(register, NS, lambda tx, w=work: w(tx, asked))


def test_det_som_er_publisert_for_en_pasient_ble_slettet_hentes_ikke(register: Register, data: Path) -> None:
    """Found: the files have the patient until the next publishing, and a delivery made meanwhile was kept after it."""
    patient = register.patient()
    register.clock.turn(minutes=1)
    do(register, SC, lambda tx: erasure.erase(tx, patient, str(patient), "Krav i brev"))
    with refused("REG-420"):
        do(register, NS, lambda tx: deliveries.fetch(tx, data))
    with refused("REG-420"):
        ask(register, NS)
    with refused("REG-420"):
        documents.make(register.store, LC, data, documents.DATADUMP, lambda _: None)
    file = data / "ferdig.zip"
    file.write_bytes(b"laget mens pasienten ble slettet")
    with refused("REG-420"):
        documents.keep(register.store, LS, data, documents.DELIVERY, file, register.clock().date(), {})
    assert file.is_file() and not (data / "dokumenter").exists() and logged(register, deliveries.FETCHED) == []
    (data / "publishing" / PUBLISHING).rename(data / "publishing" / "20261123T110000")
    (data / "published").unlink()
    (data / "published").symlink_to(Path("publishing") / "20261123T110000")
    do(register, NS, lambda tx: deliveries.fetch(tx, data))
    assert ask(register, NS).answer.rows.height == 1


def test_et_svar_hentes_bare_av_den_som_spurte(register: Register, data: Path) -> None:
    asked = ask(register, NS)
    with refused("REG-391"):
        do(register, LS, lambda tx: service.taken(tx, asked, "csv"))
    with refused("REG-060"):
        do(register, LC, lambda tx: service.taken(tx, asked, "csv"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"utvalg": "nasjonal"}, "REG-392"),
        ({"utvalg": OTHER}, "REG-392"),
        ({"nye_numre": True}, "REG-393"),
        ({"slik_det_var": "2026-01-01"}, "REG-393"),
        ({"ukjent": 1}, "REG-193"),
        ({"tabeller": ["analyse"]}, "REG-193"),
        ({"tabeller": "../../smertereg"}, "REG-193"),
        ({"fra": "2026-02-01", "til": "2026-01-01"}, "REG-193"),
    ],
)
def test_en_oppskrift_gjelder_bare_egne_data(register: Register, data: Path, words: dict, code: str) -> None:
    with refused(code):
        deliveries.make(register.store, LS, data, words, "valgene", lambda _: None, 5)
    with register.store.read(LS) as tx:
        assert documents.listed(tx) == []
    assert not (data / "dokumenter").exists()


def test_hver_fil_over_http(register: Register, app: Starlette, tmp_path: Path) -> None:
    publish(tmp_path, OWN, OTHER)
    add(register, LS, NS)
    someone = browser(app)
    someone.enter(register, LS)
    reply = someone.open(query_files.PUBLISHED)
    path = tmp_path / "publishing" / PUBLISHING / f"lokal-{OWN}.duckdb"
    assert reply.status_code == 200 and reply.content == path.read_bytes()
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-disposition"] == f'attachment; filename="smertereg_{OWN}_{PUBLISHING}_intern.duckdb"'
    _results(register, tmp_path, someone)


def _results(register: Register, folder: Path, someone: Browser) -> None:
    asked = service.ask(register.store, LS, folder, WHOSE, Query())
    run = background._runs[background._key(LS, query_files.QUERY)] = background.Run(result=asked)
    run.done.set()
    for ending, status in (("csv", 200), ("parquet", 200), ("duckdb", 404), ("csv/../../etc", 404)):
        assert someone.open(query_files.result_address(asked.nr, ending)).status_code == status
    assert someone.open(query_files.result_address(asked.nr + 1, "csv")).status_code == 404
    for path in ("..%2f..%2fetc%2fpasswd", "1", ".csv", "csv"):
        assert someone.open(f"/sporring/resultat/{path}").status_code == 404
    background._runs.clear()
    assert someone.open(query_files.result_address(asked.nr, "csv")).status_code == 404
