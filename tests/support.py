"""A small register for tests: two units, users in every role, complete answers to every form, and a clock to set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checks import identity
from ingest import store, units
from ingest.access import Actor
from ingest.lists import unit_lists
from ingest.registration import forlop, forms, patients, versions
from ingest.safekeeping import opening
from ingest.services.folkeregister import LocalFolkeregister
from ingest.services.kontaktregister import LocalKontaktregister
from ingest.settings import Settings

# Monday at 10 in Norway: far from 16.30, when patient forms are sent, and from midnight.
MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWN, OTHER = "100082", "100320"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
LU = Actor("bruker1", "Lise Lokal", "LU", OWN)
COLLEAGUE = Actor("bruker2", "Leif Lokal", "LU", OWN)
LC = Actor("bruker3", "Lars Koordinator", "LC", OWN)
SC = Actor("bruker4", "Siri Nasjonal", "SC", OWN)
OTHER_LU = Actor("bruker5", "Anne Annen", "LU", OTHER)
OTHER_LC = Actor("bruker6", "Arne Annen", "LC", OTHER)
LS = Actor("bruker7", "Stine Statistiker", "LS", OWN)
NS = Actor("bruker8", "Nils Nasjonalstatistiker", "NS", OWN)

TO = {
    "HenvistDato": "2026-11-01",
    "Tilsynsanmodnin": 1,
    "StartdatoTO": "2026-11-02",
    "Tilsett": 1,
    "Norsktalende": 1,
    "KognSvekket": 0,
    "SkriftligSamtyk": 1,
    "DatoSamtykke": "2026-11-02",
}
NOT_SEEN = {
    "HenvistDato": "2026-11-01",
    "Tilsynsanmodnin": 1,
    "StartdatoTO": "2026-11-02",
    "Tilsett": 2,
    "Norsktalende": 1,
    "KognSvekket": 0,
}
DIAGNOSIS = {
    "SmerteDiagID": 1,
    "SmerteKat": 1,
    "DiagKat": 2,
    "DiagSubKat": 1,
    "ICD10Kode": "3",
    "ICD10Tekst": "Rygg – Cervicalt",
    "HovedDiag": 1,
}
B11 = {
    "RegDato11": "2026-11-02",
    "Lokasjon": 1,
    "InnlAvd": 1,
    "smertediagnoser": [DIAGNOSIS],
    "Ingen4a": 1,
    "Ingen4b": 1,
    "SentralBlokkB11": 0,
    "PeriferBlokkB11": 0,
    "TidligereRus": 0,
    "PaagaaRus": 0,
    "LAR": 0,
}
B12 = {"Regdato12": "2026-11-02", "AngiNRS12": 1, "StSmRo12": 6, "SvSmRo12": 3, "StSmBev12": 8, "SvSmBev12": 4}
B21 = {"Regdato21": "2026-11-05", "AngiNRS21": 0}
B22 = {
    "SluttDato": "2026-11-05",
    "Lege": 1,
    "AntTilsLege": 2,
    "AntPasTils": 6,
    "TotTid": 4,
    "MedBeh22": 0,
    "IkkeMedBeh": 0,
    "SentralBlokk": 0,
    "PeriferBlokk": 0,
    "VidereOppf": 0,
}
B11_NOT_SEEN = {**B11, "Ingen4b": None, "Vetikke4b": 1}
COMPLETE: dict[str, dict[str, Any]] = {"to": TO, "b11": B11, "b12": B12, "b21": B21, "b22": B22}


@dataclass
class Clock:
    """A clock that stands still until a test sets it."""

    now: datetime = MOMENT

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


def numbers(born: date, sex: int, serials: Iterable[int]) -> Iterator[str]:
    """Fødselsnumre of patients whom the demo's Kontaktregister knows as reachable digitally."""
    made = (identity.make(born, sex, serial) for serial in serials)  # pyright: ignore[reportArgumentType]
    return (number for number in made if LocalKontaktregister().find(number).reachable)


def fodselsnummer(tx: store.Tx, number: str, *, test_persons: bool = True) -> identity.Fodselsnummer:
    """The number as Ny registrering reads it."""
    found, _ = patients.find(tx, number, test_persons=test_persons)
    assert isinstance(found, identity.Fodselsnummer)
    return found


