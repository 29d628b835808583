"""A query reads the published file and nothing else, takes a bounded time and room, and what is refused leaves nothing.

The threats are weighed in docs/adr/026-spørring.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import psutil
import pytest

from checks.errors import RegisterError
from exports.queries import process
from exports.queries.run import Limits, Query
from tests.access.attempts import NOT_QUERIES, OTHER_FILES, THE_MACHINE
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
@pytest.mark.parametrize("content", [None, b"", b"ingen database"])
def test_en_fil_som_ikke_kan_leses_sies(file: Path, tmp_path: Path, content: bytes | None) -> None:
    damaged = tmp_path / "mappe" / "nasjonal.duckdb"
    damaged.parent.mkdir()
    if content is not None:
        damaged.write_bytes(content)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-092"):
        answer(damaged, "select 1")
    damaged.unlink(missing_ok=True)
    damaged.parent.rmdir()


@pytest.mark.usefixtures("nothing_left")
def test_en_sporring_som_stoppes_for_den_begynner_kjores_ikke(file: Path) -> None:
    query = Query()
    query.stop()
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-385"):
        query.run(file, "select 1", QUICK)


ALONE = """
import os, socket, sys
import duckdb
from exports.queries import process
con = duckdb.connect(sys.argv[1], read_only=True)
process.locked_in(20, 1_000_000)
for tried in (
    lambda: open('/etc/passwd'),
    lambda: socket.socket(),
    lambda: os.listdir('/'),
    lambda: con.sql("select * from read_text('/etc/passwd')").fetchall(),
    lambda: con.execute("copy (select 1) to '/tmp/ut.csv'"),
):
    try:
        tried()
        print('gikk')
    except (OSError, duckdb.Error):
        print('nektet')
print(con.sql('select count(*) from forlopsoversikt').fetchall())
"""


def test_operativsystemets_laas_holder_alene(file: Path) -> None:
    """Without DuckDB's locks and our reading of the query the process still opens no file and no socket."""
    done = subprocess.run([sys.executable, "-c", ALONE, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [*["nektet"] * 5, "[(1000,)]"]
