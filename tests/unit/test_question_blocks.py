"""Proves that a question has what its block in the form's file says, and the rest from the code list and the form."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from checks.answers import shape_of
from checks.codebook import Behandlere, Flervalg, Forhaandsvalg, Kode, Opioidtabell, Regel, Tid, Variabel, load, read
from checks.codebook.book import Codebook
from checks.conditions import Eller, Er, Og
from checks.validation import compile_checker
from checks.violations import Level
from tests.codebooks import changed

NUMBER: dict[str, Any] = {
    "navn": "Vekt",
    "ledetekst": "Vekt",
    "hjelp": " Uten klær. ",
    "type": "tall",
    "desimaler": 1,
    "enhet": "kg",
    "lagres": "decimal(4,1)",
    "mykt": [30, 200],
    "hardt": [1, 500],
    "avrunding": "opp",
    "fysisk": "WEIGHT",
    "paakrevd": {"Funksjon": [1]},
    "vises_naar": {"to.Tilsett": [1]},
    "forhaandsvalg": {"verdi": 70, "naar": {"Funksjon": [2]}},
    "identifiserende": True,
    "eksporteres": False,
    "tilbys": False,
    "uttrekk": "sist",
    "fra": date(2027, 1, 1),
    "til": date(2028, 1, 1),
}
LIST: dict[str, Any] = {
    "navn": "Kode",
    "type": "liste",
    "koder": {1: "En", 2: "To", 3: "Tre"},
    "kun_import": [2],
    "kun_system": [3],
    "kortliste": "K",
    "oppslag": "icd10",
    "prefiks": "C",
    "avgrenses_av": "Funksjon",
    "fyller": "Funksjon",
    "utgave": "reservasjon",
}


def with_blocks(folder: Path, *blocks: dict[str, Any]) -> Codebook:
    """The codebook with blocks at the end of the first section of B 1.2 and B 2.1."""
    return read(changed(folder / "kodebok", {"b12": lambda d: d["seksjoner"][0]["felt"].extend(blocks)}))


def test_a_question_has_everything_that_its_block_says(tmp_path: Path) -> None:
    book = with_blocks(tmp_path, NUMBER, LIST)
    tid = Tid(date(2027, 1, 1), date(2028, 1, 1))
    assert book.variabel("Vekt21") == Variabel(
        navn="Vekt21",
        stamme="Vekt",
        skjema="b21",
        ledetekst="Vekt",
        type="tall",
        lagres="decimal(4,1)",
        hjelp="Uten klær.",
        desimaler=1,
        enhet="kg",
        mykt=(30, 200),
        hardt=(1, 500),
        avrund_opp=True,
        fysisk="WEIGHT",
        paakrevd=Er("Funksjon21", (1,)),
        vises_naar=Er("to.Tilsett", (1,)),
        forhaandsvalg=Forhaandsvalg(70, Er("Funksjon21", (2,))),
        identifiserende=True,
        eksporteres=False,
        tilbys=False,
        tid=tid,
        uttrekk_sist=True,
    )
    edition = book.utgaver["reservasjon"]
    assert book.variabel("Kode12") == Variabel(
        navn="Kode12",
        stamme="Kode",
        skjema="b12",
        ledetekst="",
        type="liste",
        lagres="tinyint",
        koder=(Kode(1, "En"), Kode(2, "To", tilbys=False), Kode(3, "Tre", tilbys=False)),
        kortliste="K",
        oppslag="icd10",
        prefiks="C",
        avgrenses_av="Funksjon",
        paakrevd=True,
        tid=Tid(edition.fra, edition.til, edition),
        aktiv=False,
        fyller="Funksjon",
    )


def test_what_says_who_the_patient_is_or_has_no_name_in_the_extracts_is_in_none(tmp_path: Path) -> None:
    more = {"navn": "Ord", "ledetekst": "Ord", "type": "tekst", "fysisk": "WORD", "uttrekk": "sist"}
    form = with_blocks(tmp_path, more, NUMBER, LIST).skjema["b12"]
    out = [v.navn for v in form.uttrekk()]
    assert out[-1] == "Ord12"
    assert {"Vekt12", "Kode12"} <= form.variabler.keys() and not {"Vekt12", "Kode12"} & {*out}


def test_a_question_says_no_more_than_its_name_and_type(tmp_path: Path) -> None:
    book = with_blocks(tmp_path, {"navn": "Dag", "type": "dato"}, {"navn": "Ord", "type": "tekst"})
    assert book.variabel("Dag12") == Variabel("Dag12", "Dag", "b12", "", "dato", "date")
    assert book.variabel("Ord12") == Variabel("Ord12", "Ord", "b12", "", "tekst", "varchar")


def test_the_boxes_of_a_question_have_what_they_say_and_the_rest_from_its_code_list(tmp_path: Path) -> None:
    block = {
        "flervalg": "Blokade",
        "ledetekst": "Blokade?",
        "hjelp": " Alle. ",
        "kodeliste": "blokader",
        "vises_naar": {"to.Tilsett": [1]},
        "enevalg": ["Lumbal"],
        "alternativer": [
            {"navn": "Pecs", "kode": "pecs", "fysisk": "PECS"},
            {"navn": "Pecsen", "kode": "pecs_1", "hjelp": "Den ene.", "uttrekk": "sist"},
            {"navn": "Pecsto", "kode": "pecs_2", "ledetekst": "Den andre", "vises_naar": {"Lumbal": [1]}},
            {"navn": "Lumbal", "ledetekst": "Lumbal", "tilbys": False},
        ],
    }
    helped = {
        "flervalg": "Middel",
        "ledetekst": "Middel?",
        "kodeliste": "analgetika",
        "krev": "valgfri",
        "uttrekk": "sist",
        "alternativer": [
            {"navn": "Non", "kode": "non_opioid", "ledetekst": "Svake"},
            {"navn": "Opi", "kode": "opioid", "hjelp": "Sterke."},
        ],
    }
    book = with_blocks(tmp_path, block, helped)
    seen = Er("to.Tilsett", (1,))

    def box(stem: str, label: str, shown: Any, **more: Any) -> Variabel:
        named = Variabel(f"{stem}12", stem, "b12", label, "avkrysning", "tinyint")
        return Variabel(**{**vars(named), "paakrevd": False, "vises_naar": shown, "gruppe": "Blokade", **more})

    assert [book.variabel(f"{name}12") for name in ("Pecs", "Pecsen", "Pecsto", "Lumbal")] == [
        box("Pecs", "PECS blokade (Pectoral nerve)", seen, fysisk="PECS"),
        box("Pecsen", "Underkategori 1", Og((seen, Er("Pecs12", (1,)))), hjelp="Den ene.", uttrekk_sist=True),
        box("Pecsto", "Den andre", Og((seen, Er("Lumbal12", (1,))))),
        box("Lumbal", "Lumbal", seen, tilbys=False),
    ]
    blocks = {b.id: b for b in book.skjema["b12"].seksjoner[0].felt if isinstance(b, Flervalg)}
    asked = blocks["Blokade"]
    assert (asked.ledetekst, asked.hjelp, asked.minst_en, asked.enevalg, asked.vises_naar) == (
        "Blokade?",
        "Alle.",
        True,
        ("Lumbal12",),
        seen,
    )
    assert not blocks["Middel"].minst_en
    drugs = [book.variabel(name) for name in ("Non12", "Opi12")]
    assert [v.ledetekst for v in drugs] == ["Svake", "Opioider"]
    assert [v.hjelp for v in drugs] == ["F.eks. Paracet, NSAIDs, COX-2-hemmere", "Sterke."]
    assert all(v.uttrekk_sist for v in drugs)


def test_a_row_of_the_opioid_table_asks_what_its_line_of_the_code_list_says() -> None:
    book = load()
    for suffix in ("", "22"):
        dose, omeq = book.variabel(f"DDMoTbl{suffix}"), book.variabel(f"OMEQMoTbl{suffix}")
        assert (dose.ledetekst, dose.enhet, dose.desimaler) == ("Morfin – tabletter/mikstur", "mg", 1)
        # As much as the column holds.
        assert (dose.lagres, dose.hardt) == ("decimal(5,1)", (0, 9999.9))
        assert (dose.fysisk, dose.paakrevd, dose.hjelp) == ("OMEQ_MORPHINE_PILLS_DOSAGE", False, "")
        assert (omeq.ledetekst, omeq.enhet, omeq.desimaler) == ("Morfin – tabletter/mikstur: OMEQ", "mg", 1)
        assert (omeq.lagres, omeq.beregnes, omeq.fysisk) == ("decimal(6,1)", "omeq", "OMEQ_MORPHINE_PILLS_OMEQ")
        assert book.variabel(f"DDBuTbl{suffix}").hjelp.startswith("Månedlig Buvidal 128 mg tilsvarer 20 mg")


def test_the_blocks_of_several_questions_have_what_they_say() -> None:
    book = load()
    blocks = {getattr(b, "id", ""): b for s in book.skjema["b22"].seksjoner for b in s.felt}
    clinicians, table = blocks["Behandlere"], blocks["Opioider"]
    assert isinstance(clinicians, Behandlere) and isinstance(table, Opioidtabell)
    assert (clinicians.ledetekst, clinicians.antall_ledetekst) == ("1) Behandler av smertetilstanden", "Antall tilsyn")
    assert clinicians.hjelp.startswith("Hvem som faktisk har deltatt") and clinicians.hjelp.endswith("fortløpende.")
    assert clinicians.paaminnelse.startswith("Du bør også oppdatere spm 2") and clinicians.minst_en
    doctor, visits = clinicians.rader[0]
    assert (doctor.navn, doctor.ledetekst, doctor.gruppe) == ("Lege", "Lege", "Behandlere")
    assert (visits.navn, visits.ledetekst, visits.vises_naar) == (
        "AntTilsLege",
        "Lege: Antall tilsyn",
        Er("Lege", (1,)),
    )
    assert (visits.gruppe, visits.mykt, visits.hardt) == (None, (1, 10), (1, 100))
    assert (table.ledetekst, table.suffiks, table.minst_en) == (
        "Opioider siste døgn før avsluttende tilsyn",
        "22",
        True,
    )
    assert table.hjelp.startswith("Opioidene pasienten bruker") and table.hjelp.endswith("regnes ut automatisk.")
    assert table.vises_naar == Og((Er("MedBeh22", (1,)), Er("Op22", (1,))))
    assert (table.sum.navn, table.sum.gruppe, table.sum.enhet, table.sum.desimaler) == (
        "MoEkvivalens22",
        "Opioider",
        "mg",
        1,
    )
    assert (table.sum.beregnes, table.sum.paakrevd, table.sum.vises_naar) == ("omeq_sum", False, table.vises_naar)
    first = table.rader[0]
    assert (first.stamme, first.legemiddel, first.form, first.enhet) == ("MoTbl", "Morfin", "tabletter/mikstur", "mg")
    assert all(v.gruppe == "Opioider" and v.uttrekk_sist for v in table.variabler)
    assert not any(v.uttrekk_sist for v in book.skjema["b11"].variabler.values() if v.gruppe == "Opioider")


def test_an_answer_is_required_of_patients_only_where_a_block_says_so(tmp_path: Path) -> None:
    def some(name: str, **more: Any) -> dict[str, Any]:
        return {"flervalg": name, "ledetekst": "?", "alternativer": [{"navn": f"{name}En", "ledetekst": "En"}], **more}

    added = [some("Fri"), some("Krav", krev="minst_en"), {"navn": "Ord", "type": "tekst"}]
    added.append({"navn": "Ordkrav", "type": "tekst", "paakrevd": True})
    book = read(changed(tmp_path / "kodebok", {"pasreg": lambda d: d["seksjoner"][0]["felt"].extend(added)}))
    blocks = {b.id: b for b in book.skjema["pasreg"].seksjoner[0].felt if isinstance(b, Flervalg)}
    assert (blocks["Fri"].minst_en, blocks["Krav"].minst_en) == (False, True)
    assert (book.variabel("Ord").paakrevd, book.variabel("Ordkrav").paakrevd) == (False, True)


RULES: list[dict[str, Any]] = [
    {"id": "a", "krav": {"StSmRo": {"minst": "SvSmRo"}}, "unntatt": [99], "melding": "A"},
    {"id": "b", "krav": {"Regdato": {"ikke_foer": "to.HenvistDato"}}, "melding": "B", "bruk": "b21"},
    {"id": "c", "krav": {"minst_en": ["EnC", "ToC"]}, "melding": "C"},
    {"id": "d", "krav": {"vilkaar": {"eller": [{"EnD": [1]}, {"to.Tilsett": [1]}]}}, "melding": "D"},
]


def test_a_rule_has_what_it_says_and_is_broken_where_it_says(tmp_path: Path) -> None:
    def ruled(data: dict[str, Any]) -> None:
        boxes = [{"navn": name, "type": "avkrysning", "paakrevd": False} for name in ("EnC", "ToC", "EnD")]
        data["seksjoner"][0]["felt"].extend(boxes)
        data["regler"] = RULES

    book = read(changed(tmp_path / "kodebok", {"b12": ruled}))
    either = Eller((Er("EnD12", (1,)), Er("to.Tilsett", (1,))))
    assert book.skjema["b12"].regler == (
        Regel("a", "minst", ("StSmRo12",), "A", "SvSmRo12", (99,)),
        Regel("c", "minst_en", ("EnC12", "ToC12"), "C"),
        Regel("d", "vilkaar", ("EnD12", "to.Tilsett"), "D", vilkaar=either),
    )
    assert book.skjema["b21"].regler[1] == Regel("b", "ikke_foer", ("Regdato21",), "B", "to.HenvistDato")

    def broken(skjema: str, level: Level, document: dict[str, Any], **around: Any) -> list[str]:
        checker = compile_checker(shape_of(book.skjema[skjema], book), level)
        context = {f"to.{name}": value for name, value in around.items()}
        found = checker.check([document], [context])
        return [p.melding.removesuffix(".") for p in found if p.code == "REG-006"]

    asked = {"AngiNRS12": 1}
    assert broken("b12", "lagre", {**asked, "StSmRo12": 3, "SvSmRo12": 4}) == ["A"]
    for strongest, weakest in ((4, 4), (5, 4), (3, 99), (3, None), (None, 3)):
        assert broken("b12", "lagre", {**asked, "StSmRo12": strongest, "SvSmRo12": weakest}) == []
    assert broken("b21", "lagre", {"Regdato21": "2026-11-02"}, HenvistDato="2026-11-03") == ["B"]
    assert broken("b21", "lagre", {"Regdato21": "2026-11-02"}, HenvistDato="2026-11-02") == []
    assert broken("b12", "ferdigstill", {"EnD12": 1}) == ["C"]
    assert broken("b12", "ferdigstill", {"ToC12": 1}, Tilsett=1) == []
    assert broken("b12", "ferdigstill", {"EnC12": 1}, Tilsett=2) == ["D"]
