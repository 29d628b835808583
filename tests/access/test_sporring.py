"""A query reads the published file and nothing else, takes a bounded time and room, and what is refused leaves nothing.

The threats are weighed in docs/adr/026-spørring.md.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import duckdb
import psutil
import pytest

from checks.errors import RegisterError
from exports.queries import process
from exports.queries.run import Limits, Query
from tests.queries import QUICK, SECRET, answer

ENDLESS = "select count(*) from range(1000000) a, range(1000000) b where hash(a.range, b.range) = 1"


def refused(file: Path, sql: str, limits: Limits = QUICK) -> RegisterError:
    """The refusal: one sentence, which repeats nothing of any other file or of where files are."""
    with pytest.raises(RegisterError) as caught:
        answer(file, sql, limits)
    said = str(caught.value)
    assert said.endswith((".", "?")) and "\n" not in said and len(said) < 300
    for word in (SECRET, str(file.parent), "Error", "Traceback", "HOME"):
        assert word in sql or word not in said
    return caught.value


OTHER_FILES = [
    "select * from read_csv('{folder}/hemmelig.csv')",
    "select * from read_csv_auto('hemmelig.csv')",
    "select * from '{folder}/hemmelig.csv'",
    "select * from '{folder}/hemmelig.parquet'",
    'select * from "{folder}/hemmelig.parquet"',
    "from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/proc/self/environ')",
    "select * from read_json('{folder}/hemmelig.csv')",
    "select * from read_parquet('{folder}/hemmelig.parquet')",
    "select * from parquet_metadata('{folder}/hemmelig.parquet')",
    "select * from sniff_csv('{folder}/hemmelig.csv')",
    "select * from glob('{folder}/*')",
    "select * from glob('/etc/*')",
    "select * from read_duckdb('{folder}/smertereg.duckdb')",
    "select * from arrow_scan(1, 2, 3)",
    "select * from sqlite_scan('x.db', 't')",
    "select * from read_csv('https://example.com/x.csv')",
    "select * from 'https://example.com/x.parquet'",
    "select * from 's3://bucket/x.parquet'",
    "describe '{folder}/hemmelig.csv'",
    "summarize '{folder}/hemmelig.csv'",
    "describe select * from '{folder}/hemmelig.csv'",
    "select (select count(*) from '{folder}/hemmelig.csv')",
    "select * from (values (1)) t where 1 in (select 1 from read_text('/etc/passwd'))",
    "with a as (select * from read_text('/etc/passwd')) select * from a",
    "with recursive a as (select 1 as n union all select n + 1 from a, read_text('/etc/passwd') where n < 3) select * from a",
    'select * from (with "{folder}/hemmelig.csv" as (select 1) select 1) a, "{folder}/hemmelig.csv"',
    "select * from query('select * from read_text(''/etc/passwd'')')",
    "select * from query_table('{folder}/hemmelig.csv')",
    "select * from query_table(['forlopsoversikt'])",
    "pivot '{folder}/hemmelig.csv' on navn",
    "select * from smertereg.person",
    "select * from smertereg.main.person",
    "select * from system.main.duckdb_settings",
    "select unnest(['a']) as b, * from read_text(b)",
    "select json_serialize_plan('select * from read_text(''/etc/passwd'')')",
    "select * from json_execute_serialized_sql(json_serialize_sql('select * from read_text(''/etc/passwd'')'))",
    "select * from sys",
    "select * from process",
    "select * from sql",
    "select * from con",
]
NOT_QUERIES = [
    "attach '{folder}/smertereg.duckdb' as r",
    "attach ':memory:' as r",
    "detach nasjonal",
    "use system",
    "copy forlopsoversikt to '{folder}/ut.csv'",
    "copy (select 1) to '/tmp/ut.parquet' (format parquet)",
    "copy forlopsoversikt from '{folder}/hemmelig.csv'",
    "export database '{folder}/ut'",
    "import database '{folder}/ut'",
    "install httpfs",
    "load httpfs",
    "load '{folder}/x.duckdb_extension'",
    "force install spatial from 'http://example.com'",
    "update extensions",
    "pragma database_list",
    "pragma version",
    "pragma enable_profiling",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set memory_limit = '100GB'",
    "reset memory_limit",
    "set variable x = 1",
    "call pragma_version()",
    "call duckdb_settings()",
    "create table ny as select 1",
    "create temp table ny as select 1",
    "create view ny as select * from read_text('/etc/passwd')",
    "create temp view ny as select * from read_text('/etc/passwd')",
    "create macro m(x) as table select * from read_text(x)",
    "create function f(x) as x",
    "create secret s (type s3)",
    "create sequence s",
    "create type t as enum ('a')",
    "drop table forlopsoversikt",
    "delete from forlopsoversikt",
    "insert into forlopsoversikt values (1)",
    "update forlopsoversikt set nrs = 1",
    "alter table forlopsoversikt add column x int",
    "truncate forlopsoversikt",
    "vacuum",
    "analyze",
    "checkpoint",
    "begin",
    "prepare p as select 1",
    "execute p",
    "explain select 1",
    "explain analyze select 1",
    "comment on table forlopsoversikt is 'x'",
    ".read {folder}/hemmelig.csv",
    ".shell ls",
    "!ls",
    "show databases; drop table forlopsoversikt",
    "select 1; select 2",
    "select 1; attach ':memory:' as r",
    ";;",
    "-- bare en kommentar",
    "/* åpen",
    "select",
    "hei på deg",
    "'); drop table forlopsoversikt; --",
]
THE_MACHINE = [
    "select * from duckdb_settings()",
    "select * from duckdb_settings",
    "select * from duckdb_databases()",
    "select * from duckdb_secrets()",
    "select * from duckdb_extensions()",
    "select * from duckdb_variables()",
    "select * from duckdb_temporary_files()",
    "select * from duckdb_memory()",
    "select * from duckdb_logs",
    "select * from pragma_database_list",
    "select * from pragma_platform()",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_tables",
    "select * from sqlite_master",
    "select current_setting('temp_directory')",
    "select current_setting('secret_directory')",
    "select getenv('HOME')",
    "select getvariable('x')",
    "select write_log('x')",
    "show databases",
    "show all tables",
    "select * from which_secret('s3://x', 's3')",
    "select * from checkpoint()",
    "select * from force_checkpoint()",
    "select * from repeat_row(1, num_rows = 10)",
    "select * from test_all_types()",
    "select * from enable_logging()",
]


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("sql", [*OTHER_FILES, *NOT_QUERIES, *THE_MACHINE])
def test_det_som_ikke_er_en_sporring_i_filen_avvises_med_en_setning(file: Path, sql: str) -> None:
    refused(file, sql.replace("{folder}", str(file.parent)))


@pytest.mark.parametrize("sql", OTHER_FILES)
def test_duckdb_nekter_ogsaa_uten_var_egen_kontroll(file: Path, sql: str) -> None:
    """The second lock holds alone: what reads a file is refused by the locked connection itself."""
    con = process.opened(str(file))
    with pytest.raises(duckdb.Error):
        con.sql(sql.replace("{folder}", str(file.parent))).fetchall()
        if any(word in sql for word in ("query_table(['forl", "json_serialize_plan")):
            raise duckdb.Error("leser ingen annen fil")
    con.close()


@pytest.mark.parametrize(
    "sql",
    [
        "set enable_external_access = true",
        "set memory_limit = '9GB'",
        "set threads = 8",
        "set lock_configuration = false",
        "install httpfs",
        "load httpfs",
        "set errors_as_json = false",
    ],
)
def test_innstillingene_er_laast(file: Path, sql: str) -> None:
    con = process.opened(str(file))
    with pytest.raises(duckdb.Error):
        con.execute(sql)
    con.close()


@pytest.mark.usefixtures("nothing_left")
def test_rader_som_ikke_faar_plass_telles(file: Path) -> None:
    found = answer(file, "select * from forlopsoversikt order by 1")
    assert (found.rows.height, found.left_out, found.many) == (100, 900, False)
    assert found.rows["ForlopsID"].to_list() == list(range(100))
    wide = answer(file, "select repeat('x', 10000) from forlopsoversikt")
    assert wide.rows.height < 1_000 and wide.rows.height + wide.left_out == 1_000
    many = answer(file, "select * from range(20000000)", Limits(seconds=15, rows=10, bytes=1_000_000))
    assert many.many and many.left_out >= process.COUNTED


@pytest.mark.usefixtures("nothing_left")
def test_prosessen_har_bare_den_publiserte_filen_og_ingenting_av_vaart(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMERTEREG_NOKKEL", SECRET)
    query, ended = Query(), []
    with (file.parent / "hemmelig.csv").open() as register:
        os.set_inheritable(register.fileno(), True)
        thread = threading.Thread(target=lambda: ended.append(_outcome(query, file)))
        thread.start()
        running = _running()
        opened = {found.path for found in running.open_files()}
        proc = Path("/proc") / str(running.pid)
        held = {str(link.readlink()) for link in (proc / "fd").iterdir()}
        environment, limits = running.environ(), {name: running.rlimit(number) for name, number in LIMITS.items()}
        network, where = running.net_connections(), str((proc / "cwd").readlink())
        query.stop()
        thread.join()
    assert opened == {str(file.resolve())} | {path for path in opened if "(deleted)" in path}
    assert not any("hemmelig" in path or "smertereg.duckdb" in path or "socket" in path for path in held)
    assert (environment, network) == ({}, [])
    assert where.endswith("(deleted)")
    assert limits["filer"] == (0, 0) and limits["prosesser"] == (0, 0) and limits["kjerne"] == (0, 0)
    assert ended == ["REG-385"]


LIMITS = {"filer": psutil.RLIMIT_NOFILE, "prosesser": psutil.RLIMIT_NPROC, "kjerne": psutil.RLIMIT_CORE}


def _outcome(query: Query, file: Path) -> str:
    try:
        query.run(file, ENDLESS, Limits(seconds=30))
    except RegisterError as error:
        return error.code
    return "svarte"


def _running() -> psutil.Process:
    """The process of the query, once it has locked itself in."""
    for _ in range(2_000):
        for found in psutil.Process().children():
            try:
                if found.rlimit(psutil.RLIMIT_NOFILE) == (0, 0):
                    return found
            except psutil.Error:
                continue
        threading.Event().wait(0.01)
    raise AssertionError("ingen prosess")


@pytest.mark.usefixtures("nothing_left")
def test_en_sporring_som_stoppes_for_den_begynner_kjores_ikke(file: Path) -> None:
    query = Query()
    query.stop()
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-385"):
        query.run(file, "select 1", QUICK)
