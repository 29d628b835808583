"""The table of Arbeidsliste and Pasientregistreringer: a line for each forløp, with a symbol that opens each form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.hosted import hosted_component
from app.web import guard
from checks import names

_component = hosted_component("smertereg_arbeidsliste", "arbeidsliste.js")


def arbeidsliste(
    rows: Sequence[Mapping[str, Any]],
    *,
    forms: Sequence[tuple[str, str]],
    can_delete: bool,
    key: str,
    on_event: Callable[[dict[str, Any]], None],
    avdelinger: Sequence[tuple[int, str]] = (),
    name: str = "arbeidslisten",
    filters: Sequence[str] = ("venter", "gamle", "mine"),
    empty: str = "Ingen aktive forløp. Begynn med «Ny registrering».",
    patient_forms: bool = False,
    form_key: str = "",
) -> None:
    """Draw the list. `on_event` is called with each event before the run that follows it.

    It is not called in that run, because the next click can cut a run off, and the event would then be lost.

    Rows: forlop_id, pasient_id, navn, alder, kjonn (1 mann, 2 kvinne, None), dod (when the patient died, or ""), barn (bool), fnr_maskert,
    fnr (only when it may be shown), samtykke (ja nei venter ikke_aktuelt trukket), startdato (ISO or ""),
    lokasjon, avdeling, avdeling_id, mine (bool), dager_aapen, kommentar_b22 (print only), skjema: form ->
    {status: -1 0 1 or None, kommentar: bool}. `forms`: form id and heading. `avdelinger`: (id, name) of the
    unit's active ones. `filters` are the quick ones, by id (also varsel: a form that was not sent), `empty` what is said
    when there is nothing. With `patient_forms` (Pasientregistreringer) each form has eprom (ikke_mulig tilgjengelig
    bestilt utfylt), tekst and varsel too, and each line a tannhjul. `form_key` is what the form behind «PDF» brings (app/web/guard.py).

    Forms, PO, history and «Ny registrering» are links that the browser follows by itself:
    /skjema?forlop=&skjema=, /personopplysninger?pasient=&forlop=, /pasienthistorikk?pasient=,
    /ny_registrering. An event, by «handling»:
    vis (pasient_id) · avdeling (forlop_id, avdeling_id) · slett (forlop_id) · tannhjul (forlop_id) ·
    stjerne (forlop_id, skjema).
    """

    def happened() -> None:
        event = (st.session_state[key] or {}).get("hendelse")
        if event:
            on_event(event)

    _component(
        key=key,
        data={
            "rader": [{**row, "navnedeler": names.openings(row["navn"])} for row in rows],
            "folding": names.TABLES,
            "skjemaer": [list(form) for form in forms],
            "kan_slette": can_delete,
            "avdelinger": [list(avdeling) for avdeling in avdelinger],
            "navn": name,
            "filtre": list(filters),
            "tomt": empty,
            "pasientskjema": patient_forms,
            "nokkel": {"navn": guard.FIELD, "verdi": form_key},
        },
        on_hendelse_change=happened,
    )
