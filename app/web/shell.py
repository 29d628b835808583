"""The HTML page that carries the app: Streamlit's own page with our language, title, icon and style sheet.

It is served at the addresses of our pages only, so that the rest of Streamlit works as ever.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit

from app.web import resources
from app.web.static_files import url

_NOSCRIPT = "<noscript><p>SmerteReg trenger JavaScript. Slå det på i nettleseren.</p></noscript>"


@cache
def html() -> str:
    """The page as text. ValueError when Streamlit's page has changed so that there is no place for a part of ours."""
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    head = (
        f'<script src="{url("oppstart.js")}"></script>'
        f'<script src="{url("norsk.js")}" defer></script>'
        f'<link rel="stylesheet" href="{url("smertereg.css")}" />'
        f'<link rel="stylesheet" href="{url("felt.css")}" />'
        f'<link rel="stylesheet" href="{url("felt_skjema.css")}" />'
        f'<link rel="stylesheet" href="{url("form_head.css")}" />'
        f'<link rel="stylesheet" href="{url("arbeidsliste.css")}" />'
        f'<link rel="stylesheet" href="{url("sider.css")}" />'
        f'<link rel="stylesheet" href="{url("symboler.css")}" />'
        f'<script type="module" src="{url("lenker.js")}"></script>'
        f'<link rel="modulepreload" href="{url("skjema.js")}" />'
        f'<link rel="preload" href="{url("inter-latin.woff2")}" as="font" type="font/woff2" crossorigin />'
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


def plain(title: str, body: str, *, script: str | None = None) -> str:
    """A page without Streamlit, in the look of the sign-in page. `title` and `body` are HTML already; `script` is the name
    of one of our static files.
    """
    demo = '<p class="demo">Demo – syntetiske pasienter</p>' if resources.current().store.demo else ""
    loaded = f'<script type="module" src="{url(script)}"></script>' if script else ""
    return f"""<!doctype html>
<html lang="nb"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · SmerteReg</title>
<link rel="icon" type="image/svg+xml" href="{url("ikon.svg")}">
<link rel="stylesheet" href="{url("enkel.css")}">{loaded}</head>
<body><main>
<header><img src="{url("ikon.svg")}" alt="" width="40" height="40"><div><p class="merke">SmerteReg</p>{demo}</div></header>
<h1>{title}</h1>
{body}
</main></body></html>"""


def not_for_role(page: str) -> str:
    """The page shown in place of one that the user's role may not use."""
    words = f"<p>Rollen din har ikke tilgang til {page}. Velg en annen rolle, eller kontakt lokal koordinator (LC).</p>"
    return plain("Ingen tilgang", words + '<p><a href="/">Til arbeidslisten</a></p>')


def not_found() -> str:
    """The page shown at an address that does not exist."""
    return plain("Siden finnes ikke", '<p>Siden finnes ikke. <a href="/">Til arbeidslisten</a></p>')
