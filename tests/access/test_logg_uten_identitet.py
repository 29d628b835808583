"""Proves that the app's log has what happened, and nobody's number, name, link, password or words."""

from __future__ import annotations

import ast
import json
import logging
import re
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import logger as streamlit_logs

from app import server
from app.web import guard, logs, resources, session, unexpected
from app.work import clock, job_runs, messages
from checks.errors import RegisterError
from ingest.access import GATE, Actor
from ingest.services import sending
from ingest.settings import Settings
from tests.accounts import ORIGIN, add, serving
from tests.support import LU, Register

ROOT = Path(__file__).parents[2]
SECRETS = {
    "nummer": "05847012345",
    "navn": "Nora Nordmann",
    "mobil": "91234567",
    "epost": "nora@example.com",
    "passord": "Lett-aa-huske-2026",
    "lenke": "q7Zx-hemmelig-lenke",
    "fritekst": "er redd for mannen sin",
}
ALL = " ".join(SECRETS.values())
KEYS = {"tid", "nivå", "kilde", "hendelse", *logs.FIELDS}
ADDRESSES = sorted({(route.path, method) for route in server.routes() for method in route.methods or ()})


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """The log's file, while the app logs to it."""
    path = tmp_path / "smertereg.logg"
    with logs.writing(Settings(data=tmp_path, logg=path)):
        yield path


@pytest.fixture
def app(register: Register, tmp_path: Path) -> Iterator[Starlette]:
    add(register)
    with serving(register, tmp_path) as made:
        yield made


def lines(file: Path) -> list[dict]:
    """What was logged, after looking for secrets in it."""
    text = file.read_text(encoding="utf-8")
    assert [name for name, secret in SECRETS.items() if secret in text] == []
    found = [json.loads(line) for line in text.splitlines()]
    assert all(line.keys() <= KEYS for line in found)
    return found


def test_a_line_says_what_happened_when_where_and_how_long(file: Path, register: Register) -> None:
    with pytest.raises(RegisterError), job_runs.noted(register.settings(), register.clock, "lock"):
        raise RegisterError("REG-085")
    (line,) = lines(file)
    assert (line["nivå"], line["kilde"], line["hendelse"]) == ("WARNING", "smertereg.jobber", "jobben feilet")
    assert (line["kode"], line["jobb"]) == ("REG-085", "lock") and line["varighet"] >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["tid"])
    assert file.stat().st_mode & 0o777 == 0o600


def raising() -> Exception:
    """An error that quotes everything, raised."""
    try:
        raise ValueError(ALL)
    except ValueError as error:
        return error


def own(error: Exception) -> None:
    logging.getLogger("smertereg.skjema").error("uventet", exc_info=error)


def with_values(error: Exception) -> None:
    logging.getLogger("smertereg.skjema").error("uventet %s", ALL, extra={"kode": ALL, "hvor": "<" + ALL})


def noted(error: Exception) -> None:
    unexpected.note(logging.getLogger("smertereg.skjema"), "skjema b11", error)


def library(error: Exception) -> None:
    logging.getLogger("httpx").warning(f"POST {ALL}")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)


def streamlit_early(error: Exception) -> None:
    streamlit_logs.get_logger("streamlit.error_util").error("Uncaught app execution", exc_info=error)


def streamlit_late(error: Exception) -> None:
    streamlit_logs.get_logger(f"streamlit.new_{id(error)}").error(ALL, exc_info=error)


def warned(error: Exception) -> None:
    # pytest has taken the warnings back since the log was opened.
    logging.captureWarnings(False)
    logging.captureWarnings(True)
    warnings.warn(ALL, stacklevel=1)


def thread(error: Exception) -> None:
    def stop() -> None:
        raise error

    started = threading.Thread(target=stop)
    started.start()
    started.join()


def unprintable(error: Exception) -> None:
    logging.getLogger("smertereg.skjema").error("%d", ALL)


