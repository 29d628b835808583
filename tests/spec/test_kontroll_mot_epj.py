"""Manual: «Innleverte registreringer»: whether everybody who was referred has been registered."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from app.lists import epj_result
from checks import epj_file, identity
from checks.epj_file import Line
from checks.errors import RegisterError
from ingest.lists import epj
from tests.support import LC, LU, OTHER, OTHER_LC, OWN, SC, Register

BORN = date(1970, 5, 4)


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def logged(register: Register) -> list:
    with register.store.read(SC) as tx:
        return tx.rows("select hendelse, pasient_id, detaljer from tilgang.logg order by nr")


def check(register: Register, lines: list[Line], actor=LC, enhet: str = OWN) -> epj.Checked:
    with register.store.write(actor) as tx:
        return epj.check(tx, enhet, lines, 3)


@pytest.mark.manual("Innleverte 2")
def test_brukes_til_aa_sjekke_om_alle_som_er_henvist_ogsaa_er_registrert(register: Register) -> None:
    patient = register.patient(BORN)
    forlop_id = register.forlop(patient)
    register.complete(forlop_id, "to")
    number = identity.make(BORN, 2, 1)
    found = check(
        register,
        [
            Line(2, number, None, date(2026, 11, 3), "Kir"),
            Line(3, identity.make(BORN, 2, 50), None, date(2026, 11, 3), "x"),
            Line(4, None, patient, date(2026, 10, 3), "Kir"),
        ],
    )
    assert [(m.referral.rad, m.forlop.forlop_id) for m in found.result.funnet] == [(2, forlop_id)]
    assert [(m.rad, m.pasient) for m in found.result.mangler] == [(3, None), (4, patient)]
    assert number not in str(logged(register))


def test_en_linje_som_staar_to_ganger_i_listen_er_en_henvisning_og_siden_sier_det(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found on ad0e55f: the second line was «en henvisning som mangler», though the patient was registered."""
    patient = register.patient(BORN)
    register.complete(register.forlop(patient), "to")
    table = pl.DataFrame({"PID": [str(patient)] * 2, "Henvist dato": ["03.11.2026"] * 2})
    lines, refused, doubled = epj_file.read(
        table, {"pasient": "PID", "dato": "Henvist dato"}, today=date(2026, 11, 23), test_persons=True
    )
    said: list[str] = []
    monkeypatch.setattr(epj_result.st, "html", said.append)
    epj_result.figure(check(register, lines), refused, doubled)
    assert "<b>1</b> av <b>1</b> henvisninger er registrert" in said[0] and "0 mangler i registeret" in said[0]
    assert "1\u00a0linje er helt lik en linje over den: det er samme henvisning, og den er telt én gang." in said[0]


def test_en_pasient_som_bare_er_registrert_andre_steder_kjennes_ikke_igjen(register: Register) -> None:
    patient = register.patient(BORN)
    register.forlop(patient)
    lines = [
        Line(2, identity.make(BORN, 2, 1), None, date(2026, 11, 3), ""),
        Line(3, None, patient, date(2026, 11, 3), ""),
    ]
    assert [m.pasient for m in check(register, lines, OTHER_LC, OTHER).result.mangler] == [None, None]


def kept(register: Register) -> list:
    with register.store.read(SC) as tx:
        return tx.rows(
            "select maaned, avdeling_id, henvist, registrert from register.epj_kontroll order by maaned, avdeling_id"
        )


def test_ingenting_av_listen_lagres_uten_at_brukeren_sier_det_og_da_bare_antall(register: Register) -> None:
    patient = register.patient(BORN)
    register.complete(register.forlop(patient), "to")
    lines = [
        Line(2, None, patient, date(2026, 11, 3), "Kir"),
        Line(3, None, 5, date(2026, 11, 3), "kirurgisk AVDELING"),
    ]
    found = check(register, lines)
    assert kept(register) == []
    for _ in range(2):
        with register.store.write(LC) as tx:
            assert epj.keep(tx, found) == 1
    assert kept(register) == [{"maaned": date(2026, 11, 1), "avdeling_id": 1, "henvist": 2, "registrert": 1}]


def last_kept(register: Register, actor=LC, enhet: str | None = OWN, avdeling_id: int | None = None) -> datetime | None:
    with register.store.read(actor) as tx:
        return epj.last_kept(tx, enhet, date(2025, 12, 1), date(2026, 11, 1), avdeling_id)


def test_den_siste_lagrede_kontrollen_i_perioden(register: Register) -> None:
    patient = register.patient(BORN)
    register.complete(register.forlop(patient), "to")
    assert last_kept(register) is None
    lines = [
        Line(2, None, patient, date(2026, 11, 3), "Kir"),
        Line(3, None, 5, date(2026, 9, 3), "ukjent"),
        Line(4, None, 6, date(2025, 11, 30), "Kir"),
    ]
    first = check(register, lines)
    with register.store.write(LC) as tx:
        epj.keep(tx, first)
    before = register.clock.now
    register.clock.turn(hours=1)
    assert last_kept(register, LU) == last_kept(register, avdeling_id=1) == before
    assert last_kept(register, avdeling_id=2) is None
    theirs = check(register, [Line(2, None, 9, date(2026, 10, 3), "")], OTHER_LC, OTHER)
    with register.store.write(OTHER_LC) as tx:
        epj.keep(tx, theirs)
    assert (last_kept(register), last_kept(register, SC, None)) == (before, register.clock.now)
    for actor, enhet, code in ((LU, None, "REG-060"), (LC, OTHER, "REG-061")):
        with refused(code):
            last_kept(register, actor, enhet)


@pytest.mark.manual("Innleverte 2")
def test_kontrollen_er_for_koordinatorer_ved_egen_enhet(register: Register) -> None:
    lines = [Line(2, None, 1, date(2026, 11, 3), "")]
    found = check(register, lines)
    for actor, code in ((LU, "REG-060"), (OTHER_LC, "REG-061")):
        with refused(code):
            check(register, lines, actor)
        with refused(code), register.store.write(actor) as tx:
            epj.keep(tx, found)
