"""What dbt made of the models, kept and carried out again without dbt.

dbt's SQL is made of the models and the codebook, and of nothing else in the register. To make it is most of the time that a
publishing of a small register takes, so it is kept beside the publishings, and carried out as it is for as long as what it
was made of is the same. It only ever ends well: when a check finds something, or anything else is wrong, dbt builds anew and
says what it is (docs/adr/022-dbt-sin-sql-tas-vare-paa.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from exports import project

MADE = {"table": "create table {} as (\n{}\n)", "view": "create view {} as (\n{}\n)"}
FOUND = "select count(*) from (\n{}\n)"
SEED = "create table {} as from plan.main.{}"
WAREHOUSE, SNAPSHOT, RESULTS = "warehouse.duckdb", "snapshot.duckdb", Path("target", "run_results.json")
FAILED = 1


def is_known(plan: Path, digest: str) -> bool:
    """Whether the SQL in `plan` was made of what `digest` is a digest of; False for a file that cannot be read."""
    if not plan.exists():
        return False
    try:
        with duckdb.connect(str(plan), read_only=True) as con:
            return con.execute("select digest from laget_av").fetchall() == [(digest,)]
    except duckdb.Error:
        return False


def carry_out(work: Path, plan: Path, memory: str) -> bool:
    """Make `work`/warehouse.duckdb from `work`/snapshot.duckdb as `plan` says, in a process of its own; whether it ended
    well. Otherwise no warehouse is left.
    """
    command = [sys.executable, "-m", "exports.prepared", str(work.resolve()), str(plan.resolve()), memory]
    done = subprocess.run(command, cwd=project.CODE, capture_output=True, check=False)
    if done.returncode != 0:
        for path in work.glob(f"{WAREHOUSE}*"):
            path.unlink()
    return done.returncode == 0


def keep(work: Path, plan: Path, digest: str) -> bool:
    """Write to `plan` the SQL of the build that dbt has just ended well in `work`, in the order it was carried out, and the
    lists it read. False, and nothing is written, when a model or a check is of a kind that is not known here.
    """
    results = json.loads((work / RESULTS).read_text(encoding="utf-8"))["results"]
    nodes = json.loads((work / RESULTS.with_name("manifest.json")).read_text(encoding="utf-8"))["nodes"]
    steps = [_step(nodes[result["unique_id"]], result) for result in results]
    if None in steps:
        return False
    plan.parent.mkdir(exist_ok=True)
    new = plan.with_suffix(".ny")
    new.unlink(missing_ok=True)
    with duckdb.connect(str(new)) as con:
        con.execute("create table laget_av as select $1 as digest", [digest])
        con.execute("create table steg (nr integer, id varchar, sql varchar, stopper boolean)")
        con.execute(f"attach '{_quoted(work / WAREHOUSE)}' as warehouse (read_only)")
        for name in (
            nodes[r["unique_id"]]["name"] for r in results if nodes[r["unique_id"]]["resource_type"] == "seed"
        ):
            con.execute(f'create table "{name}" as from warehouse.main."{name}"')
        rows = [*filter(None, steps), ("kommentarer", _comments(con), False)]
        con.executemany("insert into steg values ($1, $2, $3, $4)", [(nr, *row) for nr, row in enumerate(rows)])
    new.replace(plan)
    return True


def _step(node: dict[str, Any], result: dict[str, Any]) -> tuple[str, str, bool] | None:
    """(the node's id, its statement, whether a row that it finds stops the publishing); None for an unknown kind."""
    config, code = node["config"], result.get("compiled_code")
    match node["resource_type"]:
        case "seed":
            return node["unique_id"], SEED.format(node["relation_name"], f'"{node["name"]}"'), False
        case "model" if config["materialized"] in MADE:
            return node["unique_id"], MADE[config["materialized"]].format(node["relation_name"], code), False
        case "test" if (config["fail_calc"], config["error_if"], config["limit"]) == ("count(*)", "!= 0", None):
            return node["unique_id"], FOUND.format(code), config["severity"].lower() == "error"
    return None


def _comments(con: duckdb.DuckDBPyConnection) -> str:
    """The statements that give the warehouse's columns their comments, as one transaction."""
    found = con.execute("""
        select table_name, column_name, comment from duckdb_columns()
        where database_name = 'warehouse' and comment is not null
        order by table_oid, column_index
    """).fetchall()
    comments = (
        f"""comment on column warehouse.main."{table}"."{name}" is '{_quoted(text)}'""" for table, name, text in found
    )
    return ";\n".join(("begin", *comments, "commit"))


def _carried_out(work: Path, plan: Path, memory: str) -> bool:
    """Carry out the steps of `plan` and leave their results as dbt does; whether no check stopped."""
    options, settings = project.profile(memory)
    results = []
    with duckdb.connect(str(work / WAREHOUSE), config={"temp_directory": str(work / options["temp_directory"])}) as con:
        for name, value in settings.items():
            con.execute(f"set {name} = '{value}'")
        con.execute(f"attach '{_quoted(work / SNAPSHOT)}' as snap (read_only)")
        con.execute(f"attach '{_quoted(plan)}' as plan (read_only)")
        for node, sql, stops in con.execute("select id, sql, stopper from plan.main.steg order by nr").fetchall():
            done = con.execute(sql)
            found = node.startswith("test.") and done.fetchall() != [(0,)]
            if found and stops:
                return False
            results.append({"unique_id": node, "status": "warn" if found else "pass"})
    (work / RESULTS).parent.mkdir(exist_ok=True)
    (work / RESULTS).write_text(json.dumps({"results": results}), encoding="utf-8")
    return True


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")


if __name__ == "__main__":
    sys.exit(0 if _carried_out(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]) else FAILED)
