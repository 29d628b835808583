"""Proves that the codebook is read whole, that an error in it is named, and that one YAML block is one question."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from checks import answers, validation
from checks.codebook import load, read
from checks.codebook.loader import FOLDER, PARTS
from checks.errors import RegisterError

FORMS = {"po", "to", "b11", "b12", "b21", "b22", "pasreg", "hads", "eval", "opioid"}
PREGNANT = {
    "navn": "Gravid",
    "ledetekst": "Er pasienten gravid?",
    "type": "liste",
    "koder": {0: "Nei", 1: "Ja"},
    "fysisk": "PREGNANT",
}


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """A copy of the shipped codebook's files, to be broken."""
    shutil.copytree(FOLDER, tmp_path / "kodebok", ignore=lambda _, names: {n for n in names if n.endswith(".py")})
    return tmp_path / "kodebok" / PARTS[0]


def edit(forms: Path, name: str, change) -> None:
    path = forms / f"{name}.yml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_every_form_is_there_and_every_variable_has_one_home() -> None:
    codebook = load()
    assert set(codebook.skjema) == FORMS
    for form in codebook:
        columns = [v.fysisk for v in form.uttrekk()]
        assert len(columns) == len(set(columns)), form.id


@pytest.mark.manual("B 1.2 5")
def test_b12_and_b21_are_one_definition() -> None:
    b12, b21 = load().skjema["b12"], load().skjema["b21"]
    assert [v.stamme for v in b12.variabler.values()] == [v.stamme for v in b21.variabler.values()]
    assert (b12.tabell, b12.formorder, b21.tabell, b21.formorder) == ("emp12", 1, "emp12", 2)


def test_one_yaml_block_adds_a_question_everywhere(forms: Path) -> None:
    edit(forms, "b12", lambda d: d["seksjoner"][0]["felt"].append(PREGNANT))
    skjema = read(forms.parent).skjema["b12"]
    shape = answers.shape_of(skjema, read(forms.parent))
    assert skjema.variabler["Gravid12"].ledetekst == "Er pasienten gravid?"
    assert "PREGNANT" in {v.fysisk for v in skjema.uttrekk()}
    complete = {"Regdato12": "2026-11-02", "AngiNRS12": 0}
    for value, expected in ((None, {"REG-007"}), (7, {"REG-002"}), (1, set())):
        checker = validation.compile_checker(shape, "ferdigstill")
        assert {p.code for p in checker.check([{**complete, "Gravid12": value}])} == expected


