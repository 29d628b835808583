"""Proves what is written for the national results portal from a published file, and what its page says of each requirement."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from checks import code_lists
from checks.errors import RegisterError
from checks.resultatportal.ids import Ids
from exports.resultatportal.handing_over import Handed, hand_over
from tests.unit.test_resultatportal_ids import read, shipped

NAMES = {row["resh"]: row["navn"] for row in code_lists.read("enheter")}
ULLEVAAL, FONNA, STAVANGER, LEVANGER = "4207789", "100084", "100083", "4214288"
# unit -> (numerator and denominator of I1, sum and number of I10, included, meeting the criteria, forløp)
OF_2025 = {
    ULLEVAAL: (30, 60, "600.0", 40, 60, 100, 130),
    FONNA: (60, 60, "90.0", 9, 30, 50, 70),
    STAVANGER: (1, 4, "5.0", 2, 3, 4, 4),
    LEVANGER: (0, 0, "0.0", 0, 0, 0, 0),
}


def told_by_the_register(**changed: Any) -> dict[str, Any]:
    """What ingest.results.documented says, of a register where little has happened."""
    units = [{"resh": row["resh"], "navn": row["navn"], "hf": row["hf"], "rhf": row["rhf"]} for row in _listed()]
    return {
        "i_dag": "2026-06-10",
        "enheter": units,
        "filer": [],
        "uttrekk": [{"hva": "datadump", "antall": 3}],
        "publisert": [{"maaned": "2025-03", "antall": 31}, {"maaned": "2025-04", "antall": 2}],
        "hentet": [{"enhet": FONNA, "antall": 2}],
        "skjema": [{"enhet": FONNA, "skjema": "eval", "forlop": 20, "sendt": 18, "besvart": 10, "svarte": 9}],
        "lukket": [
            {"skjema": "eval", "grunn": reason, "uplottet": False, "antall": number}
            for reason, number in ((7, 6), (3, 1), (None, 5))
        ],
        "notater": [{"indikator": "I1", "notater": 2, "basislinjer": 1}],
    } | changed


def _listed() -> tuple[dict[str, str], ...]:
    return code_lists.read("enheter")


def published(path: Path, *, checks: bool = True) -> Path:
    """A published file with the figures of 2025, and others that are not the portal's."""
    with duckdb.connect(str(path)) as con:
        con.execute("""
            create table kvalitetsindikatorer (indikator varchar, maal varchar, status varchar, populasjon varchar,
                nivaa varchar, periode varchar, fra date, "AvdRESH" varchar, "SykehusNavn" varchar,
                teller decimal(14, 1), nevner integer);
            create table dekningsgrad (nivaa varchar, periode varchar, fra date, "AvdRESH" varchar, "SykehusNavn" varchar,
                n_forlop integer, n_inkl_krit_oppf integer, n_inklusjon_status integer);
            create table indikatordefinisjoner (nr integer, indikator varchar, navn varchar, teller_tekst varchar,
                nevner_tekst varchar, maal varchar, status varchar);
            create table registrert_av_henvist ("AvdRESH" varchar, maaned date, n_henvist integer, n_registrert integer,
                kontrollert timestamp);
            create table kompletthet (variabel varchar, "AvdRESH" varchar, aar smallint, n_stilt integer,
                n_besvart integer, n_vet_ikke integer);
            create table publisering (id varchar, kodebok varchar, tid timestamptz, kodebok_sum varchar, faktorsett varchar,
                faktor_sum varchar, program varchar);
            insert into indikatordefinisjoner values
                (1, 'I1', 'Minst to <faggrupper>', 'Telleren.', 'Nevneren.', 'andel', 'beregnet'),
                (7, 'I7', 'Akseptabel smerte', '', '', 'andel', 'ikke aktuelt'),
                (10, 'I10', 'Morfinekvivalenter', 'Summen.', 'Antallet.', 'snitt', 'beregnet');
            insert into kompletthet values
                ('IkkeMedBeh', '100084', 2025, 10, 9, 1), ('IkkeMedBeh', '100083', 2025, 4, 4, 0),
                ('IkkeMedBeh', '100084', 2024, 10, 1, 0), ('Kvalme', '100084', 2025, 10, 9, 1);
            insert into publisering values ('20260210T020000', 'versjon 9', '2026-02-10 00:30:00+01', 'c0de',
                '2022', 'fac7', '1.2.3');
        """)
        for resh, (hits, count, total, number, included, met, forlop) in OF_2025.items():
            name = NAMES[resh]
            for indicator, kind, value, of in (("I1", "andel", hits, count), ("I10", "snitt", total, number)):
                row = [indicator, kind, "beregnet", "nasjonal", "enhet", "år", "2025-01-01", resh, name, value, of]
                for place, other in ((3, "alle"), (4, "nasjon"), (5, "kvartal"), (6, "2024-01-01")):
                    wrong = [*row[:place], other, *row[place + 1 :]]
                    con.execute(
                        f"insert into kvalitetsindikatorer values ({', '.join('?' * 11)})", [*wrong[:9], 777, 999]
                    )
                con.execute(f"insert into kvalitetsindikatorer values ({', '.join('?' * 11)})", row)
            con.execute(
                "insert into dekningsgrad values ('enhet', 'år', '2025-01-01', ?, ?, ?, ?, ?), ('enhet', 'måned',"
                " '2025-01-01', ?, ?, 999, 999, 999)",
                [resh, name, forlop, met, included, resh, name],
            )
        if checks:
            con.execute(
                "insert into registrert_av_henvist values (?, '2025-02-01', 60, 36, '2025-05-02 10:00'),"
                " (?, '2025-03-01', 40, 24, '2025-06-02 10:00'), (?, '2024-03-01', 40, 40, '2024-06-02 10:00')",
                [FONNA, FONNA, FONNA],
            )
    return path


