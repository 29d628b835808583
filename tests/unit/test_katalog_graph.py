"""Proves that the description keeps the rules of both profiles (our own shapes), and is written whole or not at all."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyshacl
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib import namespace as terms
from rdflib.compare import isomorphic

from checks.errors import RegisterError
from checks.katalog import Description
from exports.katalog import graph
from exports.katalog.published import Published, read
from exports.katalog.writing import EUROPEAN, NORWEGIAN, write
from tests.unit.test_katalog import filled

SHAPES, LIMIT = Path(__file__).parent / "katalog_shapes", 5
HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
DATASET = URIRef("https://eksempel.no/datasett/smertereg")
COLUMNS = [
    ("allevarnum", 1, "PasientID", "INTEGER", "PasientID", "", None, None, None, None),
    ("allevarnum", 2, "StSmRo12", "TINYINT", "B 1.2: Smerte", "Sterkeste smerte", "9 9; 99 Vet ikke", "99", None, None),
    ("allevarnum", 3, "Boks", "TINYINT", "TO: Boks", "TO: Er den krysset av?", "0 Nei; 1 Ja", None, "2026-01-01", None),
    ("allevar", 1, "PasientID", "INTEGER", "PasientID", "", None, None, None, None),
    ("dekningsgrad", 1, "AvdRESH", "VARCHAR", "AvdRESH", "Enhetens RESH-id.", None, None, None, "2026-07-01"),
    ("publisering", 1, "id", "VARCHAR", "id", "Publiseringens nummer.", None, None, None, None),
]


def made(path: Path, patients: int = 103, day: str = "2026-11-23 22:30:00+00", first: str = "2024-03-05") -> Path:
    """A published file with the columns above, and two forløp for each of the patients."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute("create table publisering as select '20261123T223000' id, ?::timestamptz tid, '1.8' kodebok", [day])
        con.execute(
            'create table forlopsoversikt as select i "PasientID", ?::date + n::integer "HovedDato"'
            " from range(?) p(i), range(2) f(n)",
            [first, patients],
        )
        con.execute(
            "create table kolonner (tabell varchar, nr integer, kolonne varchar, type varchar, merkelapp varchar,"
            " beskrivelse varchar, koder varchar, vet_ikke varchar, innfoert date, utfaset date)"
        )
        con.executemany("insert into kolonner values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", COLUMNS)
    return path


def published(folder: Path, **how: Any) -> Published:
    with duckdb.connect(str(made(folder / "nasjonal.duckdb", **how)), read_only=True) as con:
        return read(con, LIMIT)


@pytest.fixture
def description() -> Description:
    return Description.model_validate(filled())


def wrong(found: Graph, *names: str) -> str:
    """What the shapes find wrong in a graph; nothing when it is clean."""
    shapes = Graph()
    for name in names:
        shapes.parse(SHAPES / f"{name}.ttl")
    clean, _, text = pyshacl.validate(found, shacl_graph=shapes, inference="none")
    return "" if clean else str(text)


def test_both_descriptions_keep_the_rules(tmp_path: Path, description: Description) -> None:
    what = published(tmp_path)
    assert wrong(graph.european(description, what), "healthdcat-ap") == ""
    assert wrong(graph.norwegian(description, what), "healthdcat-ap", "dcat-ap-no") == ""


def test_a_description_with_all_that_may_be_said_keeps_them_too(tmp_path: Path) -> None:
    data = filled()
    code = {"iri": "https://eksempel.no/liste/kode", "navn": {"nb": "Kode", "nn": "Kode", "en": "Code"}}
    for agent in ("utgiver", "dataansvarlig", "hdab"):
        data[agent] = data[agent] | {"side": "https://eksempel.no", "type_eu": code, "type_no": code}
    data |= {"helsetema": [code], "landingsside": "https://eksempel.no", "alder_til": 110}
    data["kontakt"] = {"navn": "Ør & co", "epost": "or%@eksempel.no", "side": "https://eksempel.no/å"}
    said = Description.model_validate(data)
    assert wrong(graph.norwegian(said, published(tmp_path)), "healthdcat-ap", "dcat-ap-no") == ""


def test_the_least_that_may_be_said_of_an_empty_register_keeps_them(tmp_path: Path) -> None:
    data = filled()
    for name in ("kodeverk", "personopplysninger", "alder_fra"):
        del data[name]
    what = published(tmp_path, patients=0)
    assert (what.forlop, what.pasienter, what.aar) == (0, 0, None)
    made_of = graph.norwegian(Description.model_validate(data), what)
    assert wrong(made_of, "healthdcat-ap", "dcat-ap-no") == ""
    assert made_of.value(DATASET, terms.DCTERMS.temporal) is None


