"""The questions of an open form, drawn as one component: answers go to an address of their own, not through Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.components.hosted import hosted_component

_component = hosted_component("smertereg_skjema", "skjema.js")


def form_fields(
    form: Mapping[str, Any], *, key: str, address: str, page_key: str, forlop_id: int, skjema: str, owner: str
) -> None:
    """Draw the form (app/forms/drawn.py, ``whole``). Its answers are posted to ``address`` with ``page_key``.

    ``owner`` tells users apart: answers that have not reached the server wait in the tab, and are sent only for who gave them.
    The page is run again when an answer changes what is outside the form.
    """
    place = {"adresse": address, "nokkel": page_key, "forlop": forlop_id, "skjema": skjema, "eier": owner}
    _component(key=key, data={**form, "sted": place}, on_tegn_change=lambda: None)
