"""The snapshot holds what datasets are made from, and nothing else."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from checks.codebook import load
from exports import snapshot
from exports.codebook_tables import codebook_tables
from tests import support
from tests.warehouse.snapshot_tables import TABLES


def take(register: support.Register, path: Path) -> None:
    with register.store.cursor() as con:
        snapshot.take(con, path, codebook_tables(load()))


def test_tabeller_og_kolonner(register: support.Register, tmp_path: Path) -> None:
    take(register, tmp_path / "s.duckdb")
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as con:
        rows = con.sql(
            "select table_name, column_name from duckdb_columns() where not internal order by table_oid, column_index"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    expected = {name: [part.split(":")[0] for part in line.split()] for name, line in TABLES.items()}
    assert {name: columns for name, columns in found.items() if not name.startswith("kodebok_")} == expected
    assert {"kodebok_variabel", "kodebok_kode"} <= found.keys()


@pytest.mark.manual("Arbeidsliste 15")
def test_ingenting_om_hvem_pasienten_er_og_ingen_kommentar(register: support.Register, tmp_path: Path) -> None:
    with register.store.cursor() as con:
        con.execute(
            "insert into identitet.person (pasient_id, idtype, fornavn, oppdatert)"
            " values (1, 'annet', 'Kanarinavn', now())"
        )
        con.execute("insert into register.kommentar values (1, 'to', 1, 'Kanarikommentar', 'bruker1', now())")
        con.execute("insert into register.utkast values ('bruker1', 1, 'to', 0, '{\"a\": \"Kanariutkast\"}', now())")
    take(register, tmp_path / "s.duckdb")
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as con:
        for (table,) in con.sql("select table_name from duckdb_tables()").fetchall():
            assert "kanari" not in str(con.sql(f"select * from {table}").fetchall()).lower(), table


def test_slettede_forlop_og_gamle_versjoner_blir_igjen(register: support.Register, tmp_path: Path) -> None:
    with register.store.cursor() as con:
        for number, deleted in ((1, "null"), (2, "now()")):
            con.execute(
                "insert into register.forlop (forlop_id, pasient_id, enhet, opprettet, opprettet_av, slettet)"
                f" values ({number}, 1, '100082', now(), 'bruker1', {deleted})"
            )
            con.execute(
                "insert into register.skjema (forlop_id, skjema, versjon, status, har_kommentar, opprettet,"
                " opprettet_av)"
                f" values ({number}, 'to', 2, 0, false, now(), 'bruker1')"
            )
            for version in (1, 2):
                con.execute(
                    "insert into register.skjemaversjon (forlop_id, skjema, versjon, status, svar, bruker, rolle,"
                    " enhet, tid, hendelse, salt, digest)"
                    " values (?, 'to', ?, 0, '{}', 'bruker1', 'LU', '100082', now(), 'lagret', '', '')",
                    [number, version],
                )
    take(register, tmp_path / "s.duckdb")
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as con:
        assert con.sql("select forlop_id, versjon from skjemaversjon").fetchall() == [(1, 2)]
        assert con.sql("select forlop_id from forlop").fetchall() == [(1,)]
        assert con.sql("select forlop_id from skjema").fetchall() == [(1,)]


def test_feil_underveis_fjerner_filen_og_slipper_den(register: support.Register, tmp_path: Path) -> None:
    with register.store.cursor() as con, pytest.raises(duckdb.Error):
        snapshot.take(con, tmp_path / "s.duckdb", {"forlop": pl.DataFrame({"a": [1]})})
    assert not (tmp_path / "s.duckdb").exists()
    take(register, tmp_path / "s.duckdb")
    assert (tmp_path / "s.duckdb").exists()
