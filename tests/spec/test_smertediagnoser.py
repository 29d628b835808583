"""Manual: «Behandlerdel 1.1», question 3: Smertediagnoser."""

from __future__ import annotations

import pytest

from checks import kodeverk, smertediagnoser
from checks.errors import InvalidAnswers
from tests import support
from tests.support import B11, TO, Register


def problems(caught: pytest.ExceptionInfo[InvalidAnswers]) -> set[tuple[str, str | None]]:
    return {(p.code, p.variabel) for p in caught.value.problems}


@pytest.fixture
def forlop_id(register: Register) -> int:
    made = register.forlop()
    register.save(made, "to", {**TO, "HenvistDato": "2026-11-03", "StartdatoTO": "2026-11-05"})
    return made


# --- 3. Smertediagnoser --------------------------------------------------------------------------------------

WRONG = {
    "kirurgi krever NCSP-kode": {"SmerteKat": 1, "DiagKat": 1, "ICD10Kode": "M79.7"},
    "traume krever anatomisk region": {"SmerteKat": 1, "DiagKat": 2, "ICD10Kode": "10"},
    "underinndeling hører til regionen": {"SmerteKat": 1, "DiagKat": 3, "ICD10Kode": "3", "DiagSubKat": 9},
    "langvarig har ikke akuttens kategorier": {"SmerteKat": 2, "DiagKat": 9},
    "kreftsmerte krever C-diagnose": {"SmerteKat": 2, "DiagKat": 2, "ICD10Kode": "M79.7"},
    "langvarig krever en kode som finnes": {"SmerteKat": 2, "DiagKat": 1, "ICD10Kode": "X9.Z"},
    "palliativ tilbyr bare kreftsmerte": {"SmerteKat": 3, "DiagKat": 1},
    "annet registrerer ikke mer": {"SmerteKat": 4, "DiagKat": 1},
    "kategorien finnes ikke": {"SmerteKat": 5},
}
RIGHT = {
    "kirurgi": {"SmerteKat": 1, "DiagKat": 1, "ICD10Kode": "NFB20"},
    "traume": {"SmerteKat": 1, "DiagKat": 2, "ICD10Kode": "3", "DiagSubKat": 2},
    "sykdom uten underinndeling": {"SmerteKat": 1, "DiagKat": 3, "ICD10Kode": "1"},
    "akutt annet": {"SmerteKat": 1, "DiagKat": 9},
    "langvarig": {"SmerteKat": 2, "DiagKat": 1, "DiagSubKat": 1, "ICD10Kode": "M79.7"},
    "langvarig, tomt ved usikkerhet": {"SmerteKat": 2},
    "langvarig kreftsmerte": {"SmerteKat": 2, "DiagKat": 2, "DiagSubKat": 4, "ICD10Kode": "C50.9"},
    "palliativ kreftsmerte": {"SmerteKat": 3, "DiagKat": 2, "ICD10Kode": "C50.9"},
    "annen palliativ behandling": {"SmerteKat": 3},
    "annet": {"SmerteKat": 4, "HovedDiag": None},
}


@pytest.mark.parametrize("row", WRONG.values(), ids=list(WRONG))
def test_en_smertediagnose_som_ikke_folger_smertekategorien_avvises(row: dict) -> None:
    assert {p.code for p in smertediagnoser.check([{"HovedDiag": 1, **row}], complete=False)} == {"REG-010"}


@pytest.mark.manual("B 1.1 3", "B 1.1 8", "B 1.1 9")
@pytest.mark.parametrize("row", RIGHT.values(), ids=list(RIGHT))
def test_hver_smertekategori_kan_registreres_og_ferdigstilles(row: dict) -> None:
    assert smertediagnoser.check([{"HovedDiag": 1, **row}], complete=True) == []


SAYS = {
    "Smertediagnose 2: 3a) Smertekategori": {},
    "Smertediagnose 2: 3c) Hoveddiagnose": {"SmerteKat": 1, "DiagKat": 9, "HovedDiag": None},
    "Smertediagnose 2: 3b) Diagnosekategori": {"SmerteKat": 1, "HovedDiag": 0},
    "Smertediagnose 2: kode": {"SmerteKat": 1, "DiagKat": 1, "HovedDiag": 0},
}


