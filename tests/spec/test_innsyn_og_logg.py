"""The log has who opened which patient or form, every search, and every change with old and new value; who may read it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from checks import identity
from checks.errors import RegisterError
from ingest import audit
from ingest.access import Actor
from ingest.lists import innsyn
from ingest.lists.innsyn import Found, Query
from ingest.registration import patients
from ingest.registration.lookalikes import lookalikes
from tests.support import B12, COLLEAGUE, LC, LU, OTHER_LC, OTHER_LU, OWN, SC, Register


def last(register: Register) -> dict[str, Any]:
    with register.store.read(SC) as tx:
        row = tx.row("select * from tilgang.logg order by nr desc limit 1")
    assert row is not None
    return row | {"detaljer": json.loads(row["detaljer"]) if row["detaljer"] else None}


def read(register: Register, query: Query, actor: Actor = SC) -> Found:
    with register.store.write(actor) as tx:
        return innsyn.read(tx, query)


def broken(register: Register) -> list[tuple[int, str]]:
    with register.store.read(SC) as tx:
        return list(audit.broken_rows(tx))


def test_a_apne_et_skjema_er_en_rad_med_hvem_nar_rolle_og_enhet(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    with register.store.read(SC) as tx:
        before = tx.rows("select nr from tilgang.logg")
    with register.store.write(LU) as tx:
        innsyn.opened(tx, "skjema", patient, forlop_id, "b11")
    row = last(register)
    assert row["nr"] == len(before) + 1
    assert (row["hendelse"], row["pasient_id"], row["forlop_id"], row["skjema"]) == (
        "skjema åpnet",
        patient,
        forlop_id,
        "b11",
    )
    assert (row["bruker"], row["rolle"], row["enhet"], row["tid"]) == (LU.bruker, "LU", OWN, register.clock.now)


def test_sok_logges_uten_navn_og_nummer(register: Register) -> None:
    number = identity.make(date(1950, 1, 31), 1, 1)
    with register.store.write(LU) as tx:
        patients.find(tx, number, test_persons=True)
    assert (last(register)["hendelse"], last(register)["detaljer"]) == ("pasientsøk", {"treff": False})
    with register.store.write(LU) as tx:
        lookalikes(tx, "Kari", "Kanarifugl", None)
    assert (last(register)["hendelse"], last(register)["detaljer"]) == ("pasientsøk", {"måte": "navn", "treff": []})
    with register.store.read(SC) as tx:
        log = str(tx.rows("select * exclude (salt) from tilgang.logg"))
    assert number not in log
    assert "Kanarifugl" not in log


def test_en_lagring_logges_med_gammel_og_ny_kode(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.save(forlop_id, "b12", B12)
    assert last(register)["detaljer"]["endret"]["StSmRo12"] == {"fra": None, "til": 6}
    register.save(forlop_id, "b12", {"StSmRo12": 7, "SvSmRo12": None})
    assert last(register)["detaljer"]["endret"] == {
        "StSmRo12": {"fra": 6, "til": 7},
        "SvSmRo12": {"fra": 3, "til": None},
    }


def test_personopplysninger_logges_med_feltets_navn_ikke_med_verdien(register: Register) -> None:
    patient = register.patient()
    with register.store.write(LU) as tx:
        patients.update(tx, patient, {"telefon": "99887766", "adressetype": 2})
    assert last(register)["detaljer"] == {"telefon": "endret", "adressetype": {"fra": "1", "til": "2"}}


@pytest.fixture
def filled(register: Register) -> Register:
    """Patient 1001 at the own unit, opened by two users on three days; 1002 at the other unit."""
    own, other = register.forlop(), register.forlop(actor=OTHER_LU)
    for actor, patient in ((LU, 1001), (COLLEAGUE, 1001), (OTHER_LU, 1002)):
        register.clock.turn(days=1)
        with register.store.write(actor) as tx:
            innsyn.opened(tx, "skjema", patient, own if patient == 1001 else other, "to")
    return register


def test_loggen_leses_per_pasient_nyeste_forst(filled: Register) -> None:
    found = read(filled, Query(pasient_id=1001))
    assert [e.hendelse for e in found.events[:2]] == ["skjema åpnet", "skjema åpnet"]
    assert [e.bruker for e in found.events[:2]] == [COLLEAGUE.bruker, LU.bruker]
    assert {e.pasient_id for e in found.events} == {1001}
    assert found.antall == len(found.events)


def test_loggen_leses_per_bruker_og_periode(filled: Register) -> None:
    found = read(filled, Query(bruker=LU.bruker, fra=date(2026, 11, 24), til=date(2026, 11, 24)))
    assert [(e.hendelse, e.tid.date()) for e in found.events] == [("skjema åpnet", date(2026, 11, 24))]
    assert read(filled, Query(bruker=LU.bruker, fra=date(2026, 11, 25))).events == []


def test_perioden_er_norske_dager(register: Register) -> None:
    patient = register.patient()
    register.clock.now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    with register.store.write(LU) as tx:
        innsyn.opened(tx, "personopplysninger", patient)
    day = date(2026, 12, 1)
    assert len(read(register, Query(pasient_id=patient, fra=day, til=day)).events) == 1


def test_a_lese_loggen_logges(filled: Register) -> None:
    read(filled, Query(pasient_id=1001, fra=date(2026, 11, 1)), LC)
    row = last(filled)
    assert (row["hendelse"], row["bruker"], row["pasient_id"]) == ("innsynslogg lest", LC.bruker, 1001)
    assert row["detaljer"] == {"fra": "2026-11-01"}
    read(filled, Query(bruker=LU.bruker), LC)
    assert last(filled)["detaljer"] == {"bruker": LU.bruker}


def test_lc_ser_bare_hendelser_ved_egen_enhet(filled: Register) -> None:
    with filled.store.write(OTHER_LU) as tx:
        innsyn.opened(tx, "pasienthistorikk", 1001)
    assert OTHER_LU.bruker not in {e.bruker for e in read(filled, Query(pasient_id=1001), LC).events}
    assert OTHER_LU.bruker in {e.bruker for e in read(filled, Query(pasient_id=1001), SC).events}
    assert read(filled, Query(bruker=LU.bruker), OTHER_LC).events == []


def test_lu_leser_ikke_loggen(filled: Register) -> None:
    for call in (lambda tx: innsyn.read(tx, Query(pasient_id=1001)), innsyn.people):
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"), filled.store.write(LU) as tx:
            call(tx)


@pytest.mark.parametrize(
    ("query", "code"),
    [(Query(), "REG-107"), (Query(pasient_id=1, fra=date(2026, 2, 2), til=date(2026, 2, 1)), "REG-106")],
)
def test_et_umulig_sok_i_loggen_sier_hva_som_mangler(register: Register, query: Query, code: str) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == code):
        read(register, query)


def test_loggen_deles_i_sider(register: Register) -> None:
    patient = register.patient()
    with register.store.write(LU) as tx:
        for _ in range(innsyn.PAGE + 5):
            innsyn.opened(tx, "skjema", patient)
    first = read(register, Query(pasient_id=patient))
    second = read(register, Query(pasient_id=patient, side=1, topp=first.topp))
    assert (len(first.events), first.antall) == (innsyn.PAGE, second.antall)
    numbers = [e.nr for e in first.events + second.events]
    assert len(numbers) == first.antall
    assert numbers == sorted(set(numbers), reverse=True)


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        ("update tilgang.logg set bruker = 'bruker9' where nr = 3", "innholdet er endret"),
        ("update tilgang.logg set tid = tid + interval 1 second where nr = 3", "innholdet er endret"),
        ("update tilgang.logg set pasient_id = 9 where nr = 3", "innholdet er endret"),
        ("update tilgang.logg set detaljer = '{}' where nr = 3", "innholdet er endret"),
        ("update tilgang.logg set detaljer = null, salt = ''::blob where nr = 3", "tømte rader"),
        ("update tilgang.logg set innhold = 'x' where nr = 3", "kjeden er brutt"),
        ("delete from tilgang.logg where nr = 3", "rad 3 mangler"),
        ("delete from tilgang.logg where nr = (select max(nr) from tilgang.logg)", "slutten av loggen mangler"),
        ("update tilgang.logg set nr = nr + 1 where nr = (select max(nr) from tilgang.logg)", "mangler"),
    ],
)
def test_enhver_endring_av_loggen_oppdages(filled: Register, edit: str, what: str) -> None:
    assert broken(filled) == []
    with filled.store.write(SC) as tx:
        tx.run(edit)
    assert any(what in said for _, said in broken(filled))
