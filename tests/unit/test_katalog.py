"""Proves that the file with what the register cannot know is read whole or refused with the reason, and how counts are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks import katalog
from checks.errors import RegisterError
from ingest.settings import Settings

SHIPPED = Path(__file__).parents[2] / "deploy" / "katalog.yml"
OFFICE = {"navn": "Oppdiktet kontor", "epost": "kontor@eksempel.no"}
Change = Callable[[dict[str, Any]], object]


def filled() -> dict[str, Any]:
    """What the shipped example says, with something made up where it is empty."""
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    made_up = {
        "iri": "https://eksempel.no/datasett/smertereg",
        "identifikator": "smertereg",
        "lovgivning": ["https://eksempel.no/lov/1", "http://data.europa.eu/eli/reg/2025/327/oj"],
        "behandlingsgrunnlag": [{"tekst": {"nb": "Oppdiktet grunnlag"}, "kilde": "https://eksempel.no/lov/1"}],
        "formaal": [{"nb": "Oppdiktet formål", "en": "Made-up purpose"}],
        "utgiver": OFFICE,
        "dataansvarlig": OFFICE,
        "hdab": {"navn": "Oppdiktet organ", "side": "https://eksempel.no/organ"},
        "kontakt": OFFICE,
    }
    data["tilgang"][0]["adresse"] = "https://eksempel.no/soknad"
    return data | made_up


def read(folder: Path, data: Any) -> katalog.Description:
    path = folder / "katalog.yml"
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return katalog.read(path)


def test_without_a_file_it_is_said_which_setting_names_it() -> None:
    with pytest.raises(RegisterError, match="La SMERTEREG_KATALOG være filen"):
        katalog.read(None)


@pytest.mark.parametrize("name", ["KATALOG", "SKDE"])
def test_an_empty_setting_names_no_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"SMERTEREG_{name}", "")
    assert getattr(Settings(), name.lower()) is None


def test_the_shipped_example_lacks_only_what_whoever_is_responsible_must_say(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as found:
        katalog.read(SHIPPED)
    assert found.value.code == "REG-401"
    named = str(found.value).partition("katalog.yml), kan ikke brukes: ")[2].partition(" mangler")[0]
    assert set(named.split(", ")) == {
        "«iri»",
        "«identifikator»",
        "«lovgivning 1»",
        "«behandlingsgrunnlag 1 tekst nb»",
        "«formaal 1 nb»",
        "«utgiver navn»",
        "«dataansvarlig navn»",
        "«hdab navn»",
        "«kontakt navn»",
        "«tilgang 1 adresse»",
    }
    assert read(tmp_path, filled()).hdab.side == "https://eksempel.no/organ"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.pop("kontakt"), "«kontakt» mangler"),
        (lambda data: data.update(formaal=[]), "«formaal» er tom"),
        (lambda data: data.update(eier="noen"), "«eier» er en ukjent nøkkel"),
        (lambda data: data.update(iri="smertereg"), "«iri» har feil form"),
        (lambda data: data.update(iri="https://eksempel.no/a#b"), "«iri» har feil form"),
        (lambda data: data.update(lovgivning=["https://eksempel.no/to ord"]), "«lovgivning 1» har feil form"),
        (lambda data: data.update(alder_fra=-1), "«alder_fra» har feil form"),
        (lambda data: data.update(alder_fra=18, alder_til=17), "kan ikke brukes: alder_fra er over alder_til"),
        (lambda data: data.update(utgiver={"navn": "Noen"}), "«utgiver» trenger en epost eller en side"),
        (lambda data: data.update(kontakt={"navn": "Noen", "epost": "noen"}), "en epost som ikke er en e-postadresse"),
        (lambda data: data["datasett"]["tittel"].pop("nb"), "«datasett tittel nb» mangler"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, change: Change, said: str) -> None:
    data = filled()
    change(data)
    with pytest.raises(RegisterError) as found:
        read(tmp_path, data)
    assert found.value.code == "REG-401" and said in str(found.value)


@pytest.mark.parametrize("data", ["", "bare tekst", "iri: a\nkatalog: ["])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, data: str) -> None:
    with pytest.raises(RegisterError, match="kan ikke brukes: filen"):
        read(tmp_path, data)


@pytest.mark.parametrize("limit", [2, 3, 5, 10])
def test_a_count_is_told_as_a_multiple_of_the_limit_or_not_at_all(limit: int) -> None:
    assert katalog.announced(0, limit) == 0
    for count in range(1, 500):
        told = katalog.announced(count, limit)
        assert (told is None) == (count < limit)
        if told is not None:
            assert told >= limit and told % limit == 0 and abs(told - count) <= limit // 2


@pytest.mark.parametrize(
    ("column_type", "codes", "expected"),
    [
        ("TINYINT", "0 Nei; 1 Ja", "boolean"),
        ("TINYINT", "1 Ja; 2 Nei, ikke behov", "integer"),
        ("INTEGER", None, "integer"),
        ("DECIMAL(6,1)", None, "decimal"),
        ("DATE", None, "date"),
        ("TIME", None, "time"),
        ("TIMESTAMP WITH TIME ZONE", None, "dateTime"),
        ("VARCHAR", "0 Nei; 1 Ja", "string"),
    ],
)
def test_a_column_has_the_type_that_csv_on_the_web_calls_it(column_type: str, codes: str | None, expected: str) -> None:
    assert katalog.datatype(column_type, codes) == expected
