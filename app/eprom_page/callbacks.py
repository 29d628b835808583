"""The address that ePROM tells us at: the state of an order, and a patient's answers (docs/tjenester.md).

It is answered with success only when what was told is written (ingest/prom/inbox.py); it is worked off afterwards. Who calls is known
by the key in the body, and by nothing else. What is refused is logged once in a while: anybody can call, as often as they like.
"""

from __future__ import annotations

import asyncio
import hmac
import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.web import resources, unexpected
from app.web.resources import Resources
from ingest.services.national import eprom_callbacks
from ingest.services.national.eprom_callbacks import Told, Unreadable

log = logging.getLogger("smertereg.eprom")
ADDRESS = "/api/PromsFormOrder"


def routes() -> list[Route]:
    """The address, as ePROM makes it of the one that it has registered for us."""
    return [Route(ADDRESS, _told, methods=["PUT"])]


async def _told(request: Request) -> JSONResponse:
    body, kind = await request.body(), request.headers.get("content-type", "")
    held = resources.current()
    try:
        told = await run_in_threadpool(_read, held, body, kind)
        if told is None:
            return _answer(False, 401)
        return _answer(await asyncio.wrap_future(held.reception.take(told)))
    except Unreadable as error:
        if held.rates.eprom.is_first_refused(str(error)):
            log.warning("ePROM fortalte noe som ikke kan leses", extra={"hvor": str(error)})
        return _answer(False, 400)
    except Exception as error:
        unexpected.note(log, "ePROM", error)
        return _answer(False, 500)


def _read(held: Resources, body: bytes, content_type: str) -> Told | None:
    """What is told; None from one who does not have the key. Raises Unreadable."""
    key = held.settings.eprom_nokkel.get_secret_value()
    told = eprom_callbacks.api_key(body, content_type).encode(errors="replace")
    if not key or not hmac.compare_digest(told, key.encode()):
        if held.rates.eprom.is_first_refused("apiKey"):
            log.warning("ePROM-kall med en annen nøkkel enn SMERTEREG_EPROM_NOKKEL")
        return None
    return eprom_callbacks.read(body, content_type)


def _answer(success: bool, code: int = 200) -> JSONResponse:
    return JSONResponse({"success": success}, code, headers={"Cache-Control": "no-store"})
