"""The package is in the form the registry's readers expect, agrees with itself, and is the same byte for byte."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from checks.codebook import load
from checks.errors import RegisterError
from exports import tables
from exports.csv_files import stream_csv
from exports.klokebok_files import write_klokebok_excel, write_klokebok_html
from exports.package import make_package
from tests.warehouse import reader
from tests.warehouse.conftest import Register

DAY = date(2026, 2, 1)
UNIT = "100003"
# The tables that the registry's readers know, in the order of the klokebok.
PHYSICAL = (
    "patient",
    "mce",
    "emp11",
    "emp11_pain_diagnosis",
    "emp12",
    "emp22",
    "patreg",
    "hads",
    "pateval",
    "opioidoppf",
)


@pytest.fixture(scope="module")
def package(demo: Register, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The national package of the demo register: real answers, which pass every rule of the codebook."""
    return make_package(demo.data, tmp_path_factory.mktemp("pakke"), tables.NATIONAL, DAY)


def file(folder: Path, table: str) -> Path:
    return folder / f"smertereg_{table}_datadump_{folder.name}.csv"


@pytest.fixture(scope="module")
def klokebok(package: Path) -> list[reader.Row]:
    return reader.read(package / f"smertereg_klokeboken_{package.name}.csv")


def test_mappe_og_filnavn(package: Path) -> None:
    assert package.name == "2026-02-01"
    expected = {f"smertereg_{t}_datadump_2026-02-01.csv" for t in (*PHYSICAL, *tables.ORDER)}
    assert {path.name for path in package.iterdir()} == expected | {"smertereg_klokeboken_2026-02-01.csv"}


def test_leserne_godtar_klokeboken(klokebok: list[reader.Row]) -> None:
    assert list(reader.klokebok_problems(klokebok)) == []


@pytest.mark.parametrize("table", PHYSICAL)
def test_leserne_godtar_dumpen_av_hver_tabell(package: Path, klokebok: list[reader.Row], table: str) -> None:
    assert reader.read(file(package, table))
    assert list(reader.dump_problems(klokebok, table, file(package, table))) == []


def test_leserne_finner_feil(klokebok: list[reader.Row], package: Path, tmp_path: Path) -> None:
    """The checker is no rubber stamp: each broken thing is found."""
    broken = [dict(row) for row in klokebok]
    broken[0] |= {"fysisk_feltnavn": "Store Bokstaver", "type": "Ukjent", "obligatorisk": ""}
    assert len(list(reader.klokebok_problems(broken))) >= 3
    other = tmp_path / "emp12.csv"
    other.write_bytes(file(package, "emp12").read_bytes().replace(b"WEAKPAIN_STILL", b"ANNET", 1))
    assert list(reader.dump_problems(klokebok, "emp12", other))


def test_klokeboken_har_hver_variabel_med_kolonne_og_alle_svarene(klokebok: list[reader.Row]) -> None:
    rows: dict[str, list[reader.Row]] = {}
    for row in klokebok:
        rows.setdefault(row["navn_i_rapporteket"], []).append(row)
    expected = {}
    for form in load():
        stored = [*form.uttrekk(), *(v for block in form.gjentatte for v in block.kolonner)]
        expected |= {v.navn: v for v in stored}
    assert rows.keys() - {"FORMORDER"} == expected.keys()
    for name, v in expected.items():
        if v.type == "liste" and v.koder:
            assert [(r["listeverdier"], r["listetekst"]) for r in rows[name]] == [
                (str(k.kode), k.tekst or str(k.kode)) for k in v.koder
            ]
        assert rows[name][0]["hjelpetekst"] == " ".join(re.sub(r"(?m)^- ", "• ", v.hjelp.replace("**", "")).split())
        if v.type == "tall" and v.mykt:
            low, high = (rows[name][0][c].replace(",", ".") for c in reader.LIMITS[:2])
            assert (float(low), float(high)) == v.mykt


def test_et_felles_fysisk_navn_har_skjemaenes_vanligste_ledetekst_og_sin_egen_i_kommentaren(
    klokebok: list[reader.Row],
) -> None:
    found = {r["skjemanavn"]: r for r in klokebok if r["fysisk_feltnavn"] == "registered_date"}
    own = {
        form.navn.replace(" ", ""): v.ledetekst
        for form in load()
        for v in form.variabler.values()
        if v.fysisk and v.fysisk.lower() == "registered_date"
    }
    assert len(own) == len(found) == 9
    assert {r["ledetekst"] for r in found.values()} == {"Dato for utfylling"}
    for form, label in own.items():
        assert (f"I skjemaet: «{label}»." in found[form]["kommentar"]) is (label != "Dato for utfylling")
    reasons = {r["ledetekst"] for r in klokebok if r["fysisk_feltnavn"] == "incomplete_reason"}
    assert reasons == {load().variabel("GrManglUtfylPR").ledetekst}


