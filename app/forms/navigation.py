"""The forms of a forløp in order, their addresses and tabs. Pure."""

from __future__ import annotations

from typing import Any

from checks import forlop as rules
from checks.codebook import load
from ingest.registration.forlop import Forlop

# The name of the tab that leads to the patient's forms.
PATIENT_TAB = "pasientskjema"


def address(head: Forlop, form: str) -> str:
    """The address of a form; PO has a page of its own."""
    if form == "po":
        return f"/personopplysninger?pasient={head.pasient_id}&forlop={head.forlop_id}"
    return f"/skjema?forlop={head.forlop_id}&skjema={form}"


def order(head: Forlop, form: str = "po") -> tuple[str, ...]:
    """The order of «Forrige» and «Neste» around ``form``: PO and the behandler forms of the forløp, or its patient forms
    when ``form`` is one of these.
    """
    if form in rules.PATIENT_FORMS:
        return tuple(f for f in rules.PATIENT_FORMS if f in head.forms)
    return ("po", *(f for f in rules.CLINICIAN_FORMS if f in head.forms))


def neighbours(head: Forlop, form: str) -> tuple[str | None, str | None]:
    """The forms before and after (manual: «Forrige», «Neste»); none around a form that a colleague's save has closed."""
    forms = order(head, form)
    if form not in forms:
        return None, None
    at = forms.index(form)
    return forms[at - 1] if at else None, forms[at + 1] if at + 1 < len(forms) else None


def tabs(head: Forlop, chosen: str, *, patient_page: bool, po_comment: bool) -> list[dict[str, Any]]:
    """The tabs of the head (see form_head). Forms that the forløpstype does not have get no address."""
    book = load().skjema
    if chosen == PATIENT_TAB or chosen in rules.PATIENT_FORMS:
        return _patient_tabs(head, chosen)
    found = [
        {
            "navn": "PO",
            "tittel": "Personopplysninger",
            "href": address(head, "po"),
            "status": None,
            "kommentar": po_comment,
            "valgt": chosen == "po",
        }
    ]
    here = order(head)
    for form in rules.CLINICIAN_FORMS:
        part = head.skjema.get(form)
        found.append(
            {
                "navn": book[form].navn,
                "tittel": book[form].tittel,
                "href": address(head, form) if form in here else None,
                "status": part.status if part else None,
                "kommentar": bool(part and part.har_kommentar),
                "valgt": form == chosen,
            }
        )
    if patient_page and set(rules.PATIENT_FORMS) & set(head.forms):
        found.append(_plain_tab("Pasientskjema", f"/pasientregistreringer?forlop={head.forlop_id}"))
    return found


def _patient_tabs(head: Forlop, chosen: str) -> list[dict[str, Any]]:
    """The tabs of a patient form: one back to the behandler's forms, then the patient forms."""
    book, here = load().skjema, order(head, rules.PATIENT_FORMS[0])
    overview = _plain_tab("Pasientskjema", f"/pasientregistreringer?forlop={head.forlop_id}")
    found = [_plain_tab("Behandlerskjema", address(head, "to")), overview | {"valgt": chosen == PATIENT_TAB}]
    for form in rules.PATIENT_FORMS:
        part = head.skjema.get(form)
        found.append(
            {
                "navn": book[form].navn,
                "tittel": book[form].tittel,
                "href": address(head, form) if form in here else None,
                "status": part.status if part else None,
                "kommentar": bool(part and part.har_kommentar),
                "valgt": form == chosen,
            }
        )
    return found


def _plain_tab(navn: str, href: str) -> dict[str, Any]:
    return {"navn": navn, "tittel": navn, "href": href, "status": None, "kommentar": False, "valgt": False}
