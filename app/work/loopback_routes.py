"""Jobs that other processes on this machine ask the running app to do, because only the app can open the register.

The routes answer only requests from this machine with the token in ``data/app.token`` (mode 600), which is written when
the server starts.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.web import resources
from app.web.door import from_here
from app.work import operations, readiness, register_jobs
from app.work.loopback import CHECK, DOOR, PUBLISH, READY, token_file
from checks.errors import RegisterError
from ingest.settings import Settings

Job = Callable[[dict[str, Any]], dict[str, Any]]

_token: list[str] = []


@contextmanager
def open_for_jobs(settings: Settings) -> Iterator[None]:
    """Accept jobs until the block ends, with a new token in a file that only the app's own user can read."""
    token, path = secrets.token_urlsafe(32), token_file(settings)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"port": settings.port, "token": token}, file)
    _token.append(token)
    try:
        yield
    finally:
        _token.remove(token)
        path.unlink(missing_ok=True)


def routes() -> list[Route]:
    """The addresses of the jobs. Each answers JSON, with «melding» when the job was refused or failed."""

    return [
        _route(PUBLISH, _publish),
        _route(CHECK, _check),
        _route(DOOR, _door),
        _route(READY, _ready),
        *(_route(*job) for job in register_jobs.JOBS.items()),
    ]


def _route(address: str, job: Job) -> Route:
    async def run(request: Request) -> Response:
        if not _allowed(request):
            return JSONResponse({"melding": "Ikke tillatt."}, status_code=403)
        try:
            return JSONResponse(await run_in_threadpool(job, await _order(request)))
        except RegisterError as error:
            return JSONResponse({"melding": str(error)}, status_code=409)
        except _Incomplete:
            return JSONResponse({"melding": "Bestillingen er ufullstendig."}, status_code=400)

    return Route(address, run, methods=["POST"])


class _Incomplete(Exception):
    """The order is not JSON, or lacks something that the job needs."""


class _Order(dict[str, Any]):
    def __missing__(self, key: str) -> Any:
        raise _Incomplete(key)


async def _order(request: Request) -> _Order:
    """The order in the request's body; an empty one when the body is empty."""
    body = await request.body()
    try:
        return _Order(json.loads(body) if body else {})
    except (ValueError, TypeError, RecursionError) as error:
        raise _Incomplete from error


def _allowed(request: Request) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    # Compared in constant time, so that the time it takes tells nothing about the token.
    return from_here(request) and any(secrets.compare_digest(given, token.encode()) for token in _token)


def _publish(_: dict[str, Any]) -> dict[str, Any]:
    held = resources.current()
    done = operations.publish_now(held.store, held.settings, lambda _: None)
    return {"id": done.id, "n_forlop": done.n_forlop, "n_nasjonal": done.n_national, "n_aside": done.n_aside}


def _door(_: dict[str, Any]) -> dict[str, Any]:
    return {"funn": resources.current().door.findings()}


def _ready(_: dict[str, Any]) -> dict[str, Any]:
    held = resources.current()
    return {"demo": held.store.demo, "kontroller": [vars(check) for check in readiness.checks(held)]}


def _check(_: dict[str, Any]) -> dict[str, Any]:
    return {"funn": [vars(finding) for finding in operations.check_store(resources.current().store)]}
