"""The addresses of data that a statistiker takes along: the published file, and the answer of a query as csv and Parquet."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app.files import background
from app.web import fetched, resources
from checks.errors import RegisterError
from exports import deliveries
from exports.queries import service
from exports.queries.service import Asked
from ingest.access import Actor

PUBLISHED, RESULT = "/leveranser/fil", "/sporring/resultat/{navn}"
QUERY = "spørring"
_TYPES: dict[str, tuple[service.Format, str]] = {
    "csv": ("csv", fetched.CSV),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
}


def routes() -> list[Route]:
    """`/leveranser/fil`, and `/sporring/resultat/<number>.csv` or `.parquet` for the user's newest query."""
    return [fetched.route(PUBLISHED, _published), fetched.route(RESULT, _result)]


def result_address(nr: int, ending: str) -> str:
    return RESULT.replace("{navn}", f"{nr}.{ending}")


def newest(actor: Actor) -> Asked | None:
    """The user's newest query with an answer."""
    run = background.newest(actor, QUERY)
    return run.result if run is not None else None


def _published(_request: Request, actor: Actor) -> Response:
    held = resources.current()
    with held.store.write(actor) as tx:
        found = deliveries.fetch(tx, held.settings.data)
    return FileResponse(
        found.path, media_type="application/octet-stream", filename=found.name, headers=fetched.NEVER_KEPT
    )


def _result(request: Request, actor: Actor) -> fetched.File:
    number, _, ending = request.path_params["navn"].partition(".")
    with resources.current().store.write(actor) as tx:
        asked = service.require_own(tx, newest(actor))
        if ending not in _TYPES or str(asked.nr) != number:
            raise RegisterError("REG-391")
        form, kind = _TYPES[ending]
        name, content = service.taken(tx, asked, form)
    return fetched.File(name, content, kind)
