"""Proves that everything that is different in two codebooks is said, each thing once, there and on the way back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.codebook import load, read
from checks.codebook.difference import difference
from tests.codebooks import Change, asked, changed, edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped codebook, to be changed."""
    return changed(tmp_path / "kodebok", {})


def _time_spent(data: dict[str, Any]) -> None:
    asked(data, "TotTid").update(
        {"ledetekst": "Tid", "hjelp": "Ny", "lagres": "integer", "fysisk": "T", "enhet": "min", "desimaler": 1}
        | {"avrunding": None, "mykt": None, "hardt": [0, 500.5], "paakrevd": False, "identifiserende": True}
        | {"eksporteres": False, "tilbys": False, "uttrekk": "sist", "vises_naar": {"SykPleier": [1]}}
        | {"fra": date(2027, 1, 1)}
    )


def _codes(data: dict[str, Any]) -> None:
    codes = {1: "Jada", 0: "Nei", 3: {"tekst": "Ny", "fra": date(2027, 1, 1)}}
    asked(data, "LAR").update(forhaandsvalg=None, koder=codes, paakrevd={"PaagaaRus": [1]})


def _form(data: dict[str, Any]) -> None:
    data["bruk"]["to"].update(tittel="Henvist", kort="T", uttrekksnavn="T.O", plass={"arbeid": 25, "uttrekk": 11})
    data.update(tabell="mce2")
    data["seksjoner"][0].update(tittel="Først", hjelp="Ny")
    asked(data, "HenvistVia").update(ledetekst="Via", krev="valgfri")


def _rules(data: dict[str, Any]) -> None:
    data["regler"][0].update(melding="Ny")
    data["regler"].append({"id": "x", "bruk": "b12", "krav": {"Regdato": {"minst": "to.HenvistDato"}}, "melding": "X"})


def _editions(data: dict[str, Any]) -> None:
    data["utgaver"]["ikke_i_veiledningen"].update(tittel="T", til=date(2026, 1, 1))
    data["utgaver"]["ny"] = {"tittel": "Ny", "i_bruk": True, "kilde": "k"}
    data["utgaver"]["senere"] = {"tittel": "Senere", "i_bruk": False, "kilde": "k"}


