"""The addresses that search fields ask while the user types: ICD-10 and the imported NCSP. They answer only users who
are signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.web import resources
from app.web.session import signed_in
from checks import kodeverk

BASE = "/oppslag"
MOST = 20


def routes() -> list[Route]:
    """`/oppslag/icd10?q=…&prefiks=C` and `/oppslag/ncsp?q=…`: {"treff": [[kode, tekst], …]}."""
    return [Route(BASE + "/icd10", _icd10), Route(BASE + "/ncsp", _ncsp)]


def ncsp_text(code: str) -> str | None:
    """The text of an imported NCSP code; None when it is not imported."""
    with resources.current().store.cursor() as con:
        row = con.execute("select tekst from register.ncsp where kode = ?", [code]).fetchone()
    return row[0] if row else None


# These are not async, so Starlette runs them in threads, and a search does not hold up the pages.
def _icd10(request: Request) -> Response:
    return _answer(request, lambda q: kodeverk.search_icd10(q, MOST, request.query_params.get("prefiks")))


def _ncsp(request: Request) -> Response:
    return _answer(request, lambda q: _ncsp_index(_ncsp_codes()).search(q, MOST))


def _answer(request: Request, search: Callable[[str], Sequence[kodeverk.Kode]]) -> Response:
    if not signed_in(request):
        return JSONResponse({"treff": []}, status_code=401)
    hits = search(request.query_params.get("q", "")[:100])
    return JSONResponse({"treff": [[hit.kode, hit.tekst] for hit in hits]}, headers={"Cache-Control": "no-store"})


def _ncsp_codes() -> tuple[kodeverk.Kode, ...]:
    with resources.current().store.cursor() as con:
        return tuple(kodeverk.Kode(*row) for row in con.execute("select kode, tekst from register.ncsp").fetchall())


@lru_cache(maxsize=1)
def _ncsp_index(codes: tuple[kodeverk.Kode, ...]) -> kodeverk.Kodeindeks:
    return kodeverk.Kodeindeks(codes)