@pytest.mark.parametrize(("says", "row"), SAYS.items(), ids=["3a", "3b", "3c", "kode"])
def test_det_som_mangler_i_en_smertediagnose_sies_med_diagnosens_nummer(says: str, row: dict) -> None:
    first = {"SmerteKat": 4}
    (problem,) = smertediagnoser.check([first, row], complete=True)
    assert (problem.code, problem.variabel) == ("REG-007", "smertediagnoser")
    assert problem.melding.startswith(f"{says} mangler")
    # What is unfinished may be saved; without 3a and 3c a row says nothing.
    unfinished = smertediagnoser.check([first, row], complete=False)
    assert [p.melding for p in unfinished] == ([problem.melding] if "3a" in says or "3c" in says else [])


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({"SmerteKat": 5}, "5"),
        ({"SmerteKat": 4, "HovedDiag": 0}, "0"),
        ({"SmerteKat": 4, "DiagSubKat": 3}, "3"),
        ({"SmerteKat": 4, "ICD10Kode": "M79.7"}, "M79.7"),
        ({"SmerteKat": 2, "DiagKat": 0, "HovedDiag": 1}, "0"),
        ({"SmerteKat": 2, "DiagKat": 8, "HovedDiag": 1}, "8"),
        ({"SmerteKat": 1, "DiagKat": 4, "HovedDiag": 1}, "4"),
        ({"SmerteKat": 3, "DiagKat": 1, "HovedDiag": 1}, "1"),
        ({"SmerteKat": 2, "DiagKat": 2, "ICD10Kode": "M79.7", "HovedDiag": 1}, "M79.7"),
        ({"SmerteKat": 2, "DiagKat": 2, "ICD10Kode": "0", "HovedDiag": 1}, "0"),
        # What stands beside a code that is right.
        ({"SmerteKat": 2, "DiagKat": 1, "DiagSubKat": 4, "ICD10Kode": "M79.7", "HovedDiag": 1}, "4"),
        ({"SmerteKat": 3, "DiagKat": 2, "DiagSubKat": 1, "ICD10Kode": "C50.9", "HovedDiag": 1}, "1"),
        ({"SmerteKat": 2, "DiagSubKat": 16, "HovedDiag": 1}, "16"),
        ({"SmerteKat": 1, "DiagKat": 1, "DiagSubKat": 1, "ICD10Kode": "NFB20", "HovedDiag": 1}, "1"),
        ({"SmerteKat": 1, "DiagKat": 9, "DiagSubKat": 1, "HovedDiag": 1}, "1"),
        ({"SmerteKat": 2, "DiagKat": 1, "ICD10Kode": "M79.7", "ICD10Versjon": 1998, "HovedDiag": 1}, "1998"),
        ({"SmerteKat": 2, "DiagKat": 1, "ICD10Kode": "M79.7", "ICD10Versjon": 2100, "HovedDiag": 1}, "2100"),
        ({"SmerteKat": 2, "DiagKat": 1, "ICD10Tekst": "Fibromyalgi", "HovedDiag": 1}, "Fibromyalgi"),
    ],
)
def test_det_som_er_galt_i_en_smertediagnose_sies_med_verdien(row: dict, value: str) -> None:
    (problem,) = smertediagnoser.check([row], complete=True)
    assert problem.melding.startswith(f"Smertediagnose 1: «{value}» finnes ikke")
    assert (problem.code, problem.skjema, problem.variabel) == ("REG-010", "B 1.1", "smertediagnoser")


def test_teksten_og_utgaven_som_hoerer_til_koden_godtas() -> None:
    row = {"SmerteKat": 2, "DiagKat": 1, "DiagSubKat": 1, "ICD10Kode": "M79.7", "ICD10Tekst": "x", "HovedDiag": 1}
    for year in (1999, 2099):
        assert smertediagnoser.check([row | {"ICD10Versjon": year}], complete=True) == []


