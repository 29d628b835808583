"""Proves that the file with the portal's ids says which unit is which when, and that a wrong one is refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks import code_lists
from checks.errors import RegisterError
from checks.resultatportal import ids

SHIPPED = Path(__file__).parents[2] / "deploy" / "skde.yml"
Change = Callable[[dict[str, Any]], object]


def shipped() -> dict[str, Any]:
    """What the shipped example says, with an ind_id for each indicator."""
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for line in data["indikatorer"]:
        line["ind_id"] = f"smerte_{line['indikator']}"
    return data


def read(folder: Path, data: Any) -> ids.Ids:
    path = folder / "skde.yml"
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), encoding="utf-8")
    return ids.read(path)


def refused(folder: Path, data: Any) -> str:
    with pytest.raises(RegisterError, check=lambda error: error.code == "REG-351") as found:
        read(folder, data)
    return str(found.value)


def test_the_shipped_example_has_every_unit_and_lacks_only_the_ids_that_skde_gives(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"ind_id mangler for I1, I2, I3, .*Få den av SKDE"):
        ids.read(SHIPPED)
    found = read(tmp_path, shipped())
    listed = {row["resh"]: row["rhf"] for row in code_lists.read("enheter")}
    assert found.units(2025).keys() == listed.keys()
    regions = {unit.rhf for unit in found.enheter}
    assert len(regions) == 4
    for region in regions:
        assert len({listed[unit.resh] for unit in found.enheter if unit.rhf == region}) == 1


def test_the_last_line_that_has_begun_by_the_end_of_the_year_holds(tmp_path: Path) -> None:
    data = shipped()
    moved = {**data["enheter"][1], "orgnr": "974703300", "fra": "2026-07-01"}
    data["enheter"] = [moved, *data["enheter"][:12]]
    found = read(tmp_path, data)
    assert [found.units(year)["100082"].orgnr for year in (2025, 2026)] == ["974557746", "974703300"]
    assert found.units(2014) == {}


def test_the_portal_knows_each_level_and_the_type_of_each_indicator(tmp_path: Path) -> None:
    found = read(tmp_path, shipped())
    types = {i.indikator: "gjennomsnitt" if i.indikator == "I10" else "andel" for i in found.indikatorer}
    portal = found.portal(2025, types)
    wanted = {"974557746": "hospital", "983974724": "hf", "997005562": "hf", "983658725": "rhf", "1": "nation"}
    assert wanted.items() <= portal.levels.items()
    assert (portal.types["smerte_I10"], portal.types["smerte_I1"]) == ("gjennomsnitt", "andel")
    trusts = found.trusts(2025)
    assert trusts["974557746"] == "983974724" and "997005562" not in trusts


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("974557746", True),
        ("974557745", False),
        ("97455774", False),
        ("9745577460", False),
        ("97455774x", False),
        ("", False),
        ("١٢٣٤٥٦٧٨٩", False),
    ],
)
def test_an_orgnr_has_a_control_digit(number: str, right: bool) -> None:
    assert ids.is_orgnr(number) is right


def change(place: str, number: int, **values: Any) -> Change:
    return lambda data: data[place][number].update(values)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (change("indikatorer", 1, ind_id=""), "ind_id mangler for I2."),
        (change("indikatorer", 1, ind_id="smerte_I1"), "ind_id-en smerte_I1 står to ganger"),
        (change("indikatorer", 1, indikator="I1"), "indikatoren I1 står to ganger"),
        (change("indikatorer", 1, ind_id="a" * 64), "er ikke en ind_id: høyst 63 tegn"),
        (change("indikatorer", 1, ind_id="a;b"), "«a;b» er ikke en ind_id"),
        (lambda data: data["indikatorer"].clear(), "«indikatorer» er tom"),
        (change("enheter", 0, orgnr=""), "RESH 100089 mangler orgnr"),
        (change("enheter", 0, orgnr="974706491"), "«974706491» (RESH 100089) er ikke et orgnr"),
        (change("enheter", 0, hf=""), "RESH 100089 er et sykehus og mangler hf"),
        (change("enheter", 0, hf="983974725"), "«983974725» (RESH 100089) er ikke et orgnr"),
        (change("enheter", 0, resh="100082"), "RESH-id-en 100082 fra 01.01.2015 står to ganger"),
        (change("enheter", 0, orgnr="974557746"), "orgnr 974557746 er brukt om to enheter i 2015"),
        (change("enheter", 0, hf="997005562"), "helseforetaket 997005562 er begge enheter i 2015"),
        (change("enheter", 0, nivaa="sykehus"), "«enheter 1 nivaa» har feil form"),
        (change("enheter", 0, fra="i fjor"), "«enheter 1 fra» har feil form"),
        (change("enheter", 0, navn="Ahus"), "«enheter 1 navn» er en ukjent nøkkel"),
        (lambda data: data.pop("registeret"), "«registeret» mangler"),
        (lambda data: data.update(registeret=""), "«registeret» er tom"),
        (lambda data: data.update(nasjon="Norge"), "«Norge» er ikke landets nummer i portalen"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, wrong: Change, said: str) -> None:
    data = shipped()
    wrong(data)
    assert said in refused(tmp_path, data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("registeret: a\nenheter: [", "filen er ikke YAML i UTF-8, se linje 2."),
        ("", "filen har feil form"),
        ("bare tekst", "filen har feil form"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_a_file_that_is_not_there_or_not_text_is_refused_and_so_is_none(tmp_path: Path) -> None:
    (tmp_path / "bilde.yml").write_bytes(b"\xff\xfe\x00")
    for name, said in (("mangler.yml", "filen kan ikke leses"), ("bilde.yml", "filen er ikke YAML i UTF-8")):
        with pytest.raises(RegisterError, match=said):
            ids.read(tmp_path / name)
    with pytest.raises(RegisterError, check=lambda error: error.code == "REG-350"):
        ids.read(None)
