"""Manual: the answers that each question offers, word for word, and the explanations behind the question mark."""

from __future__ import annotations

import pytest

from checks.answers import shape
from checks.codebook import Variabel, load
from checks.errors import InvalidAnswers
from ingest.registration import forms
from tests.support import TO, Register

YES_NO = ["Ja", "Nei"]
YES_NO_UNKNOWN = [*YES_NO, "Vet ikke"]
# Questions 5–7 of B 1.1, and the need of a plan in B 2.2, have «Nei» first.
NO_YES_UNSURE = ["Nei", "Ja", "Usikker"]
ANSWERS = {
    ("to", "Tilsett"): [
        "Ja",
        "Nei, ikke behov",
        "Nei, ikke kapasitet",
        "Nei, ikke prioritert, men gitt råd",
        "Nei, annen årsak",
    ],
    ("to", "TypeManglSamt"): ["Aktivt", "Passivt", "Ikke spurt"],
    ("b11", "Smertekategori3a"): ["Akutt smerte", "Langvarig smerte > 3 måneder", "Palliativ", "Annet"],
    ("b11", "diagnosekat3b2"): ["På grunn av kirurgi", "På grunn av skade/traume", "På grunn av sykdom", "Annet"],
    ("b11", "diagnosekat3b1"): [
        "Primær smerte",
        "Kreftsmerte",
        "Postkirurgisk og posttraumatisk smerte",
        "Nevropatisk smerte",
        "Hodepine og orofacial smerte",
        "Sekundær visceral smerte",
        "Sekundær muskelskjelett smerte",
    ],
    ("b11", "HovedDiag"): YES_NO,
    ("b11", "UhenBrukMed"): [*YES_NO, "Usikker"],
    ("b11", "SentralBlokkB11"): YES_NO_UNKNOWN,
    ("b11", "PeriferBlokkB11"): YES_NO_UNKNOWN,
    ("b11", "TidligereRus"): NO_YES_UNSURE,
    ("b11", "PaagaaRus"): NO_YES_UNSURE,
    ("b11", "LAR"): NO_YES_UNSURE,
    **{
        ("b22", name): YES_NO_UNKNOWN
        for name in (
            "MedBeh22",
            "AlvRespDepr",
            "IkkeMedBeh",
            "PSBeh",
            "FysioBeh",
            "AnnenIkkeMedBeh",
            "SentralBlokk",
            "Kompl1d",
            "PeriferBlokk",
            "Kompl1e",
            "VidereOppf",
            "OppfSmeKl",
        )
    },
    ("b22", "BehNedtrappAvsluttTils"): ["Nei", "Ja", "Vet ikke"],
    ("b22", "AarsakVedNei"): ["Ikke behov", "Ikke aktuelt", "Vet ikke"],
}


def question(form: str, name: str) -> Variabel:
    described = load().skjema[form]
    rows = {v.navn: v for block in described.gjentatte for v in block.felt}
    return {**described.variabler, **rows}[name]


@pytest.mark.manual("TO 3", "Samtykke 9", "B 1.1 3", "B 1.1 4", "B 1.1 7", "B 1.1 11", "B 1.1 24", "B 1.1 25")
@pytest.mark.manual("B 1.1 26", "B 1.1 27", "B 2.2 6", "B 2.2 9", "B 2.2 14", "B 2.2 15", "B 2.2 16")
@pytest.mark.parametrize(("form", "name"), ANSWERS, ids=[name for _, name in ANSWERS])
def test_sporsmaalet_tilbyr_manualens_svar(form: str, name: str) -> None:
    offered = [k.tekst for k in question(form, name).koder if k.tilbys]
    assert offered == ANSWERS[form, name]


@pytest.mark.manual("B 2.2 16")
def test_oppfolging_hos_fastlege_har_fire_svar() -> None:
    offered = [k.tekst for k in question("b22", "KontFastlege").koder if k.tilbys]
    assert [text.split()[0].strip(",") for text in offered] == ["Ja", "Kontaktet", "Usikker", "Nei"]


@pytest.mark.manual("B 1.1 5", "B 1.1 6", "B 1.1 9")
def test_kodene_slaas_opp_i_kodeverket_som_hoerer_til_aarsaken() -> None:
    asked = {name: question("b11", name) for name in ("Operasjonskode1", "Kreftsmertediag", "AnatomiskInndel")}
    assert asked["Operasjonskode1"].oppslag == "ncsp"
    assert (asked["Kreftsmertediag"].oppslag, asked["Kreftsmertediag"].prefiks) == ("icd10", "C")
    assert {"Rygg", "Abdomen", "Overekstremiteter", "Underekstremiteter"} <= {
        k.tekst for k in asked["AnatomiskInndel"].koder
    }


EXPLAINED = {
    "to": ("SkriftligSamtyk", "TypeManglSamt", "KognSvekket"),
    "b11": ("NonOpioid4a", "Opioid4a", "Benzo4a", "KoAnalg4a", "Opioid4b", "DDBuvMDepIn"),
    "b22": ("MedBeh22", "DDBuvMDepIn22", "AlvRespDepr"),
}


@pytest.mark.manual("Samtykke 4", "B 1.1 18")
@pytest.mark.parametrize(("form", "name"), [(form, name) for form, names in EXPLAINED.items() for name in names])
def test_det_er_en_forklaring_bak_sporsmaalstegnet(form: str, name: str) -> None:
    assert len(question(form, name).hjelp) > 20


@pytest.mark.manual("PO 1")
def test_samtykket_er_bare_til_aa_se_i_po() -> None:
    samtykke = {"SkrSamtykke", "DatoinhSamt", "ManglSamt", "DatoTrektSamt"}
    assert not {name for name in samtykke if load().skjema["po"].variabler[name].besvares}
    assert {"SkriftligSamtyk", "TypeManglSamt", "DatoSamtykke"} <= {
        name for name, v in shape("to").columns.items() if v.besvares
    }


@pytest.mark.manual("B 1.2 1", "B 2.2 1")
@pytest.mark.parametrize(("form", "name"), [("b12", "Regdato12"), ("b21", "Regdato21"), ("b22", "SluttDato")])
def test_datoen_maa_fylles_ut_naar_skjemaet_ferdigstilles(register: Register, form: str, name: str) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to", TO)
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, form, {}, hendelse=forms.COMPLETE)
    assert name in {problem.variabel for problem in caught.value.problems}
