"""The symbols of forms and consent as SVG in HTML, for pages that are not the worklist component.

Same shapes as worklist_symboler.js: each state is told by its shape, and in words for screen readers.
"""

from __future__ import annotations

from html import escape

from app import links
from app.texts import CONSENT, STATUS
from checks.forlop import COMPLETED, DRAFT, NEW

_RING = "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11"
_SHAPES = {
    NEW: ("tom", f'<path class="sr-strek" d="{_RING}"/>'),
    DRAFT: (
        "halv",
        f'<path class="sr-strek" d="{_RING}"/><path class="sr-fyll" d="M8 2.5a5.5 5.5 0 0 0 0 11z"/>',
    ),
    COMPLETED: (
        "laast",
        '<path class="sr-fyll" d="M3.5 7.5h9v6h-9z"/>'
        '<path class="sr-strek" d="M5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2"/>',
    ),
}
_CONSENT = {
    "ja": "M3 8.5l3.2 3.2L13 5",
    "nei": "M4 4l8 8M12 4l-8 8",
    "venter": f"{_RING}M8 5v3l2 1.5",
    "ikke_aktuelt": "M4 8h8",
    "trukket": "M6 4L2.5 7.5L6 11M2.5 7.5h7a3.5 3.5 0 0 1 0 6H8",
}


def _svg(paths: str, size: int) -> str:
    return f'<svg viewBox="0 0 16 16" width="{size}" height="{size}" aria-hidden="true">{paths}</svg>'


def form(forlop_id: int, skjema: str, navn: str, status: int | None) -> str:
    """The symbol of a form as a link to it; a dash when the form is not part of the forløpstype."""
    if status is None:
        words = "hører ikke til forløpet"
        return f'<span class="sr-utenfor" title="{words}">–<span class="sr-lese">{words}</span></span>'
    style, paths = _SHAPES[status]
    symbol = f'<span class="sr-status sr-{style}">{_svg(paths, 18)}</span>'
    return links.link(
        links.form(forlop_id, skjema), symbol, css="sr-symbol", label=f"{navn}: {STATUS[status]}"
    )


def named_form(forlop_id: int, skjema: str, navn: str, status: int) -> str:
    """The form's name and symbol as a link to it, for a row of forms."""
    style, paths = _SHAPES[status]
    symbol = f'<span class="sr-status sr-{style}">{_svg(paths, 16)}</span>'
    return links.link(links.form(forlop_id, skjema), f"{symbol}{escape(navn)}", label=f"{navn}: {STATUS[status]}")


def consent(state: str) -> str:
    """Consent as a symbol and words. `state` as checks.consent.shown_state says it."""
    path = f'<path class="sr-strek" d="{_CONSENT[state]}"/>'
    return f'<span class="sr-samtykke sr-{state}">{_svg(path, 14)}{escape(CONSENT[state])}</span>'
