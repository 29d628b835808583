"""Our own static files (font, icon, style sheet, component scripts) and how the browser gets them.

Addresses have a digest of the contents in them, so that browsers may cache files for good and still get new ones with a
new version of SmerteReg. Only files found here are served; no file is read from a path that a browser sent.
"""

from __future__ import annotations

import hashlib
import re
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


# The style sheets of the app's pages, which are served as one: on a slow line each file costs a wait of its own.
SHEET = "app.css"
_SHEETS = ("smertereg", "felt", "felt_skjema", "form_head", "arbeidsliste", "sider", "symboler")
_IMPORTED = re.compile(r'(?<=from ")\./(\w+\.js)(?=")')


@cache
def _paths() -> dict[str, Path]:
    """File name -> file, for the files in static/ and the components' .js and .css."""
    found = [*(_APP / "static").iterdir(), *(_APP / "components").glob("*.js"), *(_APP / "components").glob("*.css")]
    return {path.name: path for path in found if path.suffix in _TYPES}


@cache
def _contents(name: str) -> bytes:
    """A file as it is served: a script imports others at their addresses with digests, so that a browser keeps them too.
    KeyError for a file that does not exist.
    """
    if name == SHEET:
        return b"\n".join(_contents(f"{sheet}.css") for sheet in _SHEETS)
    body = _paths()[name].read_bytes()
    if not name.endswith(".js"):
        return body
    return _IMPORTED.sub(lambda found: url(found[1]), body.decode()).encode()


@cache
def url(name: str) -> str:
    """The address of the file `name`, with its digest. KeyError for a file that does not exist."""
    return f"{BASE}/{name}?v={hashlib.sha256(_contents(name)).hexdigest()[:12]}"


def with_imports(name: str) -> list[str]:
    """The addresses of a script and of all that it imports, each once."""
    found = [url(name)]
    for imported in _IMPORTED.findall(_paths()[name].read_text(encoding="utf-8")):
        found += with_imports(imported)
    return list(dict.fromkeys(found))


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name != SHEET and name not in _paths():
        return PlainTextResponse("Ikke funnet", status_code=404)
    body = _contents(name)
    lasting = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    return Response(
        body,
        media_type=_TYPES[Path(name).suffix],
        headers={"Cache-Control": lasting, "X-Content-Type-Options": "nosniff"},
    )


def routes() -> list[Route]:
    """The route that serves the files, `/statisk/<name>`."""
    return [Route(BASE + "/{name}", _serve)]
