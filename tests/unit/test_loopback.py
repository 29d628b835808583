"""Proves that commands find out whether the running app, a hanging one, or another program answers, and wait for none of them
without end.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.work import doctor, loopback, register_jobs
from checks.errors import RegisterError
from ingest.safekeeping.opening import opened
from ingest.settings import Settings
from tests import support

FREE = threading.Event()
Answer = tuple[int, str, str] | None


@contextmanager
def program(settings: Settings, answer: Answer) -> Iterator[None]:
    """A program on the port that app.token names, which gives the answer to everything; None never answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if answer is None:
                FREE.wait(20)
                return
            status, kind, text = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST

        def log_message(self, *_: object) -> None: ...  # pyright: ignore[reportIncompatibleMethodOverride]

    FREE.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        loopback.token_file(settings).write_text(json.dumps({"port": server.server_port, "token": "gammel"}))
        yield
        FREE.set()
        server.shutdown()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    register = support.make(tmp_path / "smertereg.duckdb")
    found = register.keep_journal()
    register.store.close()
    monkeypatch.setenv("SMERTEREG_DATA", str(found.data))
    monkeypatch.setattr(loopback, "SHORT", 0.2)
    return found


OTHERS: dict[str, Answer] = {
    "et annet SmerteReg": (403, "application/json", '{"melding": "Ikke tillatt."}'),
    "en filtjener": (501, "text/html", "<p>Unsupported method"),
    "en tjeneste med json": (404, "application/json", '{"detail": "Not Found"}'),
    "en side": (200, "text/html", "<p>Velkommen"),
}


@pytest.mark.parametrize("answer", OTHERS.values(), ids=OTHERS)
def test_another_program_on_the_port_is_named_and_the_file_is_looked_at(settings: Settings, answer: Answer) -> None:
    with program(settings, answer):
        told = {one.om: one for one in doctor.examine({})}
    assert told["app"].tilstand == doctor.WRONG
    assert "Et annet program" in told["app"].melding
    assert told["register"].tilstand != doctor.WRONG


def test_an_app_that_hangs_is_told_of_and_not_waited_for(settings: Settings) -> None:
    held = opened(settings)
    with program(settings, None):
        found = list(doctor.examine({}))
        assert "den henger" in next(one.melding for one in found if one.om == "app")
        with pytest.raises(RegisterError, check=lambda error: error.code == "REG-332"):
            loopback.ask(settings, register_jobs.BACKUP, {})
    held.close()


def test_what_the_app_itself_refuses_is_said_in_its_own_words(settings: Settings) -> None:
    for answer, words in (((409, "application/json", '{"melding": "Nei."}'), "Nei."), ((500, "text/plain", ""), "500")):
        with program(settings, answer), pytest.raises(RegisterError, match=words):
            loopback.ask(settings, loopback.READY)


def test_a_token_that_a_killed_app_left_is_no_app(settings: Settings) -> None:
    with program(settings, (200, "application/json", "{}")):
        assert loopback.ask(settings, loopback.DOOR) == {}
    assert loopback.ask(settings, loopback.DOOR) is None
