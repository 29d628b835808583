"""What every mock is: a server on a free port, what it was asked, and the faults it is to play before it answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Asked:
    """A question: ``query`` and ``form`` have the values of each name; ``url`` is as the one who asked wrote it."""

    method: str
    url: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode())


@dataclass(frozen=True)
class Reply:
    code: int = 200
    content: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.content is None else json.dumps(self.content).encode()


@dataclass(frozen=True)
class Fault:
    """What happens instead of an answer: ``reply``, or the line is cut (``cut``: before an answer, or in the middle of it). With
    ``done`` the service does what it was asked to all the same.
    """

    reply: Reply | None = None
    cut: str = ""
    done: bool = False


DOWN, BUSY = Fault(Reply(503)), Fault(Reply(429, headers={"Retry-After": "2"}))
HANGS_UP, HALF = Fault(cut="before"), Fault(cut="middle")


class Mock:
    """``clock`` is the service's own time. ``faults`` are played one for each question whose path has ``at`` in it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.address = ""
        self.asked: list[Asked] = []
        self._faults: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()

    def play(self, *faults: Fault, at: str = "") -> None:
        self._faults += [(at, fault) for fault in faults]

    def stop(self) -> None:
        """Play no more faults."""
        self._faults = []

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def meet(self, asked: Asked) -> Reply | Fault:
        with self._lock:
            self.asked.append(asked)
            found = next((one for one in self._faults if one[0] in asked.path), None)
            if found is None:
                return self.answer(asked)
            self._faults.remove(found)
            if found[1].done:
                self.answer(asked)
            return found[1]


M = TypeVar("M", bound=Mock)


@contextmanager
def serving(mock: M) -> Iterator[M]:
    """Serve the mock until the block ends."""
    server = _Server(("127.0.0.1", 0), _handler(mock))
    mock.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield mock
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Whoever asked may hang up."""


def _handler(mock: Mock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # an answer in two pieces would wait 40 ms for the first to be acknowledged

        def _meet(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = f"{mock.address}{self.path}"
            query = parse_qs(parts.query)
            met = mock.meet(Asked(self.command, url, parts.path, query, dict(self.headers.items()), body))
            reply = met if isinstance(met, Reply) else met.reply
            if reply is None:
                self.close_connection = True
                if isinstance(met, Fault) and met.cut == "middle":
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    self.wfile.write(b'{"half":')
                self.connection.shutdown(2)
                return
            self.send_response_only(reply.code)
            self.send_header("Date", format_datetime(mock.clock().astimezone(UTC), usegmt=True))
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = _meet

        def log_message(self, *_: Any) -> None: ...

    return Handler
