"""Issue B: each act at the register is one row in the log: what was done, of whom, which forløp and form, and how it changed.

What is written of a patient is never in it.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from checks import identity
from checks.errors import RegisterError
from checks.forlop import PATIENT_FORMS
from ingest.access import Actor
from ingest.prom import samtykke
from ingest.registration import comments, erasure, forlop, forms, patients
from ingest.registration.lookalikes import lookalikes
from tests.support import LC, LU, SC, TO, Register


class Log:
    """The rows of the log since the last look."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.seen = 0
        self.new()

    def new(self) -> list[tuple[str, int | None, int | None, str | None, Any]]:
        with self.register.store.read(SC) as tx:
            rows = tx.rows("select * from tilgang.logg where nr > ? order by nr", self.seen)
        self.seen = max([self.seen, *(row["nr"] for row in rows)])
        return [
            (r["hendelse"], r["pasient_id"], r["forlop_id"], r["skjema"], json.loads(r["detaljer"] or "null"))
            for r in rows
        ]


def do(register: Register, act, *arguments: Any, actor: Actor = LU, **options: Any) -> Any:
    with register.store.write(actor) as tx:
        return act(tx, *arguments, **options)


@pytest.fixture
def log(register: Register) -> Log:
    return Log(register)


def test_en_pasient_opprettes(register: Register, log: Log) -> None:
    with_number = register.patient(date(1970, 5, 4))
    without = do(register, patients.create_other, " Anna ", " Kowalska ", date(1980, 1, 2), 2)
    search, *created = log.new()
    assert search == ("pasientsøk", None, None, None, {"treff": False})
    assert created == [
        ("pasient opprettet", with_number, None, None, {"idtype": "fnr"}),
        ("pasient opprettet", without, None, None, {"idtype": "annet"}),
    ]
    with register.store.read(SC) as tx:
        found = patients.get(tx, without)
    assert (found.navn, found.fodselsdato, found.kjonn, found.adressetype) == ("Anna Kowalska", date(1980, 1, 2), 2, 2)
    assert (found.idtype, found.avdod, found.dato_innhentet) == ("annet", 0, register.clock.now.date())


@pytest.mark.parametrize("answered", [True, False])
def test_det_staar_naar_folkeregisteret_ble_spurt_bare_naar_det_svarte(register: Register, answered: bool) -> None:
    number = identity.parse(identity.make(date(1970, 5, 4), 2, 1), test_persons=True, today=date(2026, 11, 23))
    made = do(register, patients.create, number, None, asked=answered)
    assert do(register, patients.create, number, None) == made
    with register.store.read(SC) as tx:
        found = patients.get(tx, made)
    assert (found.navn, found.fodselsdato, found.kjonn, found.adressetype) == ("Uten navn", date(1970, 5, 4), 2, 1)
    assert found.dato_innhentet == (register.clock.now.date() if answered else None)


def test_et_sok_som_traff_sier_hvem(register: Register, log: Log) -> None:
    patient = register.patient()
    with register.store.read(SC) as tx:
        number = str(tx.rows("select idnr from identitet.person where pasient_id = ?", patient)[0]["idnr"])
    log.new()
    assert do(register, patients.find, number, test_persons=True)[1] == patient
    assert do(register, patients.reveal, patient) == number
    assert log.new() == [
        ("pasientsøk", patient, None, None, {"treff": True}),
        ("fødselsnummer vist", patient, None, None, None),
    ]


def test_sok_paa_navn_sier_hvem_som_lignet(register: Register, log: Log) -> None:
    found = do(register, patients.create_other, "Anna Maria", "Kowalska", date(1980, 1, 2), 2)
    register.forlop(found)
    log.new()
    (one,) = do(register, lookalikes, "Anna", "Kowalska", None)
    assert (one.pasient_id, one.navn, one.fodselsdato, one.fnr_maskert) == (
        found,
        "Anna Maria Kowalska",
        date(1980, 1, 2),
        "uten norsk nummer",
    )
    assert log.new() == [("pasientsøk", None, None, None, {"måte": "navn", "treff": [found]})]


def test_personopplysninger_endres(register: Register, log: Log) -> None:
    patient = register.patient(date(1970, 5, 4))
    log.new()
    do(register, patients.update, patient, {"telefon": "99887766", "fodselsdato": date(1971, 5, 4), "adressetype": 1})
    do(register, patients.update, patient, {"telefon": "99887766", "idnr": "1", "avdod": 1})
    changed = {"telefon": "endret", "fodselsdato": {"fra": "1970-05-04", "til": "1971-05-04"}}
    assert log.new() == [("personopplysninger endret", patient, None, None, changed)]
    with register.store.read(LU) as tx:
        found = patients.get(tx, patient)
    assert (found.telefon, found.fodselsdato, found.avdod) == ("99887766", date(1971, 5, 4), 0)


