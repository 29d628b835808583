"""A patient's answers stored: the form completed and its order ended, whoever asked the questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from checks import eprom
from checks.answers import Shape, shape
from checks.errors import RegisterError
from checks.patient_forms import answered
from ingest.access import Actor, require
from ingest.prom import cases, links, place
from ingest.registration import forlop, forms
from ingest.store import Tx

# The actor of a request to the patient's page before its link is looked up; the unit is not known yet.
VISITOR = Actor(cases.PATIENT, "Pasienten", "PASIENT", "")


@dataclass(frozen=True)
class Opened:
    """A form that may be answered now. ``steg`` is the step at which the patient left it, None before it is begun.

    ``form`` is the form as it is asked of this forløp.
    """

    enhet: str
    forlop_id: int
    skjema: str
    frist: datetime
    svar: dict[str, Any]
    steg: int | None
    form: Shape


def take(tx: Tx, link: links.Link, svar: Mapping[str, Any], dag: date) -> None:
    """Store what the patient answered on ``dag`` in a service that asked the questions itself, lock the form and end its order.

    ``link`` must be live, and read in the same transaction. Raises REG-179 and InvalidAnswers as ``complete``.
    """
    require(tx.actor, "besvare")
    form = shape(link.skjema, link.startdato or tx.today)
    opened = Opened(link.enhet, link.forlop_id, link.skjema, link.deadline, dict(svar), None, form)
    complete(tx, opened, dag)


def complete(tx: Tx, opened: Opened, dag: date) -> None:
    """Store the answers, given on ``dag``, lock the form and end its order. Raises REG-179 and InvalidAnswers; then nothing is written."""
    tx = at_unit(tx, opened)
    if not answered(opened.form.skjema, opened.svar):
        raise RegisterError("REG-179")
    head = forlop.get(tx, opened.forlop_id, "besvare")
    forms.save(
        tx,
        opened.forlop_id,
        opened.skjema,
        opened.svar | filled_in(opened.skjema, dag.isoformat()),
        grunnversjon=head.skjema[opened.skjema].versjon,
        hendelse=forms.COMPLETE,
        action="besvare",
    )
    end_order(tx, opened.forlop_id, opened.skjema)


def at_unit(tx: Tx, opened: Opened) -> Tx:
    """The transaction with the patient as actor at the form's unit, so that access to other units is refused."""
    return replace(tx, actor=replace(tx.actor, enhet=opened.enhet))


def filled_in(skjema: str, dated: str) -> dict[str, Any]:
    """The answers that say when the patient filled in the form (ISO), and that it was done."""
    dato, utfylt, _ = eprom.CLOSING_FIELDS[skjema]
    return {dato: dated, utfylt: 1}


def end_order(tx: Tx, forlop_id: int, skjema: str) -> None:
    """End the form's orders, because it is answered."""
    rows = tx.rows("select bestilling_id from prom.bestilling where forlop_id = ? and skjema = ?", forlop_id, skjema)
    place.end(tx, [row["bestilling_id"] for row in rows], eprom.ANSWERED)
