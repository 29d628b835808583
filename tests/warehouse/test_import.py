"""Earlier registrations come in whole or not at all, and go out again as they came."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from checks.codebook import load
from checks.errors import RegisterError
from exports import build as building
from exports import files, snapshot
from exports.codebook_tables import codebook_tables
from exports.integrity import check_register
from exports.package import write_package
from ingest import store
from ingest.access import Actor
from ingest.oqr import Outcome, import_package
from tests import support
from tests.warehouse import reader
from tests.warehouse.broken_packages import WRONG, begun, broken, line
from tests.warehouse.conftest import MOMENT, Register

SC = support.SC
DAY = date(2026, 2, 1)


@pytest.fixture(scope="module")
def unit_file(demo: Register) -> Path:
    """The smallest unit's file: every kind of forløp, drafts too."""
    return min((demo.data / "published").glob("lokal-*.duckdb"), key=lambda f: (_forlop(f) < 20, _forlop(f))).resolve()


def _forlop(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as con:
        return int(con.sql("select count(*) from allevarnum").fetchall()[0][0])


@pytest.fixture(scope="module")
def package(unit_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_package(unit_file, tmp_path_factory.mktemp("pakke"), DAY)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[store.Store]:
    made = store.create(tmp_path / "tomt.duckdb", clock=lambda: MOMENT)
    yield made
    made.close()


def run(target: store.Store, folder: Path, actor: Actor = SC, **options: bool) -> Outcome:
    with target.write(actor) as tx:
        return import_package(tx, [folder], **({"dry_run": False, "accept_valid": False} | options))


def count(target: store.Store) -> int:
    with target.read(SC) as tx:
        return tx.rows("select count(*) as n from register.forlop")[0]["n"]


def test_ut_inn_og_ut_igjen_er_det_samme(unit_file: Path, package: Path, empty: store.Store, tmp_path: Path) -> None:
    outcome = run(empty, package)
    assert (outcome.imported, outcome.refused, outcome.changed, outcome.unread) == (_forlop(unit_file), (), (), ())
    with empty.read(SC) as tx:
        assert [f"{f.hva}: {f.feil}" for f in check_register(tx) if f.feil] == []
    work = tmp_path / "bygg"
    work.mkdir()
    with empty.cursor() as con:
        snapshot.take(con, work / "snapshot.duckdb", codebook_tables(load()))
    building.build(work, work / "dbt.duckdb")
    files.write_files(work / "warehouse.duckdb", work, {"id": "x", "tid": MOMENT})
    again = write_package(work / unit_file.name, tmp_path / "igjen", DAY)
    assert [f.name for f in sorted(package.iterdir()) if f.read_bytes() != (again / f.name).read_bytes()] == []


def test_sluttdato_i_b22_staar_ogsaa_i_hodet(package: Path, empty: store.Store) -> None:
    run(empty, package)
    with empty.read(SC) as tx:
        rows = tx.rows(
            "select f.slutt_dato::varchar as hode, v.svar ->> 'SluttDato' as svar from register.forlop f"
            " left join register.skjemaversjon v on v.forlop_id = f.forlop_id and v.skjema = 'b22'"
        )
    assert [row["hode"] for row in rows] == [row["svar"] for row in rows]
    assert any(row["hode"] for row in rows)


def test_en_ny_kjoring_importerer_ingenting_to_ganger(package: Path, empty: store.Store) -> None:
    first = run(empty, package)
    again = run(empty, package)
    assert (again.imported, again.known, again.refused) == (0, first.imported, ())
    assert count(empty) == first.imported


def test_en_pakke_med_en_pasientid_som_er_slaatt_sammen_er_kjent(package: Path, empty: store.Store) -> None:
    first = run(empty, package)
    with empty.write(SC) as tx:
        [pair] = tx.rows("select min(pasient_id) as til, max(pasient_id) as fra from register.forlop")
        moved = tx.rows(
            "update register.forlop set pasient_id = ? where pasient_id = ? returning forlop_id",
            pair["til"],
            pair["fra"],
        )
        tx.run(
            "insert into register.sammenslaing values (1, ?, ?, ?, 'bruker4', 'Samme', '{}', 0, null, null)",
            pair["fra"],
            pair["til"],
            tx.now,
        )
    again = run(empty, package)
    assert moved
    assert (again.imported, again.known, again.refused) == (0, first.imported, ())


def test_prove_skriver_ingenting(package: Path, empty: store.Store) -> None:
    assert run(empty, package, dry_run=True).imported > 0
    assert count(empty) == 0


def test_importerte_pasienter_har_tom_identitet_og_nye_numre_kolliderer_ikke(package: Path, empty: store.Store) -> None:
    run(empty, package)
    with empty.read(SC) as tx:
        people = tx.rows("select distinct idtype, idnr, fornavn, etternavn from identitet.person")
        assert people == [{"idtype": "annet", "idnr": None, "fornavn": None, "etternavn": None}]
    with empty.write(SC) as tx:
        for counter, table in (("pasient", "pasient"), ("forlop", "forlop")):
            highest = tx.rows(f"select max({table}_id) as n from register.{table}")[0]["n"]
            assert tx.next_id(counter) == highest + 1


@pytest.mark.parametrize(("table", "column", "value", "code", "variable", "sentence"), WRONG)
def test_rapporten_navngir_linje_og_felt(
    package: Path,
    empty: store.Store,
    tmp_path: Path,
    table: str,
    column: str,
    value: str,
    code: str,
    variable: str,
    sentence: str,
) -> None:
    copy = broken(package, tmp_path, table, lambda text: line(text, begun(text), column, value))
    where = begun(next(copy.glob(f"smertereg_{table}_*")).read_text(encoding="utf-8"))
    outcome = run(empty, copy)
    found = {(f.tabell, f.variabel, f.kode): f for f in outcome.refused}
    assert sentence in found[table, variable, code].melding
    assert found[table, variable, code].linje == where
    assert count(empty) == 0


@pytest.mark.parametrize(
    ("cut", "table", "code"),
    [(table, table, "REG-225") for table in ("patient", "mce", "emp22", "patreg", "hads", "pateval", "opioidoppf")]
    + [("skjemaoversikt", table, "REG-207") for table in ("mce", "hads")],
)
def test_en_kuttet_fil_blir_ikke_tomme_skjemaer(
    package: Path, empty: store.Store, tmp_path: Path, cut: str, table: str, code: str
) -> None:
    """The last line is gone: one form of one forløp would have come in without its answers, or without the form."""
    last = reader.read(next(package.glob(f"smertereg_{table}_*")))[-1]["MCEID"]

    def without(text: str) -> str:
        lines = text.split("\r\n")
        return (
            "\r\n".join(n for n in lines if last not in n.split(";")[:6])
            if cut != table
            else "\r\n".join([*lines[:-2], ""])
        )

    outcome = run(empty, broken(package, tmp_path, cut, without))
    assert (table, int(last), code) in {(f.tabell, f.forlop, f.kode) for f in outcome.refused}
    assert count(empty) == 0


def test_godtar_resten_nar_det_blir_bedt_om(package: Path, empty: store.Store, tmp_path: Path) -> None:
    copy = broken(package, tmp_path, "mce", lambda text: line(text, begun(text), "SUPERVISION", "17"))
    outcome = run(empty, copy, accept_valid=True)
    assert len({f.forlop for f in outcome.refused}) == 1
    assert count(empty) == outcome.imported > 0
    with empty.read(SC) as tx:
        ids = {row["forlop_id"] for row in tx.rows("select forlop_id from register.forlop")}
    assert not ids & {f.forlop for f in outcome.refused}


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("mce", "MCEID"),
        ("emp12", "MCEID og FORMORDER"),
        ("emp11_pain_diagnosis", "MCEID og ID"),
        ("forlopsoversikt", "ForlopsID"),
        ("skjemaoversikt", "ForlopsID og Skjemanavn"),
    ],
)
def test_en_linje_som_staar_to_ganger_staar_i_rapporten_sammen_med_alt_annet(
    package: Path, empty: store.Store, tmp_path: Path, table: str, key: str
) -> None:
    """The first line with the id of another stopped the import with one sentence, before anything else was told."""
    copy = broken(package, tmp_path, table, lambda text: text + "\r\n".join([*text.split("\r\n")[1:3], ""]))
    mce = next(copy.glob("smertereg_mce_datadump_*.csv"))
    text = mce.read_bytes().decode("utf-8-sig")
    mce.write_bytes(line(text, begun(text), "SUPERVISION", "17").encode())
    outcome = run(empty, copy, accept_valid=True)
    twice = [f for f in outcome.refused if f.kode == "REG-201"]
    assert [(f.tabell, f.variabel) for f in twice] == [(table, key)] * 2
    assert (
        f"har samme {key} (" in twice[0].melding and f"to ganger, sist på linje {twice[0].linje}." in twice[0].melding
    )
    assert "REG-002" in {f.kode for f in outcome.refused}
    refused = {f.forlop for f in outcome.refused}
    with empty.read(SC) as tx:
        there = {row["forlop_id"] for row in tx.rows("select forlop_id from register.forlop")}
    assert len(there) == outcome.imported > 0 and not there & refused and {f.forlop for f in twice} <= refused - {0}


