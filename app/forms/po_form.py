"""Personopplysninger after the codebook's po.yml: where each field is stored, which answers are valid, the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from checks import personopplysninger
from checks.codebook import Variabel, load
from checks.errors import Problem, problem
from checks.personopplysninger import FORM
from checks.samtykke import NO, WITHDRAWN, YES
from checks.values import label
from ingest.registration import drafts, numbers, patients
from ingest.registration.forlop import Forlop
from ingest.registration.patients import Pasient
from ingest.store import Tx

# Codebook variable -> attribute of ingest.registration.patients.Pasient.
STORED = {
    "DatoinhOppl": "dato_innhentet",
    "Fornavn": "fornavn",
    "Etternavn": "etternavn",
    "Fdato": "fodselsdato",
    "Kjonn": "kjonn",
    "Adrtype": "adressetype",
    "Adresse": "adresse",
    "Postnr": "postnr",
    "Poststed": "poststed",
    "Telefon": "telefon",
    "Epost": "epost",
}
CONTACT = ("Telefon", "Epost")
# The fields that the Folkeregister decides, once it has given them a value.
_OFFICIAL = ("Fornavn", "Etternavn", "Fdato", "Kjonn")


@dataclass(frozen=True)
class Po:
    """The answers on the screen: the stored values, with the user's unsaved answers in their place.

    For each field typed in, the draft holds the new value (``ny``), the value stored when it was typed (``fra``), and the text
    that was typed when that is no value (``tekst``).
    """

    patient: Pasient
    draft: drafts.Draft | None

    def value(self, name: str) -> Any:
        """The variable's value: str, int, date or None."""
        if self.draft is not None and name in self.draft.svar:
            return _typed(name, self.draft.svar[name]["ny"])
        return getattr(self.patient, STORED[name])

    def locked(self, name: str) -> bool:
        """Whether the value comes from the Folkeregister (manual: «hentes direkte fra folkeregisteret»)."""
        stored = getattr(self.patient, STORED[name])
        return self.patient.idtype == patients.FNR and name in _OFFICIAL and stored is not None

    @property
    def typed(self) -> dict[str, str]:
        """The texts that are no values of their fields, by variable."""
        return {
            name: given["tekst"]
            for name, given in (self.draft.svar if self.draft else {}).items()
            if given.get("tekst")
        }

    @property
    def overtaken(self) -> dict[str, str]:
        """Variable -> sentence, for each field in which somebody else has stored another value since it was typed."""
        return {
            name: f"En annen har lagret «{_words(name, getattr(self.patient, STORED[name]))}» her mens du skrev. "
            "Lagre en gang til for å bruke ditt svar."
            for name, typed in (self.draft.svar if self.draft else {}).items()
            if getattr(self.patient, STORED[name]) not in (_typed(name, typed["fra"]), self.value(name))
        }

    @property
    def missing_contact(self) -> tuple[str, ...]:
        """The variables among telephone and e-mail that are empty."""
        return tuple(name for name in CONTACT if not self.value(name))

    def problems(self, today: date) -> dict[str, str]:
        """Variable -> the sentence beside its field, for every answer in the draft that may not be saved.

        A wrong value that is stored already, by an import or long ago, does not stop the user from saving other answers.
        """
        typed = self.draft.svar.keys() & STORED.keys() if self.draft else set()
        found = {name: sentence(name, self.value(name), today) for name in STORED if name in typed}
        if typed & {"Postnr", "Adrtype"}:
            refused = personopplysninger.wrong_postcode(self.value("Adrtype"), self.value("Postnr"))
            found["Postnr"] = _beside("Postnr", refused)
        found |= {name: _unread(name, text) for name, text in self.typed.items()}
        return {name: words for name, words in found.items() if words}


def sentence(name: str, value: Any, today: date) -> str | None:
    """The sentence beside a field about what is wrong with its answer; None when nothing is."""
    return _beside(name, personopplysninger.wrong(name, value, today))


def _unread(name: str, text: str) -> str | None:
    return _beside(name, problem("REG-323", skjema=FORM, variabel=name, felt=label(variable(name)), verdi=text))


def _beside(name: str, refused: Problem | None) -> str | None:
    """The sentence without the field's name, which stands above it."""
    return refused.melding.removeprefix(f"{label(variable(name))}: ") if refused else None


def variable(name: str) -> Variabel:
    """The codebook's variable of this name, for its label, help and codes."""
    return load().skjema[FORM].variabler[name]


def read(tx: Tx, patient: Pasient, forlop_id: int) -> Po:
    """The stored values of the patient and the actor's own draft."""
    return Po(patient, drafts.get(tx, forlop_id, FORM))


def keep(tx: Tx, po: Po, forlop_id: int, name: str, value: Any, text: str | None = None) -> None:
    """Put one answer in the actor's draft, so that a reload does not lose it; ``text`` is what was typed when that is none."""
    answers = dict(po.draft.svar) if po.draft else {}
    before = answers[name]["fra"] if name in answers else _plain(getattr(po.patient, STORED[name]))
    given = {"ny": _plain(value), "fra": before} | ({"tekst": text} if text else {})
    drafts.keep(tx, forlop_id, FORM, 0, answers | {name: given})


def see(tx: Tx, po: Po, forlop_id: int) -> None:
    """Note that the user has been told what others stored meanwhile, so that the next save may replace it."""
    if po.draft is not None:
        seen = {n: {**typed, "fra": _plain(getattr(po.patient, STORED[n]))} for n, typed in po.draft.svar.items()}
        drafts.keep(tx, forlop_id, FORM, 0, seen)


def save(tx: Tx, po: Po, forlop_id: int) -> None:
    """Store the answers of the draft and delete it. Raises as ``numbers.update``."""
    if po.draft is not None:
        changes = {STORED[n]: po.value(n) for n in po.draft.svar if n in STORED and not po.locked(n)}
        numbers.update(tx, po.patient.pasient_id, changes)
        drafts.drop(tx, forlop_id, FORM)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _words(name: str, value: Any) -> str:
    if value is None:
        return "(tomt)"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return variable(name).tekst(value) if variable(name).type == "liste" else str(value)


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip() or None
    if value is not None and STORED[name] in ("fodselsdato", "dato_innhentet"):
        return date.fromisoformat(value)
    return value


def samtykke(head: Forlop) -> dict[str, Any]:
    """The consent variables of a forløp, which PO shows read-only; a withdrawn consent is shown as Nei."""
    if head.trukket_dato is not None:
        return {"SkrSamtykke": NO, "ManglSamt": WITHDRAWN, "DatoTrektSamt": head.trukket_dato}
    if head.samtykke == YES:
        return {"SkrSamtykke": YES, "DatoinhSamt": head.samtykke_dato}
    if head.samtykke == NO:
        return {"SkrSamtykke": NO, "ManglSamt": head.samtykke_type}
    return {"SkrSamtykke": None}