@pytest.fixture
def ids(tmp_path: Path) -> Ids:
    data = shipped()
    data["indikatorer"] = [line for line in data["indikatorer"] if line["indikator"] in ("I1", "I10", "dekningsgrad")]
    return read(tmp_path, data)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return published(tmp_path / "analyse.duckdb")


def handed(file: Path, ids: Ids, **changed: Any) -> tuple[Handed, Path]:
    folder = file.parent / "ut"
    return hand_over(file, folder, 2025, ids, "skde.yml", told_by_the_register(**changed), 5), folder


def requirement(folder: Path, number: int) -> str:
    """What the page says of a requirement, without its marks."""
    page = (folder / "smertereg_skde_2025.html").read_text(encoding="utf-8")
    part = page.split(f'<h3 id="krav-{number}">')[1].split("<h3")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_the_files_have_the_national_figures_of_the_units_and_nothing_else(file: Path, ids: Ids) -> None:
    done, folder = handed(file, ids)
    names = ["smertereg_skde_2025_andeler.csv", "smertereg_skde_2025_gjennomsnitt.csv", "smertereg_skde_2025.html"]
    assert list(done.names) == names and {found.name for found in folder.iterdir()} == set(names)
    assert (folder / names[0]).read_bytes().decode() == (
        "context;year;orgnr;ind_id;var;denominator\n"
        "caregiver;2025;974589095;smerte_I1;30;60\n"
        "caregiver;2025;983974694;smerte_I1;60;60\n"
        "caregiver;2025;974589095;smerte_dekningsgrad;60;100\n"
        "caregiver;2025;983974694;smerte_dekningsgrad;30;50\n"
    )
    means = (folder / names[1]).read_text(encoding="utf-8").splitlines()
    assert "caregiver;2025;974589095;smerte_I10;15;40" in means and "caregiver;2025;1;smerte_I10;14,082;49" in means


def test_what_must_be_typed_on_the_portal_is_told_and_stands_on_the_page(file: Path, ids: Ids) -> None:
    done, folder = handed(file, ids)
    page = (folder / "smertereg_skde_2025.html").read_text(encoding="utf-8")
    for sentence in (
        "Oppdatert per: 10.02.2026. Komplette til: 31.12.2025.",
        "Besto portalens 15 kontroller og 7 av våre egne.",
        f"Holdt tilbake, under 5 i nevneren eller av dem som ikke er inkludert i en dekningsgrad: Dekningsgrad: {NAMES[STAVANGER]}.",
    ):
        assert sentence in done.told and sentence in page
    assert "Skilletegn «;», desimaltegn «,»." in done.told[0]
    assert "publiseringen 20260210T020000 med kodebok versjon 9, omregningsfaktorer 2022 og SmerteReg 1.2.3" in page
    assert "<code>c0de</code>" in page and "<code>fac7</code>" in page
    assert "Minst to &lt;faggrupper&gt;" in page and "Akseptabel smerte" not in page
    assert done.details == {
        "aar": 2025,
        "publisering": "20260210T020000",
        "rader": 10,
        "holdt tilbake": 3,
        "kontroller": 22,
        "avtrykk": done.details["avtrykk"],
    }


