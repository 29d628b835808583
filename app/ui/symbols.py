"""The symbols of forms and consent, for pages without the arbeidsliste component.

The shapes are those of arbeidsliste_symboler.js, drawn by static/symboler.css because st.html lets no SVG through. Each state
has a shape of its own, and words for screen readers.
"""

from __future__ import annotations

from html import escape

from app.ui import links
from app.ui.texts import STATUS
from checks.forlop import COMPLETED, DRAFT, NEW
from checks.samtykke import STATES

_STYLES = {NEW: "tom", DRAFT: "halv", COMPLETED: "laast"}


def icon(name: str) -> str:
    """A shape of static/symboler.css (HTML); the words for it stand beside it."""
    return f'<span class="sr-ikon sr-ikon-{name}" aria-hidden="true"></span>'


def _mark(status: int) -> str:
    return f'<span class="sr-status sr-{_STYLES[status]}">{icon(_STYLES[status])}</span>'


def form(forlop_id: int, skjema: str, navn: str, status: int | None) -> str:
    """The symbol of a form as a link to the form (HTML); a dash when the forløpstype does not have the form."""
    if status is None:
        words = "hører ikke til forløpet"
        return f'<span class="sr-utenfor" title="{words}">–<span class="sr-lese">{words}</span></span>'
    return links.link(links.form(forlop_id, skjema), _mark(status), css="sr-symbol", label=f"{navn}: {STATUS[status]}")


def samtykke(state: str) -> str:
    """Samtykke as a symbol and words (HTML). `state` comes from checks.samtykke.shown_state."""
    return f'<span class="sr-samtykke sr-{state}">{icon(state)}{escape(STATES[state])}</span>'
