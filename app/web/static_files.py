"""Our own static files (font, icon, style sheet, component scripts) and how the browser gets them.

Addresses have a digest of the contents in them, so that browsers may cache files for good and still get new ones with a
new version of SmerteReg. Only files found here are served; no file is read from a path that a browser sent.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

BASE = "/statisk"
_APP = Path(__file__).parents[1]
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@cache
def _files() -> dict[str, bytes]:
    """File name -> contents, for the files in static/ and the components' .js and .css."""
    found = [*(_APP / "static").iterdir(), *(_APP / "components").glob("*.js"), *(_APP / "components").glob("*.css")]
    return {path.name: path.read_bytes() for path in found if path.suffix in _TYPES}


@cache
def url(name: str) -> str:
    """The address of the file `name`, with its digest. KeyError for a file that does not exist."""
    return f"{BASE}/{name}?v={hashlib.sha256(_files()[name]).hexdigest()[:12]}"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    body = _files().get(name)
    if body is None:
        return PlainTextResponse("Ikke funnet", status_code=404)
    lasting = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    return Response(
        body,
        media_type=_TYPES[Path(name).suffix],
        headers={"Cache-Control": lasting, "X-Content-Type-Options": "nosniff"},
    )


def routes() -> list[Route]:
    """The route that serves the files, `/statisk/<name>`."""
    return [Route(BASE + "/{name}", _serve)]
