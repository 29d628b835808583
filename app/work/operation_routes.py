"""The addresses for those who run the app: whether it is alive, whether it is fit for use, and its figures."""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.web import door, resources
from app.work import figures, readiness
from checks.errors import CATALOGUE

HEALTH, READY, METRICS = "/health", "/ready", "/metrics"
_FRESH = {"Cache-Control": "no-store"}


def routes() -> list[Route]:
    """The three addresses. nginx lets nobody outside to the last two (deploy/nginx.conf)."""
    return [Route(HEALTH, _health), Route(READY, _ready), Route(METRICS, _metrics)]


async def _health(_request: Request) -> Response:
    """That the process is alive: the answer comes from its event loop and asks nothing of the register."""
    resources.current()
    return JSONResponse({"status": "ok"})


async def _ready(request: Request) -> Response:
    """200 or 503; what is wrong is told to this machine, and to who has the token of the figures."""
    found = await run_in_threadpool(readiness.checks, resources.current())
    wrong = [check for check in found if check.feil]
    answer: dict[str, object] = {"status": "ikke klar" if wrong else "klar"}
    if door.from_here(request) or _has_token(request):
        answer["kontroller"] = [{"navn": check.navn, "feil": check.feil} for check in found]
    return JSONResponse(answer, 503 if wrong else 200, headers=_FRESH)


async def _metrics(request: Request) -> Response:
    if not _has_token(request):
        return PlainTextResponse(CATALOGUE["REG-265"], 403)
    text = await run_in_threadpool(figures.text, resources.current())
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8", headers=_FRESH)


def _has_token(request: Request) -> bool:
    token = resources.current().settings.metrikk_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return bool(token) and secrets.compare_digest(given.encode(), token.encode())
