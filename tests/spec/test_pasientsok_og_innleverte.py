"""Brukerveiledningen, «Pasientsøk» og «Innleverte registreringer», setning for setning."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from checks import identity
from checks.calculations.age import age_at
from checks.epj_file import Line
from checks.errors import RegisterError
from exports import lists
from ingest.lists import epj, innleverte, search
from ingest.lists.innleverte import Search
from ingest.registration import patients
from tests.support import LC, LU, NOT_SEEN, OTHER, OTHER_LC, OTHER_LU, OWN, SC, Register

BORN = date(1970, 5, 4)


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def named(register: Register, fornavn: str, etternavn: str, actor=LU) -> int:
    forlop_id = register.forlop(actor=actor)
    patient = register.head(forlop_id).pasient_id
    with register.store.write(actor) as tx:
        patients.update(tx, patient, {"fornavn": fornavn, "etternavn": etternavn})
    return patient


def find(register: Register, text: str, actor=LU) -> list[int]:
    with register.store.write(actor) as tx:
        return [h.pasient_id for h in search.by_name_or_number(tx, text, test_persons=True).hits]


def logged(register: Register) -> list:
    with register.store.read(SC) as tx:
        return tx.rows("select hendelse, pasient_id, detaljer from tilgang.logg order by nr")


def test_sok_paa_navn_finner_ord_fra_begynnelsen(register: Register) -> None:
    patient = named(register, "Åse-Marie", "Bråthen")
    for text in ("bråth", "ÅSE", "marie brå", "Bråthen, Åse"):
        assert find(register, text) == [patient]
    for text in ("råthen", "åse olsen", "%%", "_r"):
        assert find(register, text) == []
    with refused("REG-210"):
        find(register, " å ")


def test_sok_paa_fodselsnr_og_fodselsdato(register: Register) -> None:
    patient = register.patient(BORN)
    register.forlop(patient)
    number = identity.make(BORN, 2, 1)
    assert find(register, f"{number[:6]} {number[6:]}") == find(register, number[:6]) == [patient]
    with refused("REG-042"):
        find(register, number[:-1] + str((int(number[-1]) + 1) % 10))


def test_slaa_opp_pasientid_og_forlopsid(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LU) as tx:
        assert (
            search.by_patient(tx, f" {patient} ").pasient_id
            == search.by_forlop(tx, str(forlop_id)).pasient_id
            == patient
        )
        with refused("REG-212"):
            search.by_patient(tx, "12a")
        for call in (search.by_patient, search.by_forlop):
            with refused("REG-211"):
                call(tx, "1" * 20)


def test_lu_og_lc_finner_bare_egen_enhets_pasienter_sc_alle(register: Register) -> None:
    patient = named(register, "Kari", "Kanari")
    forlop_id = register.forlop(patient)
    for actor in (OTHER_LU, OTHER_LC):
        assert find(register, "kanari", actor) == []
        with register.store.write(actor) as tx:
            for call, value in (
                (search.by_patient, patient),
                (search.by_forlop, forlop_id),
                (search.by_patient, 999999),
            ):
                with refused("REG-211"):
                    call(tx, str(value))
    assert find(register, "kanari", SC) == [patient]
    with register.store.write(SC) as tx:
        assert search.by_patient(tx, str(patient)).antall == 2


def test_hvert_sok_logges_uten_det_som_ble_sokt_paa(register: Register) -> None:
    patient = named(register, "Kari", "Kanari")
    find(register, "kanari")
    find(register, "Ukjentsen")
    last = logged(register)[-2:]
    assert [(r["hendelse"], r["pasient_id"]) for r in last] == [("pasientsøk", patient), ("pasientsøk", None)]
    assert "anari" not in str(last) and "kjentsen" not in str(last)


def listed(register: Register, actor=LC, **options) -> list[int]:
    options.setdefault("enhet", actor.enhet)
    with register.store.read(actor) as tx:
        return [row["forlop_id"] for row in innleverte.find(tx, Search(**options)).rows]


def submitted(register: Register, to: dict | None = None) -> int:
    """A forløp of type 3, or what ``to`` makes it, with every form completed."""
    forlop_id = register.completed_forlop(to)
    with register.store.cursor() as con:
        con.execute("update register.skjema set status = 1 where forlop_id = ?", [forlop_id])
    return forlop_id


def test_gir_en_oversikt_over_alle_ferdigstilte_registreringer(register: Register) -> None:
    whole, unseen = submitted(register), register.completed_forlop(NOT_SEEN)
    assert register.head(unseen).forlopstype == 1
    waiting_for_patient = register.completed_forlop()
    register.forlop()
    assert register.head(waiting_for_patient).status["pasreg"] < 1
    assert sorted(listed(register)) == sorted([whole, unseen])
    with register.store.cursor() as con:
        con.execute("update register.forlop set slettet = now() where forlop_id = ?", [whole])
    assert listed(register) == [unseen]


def test_det_er_mulig_aa_sortere_sok_etter_dato_alder_og_lokasjon_og_avdeling(register: Register) -> None:
    early = submitted(register)
    late = submitted(register)
    with register.store.cursor() as con:
        con.execute("update register.forlop set startdato = '2026-11-12', avdeling_id = 2 where forlop_id = ?", [late])
    assert listed(register) == [late, early]
    assert listed(register, synkende=False) == [early, late]
    assert listed(register, fra=date(2026, 11, 12)) == listed(register, avdeling_id=2) == [late]
    assert listed(register, til=date(2026, 11, 11)) == [early]
    assert listed(register, lokasjon_id=1, alder_fra=56, alder_til=56) == [late, early]
    assert listed(register, alder_fra=57) == listed(register, alder_til=55) == listed(register, lokasjon_id=2) == []
    for order in innleverte.SORTS:
        assert sorted(listed(register, sortering=order)) == sorted([early, late])
    with refused("REG-106"):
        listed(register, fra=date(2026, 11, 2), til=date(2026, 11, 1))
    with refused("REG-213"):
        listed(register, alder_fra=60, alder_til=50)


@pytest.mark.parametrize("born", [date(2004, 2, 29), date(2008, 11, 1), date(2008, 11, 3), date(2008, 12, 31)])
@pytest.mark.parametrize("start", [date(2025, 2, 28), date(2025, 3, 1), date(2026, 11, 2)])
def test_alderen_er_den_samme_som_registeret_ellers_regner(register: Register, born: date, start: date) -> None:
    submitted(register)
    with register.store.cursor() as con:
        con.execute("update register.pasient set fodselsdato = ?", [born])
        con.execute("update register.forlop set startdato = ?", [start])
    with register.store.read(LC) as tx:
        assert innleverte.find(tx, Search(OWN)).rows[0]["alder"] == age_at(born, start)


def test_listen_sorteres_og_deles_i_sider(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(innleverte, "PAGE", 2)
    forlop = [submitted(register) for _ in range(3)]
    with register.store.cursor() as con:
        for name, forlop_id in zip(("bb", "CC", "AA"), forlop, strict=True):
            patient = register.head(forlop_id).pasient_id
            con.execute("update identitet.person set etternavn = ? where pasient_id = ?", [name, patient])
        con.execute("update register.forlop set startdato = '2026-10-01' where forlop_id = ?", [forlop[1]])

    def pages(sort: str, down: bool) -> list[list[int]]:
        with register.store.read(LC) as tx:
            found = [innleverte.find(tx, Search(OWN, sortering=sort, synkende=down, side=n)) for n in range(3)]
        assert [page.antall for page in found] == [3, 3, 3]
        return [[row["forlop_id"] for row in page.rows] for page in found]

    first, second, third = forlop
    assert pages("navn", False) == [[third, first], [second], []]
    assert pages("navn", True) == [[second, first], [third], []]
    assert pages("startdato", True) == [[third, first], [second], []]
    for sort in ("alder", "lokasjon", "avdeling"):
        assert pages(sort, False) == [[third, second], [first], []]


def test_bare_egen_enhet_og_landet_for_sc(register: Register) -> None:
    forlop_id = submitted(register)
    assert listed(register, OTHER_LC) == [] and listed(register, SC, enhet=None) == [forlop_id]
    with refused("REG-061"):
        listed(register, OTHER_LC, enhet=OWN)
    with refused("REG-060"):
        listed(register, LC, enhet=None)


def test_listen_eksporteres_uten_identitet_og_uten_formler_og_logges(register: Register) -> None:
    forlop_id = submitted(register)
    with register.store.cursor() as con:
        con.execute("update identitet.person set etternavn = 'Kanari', fornavn = 'Kanari'")
        con.execute("update register.avdeling set visningsnavn = '=cmd()'")
        numbers = [row[0] for row in con.execute("select idnr from identitet.person").fetchall()]
    with register.store.write(LC) as tx:
        written = lists.csv_bytes(innleverte.export(tx, Search(OWN))).decode("utf-8-sig")
    assert written.startswith("ForlopsID;PasientID") and f"\r\n{forlop_id};" in written and ";'=cmd()" in written
    assert "Kanari" not in written and not any(number in written for number in numbers)
    assert logged(register)[-1]["hendelse"] == "innleverte registreringer eksportert"
    with refused("REG-060"), register.store.write(LU) as tx:
        innleverte.export(tx, Search(OWN))


def check(register: Register, lines: list[Line], actor=LC, enhet: str = OWN) -> epj.Checked:
    with register.store.write(actor) as tx:
        return epj.check(tx, enhet, lines, 3)


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


def test_kontrollen_er_for_koordinatorer_ved_egen_enhet(register: Register) -> None:
    lines = [Line(2, None, 1, date(2026, 11, 3), "")]
    found = check(register, lines)
    for actor, code in ((LU, "REG-060"), (OTHER_LC, "REG-061")):
        with refused(code):
            check(register, lines, actor)
        with refused(code), register.store.write(actor) as tx:
            epj.keep(tx, found)