def test_aktiverings_og_underspoersmaal(klokebok: list[reader.Row]) -> None:
    found = {r["navn_i_rapporteket"]: r for r in klokebok}
    assert (found["AngiNRS12"]["aktiveringsspoersmaal"], found["AngiNRS12"]["underspoersmaal"]) == ("Ja", "Nei")
    assert (found["StSmRo12"]["aktiveringsspoersmaal"], found["StSmRo12"]["underspoersmaal"]) == ("Nei", "Ja")
    assert found["Funksjon21"]["innfoert_dato"] == "2022-12-01"
    assert found["OppfanneInst"]["innfoert_dato"] == "2017-03-30"
    assert found["AvdRegSmIntensSD"]["innfoert_dato"] == "", "the registry had it in 2017, since when is not known"
    assert found["Tilsett"]["obligatorisk"] == "Ja" and found["IntKom22"]["obligatorisk"] == "Nei"


def test_tabellene_har_de_samme_verdiene_som_uttrekket(package: Path, klokebok: list[reader.Row]) -> None:
    """Every cell of every physical table, against allevarnum read from its own csv."""
    linked = {r["ForlopsID"]: r for r in reader.read(file(package, "allevarnum"))}
    names = {(r["tabell"], r["skjemanavn"], r["fysisk_feltnavn"].upper()): r["navn_i_rapporteket"] for r in klokebok}
    forms = {t: [f for (table, f, _) in names if table == t] for t in PHYSICAL}
    for table in set(PHYSICAL) - {"emp11_pain_diagnosis"}:
        for row in reader.read(file(package, table)):
            form = {"1": "B1.2", "2": "B2.1"}[row["FORMORDER"]] if table == "emp12" else forms[table][0]
            for column, value in row.items():
                if (table, form, column) in names and column != "FORMORDER":
                    assert value == linked[row["MCEID"]][names[table, form, column]], (table, column)


def test_b12_og_b21_ligger_i_emp12_skilt_av_formorder(package: Path) -> None:
    rows = reader.read(file(package, "emp12"))
    assert {r["FORMORDER"] for r in rows} == {"1", "2"}
    assert len({(r["MCEID"], r["FORMORDER"]) for r in rows}) == len(rows)


def test_samme_bytes_hver_gang(published: Register, tmp_path: Path) -> None:
    made = [make_package(published.data, tmp_path / str(n), UNIT, DAY) for n in (1, 2)]
    made.append(make_package(published.data, tmp_path / "1", UNIT, DAY))
    first, *others = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in made)
    assert all(other == first for other in others)


def test_uttrekket_leses_tilbake_som_det_var(published: Register, tmp_path: Path) -> None:
    folder = make_package(published.data, tmp_path, UNIT, DAY)
    for table, key in tables.ORDER.items():
        rows = published.query(f"lokal-{UNIT}.duckdb", f"select * from {table} order by {key}")
        for line, row in zip(reader.read(file(folder, table)), rows, strict=True):
            for name, value in row.items():
                text = str(value).replace(".", ",") if isinstance(value, Decimal) else str(value)
                assert line[name] == ("" if value is None else text)


def test_tegnsett_desimalkomma_anforsel_og_formler(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute("create table t (navn varchar, tall decimal(7,1), dag date)")
        con.execute(
            "insert into t values ('Ålesund; «sør»', 1234.5, '2026-02-01'), ('', -0.1, null), (null, null, null)"
        )
        con.execute(
            "insert into t values ('=1+1', null, null), ('+47', null, null), ('-x', null, null), ('@a', null, null), ('-1', null, null)"
        )
        assert stream_csv(con, "select * from t", tmp_path / "fil.csv") == 8
    written = (tmp_path / "fil.csv").read_bytes()
    assert written == (
        'navn;tall;dag\r\n"Ålesund; «sør»";1234,5;2026-02-01\r\n;-0,1;\r\n;;\r\n'
        "'=1+1;;\r\n+47;;\r\n'-x;;\r\n'@a;;\r\n-1;;\r\n"
    ).encode("utf-8-sig")


def test_klokeboken_for_mennesker_har_ogsa_spoersmaalene_uten_kolonne(published: Register, tmp_path: Path) -> None:
    source = tables.published_file(published.data, tables.NATIONAL)
    write_klokebok_html(source, tmp_path / "k.html")
    page = (tmp_path / "k.html").read_text(encoding="utf-8")
    for form in load():
        assert all(f'id="{v.navn}"' in page for v in form.variabler.values() if not v.identifiserende)
    assert 'id="Smertekategori3a"' in page and "Fornavn" not in page
    assert not re.search(r"<script|https?://", page)
    assert f"Kodebokens versjon: {load().navn}" in page
    write_klokebok_excel(source, tmp_path / "k.xlsx")
    write_klokebok_excel(source, tmp_path / "k2.xlsx")
    assert (tmp_path / "k.xlsx").read_bytes() == (tmp_path / "k2.xlsx").read_bytes()


def test_ukjent_enhet_og_tom_mappe_sies_pa_norsk(published: Register, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="noen fil for «999»"):
        make_package(published.data, tmp_path, "999", DAY)
    with pytest.raises(RegisterError, match="Ingenting er publisert"):
        make_package(tmp_path, tmp_path, tables.NATIONAL, DAY)
    assert not list(tmp_path.iterdir())


def test_csv_leses_av_pythons_egen_leser(package: Path) -> None:
    with file(package, "forlopsoversikt").open(encoding="utf-8-sig", newline="") as lines:
        assert len(list(csv.reader(lines, delimiter=";"))) > 1
