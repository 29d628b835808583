"""Manual: «Behandlerdel 1.1», but for its question 3."""

from __future__ import annotations

import pytest

from checks.answers import shape, visible
from checks.codebook import Flervalg, load
from checks.errors import InvalidAnswers
from tests.support import B11, LC, NOT_SEEN, TO, Register

SEEN, UNSEEN = {"to.Tilsett": 1}, {"to.Tilsett": 2}


def problems(caught: pytest.ExceptionInfo[InvalidAnswers]) -> set[tuple[str, str | None]]:
    return {(p.code, p.variabel) for p in caught.value.problems}


def shown(answers: dict) -> set[str]:
    return visible(shape("b11"), answers, SEEN)


@pytest.fixture
def forlop_id(register: Register) -> int:
    made = register.forlop()
    register.save(made, "to", {**TO, "HenvistDato": "2026-11-03", "StartdatoTO": "2026-11-05"})
    return made


# --- Registreringsdato og innlagt avdeling -------------------------------------------------------------------


@pytest.mark.manual("B 1.1 1")
@pytest.mark.parametrize(("day", "broken"), [("2026-11-02", 2), ("2026-11-04", 1), ("2026-11-05", 0)])
def test_registreringsdato_kan_ikke_settes_foer_henvisningsdato_og_startdato(
    register: Register, forlop_id: int, day: str, broken: int
) -> None:
    if broken == 0:
        assert register.save(forlop_id, "b11", {"RegDato11": day}).status == 0
        return
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b11", {"RegDato11": day})
    assert [(p.code, p.variabel) for p in caught.value.problems] == [("REG-006", "RegDato11")] * broken


@pytest.mark.manual("B 1.1 2")
@pytest.mark.parametrize(("field", "foreign"), [("Lokasjon", 2), ("InnlAvd", 3), ("InnlAvd", 999)])
def test_lokasjon_og_avdeling_velges_fra_enhetens_egne_aktive_lister(
    register: Register, forlop_id: int, field: str, foreign: int
) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b11", {field: foreign})
    assert problems(caught) == {("REG-011", field)}


def test_en_avdeling_som_settes_inaktiv_beholdes_der_den_er_brukt(register: Register, forlop_id: int) -> None:
    register.save(forlop_id, "b11", {"InnlAvd": 1})
    with register.store.write(LC) as tx:
        tx.run("update register.avdeling set aktiv = 0 where avdeling_id = 1")
    assert register.save(forlop_id, "b11", {"Lokasjon": 1}).svar["InnlAvd"] == 1