def test_uten_smertediagnose_sies_sporsmaalet() -> None:
    (problem,) = smertediagnoser.check([], complete=True)
    assert problem.melding.startswith("3. Smertediagnoser mangler")
    assert (problem.skjema, problem.variabel) == ("B 1.1", "smertediagnoser")
    assert smertediagnoser.check([], complete=False) == []


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [((1, 2), []), ((2, 1), []), ((1, 1), [2]), ((None, 1), [1]), ((0, 1), [1]), ((3, 1, 3, 3), [3, 4])],
)
def test_rader_som_ikke_kan_skilles_fra_hverandre_avvises_med_plassen(
    register: Register, forlop_id: int, numbers: tuple[object, ...], wrong: list[int]
) -> None:
    rows = [{"SmerteKat": 4, "SmerteDiagID": number} for number in numbers]
    found = smertediagnoser.numbered(rows)
    assert [(p.code, p.skjema, p.variabel) for p in found] == [("REG-256", "B 1.1", "smertediagnoser")] * len(wrong)
    assert [p.melding.partition(" mangler nummer")[0] for p in found] == [f"Smertediagnose {n}" for n in wrong]
    if wrong:
        with pytest.raises(InvalidAnswers) as caught:
            register.save(forlop_id, "b11", {"smertediagnoser": rows})
        assert ("REG-256", "smertediagnoser") in problems(caught)


@pytest.mark.parametrize("kind", [2, 3])
def test_kreftsmerte_uten_kode_kan_ferdigstilles_bare_ved_langvarig_smerte(kind: int) -> None:
    found = smertediagnoser.check([{"SmerteKat": kind, "DiagKat": 2, "HovedDiag": 1}], complete=True)
    assert [p.code for p in found] == ([] if kind == 2 else ["REG-007"])


@pytest.mark.manual("B 1.1 12")
def test_det_er_mulig_aa_legge_til_saa_mange_diagnoser_det_er_behov_for(register: Register, forlop_id: int) -> None:
    rows = [{**support.DIAGNOSIS, "SmerteDiagID": n, "DiagSubKat": n % 3 + 1} for n in range(1, 8)]
    saved = register.save(forlop_id, "b11", {"smertediagnoser": rows}).svar
    assert saved["smertediagnoser"] == rows


def test_minst_en_smertediagnose_maa_vaere_registrert(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b11", {**B11, "RegDato11": "2026-11-05", "smertediagnoser": []})
    assert problems(caught) == {("REG-007", "smertediagnoser")}


@pytest.mark.parametrize(("kinds", "expected"), [((1,), 0), ((2,), 0), ((1, 2), 1), ((1, 3, 2), 1), ((1, 4), 0)])
def test_akutt_og_langvarig_smerte_regnes_ut(
    register: Register, forlop_id: int, kinds: tuple[int, ...], expected: int
) -> None:
    main = {1: 1, 2: 0, 3: 0, 4: None}
    rows = [
        {"SmerteDiagID": n, "SmerteKat": kind, "HovedDiag": main[kind], **({"DiagKat": 9} if kind == 1 else {})}
        for n, kind in enumerate(kinds, 1)
    ]
    assert register.save(forlop_id, "b11", {"smertediagnoser": rows}).svar["AkuttLang"] == expected


@pytest.mark.manual("B 1.1 15")
def test_anatomisk_underinndeling_vises_for_rygg_abdomen_og_ekstremiteter() -> None:
    divided = {text for _, text, below in smertediagnoser.regions() if below}
    assert divided == {"Rygg", "Abdomen", "Overekstremiteter", "Underekstremiteter"}
    assert smertediagnoser.region_text("3", 1) == "Rygg – Cervicalt"


def test_koder_som_ikke_er_gyldige_i_dag_tilbys_ikke_i_kortlistene() -> None:
    offered = {code.kode for sub in range(1, 16) if sub != 4 for code in smertediagnoser.short_list(sub)}
    assert "G56.4" not in offered
    assert "G90.6" in offered
    assert {c for c in offered if c != "0" and kodeverk.icd10_text(c) is None} == set()


@pytest.mark.manual("B 1.1 9")
@pytest.mark.parametrize(
    ("typed", "code"), [("prostatakreft", "C61"), ("bryst", "C50.9"), ("spredning til lever", "C78.7")]
)
def test_c_diagnosen_til_kreftsmerte_finnes_med_dagligtale(typed: str, code: str) -> None:
    found = [hit.kode for hit in kodeverk.search_icd10(typed, prefix="C")]
    assert found[0] == code
    assert all(kodeverk.is_c_diagnosis(kode) for kode in found)
