"""Proves that what is different in two codebooks is said, and that the change log follows the dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands.codebook_commands import codebook as command
from checks.codebook import load, read
from checks.codebook.changelog import changelog
from checks.codebook.difference import difference
from checks.codebook.loader import FOLDER
from checks.errors import RegisterError
from tests.codebooks import Change, asked, changed, edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped codebook, to be changed."""
    return changed(tmp_path / "kodebok", {})


def first(data: dict[str, Any]) -> list[dict[str, Any]]:
    return data["seksjoner"][0]["felt"]


NEW = {"navn": "Gravid", "ledetekst": "Gravid?", "type": "liste", "koder": {0: "Nei"}, "fra": date(2027, 1, 1)}
REGDATO, TILSETT, SKR = "Regdato", "Tilsett", "SkriftligSamtyk"
CHANGES: dict[str, tuple[str, Change, str]] = {
    "spørsmål inn": (
        "forms/b12.yml",
        lambda d: first(d).append(NEW),
        "B 2.1, «Gravid?» (Gravid21): nytt spørsmål fra 01.01.2027.",
    ),
    "spørsmål ut": ("forms/b12.yml", lambda d: d["seksjoner"].pop(), "B 1.2, «Funksjonsnivå» (Funksjon12): tatt ut."),
    "dato": (
        "forms/to.yml",
        lambda d: asked(d, TILSETT).update(til=date(2027, 1, 1)),
        "(Tilsett): spørres til 01.01.2027; før til enhver tid.",
    ),
    "kode inn": ("forms/to.yml", lambda d: asked(d, TILSETT)["koder"].update({8: "Nytt"}), "koden 8 («Nytt») er ny."),
    "kode ut": ("forms/to.yml", lambda d: asked(d, TILSETT)["koder"].pop(5), "koden 5 («"),
    "kode omformulert": ("forms/to.yml", lambda d: asked(d, TILSETT)["koder"].update({1: "Jada"}), "heter «Jada»; før"),
    "kode ut på en dag": (
        "forms/to.yml",
        lambda d: asked(d, TILSETT)["koder"].update({5: {"tekst": "Fem", "til": date(2027, 1, 1)}}),
        "gjelder til 01.01.2027; før til enhver tid.",
    ),
    "område": ("forms/b22.yml", lambda d: asked(d, "TotTid").update(hardt=[0, 500.5]), "mulig område er 0–500,5; før"),
    "dager": (
        "forms/to.yml",
        lambda d: asked(d, "HenvistDato").update(mykt_mot="DatoSamtykke"),
        "vanlig område regnes i dager fra DatoSamtykke; før fra StartdatoTO.",
    ),
    "krav": (
        "forms/b12.yml",
        lambda d: asked(d, REGDATO).update(paakrevd=False),
        "(Regdato12): svar kreves ikke; før alltid.",
    ),
    "vilkår": (
        "forms/to.yml",
        lambda d: asked(d, "KognSvekket").update(vises_naar={TILSETT: [1, 2]}),
        "(KognSvekket): vises når Tilsett er 1 eller 2; før alltid.",
    ),
    "ledetekst": (
        "forms/b12.yml",
        lambda d: asked(d, REGDATO).update(ledetekst="Dag"),
        "«Dag» (Regdato12): ledeteksten er endret fra «",
    ),
    "blokk": (
        "forms/to.yml",
        lambda d: asked(d, "HenvistVia").update(krev="valgfri"),
        "TO, HenvistVia: kravet om minst ett svar er endret.",
    ),
    "regel": ("forms/b12.yml", lambda d: d["regler"].pop(0), "B 1.2: regelen er tatt ut: "),
    "rekkefølge": (
        "forms/b12.yml",
        lambda d: first(d).reverse() or d["seksjoner"].reverse(),
        "B 1.2: rekkefølgen av spørsmålene er endret.",
    ),
    "skjemaet": (
        "forms/to.yml",
        lambda d: d["bruk"]["to"].update(uttrekksnavn="Annet"),
        "TO: navnet i uttrekkene er «Annet»; før «",
    ),
    "utgave": (
        "utgaver.yml",
        lambda d: d["utgaver"]["reservasjon"].update(i_bruk=True),
        "Utgaven «reservasjon» er tatt i bruk.",
    ),
    "versjon": ("utgaver.yml", lambda d: d.update(versjon="1.9.0"), "Versjonen er 1.9.0; den var 1.8.2."),
}