def test_et_forlop_opprettes_flyttes_og_slettes(register: Register, log: Log) -> None:
    patient = register.patient()
    log.new()
    made = register.forlop(patient)
    register.save(made, "b11", {"InnlAvd": 1})
    do(register, forlop.change_avdeling, made, 2)
    do(register, forlop.delete, made, "feil pasient", actor=LC)
    created, _, moved, deleted = log.new()
    assert created == ("forløp opprettet", patient, made, None, None)
    assert moved == ("avdeling byttet", patient, made, None, {"fra": 1, "til": 2})
    assert deleted == ("forløp slettet", patient, made, None, {"grunn": "feil pasient"})
    with register.store.read(SC) as tx:
        (row,) = tx.rows("select slettet, slettet_av, slettet_grunn from register.forlop where forlop_id = ?", made)
        (history,) = tx.rows("select * from register.avdelingsbytte")
    now = register.clock.now
    assert row == {"slettet": now, "slettet_av": LC.bruker, "slettet_grunn": "feil pasient"}
    assert tuple(history.values()) == (made, 1, 2, LU.bruker, now)


def test_et_skjema_lagres_ferdigstilles_og_rettes(register: Register, log: Log) -> None:
    made = register.forlop()
    patient = register.head(made).pasient_id
    log.new()
    register.save(made, "to", {"HenvistDato": "2026-11-01"})
    register.save(made, "to", {"Tilsett": 1}, hendelse=forms.AUTOSAVE)
    register.complete(made, "to")
    register.save(made, "to", {"HenvistDato": "2026-10-31"}, actor=LC, grunn="tastefeil")
    rows = log.new()
    assert [row[0] for row in rows] == [f"skjema {w}" for w in ("lagret", "autolagret", "ferdigstilt", "rettet")]
    assert {row[1:4] for row in rows} == {(patient, made, "to")}
    assert [row[4]["versjon"] for row in rows] == [1, 2, 3, 4]
    assert rows[0][4]["endret"] == {"HenvistDato": {"fra": None, "til": "2026-11-01"}}
    assert rows[3][4]["endret"] == {"HenvistDato": {"fra": "2026-11-01", "til": "2026-10-31"}}
    with register.store.read(SC) as tx:
        digests = [r["digest"] for r in tx.rows("select digest from register.skjemaversjon order by versjon")]
    assert [row[4]["avtrykk"] for row in rows] == digests


def test_et_samtykke_trekkes(register: Register, log: Log) -> None:
    patient = register.patient()
    own, second, unsigned = register.forlop(patient), register.forlop(patient), register.forlop(patient)
    for forlop_id in (own, second):
        register.save(forlop_id, "to", TO)
    log.new()
    assert do(register, samtykke.withdraw, patient, date(2026, 11, 20), "brev", actor=SC) == 2
    details = {"forlop": [own, second], "dato": "2026-11-20", "kilde": "brev"}
    told = log.new()
    assert told[0] == ("samtykke trukket", patient, None, None, details)
    assert [row[:4] for row in told[1:]] == [
        ("skjema ferdigstilt", patient, made, skjema) for made in (own, second) for skjema in PATIENT_FORMS
    ]
    with register.store.read(SC) as tx:
        rows = tx.rows("select forlop_id, trukket_dato, trukket_kilde from register.forlop order by 1")
    assert [tuple(row.values()) for row in rows] == [
        (own, date(2026, 11, 20), "brev"),
        (second, date(2026, 11, 20), "brev"),
        (unsigned, None, None),
    ]
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-029"):
        do(register, samtykke.withdraw, patient, date(2026, 11, 21), "brev", actor=SC)


def test_en_kommentar_endres_og_teksten_staar_ikke_i_loggen(register: Register, log: Log) -> None:
    made = register.forlop()
    patient = register.head(made).pasient_id
    log.new()
    for based_on, text in enumerate((" Ring avdelingen ", "Ring igjen", " ")):
        do(register, comments.write, made, "to", text, based_on)
        register.clock.turn(minutes=1)
        with register.store.read(SC) as tx:
            found = comments.read(tx, made, "to")
        assert (found and found.tekst) == (text.strip() or None)
        assert found is None or (found.bruker, found.navn) == (LU.bruker, LU.bruker)
    events = ("kommentar endret", "kommentar endret", "kommentar slettet")
    assert log.new() == [(event, patient, made, "to", {"versjon": n}) for n, event in enumerate(events, 1)]
    with register.store.read(SC) as tx:
        assert comments.read(tx, made, "b11") is None
        assert [r["tekst"] for r in tx.rows("select tekst from register.kommentar order by versjon")] == [
            "Ring avdelingen",
            "Ring igjen",
            "",
        ]


def test_en_pasient_slettes(register: Register, log: Log) -> None:
    patient = register.patient()
    register.forlop(patient)
    register.forlop(patient)
    assert do(register, erasure.last) is None
    log.new()
    assert do(register, erasure.erase, patient, f" {patient} ", " Krav fra pasienten ", actor=SC) == 2
    ((what, who, *_, details),) = log.new()
    assert (what, who, details["forløp"]) == ("pasient slettet", patient, 2)
    assert do(register, erasure.last) == register.clock.now
    with register.store.read(SC) as tx:
        (kept,) = tx.rows("select * exclude (renset) from register.sletting")
        heads = tx.rows("select slettet, slettet_av, slettet_grunn from register.forlop where pasient_id = ?", patient)
    assert kept == {
        "pasient_id": patient,
        "tid": register.clock.now,
        "bruker": SC.bruker,
        "grunn": "Krav fra pasienten",
    }
    assert {tuple(row.values()) for row in heads} == {
        (register.clock.now, SC.bruker, "Pasienten er slettet etter krav")
    }
