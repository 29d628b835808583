"""A MariaDB for one measurement only: dplyr over it, as the registry's report scripts work."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

PROGRAMS = ("Rscript", "mariadbd", "mariadb-install-db", "mariadb", "mariadb-admin")
SCRIPT = Path(__file__).with_name("indikatorer.R")
TYPES = {pl.Date: "date", pl.String: "varchar(100)", pl.Decimal: "decimal(12,1)"}


def missing() -> str:
    """The names of what is not installed here; empty when dplyr over MariaDB can be measured."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent:
        return ", ".join(absent)
    asked = "cat(all(sapply(c('dplyr', 'DBI', 'RMySQL'), requireNamespace, quietly = TRUE)))"
    done = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=False)
    return "" if done.stdout == "TRUE" else "R-pakkene dplyr, DBI og RMySQL"


def dplyr(rows: pl.DataFrame, folder: Path) -> tuple[float, pl.DataFrame]:
    """(seconds from the query to the counted indicators, their sums). Raises CalledProcessError with R's message."""
    with _server(folder / "mariadb") as socket:
        columns = ", ".join(f"`{name}` {_type(kind)}" for name, kind in rows.schema.items())
        _sql(socket, f"create database maaling; create table maaling.allevarnum ({columns}) engine=InnoDB")
        rows.write_csv(folder / "rader.csv", separator="\t", null_value="\\N", include_header=False)
        _sql(socket, f"load data local infile '{folder / 'rader.csv'}' into table maaling.allevarnum")
        done = subprocess.run(
            ["Rscript", str(SCRIPT), str(socket), str(folder / "dplyr.csv")], capture_output=True, text=True, check=True
        )
    return float(done.stdout), pl.read_csv(folder / "dplyr.csv")


def _type(kind: pl.DataType) -> str:
    return next((said for given, said in TYPES.items() if kind == given), "integer")


def _sql(socket: Path, text: str) -> None:
    subprocess.run(["mariadb", "--local-infile=1", f"--socket={socket}", "-u", "root", "-e", text], check=True)


@contextmanager
def _server(folder: Path) -> Iterator[Path]:
    """Run a server that listens only on a socket, until the block ends; yields the socket's path."""
    folder.mkdir()
    options = ["--no-defaults", f"--datadir={folder / 'data'}"]
    subprocess.run(
        ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    socket = folder / "s"
    process = subprocess.Popen(
        ["mariadbd", *options, f"--socket={socket}", "--skip-networking", "--local-infile=1", "--user=root"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        waiting = ["mariadb-admin", "--no-defaults", f"--socket={socket}", "-u", "root", "--wait=30", "ping"]
        subprocess.run(waiting, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield socket
    finally:
        process.terminate()
        process.wait(timeout=60)