def test_innleggelsesdiagnose_er_icd10_og_ikke_paakrevd(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b11", {"InnlDiag": "QQ1"})
    assert problems(caught) == {("REG-010", "InnlDiag")}
    assert register.complete(forlop_id, "b11", {**B11, "RegDato11": "2026-11-05"}).status == 1


# --- 4a og 4b ------------------------------------------------------------------------------------------------


def groups() -> list[Flervalg]:
    return [
        block
        for section in load().skjema["b11"].seksjoner
        for block in section.felt
        if isinstance(block, Flervalg) and block.id in ("Analgetika4a", "Analgetika4b")
    ]


@pytest.mark.manual("B 1.1 17")
@pytest.mark.parametrize("group", groups(), ids=lambda g: g.id)
def test_ingen_og_vet_ikke_laaser_alle_ovrige_valgmuligheter(
    register: Register, forlop_id: int, group: Flervalg
) -> None:
    names = [v.navn for v in group.alternativer]
    assert set(group.enevalg) == {n for n in names if n.startswith(("Ingen", "Vetikke"))}
    for exclusive in group.enevalg:
        for other in names:
            if other == exclusive:
                continue
            with pytest.raises(InvalidAnswers) as caught:
                register.save(forlop_id, "b11", {exclusive: 1, other: 1})
            assert ("REG-005", exclusive) in problems(caught)


@pytest.mark.manual("B 1.1 16")
@pytest.mark.parametrize("group", groups(), ids=lambda g: g.id)
def test_ved_andre_valg_kan_flere_kategorier_krysses_av(register: Register, forlop_id: int, group: Flervalg) -> None:
    several = {v.navn: 1 for v in group.alternativer if v.navn not in group.enevalg}
    assert register.save(forlop_id, "b11", several).status == 0


@pytest.mark.manual("B 1.1 21")
def test_pasienter_som_ikke_tilses_vet_ikke_paa_4b(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", NOT_SEEN)
    assert register.save(forlop_id, "b11", {"RegDato11": "2026-11-02"}).svar["Vetikke4b"] == 1
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b11", {**B11, "Ingen4b": 1, "Vetikke4b": None})
    assert "Vet ikke" in str(caught.value)


# --- Opioidtabell --------------------------------------------------------------------------------------------


@pytest.mark.manual("B 1.1 19")
def test_ved_registrering_av_opioid_kommer_det_opp_en_tabell_med_27_rader() -> None:
    doses = {n for n in shape("b11").columns if n.startswith("DD")}
    assert len(doses) == 27
    assert doses <= shown({"Opioid4b": 1})
    assert not doses & shown({"Opioid4b": 0})


@pytest.mark.manual("B 1.1 20")
def test_kalkulatoren_regner_automatisk_om_til_perorale_morfinekvivalenter(register: Register, forlop_id: int) -> None:
    saved = register.save(forlop_id, "b11", {"Opioid4b": 1, "DDMoTbl": 20, "DDOxDep": 10.5}).svar
    assert (saved["OMEQMoTbl"], saved["OMEQOxDep"], saved["MoEkvivalens"]) == (20, 15.8, 35.8)


@pytest.mark.manual("B 1.1 23")
@pytest.mark.parametrize(("month_dose", "daily"), [(128, 20), (96, 14), (64, 9)])
def test_maanedlig_buvidal_tilsvarer_daglig_sublingualdose(
    register: Register, forlop_id: int, month_dose: int, daily: int
) -> None:
    saved = register.save(forlop_id, "b11", {"Opioid4b": 1, "DDBuvMDepIn": month_dose, "DDBuTbl": daily}).svar
    assert saved["OMEQBuvMDepIn"] == saved["OMEQBuTbl"]


def test_buvidal_bare_tabellens_doser(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b11", {"Opioid4b": 1, "DDBuvMDepIn": 100})
    assert problems(caught) == {("REG-014", "DDBuvMDepIn")}


def test_overfloedige_desimaler_avvises(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b11", {"Opioid4b": 1, "DDMoTbl": 10.25})
    assert problems(caught) == {("REG-004", "DDMoTbl")}


def test_er_opioid_krysset_av_maa_minst_en_dose_oppgis(register: Register, forlop_id: int) -> None:
    answers = {**B11, "RegDato11": "2026-11-05", "Ingen4b": None, "Opioid4b": 1, "UhenBrukMed": 0}
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b11", answers)
    assert problems(caught) == {("REG-007", "DDMoTbl")}


def test_doser_som_skjules_ryddes_ved_ferdigstilling_og_brukeren_faar_vite_det(
    register: Register, forlop_id: int
) -> None:
    register.save(forlop_id, "b11", {"Opioid4b": 1, "DDMoTbl": 20})
    saved = register.complete(forlop_id, "b11", {**B11, "RegDato11": "2026-11-05", "Opioid4b": 0})
    assert [v.navn for v in saved.fjernet] == ["DDMoTbl"]
    assert saved.svar.get("DDMoTbl") is None
    assert saved.svar.get("MoEkvivalens") is None


# --- 4c–7 ----------------------------------------------------------------------------------------------------


@pytest.mark.manual("B 1.1 24")
@pytest.mark.parametrize("group", ["4a", "4b"])
@pytest.mark.parametrize("kind", ["Opioid", "Benzo", "KoAnalg"])
def test_4c_aapnes_av_opioider_benzodiazepiner_og_ko_analgetika_i_4a_eller_4b(group: str, kind: str) -> None:
    assert "UhenBrukMed" in shown({f"{kind}{group}": 1})


@pytest.mark.manual("B 1.1 24")
@pytest.mark.parametrize("box", ["Ingen4a", "NonOpioid4a", "Vetikke4a", "Ingen4b", "NonOpioid4b", "Vetikke4b"])
def test_4c_aapnes_ikke_av_andre_svar(box: str) -> None:
    assert "UhenBrukMed" not in shown({box: 1})


@pytest.mark.manual("B 1.1 25", "B 1.1 26")
@pytest.mark.parametrize(
    ("question", "parts"),
    [("SentralBlokkB11", {"EDAB11", "SAB11", "Opbehd", "LAbehd"}), ("PeriferBlokkB11", {"TAPB11", "SShotB11"})],
)
def test_4d_og_4e_ved_ja_velg_type_og_medikament_eller_administrasjonsmaate(question: str, parts: set[str]) -> None:
    assert parts <= shown({question: 1})
    for answer in (0, 9, None):
        assert not parts & shown({question: answer})


@pytest.mark.manual("B 1.1 26")
@pytest.mark.parametrize(
    ("parent", "children"),
    [
        ("PlBrachBlokB11", {"InterscB11", "SupraclavB11", "InfraclavB11", "AxilB11"}),
        ("PECSB11", {"PECSUnderkat1B11", "PECSUnderkat2B11"}),
        ("FemblokB11", {"AdKanalblokB11"}),
        ("IschiasblokB11", {"SubglutB11", "PopliteaB11"}),
    ],
)
def test_underkategorier_av_blokader_vises_under_sin_blokade(parent: str, children: set[str]) -> None:
    assert children <= shown({"PeriferBlokkB11": 1, parent: 1})
    assert not children & shown({"PeriferBlokkB11": 1})
    # The parent's own question closes: its children close with it.
    assert not children & shown({"PeriferBlokkB11": 0, parent: 1})


@pytest.mark.manual("B 1.1 28")
def test_lar_fylles_ut_automatisk_med_nei_naar_5_og_6_er_nei(register: Register, forlop_id: int) -> None:
    assert register.save(forlop_id, "b11", {"TidligereRus": 0}).svar.get("LAR") is None
    assert register.save(forlop_id, "b11", {"PaagaaRus": 0}).svar["LAR"] == 0


def test_lar_som_er_besvart_overstyres_ikke(register: Register, forlop_id: int) -> None:
    register.save(forlop_id, "b11", {"LAR": 1})
    assert register.save(forlop_id, "b11", {"TidligereRus": 0, "PaagaaRus": 0}).svar["LAR"] == 1
