"""dbt's project: where its files lie, and what its SQL is made of."""

from __future__ import annotations

import hashlib
import shutil
import sysconfig
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml

CODE = Path(__file__).resolve().parents[1]
# In a checkout dbt's two files lie beside the packages; an installed program has them among its data.
SETTINGS = CODE if (CODE / "dbt_project.yml").exists() else Path(sysconfig.get_path("data"), "share", "smertereg")
FILES = ("dbt_project.yml", "profiles.yml")
MADE_BY = ("dbt-core", "dbt-adapters", "dbt-duckdb", "duckdb")


@cache
def _kept() -> TemporaryDirectory[str]:
    """A folder that is there as long as this process is."""
    return TemporaryDirectory(prefix="smertereg-dbt-")


def kept() -> Path:
    """This process's own folder for what dbt may use again."""
    return Path(_kept().name)


def folder() -> Path:
    """The folder that dbt takes for its project: its two files, and links to what they name. Nothing is written to these.

    It is the same for every build of this process, with what dbt remembers of the models it has read
    (``partial_parse.msgpack``): dbt knows them again only in the folder where it read them.
    """
    for name in FILES:
        shutil.copyfile(SETTINGS / name, kept() / name)
    for name in ("models", "checks"):
        if not (kept() / name).exists():
            (kept() / name).symlink_to(CODE / name)
    return kept()


def digest(snapshot: Path) -> str:
    """A digest of all that dbt's SQL is made of: its project, the programs that read it, the snapshot's columns, and the
    codebook's tables. What else the snapshot holds changes nothing in the SQL; a model may ask (``rows_of``) only these.
    """
    made_of = hashlib.sha256()
    for path in (*(SETTINGS / name for name in FILES), *_files()):
        made_of.update(repr((path.name, path.read_bytes())).encode())
    made_of.update(repr([version(name) for name in MADE_BY]).encode())
    with duckdb.connect(str(snapshot), read_only=True) as con:
        columns = con.execute("select table_name, column_name, data_type from duckdb_columns() order by all").fetchall()
    made_of.update(repr(columns).encode())
    made_of.update(codebook_digest(snapshot).encode())
    return made_of.hexdigest()


def codebook_digest(snapshot: Path) -> str:
    """A digest of the codebook's tables in the snapshot."""
    made_of = hashlib.sha256()
    with duckdb.connect(str(snapshot), read_only=True) as con:
        tables = con.execute("select table_name from duckdb_tables() where table_name like 'kodebok_%' order by 1")
        for (table,) in tables.fetchall():
            made_of.update(repr(con.execute(f'from "{table}" order by all').fetchall()).encode())
    return made_of.hexdigest()


def factors_digest() -> str:
    """A digest of the conversion factors of every set."""
    lists = CODE / "checks" / "codebook" / "lists"
    return hashlib.sha256(
        b"".join((lists / f"{name}.csv").read_bytes() for name in ("omeq_faktorer", "buvidal"))
    ).hexdigest()


def _files() -> list[Path]:
    """The files of the folders that dbt_project.yml names, in order."""
    project = yaml.safe_load((SETTINGS / FILES[0]).read_text(encoding="utf-8"))
    folders = [name for kind in ("model", "macro", "seed", "test") for name in project[f"{kind}-paths"]]
    return sorted(path for name in folders for path in (CODE / name).rglob("*.*") if path.is_file())


def profile(memory: str) -> tuple[dict[str, str], dict[str, str]]:
    """(options for opening the warehouse, settings of its connection) of profiles.yml, with `memory` as the limit."""
    profiles = yaml.safe_load((SETTINGS / FILES[1]).read_text(encoding="utf-8"))["smertereg"]
    output = profiles["outputs"][profiles["target"]]
    return output["config_options"], output["settings"] | {"memory_limit": memory}
