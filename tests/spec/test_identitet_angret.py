"""Issue J: a merge is taken apart again, erased, found in lists from elsewhere, and back from a copy."""

from __future__ import annotations

from datetime import date

import pytest

from checks.epj_file import Line
from ingest.identity import merging
from ingest.lists import epj, search
from ingest.prom import samtykke
from ingest.registration import erasure, forlop, merged, numbers, patients
from ingest.safekeeping import compare
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from tests.spec.identitet import annet, do, healthy, number, person, refused, rows
from tests.support import LC, LU, OWN, SC, Register


def test_angret_er_alt_som_foer(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    before = rows(register)
    register.clock.turn(hours=1)
    made = do(register, merging.merge, new, old, "Samme person")
    assert rows(register) != before
    healthy(register)
    register.clock.turn(hours=1)
    do(register, search.by_patient, str(old))
    assert do(register, merging.undo, made) == 1
    assert rows(register) == before
    healthy(register)
    assert refused(register, merging.undo, made) == "REG-538"
    with register.store.read(SC) as tx:
        assert merged.kept(tx, old) == old


@pytest.mark.parametrize("act", ["forløp", "svar", "samtykke", "nummer", "po", "sammenslåing"])
def test_kan_ikke_angres_naar_noe_er_bygget_paa_den(register: Register, two: tuple[int, int], act: str) -> None:
    old, new = two
    with register.store.read(SC) as tx:
        [first] = forlop.of_patient(tx, old)
    made = do(register, merging.merge, new, old, "Samme person")
    match act:
        case "forløp":
            register.forlop(new)
        case "svar":
            register.save(first.forlop_id, "b12", {"AngiNRS12": 0})
        case "samtykke":
            do(register, samtykke.withdraw, new, date(2026, 11, 21), "Brev")
        case "nummer":
            do(register, numbers.correct, new, number(), "Nytt", former_was_right=True)
        case "po":
            do(register, patients.update, new, {"telefon": "+4791234567"}, actor=LU)
        case _:
            do(register, merging.merge, new, annet(register), "Samme person")
    assert refused(register, merging.undo, made) == "REG-537"
    [*_, row] = do(register, merging.of_patient, new)
    assert row.bygget


def test_sammenslaaing_i_flere_ledd(register: Register) -> None:
    a, b, c = annet(register), person(register, number("d-nummer")), person(register, number())
    for one in (a, b, c):
        register.forlop(one)
    first = do(register, merging.merge, b, a, "Samme")
    second = do(register, merging.merge, c, b, "Samme")
    with register.store.read(SC) as tx:
        assert (merged.kept(tx, a), merged.absorbed(tx, c), len(forlop.of_patient(tx, a))) == (c, [a, b], 3)
    assert refused(register, merging.undo, first) == "REG-537"
    do(register, merging.undo, second)
    do(register, merging.undo, first)
    with register.store.read(SC) as tx:
        assert [len(forlop.of_patient(tx, one)) for one in (a, b, c)] == [1, 1, 1]
    healthy(register)


def test_en_sammenslaatt_pasient_kan_slettes(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, merging.merge, new, old, "Samme person")
    assert do(register, erasure.erase, new, str(new), "Krav") == 2
    with register.store.read(SC) as tx:
        assert tx.rows("select * from identitet.person where pasient_id in (?, ?)", old, new) == []
        assert tx.rows("select grunn from register.sammenslaing") == [{"grunn": None}]
    healthy(register)
    assert refused(register, search.by_patient, str(old)) == "REG-211"


def test_bare_den_som_har_krevd_det_slettes_etter_en_gjenoppretting(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    do(register, merging.merge, new, old, "Samme person")
    assert do(register, erasure.erase, old, str(old), "Krav") == 1
    with register.store.read(SC) as tx:
        assert patients.get(tx, new).navn
        assert len(forlop.of_patient(tx, new)) == 1
    healthy(register)


def test_sykehusets_liste_kjenner_det_gamle_nummeret_og_den_gamle_pasientid_en(register: Register) -> None:
    d, old = number("d-nummer"), annet(register)
    new = person(register, d)
    first, second = register.forlop(old), register.forlop(new)
    do(register, merging.merge, new, old, "Samme person")
    do(register, numbers.correct, new, number(), "Fikk fødselsnummer", former_was_right=True)
    lines = [Line(2, None, old, date(2026, 11, 23), ""), Line(3, d.number, None, date(2026, 11, 23), "")]
    found = do(register, epj.check, OWN, lines, 3, actor=LC).result
    assert {match.forlop.forlop_id for match in found.funnet} == {first, second}


def test_en_gjenopprettet_kopi_har_sammenslaaingen(register: Register, two: tuple[int, int]) -> None:
    old, new = two
    found = register.keep_journal()
    made = do(register, merging.merge, new, old, "Samme person")
    before = rows(register)
    assert list(compare.differing(register.store, found)) == []
    register.store.close()
    register.store.path.unlink()
    restore(found, register.clock())
    register.store = opened(found, clock=register.clock)
    now = rows(register)
    assert [name for name in before if name.startswith(("identitet", "prom")) and now[name] != before[name]] == []
    with register.store.read(SC) as tx:
        assert merged.kept(tx, old) == new
    assert do(register, merging.undo, made) == 1
    healthy(register)