@pytest.mark.parametrize(
    "predicate",
    [
        *(terms.DCTERMS[name] for name in ("title", "description", "identifier", "accessRights", "type", "provenance")),
        *(terms.DCAT[name] for name in ("distribution", "theme", "contactPoint", "keyword")),
        *(HEALTH[name] for name in ("healthCategory", "hdab", "hasStructuredData", "hasVariables")),
        graph.DCATAP.applicableLegislation,
        terms.DCTERMS.publisher,
    ],
)
def test_the_shapes_miss_each_thing_that_must_be_said(
    tmp_path: Path, description: Description, predicate: URIRef
) -> None:
    found = graph.norwegian(description, published(tmp_path))
    found.remove((DATASET, predicate, None))
    assert "MinCount" in wrong(found, "healthdcat-ap", "dcat-ap-no")


def column(found: Graph, name: str) -> dict[str, str]:
    node = URIRef(f"{DATASET}#kolonne-{name}")
    assert (node, RDF.type, terms.CSVW.Column) in found
    wanted = {
        "navn": terms.CSVW.name,
        "tittel": terms.CSVW.title,
        "type": terms.CSVW.datatype,
        "om": terms.DCTERMS.description,
    }
    return {key: str(found.value(node, predicate)) for key, predicate in wanted.items()}


def test_a_variable_is_said_with_its_codes_and_which_of_them_is_no_value(
    tmp_path: Path, description: Description
) -> None:
    found = graph.european(description, published(tmp_path))
    assert column(found, "allevarnum-StSmRo12") == {
        "navn": "StSmRo12",
        "tittel": "B 1.2: Smerte",
        "type": "integer",
        "om": "Sterkeste smerte. Koder: 9 9; 99 Vet ikke. Vet ikke: 99.",
    }
    assert column(found, "allevarnum-Boks")["type"] == "boolean"
    assert column(found, "allevarnum-Boks")["om"] == "TO: Er den krysset av? Koder: 0 Nei; 1 Ja. I bruk fra 01.01.2026."
    assert column(found, "dekningsgrad-AvdRESH")["om"] == "Enhetens RESH-id. Ikke i bruk fra 01.07.2026."
    assert column(found, "allevarnum-PasientID")["om"] == "PasientID."
    tables = set(found.subjects(RDF.type, terms.CSVW.Table))
    assert tables == {URIRef(f"{DATASET}#tabell-{name}") for name in ("allevarnum", "dekningsgrad")}


def test_how_many_and_when_is_said_without_small_numbers_and_exact_days(
    tmp_path: Path, description: Description
) -> None:
    found = graph.european(description, published(tmp_path))
    numbers = [int(str(found.value(DATASET, HEALTH[n]))) for n in ("numberOfRecords", "numberOfUniqueIndividuals")]
    assert numbers == [205, 105]
    period = found.value(DATASET, terms.DCTERMS.temporal)
    assert [found.value(period, day) for day in (terms.DCAT.startDate, terms.DCAT.endDate)] == [
        Literal(date(2024, 1, 1)),
        Literal(date(2024, 12, 31)),
    ]
    few = graph.european(description, published(tmp_path, patients=4))
    assert not list(few.objects(DATASET, HEALTH.numberOfRecords))
    assert not list(few.objects(DATASET, HEALTH.numberOfUniqueIndividuals))


def test_the_period_ends_no_later_than_the_publishing(tmp_path: Path) -> None:
    what = published(tmp_path, first="2026-02-01", day="2026-11-23 23:30:00+00")
    assert what.dag == date(2026, 11, 24)  # in Norway it was the day after
    assert what.aar == (date(2026, 1, 1), date(2026, 11, 24))


def test_the_european_file_has_no_catalogue_and_each_has_its_own_types_of_organisation(tmp_path: Path) -> None:
    data = filled()
    for key in ("eu", "no"):
        data["utgiver"] = data["utgiver"] | {
            f"type_{key}": {"iri": f"https://eksempel.no/{key}/1", "navn": {"nb": key}}
        }
    said, what = Description.model_validate(data), published(tmp_path)
    eu, no = graph.european(said, what), graph.norwegian(said, what)
    assert (
        not list(eu.subjects(RDF.type, terms.DCAT.Catalog))
        and len(list(no.subjects(RDF.type, terms.DCAT.Catalog))) == 1
    )
    publisher = URIRef(f"{DATASET}#utgiver")
    assert [str(g.value(publisher, terms.DCTERMS.type)) for g in (eu, no)] == [
        f"https://eksempel.no/{k}/1" for k in ("eu", "no")
    ]


def test_the_namespace_of_healthdcat_is_the_one_of_the_file(tmp_path: Path) -> None:
    said = Description.model_validate(filled() | {"navnerom": "https://eksempel.no/helse#"})
    found = graph.european(said, published(tmp_path))
    assert "healthdataportal.eu/ns" not in found.serialize(format="turtle")
    assert found.value(DATASET, URIRef("https://eksempel.no/helse#hdab")) is not None


