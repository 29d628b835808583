"""The forms of a forløp in order, their addresses and tabs. Pure."""

from __future__ import annotations

from typing import Any

from checks import forlop as rules
from checks.codebook import load
from ingest.forlop import Forlop


def address(head: Forlop, form: str) -> str:
    """Where a form is: po is a page of its own."""
    if form == "po":
        return f"/personopplysninger?pasient={head.pasient_id}&forlop={head.forlop_id}"
    return f"/skjema?forlop={head.forlop_id}&skjema={form}"


def order(head: Forlop) -> tuple[str, ...]:
    """PO, TO, B 1.1, B 1.2, B 2.1, B 2.2: those that the forløpstype has."""
    return ("po", *(f for f in rules.CLINICIAN_FORMS if f in head.forms and f in head.skjema))


def neighbours(head: Forlop, form: str) -> tuple[str | None, str | None]:
    """The forms before and after (manual: «Forrige», «Neste»)."""
    forms = order(head)
    at = forms.index(form)
    return forms[at - 1] if at else None, forms[at + 1] if at + 1 < len(forms) else None


def tabs(head: Forlop, chosen: str, patient_page: bool) -> list[dict[str, Any]]:
    """The tabs of the head; forms that are not of the type have no address."""
    book = load().skjema
    found = [{"navn": "PO", "tittel": "Personopplysninger", "href": address(head, "po"), "status": None,
              "kommentar": False, "valgt": False}]  # fmt: skip
    here = order(head)
    for form in rules.CLINICIAN_FORMS:
        part = head.skjema.get(form)
        found.append({
            "navn": book[form].navn, "tittel": book[form].tittel, "href": address(head, form) if form in here else None,
            "status": part.status if part else None, "kommentar": bool(part and part.har_kommentar),
            "valgt": form == chosen,
        })  # fmt: skip
    if patient_page and "pasreg" in head.forms:
        found.append({"navn": "Pasientskjema", "tittel": "Pasientskjema", "status": None, "kommentar": False,
                      "href": f"/pasientregistreringer?forlop={head.forlop_id}", "valgt": False})  # fmt: skip
    return found
