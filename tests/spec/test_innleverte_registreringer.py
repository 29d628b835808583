"""Manual: «Innleverte registreringer»: the list, its search and its file."""

from __future__ import annotations

from datetime import date

import pytest

from checks.calculations.age import age_at
from checks.errors import RegisterError
from checks.samtykke import STATES
from exports import lists
from ingest.lists import innleverte
from ingest.lists.innleverte import Search
from tests.support import LC, LU, NOT_SEEN, OTHER_LC, OWN, SC, Register


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def logged(register: Register) -> list:
    with register.store.read(SC) as tx:
        return tx.rows("select hendelse, pasient_id, detaljer from tilgang.logg order by nr")


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


@pytest.mark.manual("Innleverte 1")
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


@pytest.mark.manual("Innleverte 3")
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


def test_listen_som_fil_har_samtykke_og_innlevert_som_paa_skjermen(register: Register) -> None:
    """Found on ad0e55f: the file had neither, though the screen has both."""
    answered, withdrawn = submitted(register), submitted(register)
    with register.store.cursor() as con:
        con.execute("update register.forlop set trukket_dato = '2026-11-15' where forlop_id = ?", [withdrawn])
        # Half past midnight in Norway is still the day before in UTC, in which times are stored.
        con.execute(
            "update register.skjema set forst_ferdigstilt = case when skjema = 'b22' then timestamptz "
            "'2026-11-19 23:30:00+00' else timestamptz '2026-11-12 10:00:00+00' end where forlop_id = ?",
            [answered],
        )
    with register.store.write(LC) as tx:
        frame = innleverte.export(tx, Search(OWN))
    rows = {row["ForlopsID"]: row for row in frame.to_dicts()}
    assert frame.columns[-2:] == ["Samtykke", "Innlevert"]
    assert rows[answered]["Samtykke"] == "Ja" and rows[answered]["Innlevert"] == date(2026, 11, 20)
    assert rows[withdrawn]["Samtykke"] == "Tilbaketrukket samtykke"
    with register.store.read(LC) as tx:
        shown = {row["forlop_id"]: row for row in innleverte.find(tx, Search(OWN)).rows}
    assert {key: (STATES[row["samtykke"]], row["innlevert"]) for key, row in shown.items()} == {
        key: (row["Samtykke"], row["Innlevert"]) for key, row in rows.items()
    }
