"""The licensed HADS texts: a right file gives its words in the codebook's order, a wrong one says what and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks import hads_texts
from checks.codebook import load
from checks.errors import RegisterError
from ingest import settings
from ingest.prom import hads_licence
from tests.made_up_hads import right

Write = Callable[[Any], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: Any) -> Path:
        path = tmp_path / "hads.yml"
        path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), encoding="utf-8")
        hads_texts.read.cache_clear()
        return path

    return written


def test_the_words_come_in_the_order_of_the_codes_and_keep_the_scores(write: Write) -> None:
    texts = hads_texts.read(write(right()))
    for n, v in enumerate((v for v in load().skjema["hads"].variabler.values() if v.besvares), 1):
        worded = texts.worded(v)
        assert worded.ledetekst == f"Oppdiktet {n}"
        assert [(k.kode, k.tekst) for k in worded.koder if k.tilbys] == [
            (k.kode, f"Valg {n}-{k.kode}") for k in v.koder if k.tilbys
        ]
    other = load().variabel("PRSpm1")
    assert texts.worded(other) is other


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["ledd"].pop(), "13 ledd, men HADS har 14"),
        (lambda d: d["ledd"][2]["svar"].pop(3), "ledd 3 må ha en svartekst for hver av kodene [0, 1, 2, 3]"),
        (lambda d: d["ledd"][4].pop("sporsmal"), "«ledd 5 sporsmal» mangler"),
        (lambda d: d["ledd"][0]["svar"].update({1: " "}), "«ledd 1 svar 1» er tom"),
        (lambda d: d.pop("rettighet"), "«rettighet» mangler"),
        (lambda d: d.update({"annet": 1}), "«annet» er en ukjent nøkkel"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(write: Write, change: Callable[[Any], object], said: str) -> None:
    data = right()
    change(data)
    path = write(data)
    with pytest.raises(RegisterError) as refused:
        hads_texts.read(path)
    assert refused.value.code == "REG-175" and said in str(refused.value) and "Oppdiktet" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rettighet: a\nledd: [", "filen er ikke YAML i UTF-8, se linje 2."),
        ("", "filen har feil form"),
        ("bare tekst", "filen har feil form"),
        ("ledd: 3", "«rettighet» mangler"),
        (right() | {"ledd": 3}, "«ledd» har feil form"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(write: Write, text: Any, said: str) -> None:
    path = write(text)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-175") as refused:
        hads_texts.read(path)
    assert f"i hads.yml kan ikke brukes: {said}" in str(refused.value)


def test_a_file_that_is_not_text_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hads.yml"
    hads_texts.read.cache_clear()
    with pytest.raises(RegisterError) as refused:
        hads_texts.read(path)
    assert "filen kan ikke leses" in str(refused.value)
    path.write_bytes("rettighet: å".encode("latin-1"))
    with pytest.raises(RegisterError) as refused:
        hads_texts.read(path)
    assert "filen er ikke YAML i UTF-8." in str(refused.value)


def test_the_setting_is_checked_when_it_is_read(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMERTEREG_HADS_TEKSTER", str(tmp_path / "finnes-ikke.yml"))
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-175"):
        settings.read()
    monkeypatch.setenv("SMERTEREG_HADS_TEKSTER", str(write(right())))
    found = settings.read()
    assert hads_licence.available(found) and hads_licence.texts(found) is not None
    monkeypatch.delenv("SMERTEREG_HADS_TEKSTER")
    assert not hads_licence.available(settings.read()) and hads_licence.texts(settings.read()) is None
