"""Edits in B 1.1 by many sessions at once, over the wire: the time from sending an answer until its section is redrawn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from app.web import guard
from app.web.session import COOKIE
from benchmarks.figures import Figure, Sizes, percentile
from ingest import wall_clock
from ingest.demo.places import PASSWORD
from ingest.people import passwords, users
from ingest.store import Store
from tests import support
from tests.browser.conftest import _wait, free_port

SERVE = "from app.server import serve; from ingest.settings import read; serve(read())"

TARGET = 100
SESSIONS, EDITS, PAUSE = 20, 15, 1.0
QUESTION = "TidligereRus"


class Session:
    """A user with one form open, who speaks with the server as Streamlit's own client does."""

    def __init__(self, base: str, forlop: int) -> None:
        with httpx.Client(base_url=base) as client:
            client.get("/logg-inn")
            key = guard.form_key(client.cookies[guard.VISITOR])
            client.post(
                "/logg-inn/demo",
                data={"bruker": support.LU.bruker, "rolle": "LU", "enhet": support.OWN, guard.FIELD: key},
                headers={"Origin": base},
            )
            cookie = f"{COOKIE}={client.cookies[COOKIE]}"
        self.query = f"forlop={forlop}&skjema=b11"
        self.socket: ClientConnection = connect(
            base.replace("http", "ws") + "/_stcore/stream",
            additional_headers={"Cookie": cookie, "Origin": base},
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        )
        self.page, self.fragments, self.question, self.number = "", {}, "", 0
        self._send(page_name="skjema")
        self._until_finished()

    def edit(self) -> float:
        """Answer the question again and return the seconds until its section was redrawn."""
        self.number += 1
        state = {"svar": {"verdi": self.number % 2, "tekst": None, "nr": self.number}}
        begun = time.perf_counter()
        self._send(page_script_hash=self.page, fragment_id=self.fragments[self.question], widget=(self.question, state))
        self._until_finished()
        return time.perf_counter() - begun

    def _send(self, *, widget: tuple[str, object] | None = None, **fields: str) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        for name, value in fields.items():
            setattr(message.rerun_script, name, value)
        if widget is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.json_value = widget[0], json.dumps(widget[1])
        self.socket.send(message.SerializeToString())

    def _until_finished(self) -> None:
        while True:
            message = ForwardMsg.FromString(self.socket.recv())  # pyright: ignore[reportArgumentType]
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.page = message.new_session.page_script_hash
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
                found = message.delta.new_element.bidi_component.id
                self.fragments[found] = message.delta.fragment_id
                if found.endswith(f"-{QUESTION}"):
                    self.question = found
            elif kind == "script_finished":
                return


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """p50 and p95 of an edit with 20 sessions, each answering once a second."""
    with served(folder) as server:
        sessions = [Session(server.base, number) for number in server.forlop]
        seconds: list[float] = []

        def work(session: Session) -> None:
            for _ in range(EDITS):
                seconds.append(session.edit())
                time.sleep(PAUSE)

        threads = [threading.Thread(target=work, args=(s,)) for s in sessions]
        for number, thread in enumerate(threads):
            time.sleep(PAUSE / SESSIONS * (number > 0))
            thread.start()
        for thread in threads:
            thread.join()
    kept = _answers_kept(folder)
    assert kept == SESSIONS, f"bare {kept} av {SESSIONS} økters svar kom fram"
    name = f"Svar i B 1.1, {SESSIONS} samtidige økter"
    yield Figure(f"{name}, p50", percentile(seconds, 0.5) * 1000, "ms")
    yield Figure(f"{name}, p95", percentile(seconds, 0.95) * 1000, "ms", TARGET)


def _answers_kept(folder: Path) -> int:
    """How many of the sessions' last answers are in the register as drafts."""
    store = Store(folder / "smertereg.duckdb")
    with store.read(support.SC) as tx:
        drafts = tx.rows("select svar from register.utkast")
    store.close()
    return sum(json.loads(draft["svar"]).get(QUESTION) == EDITS % 2 for draft in drafts)


@dataclass(frozen=True)
class Server:
    """The app, served by a process of its own over a register with some open forløp."""

    base: str
    forlop: list[int]
    pid: int


@contextmanager
def served(folder: Path, logins: int = 0, **settings: str) -> Iterator[Server]:
    """Serve a new register until the block ends, with ``settings`` as environment variables.

    The register gets ``logins`` more users, innlogger0 …, with the demo's password.
    """
    register = support.make(folder / "smertereg.duckdb")
    register.clock.now = wall_clock.now()
    with register.store.write(support.SC) as tx:
        users.add(tx, support.LU.bruker, support.LU.navn, [(support.OWN, "LU")])
        hashed = passwords.hash_password(PASSWORD)
        for n in range(logins):
            users.add(
                tx, f"innlogger{n}", f"Nr. {n}", [(support.OWN, "LU")], mobil=f"{90_100_000 + n}", passord_hash=hashed
            )
    forlop = [register.forlop() for _ in range(SESSIONS)]
    for number in forlop:
        register.save(number, "to", support.TO)
    register.store.close()
    with running(folder, **settings) as (base, process):
        yield Server(base, forlop, process)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Serve the register in the folder as for users, until the block ends; yields the address and the process's id."""
    port = free_port()
    environment = {**os.environ, "SMERTEREG_DATA": str(folder), "SMERTEREG_PORT": str(port), **settings}
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)