@dataclass
class Register:
    """The store, with methods for what tests do often."""

    store: store.Store
    clock: Clock
    serials: Any = field(default_factory=lambda: count(1))

    def settings(self, **given: Any) -> Settings:
        """Settings for the folder that the register lies in."""
        return Settings(data=self.store.path.parent, **given)

    def keep_journal(self) -> Settings:
        """Begin a journal beside the register, with the backup that it continues."""
        settings = self.settings(journal=self.store.journal_folder)
        opening.begin_journal(self.store, settings)
        return settings

    def patient(self, born: date = date(1970, 5, 4), sex: int = 2, actor: Actor = LU) -> int:
        """Make a patient with the next of the ``numbers``; returns the PasientID."""
        number = next(numbers(born, sex, self.serials))
        with self.store.write(actor) as tx:
            parsed = fodselsnummer(tx, number)
            return patients.create(tx, parsed, LocalFolkeregister().find(parsed))

    def forlop(self, pasient_id: int | None = None, actor: Actor = LU) -> int:
        pasient_id = pasient_id or self.patient(actor=actor)
        with self.store.write(actor) as tx:
            return forlop.create(tx, pasient_id)

    def head(self, forlop_id: int, actor: Actor = SC) -> forlop.Forlop:
        with self.store.read(actor) as tx:
            return forlop.get(tx, forlop_id)

    def open(self, forlop_id: int, skjema: str, actor: Actor = LU) -> forms.OpenForm:
        with self.store.read(actor) as tx:
            return forms.open_form(tx, forlop_id, skjema)

    def save(self, forlop_id: int, skjema: str, svar: dict[str, Any], actor: Actor = LU, **options: Any) -> forms.Saved:
        """Save the current answers, with those in ``svar`` in place of the variables that it names."""
        with self.store.write(actor) as tx:
            current = forms.open_form(tx, forlop_id, skjema)
            options.setdefault("grunnversjon", current.versjon)
            return forms.save(tx, forlop_id, skjema, {**current.svar, **svar}, **options)

    def complete(self, forlop_id: int, skjema: str, svar: dict[str, Any] | None = None) -> forms.Saved:
        """Ferdigstill a form with this module's complete answers, or with ``svar``."""
        return self.save(forlop_id, skjema, COMPLETE[skjema] if svar is None else svar, hendelse=forms.COMPLETE)

    def completed_forlop(self, to: dict[str, Any] | None = None, days: int = 0) -> int:
        """Make a forløp with every behandler form of its type ferdigstilt; returns its number. ``days`` moves all the dates."""
        forlop_id = self.forlop()
        self.complete(forlop_id, "to", moved(to or TO, days))
        for skjema in self.head(forlop_id).forms[1:]:
            if skjema in COMPLETE:
                unseen = skjema == "b11" and self.head(forlop_id).forlopstype == 1
                self.complete(forlop_id, skjema, moved(B11_NOT_SEEN if unseen else COMPLETE[skjema], days))
        return forlop_id


def moved(answers: dict[str, Any], days: int) -> dict[str, Any]:
    """The answers with every date so many days later."""

    def later(value: Any) -> Any:
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat() if DAY.fullmatch(str(value)) else value

    return {name: later(value) for name, value in answers.items()}


def make(path: Path, slag: str = store.DEMO) -> Register:
    """An empty register with two units; lokasjon 1 and avdeling 1–2 at the own unit, 2 and 3 at the other."""
    contents, used = _empty(slag)
    path.write_bytes(contents)
    clock = Clock()
    return Register(store.Store(path, clock=clock, random_bytes=_salts(count(used))), clock)


@cache
def _empty(slag: str) -> tuple[bytes, int]:
    """(contents of the file of an empty register, how many salts it has used), made once because it takes a while."""
    salts = count()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "smertereg.duckdb"
        opened = store.create(path, slag, clock=Clock(), random_bytes=_salts(salts))
        with opened.write(SC) as tx:
            units.add_unit(tx, OWN, "Haukeland universitetssjukehus", "Helse Bergen HF", "Helse Vest RHF")
            units.add_unit(tx, OTHER, "St. Olavs hospital", "St. Olavs Hospital HF", "Helse Midt-Norge RHF")
            unit_lists.add_entry(tx, "lokasjon", OWN, "Haukeland", "HUS")
            unit_lists.add_entry(tx, "avdeling", OWN, "Kirurgisk avdeling", "Kir")
            unit_lists.add_entry(tx, "avdeling", OWN, "Medisinsk avdeling", "Med")
            unit_lists.add_entry(tx, "lokasjon", OTHER, "Øya", "Øya")
            unit_lists.add_entry(tx, "avdeling", OTHER, "Ortopedisk avdeling", "Ort")
        opened.close()
        return path.read_bytes(), next(salts)


def _salts(numbers: Iterator[int]) -> Callable[[int], bytes]:
    return lambda length: next(numbers).to_bytes(length, "big")


def answers_of(tx: store.Tx, forlop_id: int, skjema: str) -> dict[str, Any]:
    """The saved answers of a form; empty when nothing is saved."""
    return versions.current(tx, forlop.get(tx, forlop_id), [skjema])[skjema].svar