def test_det_som_regnes_ut_regnes_pa_nytt_og_sies(package: Path, empty: store.Store, tmp_path: Path) -> None:
    copy = broken(package, tmp_path, "mce", lambda text: line(text, begun(text), "AGE", "3"))
    outcome = run(empty, copy)
    assert [(f.variabel, f.kode) for f in outcome.changed] == [("alder", "REG-205")]
    assert outcome.refused == () and count(empty) == outcome.imported


def test_et_register_med_andre_pasienter_under_samme_nummer(
    package: Path, register: support.Register, tmp_path: Path
) -> None:
    wards = reader.read(next(package.glob("smertereg_avdelingsoversikt_*")))
    taken = next(row["DEPARTMENT_ID"] for row in wards if row["DEPARTMENT_ID"])
    entry = f"insert into register.avdeling values ({taken}, '{support.OWN}', 'En annen', 'Annen', null, 1)"
    with register.store.write(SC) as tx:
        tx.run("delete from register.avdeling")
        tx.run("delete from register.lokasjon")
        tx.run(entry)
    [clash] = run(register.store, package, accept_valid=True).stopped
    assert "annet navn eller ved en annen enhet" in clash.melding and count(register.store) == 0
    with register.store.write(SC) as tx:
        tx.run("delete from register.avdeling")
        tx.run(
            "insert into register.pasient (pasient_id, fodselsdato, opprettet) select unnest(range(1001, 3000)), date '1900-01-01', ?",
            tx.now,
        )
    outcome = run(register.store, package)
    assert {f.kode for f in outcome.refused} == {"REG-208"} and count(register.store) == 0


@pytest.mark.parametrize("actor", [support.LU, support.LC], ids=lambda a: a.rolle)
def test_bare_sc_importerer(package: Path, empty: store.Store, actor: Actor) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"):
        run(empty, package, actor)