@pytest.mark.parametrize(("file", "change", "sentence"), CHANGES.values(), ids=list(CHANGES))
def test_a_change_is_said(folder: Path, file: str, change: Change, sentence: str) -> None:
    edit(folder / file, change)
    said = difference(load(), read(folder))
    assert any(sentence in line for line in said), said
    assert difference(read(folder), load()), "the way back is a change too"


def test_a_form_in_and_out_is_said(folder: Path) -> None:
    (folder / "forms/opioid.yml").unlink()
    without = read(folder)
    assert [line[:16] for line in difference(load(), without)] == ["Skjemaet Opioid "]
    assert difference(load(), without)[0].endswith("er tatt ut.")
    assert difference(without, load())[0].endswith("er nytt.")


def test_nothing_is_said_of_codebooks_that_ask_alike(folder: Path) -> None:
    edit(folder / "forms/to.yml", lambda d: None)  # written anew: other bytes, the same questions
    assert read(folder).versjon != load().versjon
    assert difference(load(), read(folder)) == []


def test_the_log_has_each_day_with_what_came_in_before_what_went_out(folder: Path) -> None:
    edit(folder / "forms/b12.yml", lambda d: first(d).append(NEW))
    edit(folder / "forms/to.yml", lambda d: asked(d, TILSETT).update(til=date(2027, 1, 1)))
    later = [(e.dag, e.inn, e.hva) for e in changelog(read(folder)) if e.dag.year == 2027]
    day = date(2027, 1, 1)
    assert [line[:2] for line in later] == [(day, True), (day, True), (day, False)]
    assert [line[2].split("(")[1] for line in later] == ["Gravid12)", "Gravid21)", "Tilsett)"]


def test_the_shipped_log_says_that_the_later_edition_is_not_in_use() -> None:
    shown = CliRunner().invoke(command, ["log"]).output.splitlines()
    assert shown[0] == f"Kodebok {load().navn}"
    assert "01.12.2022" in shown and "30.03.2017" in shown
    assert all(line.endswith(" (ikke i bruk)") for line in shown if line.startswith("  "))
    without_a_day = shown[shown.index("uten kjent dato") + 1 :]
    assert [line.partition("(")[2].partition(")")[0] for line in without_a_day] == [
        "AvdRegSmIntensSD",
        "AvdRegSmIntensSDMangler",
    ]


def test_diff_compares_with_the_codebook_in_use(folder: Path) -> None:
    edit(folder / "utgaver.yml", lambda d: d.update(versjon="1.7.0"))
    shown = CliRunner().invoke(command, ["diff", str(folder)]).output.splitlines()
    assert shown == [f"{read(folder).navn} → {load().navn}", "Versjonen er 1.8.2; den var 1.7.0."]
    assert "Filene er like." in CliRunner().invoke(command, ["diff", str(FOLDER)]).output


def test_a_folder_that_is_no_codebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-084"):
        read(tmp_path)


# The files that each version for people names, by their digest. Readers of data know a codebook by its version.
VERSIONS = {"1.8.0": "5f5e7fc0550d", "1.8.1": "af8a26dabcfe", "1.8.2": "ea8f8af43435"}


def test_the_version_for_people_means_these_files_and_no_others() -> None:
    book = load()
    assert VERSIONS.get(book.nummer) == book.versjon, (
        f"The codebook's files are not those that are called {book.nummer}. If a reader of data should know of the change, "
        "give the codebook a new «versjon» in checks/codebook/utgaver.yml and add it to VERSIONS; if not, write the new "
        f"digest behind {book.nummer} in VERSIONS."
    )