BROKEN = {
    "ukjent nøkkel": (
        lambda d: d["seksjoner"][0]["felt"][0].update(farge="rød"),
        "HenvistDato",
        "«farge»: ukjent nøkkel",
    ),
    "ukjent type": (
        lambda d: d["seksjoner"][0]["felt"][0].update(type="klokke"),
        "HenvistDato",
        "«type»: Input should be …",
    ),
    "forslag som både står og tilbys": (
        lambda d: d["seksjoner"][0]["felt"][0].update(foreslaas={"staar": "i_dag", "tilbys": "i_dag"}),
        "HenvistDato",
        "«foreslaas» er for en dato, og sier enten hva som står eller hva som tilbys",
    ),
    "forslag fra et ukjent spørsmål": (
        lambda d: d["seksjoner"][0]["felt"][0].update(foreslaas={"staar": "b11.Finnes"}),
        "HenvistDato",
        "viser til «b11.Finnes», som ikke finnes",
    ),
    "betingelse på ukjent variabel": (
        lambda d: d["seksjoner"][0]["felt"][0].update(vises_naar={"Tullball": [1]}),
        "HenvistDato",
        "viser til «Tullball», som ikke finnes i skjemaet",
    ),
    "tom betingelse": (
        lambda d: d["seksjoner"][0]["felt"][0].update(vises_naar={"Tilsett": []}),
        "HenvistDato",
        "«Tilsett» har ingen verdier",
    ),
    "liste uten koder": (
        lambda d: d["seksjoner"][0]["felt"][3].update(koder={}, tilbys_i={}),
        "Tilsett",
        "en liste må ha koder, kodeliste, kortliste eller oppslag",
    ),
    "kun_import på en kode som ikke finnes": (
        lambda d: d["seksjoner"][0]["felt"][3].update(kun_import=[77]),
        "Tilsett",
        "kodene ['77'] finnes ikke i listen",
    ),
    "navnet er brukt to ganger": (
        lambda d: d["seksjoner"][0]["felt"].append({"navn": "LAR", "type": "tekst"}),
        "LAR",
        "navnet er brukt også i to",
    ),
    "navnet er brukt to ganger i samme skjema": (
        lambda d: d["seksjoner"][0]["felt"].append({"navn": "HenvistDato", "type": "tekst"}),
        "HenvistDato",
        "navnet er brukt også i to",
    ),
    "tall uten lagringstype": (
        lambda d: d["seksjoner"][0]["felt"].append({"navn": "Vekt", "type": "tall"}),
        "Vekt",
        "et tall må si hva det lagres som («lagres»)",
    ),
    "enevalg som ikke finnes": (
        lambda d: d["seksjoner"][0]["felt"][1].update(enevalg=["Tullball"]),
        "HenvistVia",
        "enevalg ['Tullball'] er ikke blant alternativene",
    ),
    "svar med en kode som ikke er i kodelisten": (
        lambda d: d["seksjoner"][0]["felt"][1].update(
            kodeliste="analgetika", alternativer=[{"navn": "Tilsynsanmodnin", "kode": "plaster"}]
        ),
        "Tilsynsanmodnin",
        "koden «plaster» finnes ikke i kodelisten",
    ),
    "svar som hører under et som ikke er med": (
        lambda d: d["seksjoner"][0]["felt"][1].update(
            kodeliste="blokader", alternativer=[{"navn": "Tilsynsanmodnin", "kode": "poplitea"}]
        ),
        "Tilsynsanmodnin",
        "«ischiadicus», som svaret hører under, er ikke et alternativ",
    ),
    "kodeliste som ikke finnes": (
        lambda d: d["seksjoner"][0]["felt"][1].update(kodeliste="plaster"),
        "HenvistVia",
        "kodelisten «plaster» finnes ikke",
    ),
    "utgave som ikke finnes": (
        lambda d: d["seksjoner"][0]["felt"][0].update(utgave="neste"),
        "HenvistDato",
        "utgaven «neste» finnes ikke i utgaver.yml",
    ),
    "ute før det er inne": (
        lambda d: d["seksjoner"][0]["felt"][0].update(fra=date(2027, 1, 1), til=date(2027, 1, 1)),
        "HenvistDato",
        "«til» (2027-01-01) må være etter «fra» (2027-01-01)",
    ),
    "regel med to krav": (
        lambda d: d.update(regler=[{"id": "r", "krav": {"Tilsett": "a", "Norsktalende": "b"}, "melding": "m"}]),
        "regel r",
        "har mer enn ett krav",
    ),
    "regel med ukjent krav": (
        lambda d: d.update(regler=[{"id": "r", "krav": {"Tilsett": {"kanskje": "alder"}}, "melding": "m"}]),
        "regel r",
        "kravet «kanskje» er ukjent",
    ),
}


