"""The address that ePROM tells us at that somebody has reserved themselves against the registry, or no longer is (docs/tjenester.md).

It is there only in the edition with reservation. Who calls is known by the key in a header, and by nothing else. What is refused is
logged once in a while, as in callbacks.py.
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
from ingest.prom import pvk
from ingest.services.national import connected, personvern
from ingest.services.national.eprom_callbacks import Unreadable

log = logging.getLogger("smertereg.eprom")
ADDRESS = "/api/PersonvernInnstilling"
# The contract does not say which header the key comes in.
HEADERS, SCHEME = ("authorization", "apikey", "x-api-key"), "basic "
_WRITERS = ThreadPoolExecutor(1, "personvern")


def routes() -> list[Route]:
    """The address, as ePROM makes it of the one that it has registered for us."""
    return [Route(ADDRESS, _told, methods=["PUT"])]


async def _told(request: Request) -> JSONResponse:
    body, kind = await request.body(), request.headers.get("content-type", "")
    keys = [_key(request.headers.get(name, "")) for name in HEADERS]
    return await asyncio.get_running_loop().run_in_executor(_WRITERS, _take, body, kind, keys)


def _take(body: bytes, content_type: str, keys: list[str]) -> JSONResponse:
    held = resources.current()
    key, service = held.settings.eprom_nokkel.get_secret_value(), connected.personvern(held.settings)
    try:
        if not key or not any(hmac.compare_digest(one.encode(), key.encode()) for one in keys):
            if held.rates.eprom.is_first_refused("personvern, nøkkel"):
                log.warning("kall om reservasjon med en annen nøkkel enn SMERTEREG_EPROM_NOKKEL")
            return _answer(False, 401)
        if service is None:
            return _answer(False, 404)
        return _answer(pvk.receive(held.store, service, personvern.read(body, content_type)))
    except Unreadable as error:
        if held.rates.eprom.is_first_refused(f"personvern, {error}"):
            log.warning("kall om reservasjon kan ikke leses", extra={"hvor": str(error)})
        return _answer(False, 400)
    except Exception as error:
        unexpected.note(log, "personvern", error)
        return _answer(False, 500)


def _key(header: str) -> str:
    return header[len(SCHEME) :] if header.lower().startswith(SCHEME) else header


def _answer(success: bool, code: int = 200) -> JSONResponse:
    return JSONResponse({"success": success}, code, headers={"Cache-Control": "no-store"})