def test_the_same_delivery_again_is_the_same_bytes_and_is_said_to_be(file: Path, ids: Ids) -> None:
    first, folder = handed(file, ids)
    before = {found.name: found.read_bytes() for found in folder.iterdir()}
    again, _ = handed(file, ids)
    assert before == {found.name: found.read_bytes() for found in folder.iterdir()}
    assert not any("de samme som" in sentence for sentence in again.told)
    row = {"dag": "2026-05-30", "aar": 2025, "avtrykk": first.details["avtrykk"]}
    later, _ = handed(file, ids, filer=[row])
    assert "Tallene er de samme som i filen fra 30.05.2026." in later.told


def test_a_year_that_is_not_over_is_said_to_be_incomplete(file: Path, ids: Ids) -> None:
    assert not any("ikke over" in sentence for sentence in handed(file, ids)[0].told)
    with duckdb.connect(str(file)) as con:
        con.execute("update publisering set tid = '2025-12-31 23:30:00+01'")
    told = handed(file, ids)[0].told
    assert "Oppdatert per: 31.12.2025. Komplette til: 31.12.2024." in told
    assert "2025 var ikke over ved publiseringen, så året er ikke komplett ennå." in told


def test_nothing_is_written_when_something_is_refused(file: Path, ids: Ids) -> None:
    folder = file.parent / "ut"
    for year, code in ((2019, "REG-353"), (2014, "REG-353")):
        with pytest.raises(RegisterError) as refused:
            hand_over(file, folder, year, ids, "skde.yml", told_by_the_register(), 5)
        assert refused.value.code == code and not folder.exists()
    without = ids.model_copy(update={"enheter": tuple(unit for unit in ids.enheter if unit.resh != FONNA)})
    with pytest.raises(
        RegisterError, match=r"Helse Fonna \(RESH 100084\) har tall for 2025, men ingen linje i skde.yml"
    ):
        hand_over(file, folder, 2025, without, "skde.yml", told_by_the_register(), 5)
    with duckdb.connect(str(file)) as con:
        con.execute("alter table kvalitetsindikatorer drop populasjon")
    with pytest.raises(RegisterError, check=lambda error: error.code == "REG-357"):
        hand_over(file, folder, 2025, ids, "skde.yml", told_by_the_register(), 5)
    assert not folder.exists()


