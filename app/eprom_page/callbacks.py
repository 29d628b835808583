"""The address that ePROM tells us at: the state of an order, and a patient's answers (docs/tjenester.md).

It is answered with success only when what was told is written. Who calls is known by the key in the body, and by nothing else. What
is refused is logged once in a while: anybody can call, as often as they like.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.web import resources, unexpected
from ingest.prom import eprom_told
from ingest.services.national import eprom_callbacks
from ingest.services.national.eprom_callbacks import Unreadable

log = logging.getLogger("smertereg.eprom")
ADDRESS = "/api/PromsFormOrder"
_WRITERS = ThreadPoolExecutor(2, "eprom-svar")


def routes() -> list[Route]:
    """The address, as ePROM makes it of the one that it has registered for us."""
    return [Route(ADDRESS, _told, methods=["PUT"])]


async def _told(request: Request) -> JSONResponse:
    body, kind = await request.body(), request.headers.get("content-type", "")
    return await asyncio.get_running_loop().run_in_executor(_WRITERS, _take, body, kind)


def _take(body: bytes, content_type: str) -> JSONResponse:
    held = resources.current()
    key = held.settings.eprom_nokkel.get_secret_value()
    try:
        told = eprom_callbacks.api_key(body, content_type).encode(errors="replace")
        if not key or not hmac.compare_digest(told, key.encode()):
            if held.rates.eprom.is_first_refused("apiKey"):
                log.warning("ePROM-kall med en annen nøkkel enn SMERTEREG_EPROM_NOKKEL")
            return _answer(False, 401)
        return _answer(eprom_told.receive(held.store, eprom_callbacks.read(body, content_type)))
    except Unreadable as error:
        if held.rates.eprom.is_first_refused(str(error)):
            log.warning("ePROM fortalte noe som ikke kan leses", extra={"hvor": str(error)})
        return _answer(False, 400)
    except Exception as error:
        unexpected.note(log, "ePROM", error)
        return _answer(False, 500)


def _answer(success: bool, code: int = 200) -> JSONResponse:
    return JSONResponse({"success": success}, code, headers={"Cache-Control": "no-store"})