@pytest.mark.filterwarnings("always")
@pytest.mark.parametrize(
    "way", [own, with_values, noted, library, streamlit_early, streamlit_late, warned, thread, unprintable]
)
def test_no_way_of_logging_lets_a_secret_through(file: Path, capfd: pytest.CaptureFixture[str], way) -> None:
    way(raising())
    assert lines(file)
    said = capfd.readouterr()
    assert not [secret for secret in SECRETS.values() if secret in said.out + said.err]


def test_an_error_is_found_again_by_its_type_and_place(file: Path) -> None:
    own(raising())
    (line,) = lines(file)
    assert line["feil"] == "ValueError" and re.fullmatch(r"test_logg_uten_identitet\.py:\d+", line["sted"])


@pytest.mark.parametrize("broken", [False, True])
def test_no_address_logs_what_it_was_sent(file: Path, app: Starlette, register: Register, broken: bool) -> None:
    """Errors come to the log as uvicorn writes them."""
    client = TestClient(app, base_url=ORIGIN, follow_redirects=False)
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {SECRETS['passord']}", "X-Forwarded-For": ALL}
    fields = {**SECRETS, "brukernavn": ALL, "kode": ALL, guard.FIELD: guard.form_key(SECRETS["lenke"])}

    def fail(_: Actor) -> None:
        raise duckdb.ConstraintException(f"Constraint Error: Duplicate key {ALL}")

    if broken:
        register.store.admit = fail
    for address, method in ADDRESSES:
        client.cookies.set(session.COOKIE, SECRETS["lenke"])
        path = re.sub(r"\{\w+(:\w+)?\}", SECRETS["lenke"], address)
        data = fields if method == "POST" else None
        try:
            client.request(method, path, params=SECRETS, data=data, headers=headers)
        except Exception as error:
            logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    register.store.admit = lambda _: None
    found = lines(file)
    assert bool([line for line in found if line.get("feil") == "ConstraintException"]) == broken


def test_work_in_the_background_that_fails_logs_no_message_and_no_address(
    file: Path, app: Starlette, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        keeps = False

        def send(self, to: str, text: str, key: str) -> None:
            raise OSError(f"{to} {text}")

    with register.store.write(GATE) as tx:
        number = sending.queue(tx, sending.SMS, SECRETS["mobil"], ALL)
    held = resources.current()
    messages._deliver(resources.Resources(held.settings, held.store, held.folkeregister, {"sms": Broken()}), number)
    ticked = threading.Event()

    def fail(_: object) -> None:
        ticked.set()
        raise ValueError(ALL)

    monkeypatch.setattr(clock.Clock, "tick", fail)
    monkeypatch.setattr(clock, "TICK", 0.001)
    with clock.running(held):
        assert ticked.wait(30)
    with pytest.raises(ValueError, match="Nora"), register.store.write(LU):
        raise ValueError(ALL)
    found = lines(file)
    assert {line["hendelse"] for line in found} == {"meldingen ble ikke sendt", "uventet feil", "skriving avvist"}
    assert [line["nummer"] for line in found if "nummer" in line] == [number]


def test_what_we_log_is_text_that_stands_in_the_program() -> None:
    """A text that is put together would take values with it."""
    put_together = []
    for path in [path for room in ("app", "exports", "ingest") for path in (ROOT / room).rglob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "log"):
                continue
            if call.func.attr not in ("debug", "info", "warning", "error", "exception", "critical", "log"):
                continue
            said = call.args[1:] if call.func.attr == "log" else call.args
            text = said[0]
            fixed = isinstance(text, ast.Constant | ast.IfExp) or ast.unparse(text) == "CATALOGUE[code]"
            if not fixed or len(said) > 1:
                put_together.append(f"{path.name}:{call.lineno}")
    assert put_together == []


def test_a_log_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RegisterError, match="SMERTEREG_LOGG"),
        logs.writing(Settings(logg=tmp_path / "finnes ikke" / "x")),
    ):
        pass
