"""What a form shows for its answers: questions, indentation, what other sections a change concerns, diagnoses."""

from __future__ import annotations

from datetime import date

import pytest

from app.forms import diagnosevalg, view, words
from checks import smertediagnoser
from checks.codebook import load
from checks.errors import problem
from tests import support

TODAY = date(2026, 11, 23)
BLOCK = load().skjema["b11"].gjentatte[0]


def shown(skjema: str, answers: dict, context: dict | None = None) -> view.View:
    return view.view(skjema, answers, context or {}, date(1970, 5, 4), TODAY)


def names(seen: view.View) -> list[str]:
    return [node.navn for section in seen.sections for node in section.nodes]


@pytest.mark.parametrize("skjema", ["to", "b11", "b12", "b21", "b22"])
def test_every_required_question_has_an_element_to_go_to(skjema: str) -> None:
    seen, anchors = shown(skjema, support.COMPLETE[skjema]), view.anchors(load().skjema[skjema])
    asked = [v for v in load().skjema[skjema].variabler.values() if v.besvares and v.navn in support.COMPLETE[skjema]]
    assert asked
    assert {anchors[v.navn] for v in asked} <= set(names(seen))


def test_questions_of_a_later_edition_are_not_shown() -> None:
    assert "Funksjon12" not in names(shown("b12", {}))
    assert [s.id for s in shown("b12", {}).sections] == ["tilsyn"]


def test_a_subquestion_stands_one_step_in_under_its_question() -> None:
    nodes = {n.navn: n for s in shown("to", {"Tilsett": 1, "SkriftligSamtyk": 0}).sections for n in s.nodes}
    assert nodes["SkriftligSamtyk"].level == 0
    assert nodes["TypeManglSamt"].level == 1


def test_answers_under_an_answer_are_a_group_of_their_own() -> None:
    closed = names(shown("b11", {"PeriferBlokkB11": 1}))
    opened = {n.navn: n for s in shown("b11", {"PeriferBlokkB11": 1, "PlBrachBlokB11": 1}).sections for n in s.nodes}
    assert "InterscB11" not in closed
    assert opened["InterscB11"].ledetekst == "Plexus brachialis blokade"
    assert opened["InterscB11"].level == opened["PlBrachBlokB11"].level + 1


def changed_sections(before: view.View, after: view.View) -> set[str]:
    """The ids of the sections that look different: questions opened or closed, answers or errors changed."""
    old, new = {s.id: s for s in before.sections}, {s.id: s for s in after.sections}
    return {i for i in old.keys() | new.keys() if _face(before, old.get(i)) != _face(after, new.get(i))}


def _face(seen: view.View, section: view.SectionView | None) -> object:
    if section is None:
        return None
    asked = [n for node in section.nodes for n in view.names(node.felt)]
    return section.nodes, [(seen.answers.get(n) or None, seen.problems.get(n)) for n in asked]


def test_a_change_names_the_other_sections_it_concerns() -> None:
    before, after = shown("to", {}), shown("to", {"Tilsett": 1})
    assert changed_sections(before, after) == {"henvisning", "samtykke"}
    assert changed_sections(shown("b22", {}), shown("b22", {"MedBeh22": 1})) == {"medikamentell"}


def test_what_is_wrong_is_said_at_its_field_and_only_while_it_is_shown() -> None:
    wrong = {"AngiNRS12": 1, "StSmRo12": 2, "SvSmRo12": 5}
    assert "lavere" in shown("b12", wrong).problems["StSmRo12"]
    assert shown("b12", {**wrong, "AngiNRS12": 0}).problems == {}


def test_an_unusual_value_is_known() -> None:
    assert set(shown("b22", {"AntPasTils": 30}).unusual) == {"AntPasTils"}
    assert shown("b22", {"AntPasTils": 6}).unusual == {}


def test_the_list_of_what_is_missing_follows_the_screen_and_names_the_question_above() -> None:
    missing = [
        problem("REG-007", variabel="TidligereRus", felt="5) Tidligere rusmiddelmisbruk"),
        problem("REG-007", variabel="EDAB11", felt="Type"),
    ]
    lines = words.problem_lines(missing, view.anchors(load().skjema["b11"]), view.headings(load().skjema["b11"]), 10001)
    assert lines == [
        ("felt-10001-EDAB11", "4d) Sentrale blokader: Type mangler."),
        ("felt-10001-TidligereRus", "5) Tidligere rusmiddelmisbruk mangler."),
    ]


def test_values_are_written_the_norwegian_way() -> None:
    book = load()
    assert words.value(book.variabel("StartdatoTO"), "2026-11-02") == "02.11.2026"
    assert words.value(book.variabel("Tilsett"), 2) == "Nei, ikke behov"
    assert words.value(book.variabel("TotTid"), 2) == "2 timer"
    assert words.value(book.variabel("Lokasjon"), 1, {"lokasjon": {1: "Haukeland"}}) == "Haukeland"
    assert words.rounded("Total tidsbruk", 1.3, 2, "timer") == "1,3 er rundet opp til 2 timer."