PATIENT = {
    "utfylling": {"dato": "HenvistDato", "utfylt": "Norsktalende", "arsak": "TypeManglSamt"},
    "sendes": {"etter": "samtykke"},
    "papir": True,
    "tittel": "t",
    "om": "o",
}
BROKEN_FORM = {
    "uten slag": ({"slag": None}, "slag"),
    "et forløps skjema uten forløpstype": ({"fra_type": None}, "fra_type"),
    "en forløpstype som ikke finnes": ({"fra_type": 4}, "fra_type"),
    "pasientskjema som er behandlerens": ({"pasientskjema": PATIENT}, "pasientskjema"),
    "pasientens skjema uten det pasientskjemaer har": ({"slag": "pasient", "fra_type": 3}, "pasientskjema"),
    "pasientskjema i et forløp der ingen spørres": (
        {"slag": "pasient", "fra_type": 2, "pasientskjema": PATIENT},
        "forløpstype 3",
    ),
    "dager regnet fra samtykket": (
        {"slag": "pasient", "fra_type": 3, "pasientskjema": PATIENT | {"sendes": {"etter": "samtykke", "dager": 3}}},
        "sluttdato",
    ),
    "årsaken mangler koder som skjemaet lukkes med": (
        {"slag": "pasient", "fra_type": 3, "pasientskjema": PATIENT},
        "[7, 9]",
    ),
    "utfyllingen viser til et spørsmål som ikke finnes": (
        {
            "slag": "pasient",
            "fra_type": 3,
            "pasientskjema": PATIENT | {"utfylling": PATIENT["utfylling"] | {"dato": "Tullball"}},
        },
        "Tullball",
    ),
    "plassen i arbeidet er tatt": ({"plass": {"arbeid": 30, "uttrekk": 60}}, "30"),
    "plassen i uttrekket er tatt": ({"plass": {"arbeid": 20, "uttrekk": 10}}, "10"),
    "navnet i uttrekkene er tatt": ({"uttrekksnavn": "B1.1"}, "B1.1"),
}


@pytest.mark.parametrize(("change", "what"), BROKEN_FORM.values(), ids=list(BROKEN_FORM))
def test_an_error_in_what_a_form_says_of_itself_names_the_file_and_what_is_wrong(
    forms: Path, change, what: str
) -> None:
    def say(data) -> None:
        use = data["bruk"]["to"] | change
        data["bruk"]["to"] = {key: value for key, value in use.items() if value is not None}

    edit(forms, "to", say)
    with pytest.raises(RegisterError, match=re.escape(what), check=lambda e: e.code == "REG-084") as caught:
        read(forms.parent)
    # What two forms both have taken is said of the later one, and names the other.
    assert "to.yml" in str(caught.value) or str(caught.value).endswith("brukt også av to")


def test_the_forms_come_in_the_order_of_the_work_whatever_their_files_are_called(forms: Path) -> None:
    edit(forms, "b11", lambda d: d["bruk"]["b11"].update(plass={"arbeid": 65, "uttrekk": 10}))
    assert [form.id for form in read(forms.parent)][:6] == ["po", "to", "b12", "b21", "b22", "b11"]


@pytest.mark.parametrize(("change", "where", "what"), BROKEN.values(), ids=list(BROKEN))
def test_an_error_names_the_file_the_variable_and_what_is_wrong(forms: Path, change, where: str, what: str) -> None:
    edit(forms, "to", change)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-084") as caught:
        read(forms.parent)
    file = "b11.yml" if where == "LAR" else "to.yml"
    sentence, message = f"Kodeboken har en feil i {file}, {where}: {what}", str(caught.value)
    # What comes after «…» are the words of the library that reads the format.
    assert message == sentence or (what.endswith("…") and message.startswith(sentence[:-1]))


def test_the_sum_of_an_opioid_table_has_the_name_that_it_is_computed_under(forms: Path) -> None:
    def rename(data) -> None:
        table = next(b for s in data["seksjoner"] for b in s["felt"] if "opioidtabell" in b)
        table["sum"]["navn"] = "Dognsum22"

    edit(forms, "b22", rename)
    with pytest.raises(
        RegisterError, match=r"b22\.yml.*Dognsum22.*«MoEkvivalens22»", check=lambda e: e.code == "REG-084"
    ):
        read(forms.parent)


def test_broken_yaml_names_the_line(forms: Path) -> None:
    (forms / "to.yml").write_text("tabell: mce\nbruk: {to: {navn: TO\n", encoding="utf-8")
    with pytest.raises(RegisterError, match=r"to\.yml, linje \d"):
        read(forms.parent)


def test_the_version_changes_when_and_only_when_a_file_does(forms: Path) -> None:
    before = read(forms.parent).versjon
    read.cache_clear()
    assert read(forms.parent).versjon == before
    edit(forms, "b12", lambda d: d["seksjoner"][0]["felt"].append(PREGNANT))
    read.cache_clear()
    assert read(forms.parent).versjon != before
