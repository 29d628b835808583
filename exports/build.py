"""Build and test the warehouse with dbt, and say in Norwegian what failed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
MEMORY = "1500MB"


class BuildError(Exception):
    """A model or a check failed. The message says which one, what it found, and where the log is."""


def build(work: Path) -> None:
    """Make `work`/warehouse.duckdb from `work`/snapshot.duckdb. Raises BuildError when a model or a check fails.

    dbt runs in a process of its own, because in ours it would keep the warehouse locked. Its log stays in `work`/logg,
    and the rows that a failed check found are written to `work`/feil_<kontroll>.csv.
    """
    environment = os.environ | {
        "SMERTEREG_WAREHOUSE": str(work / "warehouse.duckdb"),
        "SMERTEREG_SNAPSHOT": str(work / "snapshot.duckdb"),
        "SMERTEREG_DBT_TEMP": str(work / "temp"),
        "SMERTEREG_DBT_MINNE": MEMORY,
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logg"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--no-version-check", "--quiet"]
    command += ["--no-use-colors", "build", "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        (work / "dbt.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        raise BuildError(f"{_what_failed(work)}. Loggen ligger i {work}.")


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
            failed.append(f"kontrollen {name} fant {result['failures']} feil{_first_row(work, name)}")
        elif result["status"] in ("fail", "error"):
            failed.append(f"{'modellen' if kind == 'model' else 'kontrollen'} {name} lot seg ikke bygge")
    return "; ".join(failed) or "dbt stoppet"


def _first_row(work: Path, check: str) -> str:
    """« – det første: …» for a failed check; all its rows are written to a file beside the log."""
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as con:
        found = con.sql(f'select * from main_dbt_test__audit."{check}"').pl()
    found.write_csv(work / f"feil_{check}.csv", separator=";")
    first: dict[str, Any] = found.row(0, named=True) if found.height else {}
    told = ", ".join(f"{name} {value}" for name, value in first.items() if value is not None)
    return f" – det første: {told}" if told else ""
