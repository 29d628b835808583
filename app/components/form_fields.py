"""The questions of an open form, drawn as one component: answers go to an address of their own, not through Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_skjema", "skjema.js")


def form_fields(
    form: Mapping[str, Any], *, key: str, place: Mapping[str, Any], cards: tuple[str, ...] | None = None
) -> None:
    """Draw the form (app/forms/drawn.py, ``whole``), or only those of its ``cards``, when the page has the others elsewhere.

    ``place`` says where its answers go: «adresse», «nokkel» (the page's key), «forlop», «skjema», and «eier», which tells users
    apart: answers that have not reached the server wait in the tab, and are sent only for who gave them.
    The page is run again when an answer changes what is outside the form.
    """
    _component(key=key, data={**form, "sted": dict(place), "viser": cards and list(cards)}, on_tegn_change=lambda: None)