def test_turtle_and_json_ld_say_the_same_and_what_is_left_undescribed_is_told(
    tmp_path: Path, description: Description
) -> None:
    file = made(tmp_path / "nasjonal.duckdb")
    written = write(file, tmp_path / "ut", description, LIMIT)
    assert {path.name for path in (tmp_path / "ut").iterdir()} == set(written.names)
    for name in (EUROPEAN, NORWEGIAN):
        turtle = Graph().parse(tmp_path / "ut" / f"{name}.ttl")
        assert isomorphic(turtle, Graph().parse(tmp_path / "ut" / f"{name}.jsonld", format="json-ld"))
        json.loads((tmp_path / "ut" / f"{name}.jsonld").read_text(encoding="utf-8"))
    assert written.told == (
        "Publisering 20261123T223000: 4 kolonner i 2 tabeller.",
        "Forløp og pasienter er rundet av til nærmeste 5: 205 og 105.",
        "Uten annen beskrivelse enn navnet (1): allevarnum.PasientID.",
    )
    few = write(made(tmp_path / "faa.duckdb", patients=4), tmp_path / "faa", description, LIMIT)
    assert few.told[1] == "Antall forløp og pasienter er ikke med, for det er færre enn 5 pasienter."


def test_what_has_come_gone_and_changed_since_the_last_description_is_told(
    tmp_path: Path, description: Description
) -> None:
    file, folder = made(tmp_path / "nasjonal.duckdb"), tmp_path / "ut"
    assert not [said for said in write(file, folder, description, LIMIT).told if "siden forrige" in said]
    made(file, day="2026-11-30 22:30:00+00")
    assert write(file, folder, description, LIMIT).told[-1] == (
        "Ingenting er endret siden forrige beskrivelse, utenom datoen."
    )
    with duckdb.connect(str(file)) as con:
        con.execute("delete from kolonner where kolonne = 'Boks'")
        con.execute("update kolonner set vet_ikke = null where kolonne = 'StSmRo12'")
        con.execute("update kolonner set kolonne = 'RESH' where kolonne = 'AvdRESH'")
    other = description.model_copy(update={"identifikator": "annet"})
    assert write(file, folder, other, LIMIT).told[-4:] == (
        "Nye kolonner siden forrige beskrivelse (1): dekningsgrad.RESH.",
        "Kolonner som er borte siden forrige beskrivelse (2): allevarnum.Boks, dekningsgrad.AvdRESH.",
        "Kolonner som er endret siden forrige beskrivelse (1): allevarnum.StSmRo12.",
        "Annet som er endret siden forrige beskrivelse: dct:identifier.",
    )
    (folder / f"{NORWEGIAN}.ttl").write_text("<ikke turtle", encoding="utf-8")
    assert write(file, folder, other, LIMIT).told[-1].startswith("Den forrige beskrivelsen i mappen kan ikke leses")
    assert wrong(Graph().parse(folder / f"{NORWEGIAN}.ttl"), "healthdcat-ap", "dcat-ap-no") == ""


WRITE = """
import sys; from pathlib import Path
from checks.katalog import Description; from exports.katalog.writing import write
from tests.unit.test_katalog import filled
print(write(Path(sys.argv[1]), Path(sys.argv[2]), Description.model_validate(filled()), 5).details["avtrykk"])
"""


def test_the_same_publishing_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    file = made(tmp_path / "nasjonal.duckdb")
    said = {
        subprocess.run(
            [sys.executable, "-c", WRITE, str(file), str(tmp_path / seed)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert first == second and len(first) == 4


def not_published(path: Path) -> None:
    path.write_bytes(b"ikke en database")


def of_an_earlier_version(path: Path) -> None:
    made(path)
    with duckdb.connect(str(path)) as con:
        con.execute("drop table kolonner")


@pytest.mark.parametrize(("damage", "code"), [(not_published, "REG-092"), (of_an_earlier_version, "REG-357")])
def test_nothing_is_half_written(
    tmp_path: Path, description: Description, damage: Callable[[Path], None], code: str
) -> None:
    file = tmp_path / "nasjonal.duckdb"
    damage(file)
    with pytest.raises(RegisterError) as found:
        write(file, tmp_path / "ut", description, LIMIT)
    assert found.value.code == code
    assert [path.name for path in tmp_path.iterdir() if "ut" in path.name] == []


def test_what_was_there_before_is_left_when_the_new_cannot_be_written(tmp_path: Path, description: Description) -> None:
    file, folder = made(tmp_path / "nasjonal.duckdb"), tmp_path / "ut"
    write(file, folder, description, LIMIT)
    before = copy.deepcopy({path.name: path.read_bytes() for path in folder.iterdir()})
    of_an_earlier_version(file)
    with pytest.raises(RegisterError):
        write(file, folder, description, LIMIT)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
