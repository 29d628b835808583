"""The codebook's YAML files on their own, without the loader: what a typing mistake there would break."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

FORMS = Path(__file__).parents[2] / "checks" / "codebook" / "forms"
FILES = sorted(FORMS.glob("*.yml"))
ARK = pytest.mark.parametrize("fil", FILES, ids=lambda f: f.stem)


def _variables(felt: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for blokk in felt:
        if "flervalg" in blokk:
            yield from blokk["alternativer"]
        elif "behandlere" in blokk:
            for rad in blokk["rader"]:
                yield rad
                yield {"navn": rad["antall"]}
        elif "gjentatt" in blokk:
            yield from _variables(blokk["felt"])
        elif "opioidtabell" in blokk:
            yield blokk["sum"]
        else:
            yield blokk


def _keys(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from _keys(value)


def _read(fil: Path) -> dict[str, Any]:
    return yaml.safe_load(fil.read_text(encoding="utf-8"))


def test_all_nine_definitions_are_there() -> None:
    assert {f.stem for f in FILES} == {"po", "to", "b11", "b12", "b22", "pasreg", "hads", "eval", "opioid"}


@ARK
def test_keys_and_names_are_ascii_identifiers(fil: Path) -> None:
    d = _read(fil)
    assert all(isinstance(k, int) or k.isascii() for k in _keys(d))
    assert all(
        re.fullmatch(r"[A-Za-z]\w*", v["navn"], re.ASCII)
        for s in d["seksjoner"]
        for v in _variables(s["felt"])
    )


def test_variable_names_are_unique_across_forms() -> None:
    names = [
        v["navn"] + bruk["suffiks"]
        for d in map(_read, FILES)
        for bruk in d["bruk"].values()
        for s in d["seksjoner"]
        for v in _variables(s["felt"])
    ]
    assert len(names) == len(set(names))


def test_hads_has_no_wordings() -> None:
    items = [
        v
        for s in _read(FORMS / "hads.yml")["seksjoner"]
        for v in _variables(s["felt"])
        if v["navn"].startswith("HADSSpm")
    ]
    assert [v["ledetekst"] for v in items] == [f"HADS ledd {n}" for n in range(1, 15)]
    for v in items:
        assert sorted(v["koder"]) == [0, 1, 2, 3]
        assert list(v["koder"].values()) == [f"Svar {n}" for n in range(1, 5)]


def test_reminder_names_the_number_the_question_has() -> None:
    felt = _read(FORMS / "b22.yml")["seksjoner"][0]["felt"]
    block = next(b for b in felt if "behandlere" in b)
    question = next(b for b in felt if b.get("navn") == "AntPasTils")
    nummer = question["ledetekst"].split(")")[0]
    assert f"spm {nummer} antall pasienttilsyn" in block["paaminnelse"]
