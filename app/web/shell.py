"""The HTML page that carries the app: Streamlit's own page with our language, title, icon and style sheet.

It is served at the addresses of our pages only, so that the rest of Streamlit works as ever.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit

from app.web import resources
from app.web.static_files import SHEET, url, with_imports

# Streamlit fetches a kind of element when the first one is to be drawn, and only then what that imports: two waits on a slow
# line. These are on every page. _FIRST is what Streamlit asks the server for before it opens its socket.
_PARTS = ("Html", "PageLink", "BidiComponent")
_MODULES = ("arbeidsliste.js", "skjema.js", "form_head.js", "form_bar.js")
_FIRST = ("/_stcore/health", "/_stcore/host-config")
_STATIC = Path(streamlit.__file__).parent / "static"
_NOSCRIPT = "<noscript><p>SmerteReg trenger JavaScript. Slå det på i nettleseren.</p></noscript>"


@cache
def html() -> str:
    """The page as text. ValueError when Streamlit's page has changed so that there is no place for a part of ours."""
    text = (_STATIC / "index.html").read_text(encoding="utf-8")
    head = (
        f'<script src="{url("oppstart.js")}"></script>'
        f'<script src="{url("norsk.js")}" defer></script>'
        f'<script type="module" src="{url("fokus.js")}"></script>'
        f'<link rel="stylesheet" href="{url(SHEET)}" />'
        f'<script type="module" src="{url("lenker.js")}"></script>'
        + "".join(f'<link rel="modulepreload" href="{address}" />' for address in (*_parts(), *_scripts()))
        + "".join(f'<link rel="preload" href="{address}" as="fetch" crossorigin />' for address in _FIRST)
        + f'<link rel="preload" href="{url("inter-latin.woff2")}" as="font" type="font/woff2" crossorigin />'
        "</head>"
    )
    changes = [
        (r"<!--.*?-->", "", 0),
        (r'<html lang="en">', '<html lang="nb">', 1),
        (r"<title>.*?</title>", "<title>SmerteReg</title>", 1),
        (r'<link rel="shortcut icon"[^>]*>', f'<link rel="icon" type="image/svg+xml" href="{url("ikon.svg")}" />', 1),
        (r'<link\s+rel="preload"[^>]*as="font"[^>]*>', "", 1),
        (r'<link rel="service-desc"[^>]*>', "", 1),
        # This script of Streamlit's is for search engines; our CSP allows no script inside a page.
        (r"<script>\s*window\.prerenderReady = false\s*</script>", "", 1),
        (r"<noscript>.*?</noscript>", _NOSCRIPT, 1),
        (r"</head>", head, 1),
    ]
    for pattern, replacement, times in changes:
        text, found = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if times and found != times:
            raise ValueError(f"Streamlits side har ikke lenger nøyaktig én «{pattern}»")
    return text


def _parts() -> list[str]:
    """The addresses of the scripts of _PARTS and of what they import. ValueError when Streamlit has no such part."""
    found: dict[str, None] = {}
    waiting = []
    for part in _PARTS:
        named = list((_STATIC / "static" / "js").glob(f"{part}.*.js"))
        if len(named) != 1:
            raise ValueError(f"Streamlit har ikke lenger nøyaktig ett skript «{part}»")
        waiting += named
    while waiting:
        path = waiting.pop()
        if path.name not in found:
            found[path.name] = None
            waiting += [path.with_name(name) for name in re.findall(r'from"\./([^"]+\.js)"', path.read_text("utf-8"))]
    return [f"/static/js/{name}" for name in found]


def _scripts() -> list[str]:
    return list(dict.fromkeys(address for name in _MODULES for address in with_imports(name)))


@cache
def ahead() -> str:
    """Links that let a browser fetch what the app's pages need while the user is still signing in, as HTML."""
    needed = re.findall(r'<(?:link|script)[^>]*\b(?:href|src)="\.?(/[^"]+\.(?:js|css|woff2)[^"]*)"', html())
    return "".join(f'<link rel="prefetch" href="{address}">' for address in dict.fromkeys(needed))


def plain(title: str, body: str, *, script: str | None = None, head: str = "") -> str:
    """A page without Streamlit, in the look of the sign-in page. `title`, `body` and `head` are HTML already; `script` is the
    name of one of our static files.
    """
    demo = '<p class="demo">Demo – syntetiske pasienter</p>' if resources.current().store.demo else ""
    loaded = f'<script type="module" src="{url(script)}"></script>' if script else ""
    return f"""<!doctype html>
<html lang="nb"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · SmerteReg</title>
<link rel="icon" type="image/svg+xml" href="{url("ikon.svg")}">
<link rel="stylesheet" href="{url("enkel.css")}">{loaded}{head}</head>
<body><main>
<header><img src="{url("ikon.svg")}" alt="" width="40" height="40"><div><p class="merke">SmerteReg</p>{demo}</div></header>
<h1>{title}</h1>
{body}
</main></body></html>"""


def not_for_role(page: str) -> str:
    """The page shown in place of one that the user's role may not use."""
    words = f"<p>Rollen din har ikke tilgang til {page}. Velg en annen rolle, eller kontakt lokal koordinator (LC).</p>"
    return plain("Ingen tilgang", words + '<p><a href="/">Til startsiden</a></p>')


def not_found() -> str:
    """The page shown at an address that does not exist."""
    return plain("Siden finnes ikke", '<p>Siden finnes ikke. <a href="/">Til startsiden</a></p>')