def make(*choices: tuple[str, object]) -> dict:
    """A diagnosis made by answering questions in turn; each must be asked when it is answered."""
    row: dict = {}
    for navn, value in choices:
        asked = {v.navn: v for v in diagnosevalg.asked(BLOCK, row)}
        row = diagnosevalg.choose(BLOCK, row, asked[navn], value, {"JEA00": "Appendektomi"}.get)
    return row


@pytest.mark.manual("B 1.1 6")
def test_en_akutt_diagnose_faar_region_og_inndeling() -> None:
    row = make(("Smertekategori3a", 1), ("diagnosekat3b2", 3), ("AnatomiskInndel", 3), ("Rygg", 3), ("HovedDiag", 1))
    assert row["ICD10Kode"] == "3"
    assert (row["DiagSubKat"], row["ICD10Tekst"]) == (3, "Rygg – Lumbosakralt")
    assert diagnosevalg.missing(BLOCK, row) == []


def test_ny_region_tar_bort_inndelingen_av_den_forrige() -> None:
    row = make(
        ("Smertekategori3a", 1), ("diagnosekat3b2", 3), ("AnatomiskInndel", 3), ("Rygg", 3), ("AnatomiskInndel", 1)
    )
    assert "DiagSubKat" not in row
    assert row["ICD10Tekst"] == "Ansikt"


def test_ny_smertekategori_tar_bort_alt_som_hang_paa_den_forrige() -> None:
    row = make(("Smertekategori3a", 1), ("diagnosekat3b2", 1), ("Operasjonskode1", "JEA00"), ("Smertekategori3a", 2))
    assert row == {"SmerteKat": 2}


@pytest.mark.manual("B 1.1 7")
def test_langvarig_smerte_avgrenser_subkategorier_og_kortliste() -> None:
    row = make(("Smertekategori3a", 2), ("diagnosekat3b1", 4), ("diagnosekat3b4", 6), ("perifer3bf", "G50.0"))
    assert row["ICD10Tekst"] == "Trigeminusnevralgi"
    asked = {v.navn: v for v in diagnosevalg.asked(BLOCK, row)}
    offered = diagnosevalg.options(asked["diagnosekat3b4"], row) or ()
    assert [k.tekst for k in offered] == ["Perifer", "Sentral", "Andre former"]
    assert make(
        *[
            ("Smertekategori3a", 2),
            ("diagnosekat3b1", 4),
            ("diagnosekat3b4", 6),
            ("perifer3bf", "G50.0"),
            ("diagnosekat3b4", 7),
        ]
    ).keys() == {"SmerteKat", "DiagKat", "DiagSubKat"}


def test_den_eneste_subkategorien_velges_med_kategorien_og_kan_fjernes() -> None:
    row = make(("Smertekategori3a", 2), ("diagnosekat3b1", 3))
    assert row["DiagSubKat"] == 5
    assert {"postkirtraum", "diagnosekat3b4"} <= {v.navn for v in diagnosevalg.asked(BLOCK, row)}
    asked = {v.navn: v for v in diagnosevalg.asked(BLOCK, row)}
    assert "DiagSubKat" not in diagnosevalg.choose(BLOCK, row, asked["diagnosekat3b4"], None, {}.get)
    # The one answer under Palliativ may stay empty («La feltet stå tomt»), and a category with several stays open.
    assert make(("Smertekategori3a", 3)).keys() == {"SmerteKat"}
    assert "DiagSubKat" not in make(("Smertekategori3a", 2), ("diagnosekat3b1", 4))


@pytest.mark.manual("B 1.1 10")
def test_annet_spoer_ikke_om_mer() -> None:
    assert [v.navn for v in diagnosevalg.asked(BLOCK, make(("Smertekategori3a", 4)))] == ["Smertekategori3a"]
    assert diagnosevalg.tidy(BLOCK, {"SmerteKat": 4, "HovedDiag": 1}) == {"SmerteKat": 4}


@pytest.mark.manual("B 1.1 9")
def test_palliativ_tilbyr_bare_kreftsmerte() -> None:
    row = make(("Smertekategori3a", 3))
    asked = {v.navn: v for v in diagnosevalg.asked(BLOCK, row)}
    assert [k.tekst for k in diagnosevalg.options(asked["diagnosekatpalliativ"], row) or ()] == ["Kreftsmerte"]


@pytest.mark.manual("B 1.1 15")
@pytest.mark.parametrize(("code", "below"), [(str(code), below) for code, _, below in smertediagnoser.regions()])
def test_inndelingen_vises_for_rygg_abdomen_og_ekstremiteter_og_ikke_for_andre(
    code: str, below: tuple[tuple[int, str], ...]
) -> None:
    asked = diagnosevalg.asked(BLOCK, {"SmerteKat": 1, "DiagKat": 2, "ICD10Kode": code})
    offered = [[(k.kode, k.tekst) for k in v.koder] for v in asked if v.fyller == "DiagSubKat"]
    assert offered == ([list(below)] if below else [])