LOWEST = "Sterkeste smerte i ro kan ikke være lavere enn svakeste smerte i ro."
OUTSIDE = "Spørsmål som registeret har, og som veiledningen 1.8 ikke stiller"
WHOLE: dict[str, tuple[str, Change, str, list[str], list[str]]] = {
    "spørsmålet": (
        "forms/b22.yml",
        _time_spent,
        "TotTid): ",
        [
            "ledeteksten er endret fra «3) Total tidsbruk».",
            "mulig område er 0–500,5; før 1–500.",
            "vanlig område er ikke begrenset; før 1–100.",
            "svar kreves ikke; før alltid.",
            "vises når SykPleier er 1; før alltid.",
            "spørres fra 01.01.2027; før til enhver tid.",
            "lagringstypen er «integer»; før «smallint».",
            "hjelpeteksten er endret.",
            "antall desimaler er «1»; før «0».",
            "enheten er «min»; før «timer».",
            "rundes ikke lenger opp.",
            "det fysiske feltnavnet er «T»; før «CONSULTATIONS_TIME».",
            "regnes som identifiserende.",
            "kommer ikke lenger med i uttrekkene.",
            "tilbys ikke lenger på skjermen.",
            "står sist i uttrekket.",
        ],
        [
            "ledeteksten er endret fra «Tid».",
            "mulig område er 1–500; før 0–500,5.",
            "vanlig område er 1–100; før ikke begrenset.",
            "svar kreves alltid; før ikke.",
            "vises alltid; før når SykPleier er 1.",
            "spørres til enhver tid; før fra 01.01.2027.",
            "lagringstypen er «smallint»; før «integer».",
            "hjelpeteksten er endret.",
            "antall desimaler er «0»; før «1».",
            "enheten er «timer»; før «min».",
            "rundes opp.",
            "det fysiske feltnavnet er «CONSULTATIONS_TIME»; før «T».",
            "regnes ikke lenger som identifiserende.",
            "kommer med i uttrekkene.",
            "tilbys på skjermen.",
            "står ikke lenger sist i uttrekket.",
        ],
    ),
    "kodene": (
        "forms/b11.yml",
        _codes,
        "LAR): ",
        [
            "koden 1 heter «Jada»; før «Ja».",
            "koden 3 («Ny») er ny fra 01.01.2027.",
            "koden 2 («Usikker») er tatt ut.",
            "rekkefølgen av kodene er endret.",
            "svar kreves når PaagaaRus er 1; før alltid.",
            "det automatiske svaret er endret.",
        ],
        [
            "koden 1 heter «Ja»; før «Jada».",
            "koden 2 («Usikker») er ny.",
            "koden 3 («Ny») er tatt ut.",
            "rekkefølgen av kodene er endret.",
            "svar kreves alltid; før når PaagaaRus er 1.",
            "det automatiske svaret er endret.",
        ],
    ),
    "koden som ikke tilbys": (
        "forms/to.yml",
        lambda d: asked(d, "Tilsett").update(kun_import=[1], tilbys_i={}),
        "Tilsett): ",
        ["koden 1 («Ja») tilbys ikke lenger på skjermen.", "koden 6 («Nei, ikke prioritert») tilbys på skjermen."],
        ["koden 1 («Ja») tilbys på skjermen.", "koden 6 («Nei, ikke prioritert») tilbys ikke lenger på skjermen."],
    ),
    "skjemaet og blokkene": (
        "forms/to.yml",
        _form,
        "",
        [
            "Skjemaet TO (Tilleggsopplysninger) heter TO (Henvist).",
            "TO: ligger i mce2 1; før mce 1.",
            "TO: kortnavnet er «T»; før «TO».",
            "TO: navnet i uttrekkene er «T.O»; før «TO».",
            "TO: plassen i uttrekkene er «11»; før «60».",
            "TO, henvisning: tittelen er endret fra «Henvisning og tilsyn» til «Først».",
            "TO, henvisning: hjelpeteksten er endret.",
            "TO, HenvistVia: ledeteksten er endret fra «Henvist via» til «Via».",
            "TO, HenvistVia: kravet om minst ett svar er endret.",
        ],
        [
            "Skjemaet TO (Henvist) heter TO (Tilleggsopplysninger).",
            "TO: ligger i mce 1; før mce2 1.",
            "TO: kortnavnet er «TO»; før «T».",
            "TO: navnet i uttrekkene er «TO»; før «T.O».",
            "TO: plassen i uttrekkene er «60»; før «11».",
            "TO, henvisning: tittelen er endret fra «Først» til «Henvisning og tilsyn».",
            "TO, henvisning: hjelpeteksten er endret.",
            "TO, HenvistVia: ledeteksten er endret fra «Via» til «Henvist via».",
            "TO, HenvistVia: kravet om minst ett svar er endret.",
        ],
    ),
    "vilkåret": (
        "forms/b22.yml",
        lambda d: asked(d, "TotTid").update(
            vises_naar={"eller": [{"SykPleier": [1], "Lege": [0, 1]}, {"ikke": {"Psyk": [1]}}]}
        ),
        "TotTid): ",
        ["vises når ((SykPleier er 1 og Lege er 0 eller 1) eller ikke Psyk er 1); før alltid."],
        ["vises alltid; før når ((SykPleier er 1 og Lege er 0 eller 1) eller ikke Psyk er 1)."],
    ),
    "radene": (
        "forms/b11.yml",
        lambda d: next(b for s in d["seksjoner"] for b in s["felt"] if "gjentatt" in b).update(minst=2, hjelp="Ny"),
        "",
        [
            "B 1.1, smertediagnoser: hjelpeteksten er endret.",
            "B 1.1, smertediagnoser: hvor mange som kreves er endret.",
        ],
        [
            "B 1.1, smertediagnoser: hjelpeteksten er endret.",
            "B 1.1, smertediagnoser: hvor mange som kreves er endret.",
        ],
    ),
    "reglene": (
        "forms/b12.yml",
        _rules,
        "",
        ["B 1.2: regelen er endret: Ny", "B 1.2: ny regel: X", "B 2.1: regelen er endret: Ny"],
        [f"B 1.2: regelen er endret: {LOWEST}", "B 1.2: regelen er tatt ut: X", f"B 2.1: regelen er endret: {LOWEST}"],
    ),
}


@pytest.mark.parametrize(("file", "change", "head", "there", "back"), WHOLE.values(), ids=list(WHOLE))
def test_everything_that_is_different_is_said_once(
    folder: Path, file: str, change: Change, head: str, there: list[str], back: list[str]
) -> None:
    edit(folder / file, change)
    changed_to = read(folder)
    for said, expected in ((difference(load(), changed_to), there), (difference(changed_to, load()), back)):
        assert [line.partition(head)[2] if head else line for line in said] == expected


def test_what_is_different_of_the_editions_is_said_before_the_questions(folder: Path) -> None:
    edit(folder / "utgaver.yml", _editions)
    changed_to = read(folder)
    said = difference(load(), changed_to)
    assert said[:4] == [
        "Utgaven «ikke_i_veiledningen» gjelder til 01.01.2026; før uten dato.",
        f"Utgaven «ikke_i_veiledningen» heter «T»; før «{OUTSIDE}».",
        "Utgaven «ny» er ny: Ny, i bruk.",
        "Utgaven «senere» er ny: Senere, ikke i bruk.",
    ]
    kept = " (utgaven «ikke_i_veiledningen», som ikke er i bruk)"
    assert [line.partition(": ")[2] for line in said if "(OppfanneInst)" in line] == [
        f"spørres fra 30.03.2017 til 01.01.2026{kept}; før fra 30.03.2017{kept}."
    ]
    assert difference(changed_to, load())[2:4] == ["Utgaven «ny» er tatt ut.", "Utgaven «senere» er tatt ut."]