def test_regions_with_and_without_data_are_named(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    said = requirement(folder, 1)
    assert "Uten data i 2025: Helse Midt-Norge RHF, Helse Nord RHF." in said
    assert "Helse Vest RHF 2 74" in said and "Helse Sør-Øst RHF 1 130" in said


def test_each_indicator_has_its_national_value(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    said = requirement(folder, 2)
    assert "3 indikatorer har et nasjonalt tall for 2025." in said
    assert "Morfinekvivalenter 14,082 49 2" in said and "Dekningsgrad 60,0 % 150 2" in said


def test_the_national_value_does_not_tell_what_the_file_holds_back(file: Path, ids: Ids) -> None:
    """Found: of 51 with morfinekvivalenter on the page the file had 49, so that the held back unit had two, 5.0 mg together."""
    handed_on, folder = handed(file, ids)
    assert sum("Holdt tilbake" in sentence and NAMES[STAVANGER] in sentence for sentence in handed_on.told) == 3
    assert "Uten enhetene som filen holder tilbake: " in requirement(folder, 2)
    with duckdb.connect(str(file)) as con:
        con.execute(
            """update kvalitetsindikatorer set nevner = 4, teller = 3 where "AvdRESH" = ? and indikator = 'I1'""",
            [FONNA],
        )
    said = requirement(handed(file, ids)[1], 2)
    assert "53,1 % 68 3" not in said and "50,0 % 68 3" in said


def test_coverage_is_claimed_of_an_outside_source_only(file: Path, ids: Ids, tmp_path: Path) -> None:
    _, folder = handed(file, ids)
    said = requirement(folder, 7)
    assert "2025: 60,0 % av henvisningene i sykehusenes egne lister (EPJ) er registrert, minst 60 %." in said
    assert "1 av 3 enheter har en kontroll, av 2 måneder til sammen." in said
    assert "2024: 100,0 %" in said
    assert "2025 Helse Stavanger (SUS) – 0 –" in said and "2025 OUS Ullevål – 0 60,0 %" in said
    assert "60,0 % av henvisningene i sykehusenes egne lister (EPJ) er registrert, under 80 %." in requirement(
        folder, 13
    )
    assert "2024" not in requirement(folder, 13)
    assert "1 enhet har kontrollert 2025 mot sykehusets egen liste (EPJ), sist 02.06.2025." in requirement(folder, 3)
    unchecked = tmp_path / "uten"
    unchecked.mkdir()
    _, folder = handed(published(unchecked / "analyse.duckdb", checks=False), ids)
    assert "2025: kan ikke sies, for ingen enhet har en kontroll mot en ekstern kilde (EPJ)." in requirement(folder, 13)
    assert "Ingen enhet har en kontroll" in requirement(folder, 12)


def test_completeness_tells_unsure_from_missing_and_shows_no_small_unit(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    said = requirement(folder, 6)
    assert "IkkeMedBeh 92,9 % 7,1 % I5, I5-t" in said
    assert "IkkeMedBeh Helse Fonna 90,0 % 10,0 %" in said and "IkkeMedBeh Helse Stavanger (SUS) – –" in said
    assert "Kvalme" not in said and "MoEkvivalens22" in said.split("er ikke med:")[1].split(".")[0]


def test_a_deadline_is_met_by_a_file_made_in_time_or_told_to_be_to_come(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    assert "Innen 15.06.2026: fil laget 10.06.2026." in requirement(folder, 8)
    late = {"i_dag": "2026-06-16", "filer": [{"dag": "2026-03-01", "aar": 2024, "avtrykk": "x"}]}
    _, folder = handed(file, ids, **late)
    said = requirement(folder, 14)
    assert "Innen 15.06.2026: ingen fil var laget da. Innen 15.12.2026: fil laget 16.06.2026." in said
    assert "01.03.2026 2024" in said and "bekreftes av registeret" in said


def test_the_log_and_the_patient_forms_are_counted_and_small_counts_not_shown(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    assert "Registeret har publisert 33 ganger i 2025, i 2 av 12 måneder." in requirement(folder, 9)
    assert "Helse Fonna 2" in requirement(folder, 9) and "datadump 3" in requirement(folder, 15)
    said = requirement(folder, 16)
    assert "Eval Helse Fonna 20 18 10 50,0 %" in said
    assert "Ikke besvart ePROMS 6" in said and "færre enn 5" in said and "Ikke besvart ennå 5" in said
    assert "Minst to &lt;faggrupper&gt; 2 1" in requirement(folder, 17)


def test_units_outside_the_limits_are_named(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    said = requirement(folder, 18)
    assert "Minst to &lt;faggrupper&gt; OUS Ullevål 50,0 % under" in said
    assert "Minst to &lt;faggrupper&gt; Helse Fonna 100,0 % over" in said and "Stavanger" not in said


def test_what_only_people_can_write_is_said_to_be_theirs(file: Path, ids: Ids) -> None:
    _, folder = handed(file, ids)
    for number, kind in ((5, "tekst"), (11, "tekst"), (10, "delvis"), (4, "delvis")):
        said = requirement(folder, number)
        assert kind in said and "krives av registeret" in said


def test_dekningsgrad_that_the_file_holds_back_is_not_on_the_page(file: Path, ids: Ids) -> None:
    """Found: two of 50 who were not included were held back from the file, and «96,0 %» stood on the page beside it."""
    changed = """update dekningsgrad set n_inklusjon_status = 48 where "AvdRESH" = ? and periode = 'år'"""
    with duckdb.connect(str(file)) as con:
        con.execute(changed, [FONNA])
    said = requirement(handed(file, ids)[1], 13)
    assert f"{NAMES[ULLEVAAL]} – 0 60,0 %" in said
    assert f"{NAMES[FONNA]} 60,0 % 2 –" in said
