"""Build and test the warehouse with dbt, and say in Norwegian what failed."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from exports import prepared, project

MEMORY = "1500MB"
# Where a register keeps the SQL that dbt made, under its data folder.
PLAN = Path("publishing", "dbt.duckdb")
# What the checks in the models' yml promise, for a coordinator to read; a new kind of check needs its sentence here.
PROMISES = {
    "unique": "{column} er forskjellig på hver rad",
    "not_null": "{column} er alltid fylt ut",
    "unique_key": "{columns} peker ut én rad",
    "relationships": "{column} finnes i {other}",
    "accepted_values": "{column} er en av {values}",
}
# dbt's own names in what such a check finds.
COLUMNS = {"unique_field": "verdi", "value_field": "verdi", "from_field": "verdi", "n_records": "antall"}


class BuildError(Exception):
    """A model or a check failed. The message says which one, what it found, and where the log is."""


def build(work: Path, plan: Path) -> None:
    """Make `work`/warehouse.duckdb from `work`/snapshot.duckdb. Raises BuildError when a model or a check fails.

    The SQL that dbt makes is kept in the file `plan`, and dbt is not asked again as long as the models and the codebook are
    the same and every check passes.
    """
    digest = project.digest(work / prepared.SNAPSHOT)
    known = next((path for path in (plan, project.kept() / digest) if prepared.is_known(path, digest)), None)
    if known and prepared.carry_out(work, known, MEMORY):
        return
    build_anew(work)
    # What cannot be kept, on a full disk, is made again the next time.
    with suppress(duckdb.Error, OSError):
        if prepared.keep(work, plan, digest):
            shutil.copyfile(plan, project.kept() / digest)


def build_anew(work: Path) -> None:
    """As `build`, by dbt whatever is kept.

    Its log stays in `work`/logg, and the rows a failed check found are written to `work`/feil_<kontroll>.csv. The
    models' unit tests are left out: what they are given is always the same, so `make test` runs them and a publishing
    does not.
    """
    done = dbt(work, "build", "--exclude-resource-type", "unit_test")
    if done.returncode != 0:
        (work / "dbt.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        raise BuildError(f"{_what_failed(work)}. Loggen ligger i {work}.")


def dbt(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of dbt on the snapshot and the warehouse of `work`.

    dbt runs in a process of its own: inside ours it would keep the warehouse locked.
    """
    folder = project.folder()
    environment = os.environ | {
        "SMERTEREG_DBT_MINNE": MEMORY,
        "DBT_TARGET_PATH": str(work.resolve() / "target"),
        "DBT_LOG_PATH": str(work.resolve() / "logg"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--no-version-check", "--quiet"]
    command += ["--no-use-colors", "--log-level-file", "info", *arguments]
    command += ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    if (known := folder / "partial_parse.msgpack").exists():
        command += ["--partial-parse-file-path", str(known)]
    done = subprocess.run(command, env=environment, cwd=work, capture_output=True, text=True, check=False)
    if not known.exists() and (read := work / "target" / known.name).exists():
        shutil.copyfile(read, known)
    return done


def check_results(work: Path) -> dict[str, int] | None:
    """How many of dbt's checks passed (`bestatt`) and failed (`feilet`); None when dbt left no results."""
    try:
        results = json.loads((work / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return None
    checks = [r["status"] for r in results if r["unique_id"].startswith(("test.", "unit_test."))]
    return {"bestatt": checks.count("pass"), "feilet": len(checks) - checks.count("pass")}


def _what_failed(work: Path) -> str:
    """The names of the models and checks that failed, with the rows that a check found."""
    try:
        results = json.loads((work / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    except (OSError, ValueError, KeyError):
        return "dbt startet ikke"
    failed = []
    for result in results:
        kind, _, name = result["unique_id"].split(".", 2)
        if result["status"] == "fail" and kind == "test":
            found = _first_row(work, name.split(".")[0], result["compiled_code"])
            failed.append(f"kontrollen {_promise(work, result['unique_id'])} fant {result['failures']} feil{found}")
        elif result["status"] in ("fail", "error"):
            failed.append(f"{'modellen' if kind == 'model' else 'kontrollen'} {name} lot seg ikke bygge")
    return "; ".join(failed) or "dbt stoppet"


def _promise(work: Path, check: str) -> str:
    """What a check holds the data to: a sentence for a check that stands beside a column, a name for one of its own."""
    node = json.loads((work / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"][check]
    if not (written := node.get("test_metadata")):
        return node["name"]
    said = written["kwargs"]
    sentence = PROMISES[written["name"]].format(
        column=said.get("column_name"),
        columns=" og ".join(said.get("columns", ())),
        values=", ".join(str(value) for value in said.get("values", ())),
        other=said.get("to", "").removeprefix("ref('").removesuffix("')"),
    )
    return f"«{node['attached_node'].split('.')[-1]}: {sentence}»"


def _first_row(work: Path, check: str, query: str) -> str:
    """« – det første: …» for a failed check, whose query is asked again; all it finds goes to a file beside the log."""
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as con:
        con.execute(f"attach '{str(work / 'snapshot.duckdb').replace(chr(39), chr(39) * 2)}' as snap (read_only)")
        found = con.sql(query).pl()
    found.write_csv(work / f"feil_{check}.csv", separator=";")
    first: dict[str, Any] = found.row(0, named=True) if found.height else {}
    told = ", ".join(f"{COLUMNS.get(name, name)} {value}" for name, value in first.items() if value is not None)
    return f" – det første: {told}" if told else ""
