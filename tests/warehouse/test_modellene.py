"""Every model says what its rows are, its key is stated and tested, and its columns are described."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports import build as building
from exports.build import PROMISES

KEYS = {"unique", "not_null", "unique_key"}


@pytest.fixture(scope="module")
def nodes(built: tuple[Path, Path]) -> list[dict[str, Any]]:
    """The models and tests as dbt knows them."""
    manifest = json.loads((built[0].parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    return list(manifest["nodes"].values())


def of_type(nodes: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes if node["resource_type"] == kind]


def key_tests(nodes: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    """The tests of a model that are about its key."""
    return [
        node
        for node in of_type(nodes, "test")
        if node.get("attached_node") == model and node["test_metadata"]["name"] in KEYS
    ]


def has_key(tests: list[dict[str, Any]]) -> bool:
    """Whether they promise a key: `unique_key`, or one column that is both `unique` and `not_null`."""
    columns: dict[str, set[str]] = {}
    for test in tests:
        columns.setdefault(test["column_name"] or "", set()).add(test["test_metadata"]["name"])
    return any("unique_key" in names or {"unique", "not_null"} <= names for names in columns.values())


def test_hver_modell_sier_hva_en_rad_er(nodes: list[dict[str, Any]]) -> None:
    unsaid = [model["name"] for model in of_type(nodes, "model") if not model["description"].startswith("Én rad per ")]
    assert unsaid == []


def test_hver_modell_har_en_nokkel_som_kontrolleres(nodes: list[dict[str, Any]]) -> None:
    models = of_type(nodes, "model")
    assert [model["name"] for model in models if not has_key(key_tests(nodes, model["unique_id"]))] == []


def test_hver_slags_kontroll_har_en_setning_en_koordinator_kan_lese(nodes: list[dict[str, Any]]) -> None:
    used = {node["test_metadata"]["name"] for node in of_type(nodes, "test") if node.get("test_metadata")}
    assert used == PROMISES.keys()


def test_hver_nokkelkontroll_finner_en_rad_to_ganger_og_en_rad_uten_nokkel(
    nodes: list[dict[str, Any]], built: tuple[Path, Path], tmp_path: Path
) -> None:
    results = json.loads((built[0].parent / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    queries = {result["unique_id"]: result["compiled_code"] for result in results}
    shutil.copy(built[1], tmp_path / "warehouse.duckdb")
    found_nothing = []
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        for model in of_type(nodes, "model"):
            table = "allevarnum" if model["name"] == "allevar" else model["name"]
            con.execute("begin")
            con.execute(f"insert into {table} select * from {table} limit 1")
            con.execute(f"insert into {table} default values")
            found_nothing += [
                test["name"]
                for test in key_tests(nodes, model["unique_id"])
                if not con.execute(queries[test["unique_id"]]).fetchall()
            ]
            con.execute("rollback")
    assert found_nothing == []


def test_hver_kolonne_i_staging_er_beskrevet(nodes: list[dict[str, Any]], built: tuple[Path, Path]) -> None:
    written = {
        (model["name"], column["name"])
        for model in of_type(nodes, "model")
        for column in model["columns"].values()
        if column["description"]
    }
    with duckdb.connect(str(built[1]), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name, comment from duckdb_columns()"
            " where schema_name = 'main' and starts_with(table_name, 'stg_')"
        ).fetchall()
        label = con.execute(
            "select comment from duckdb_columns() where table_name = 'stg_svar' and column_name = 'StSmRo12'"
        ).fetchone()
        con.execute(f"attach '{built[0]}' as snap (read_only)")
        said = con.execute("select ledetekst from snap.kodebok_variabel where navn = 'StSmRo12'").fetchone()
    assert [(table, name) for table, name, comment in columns if not comment and (table, name) not in written] == []
    assert label and said and label[0].startswith(said[0])


def test_enhetstestene_av_modellene_holder(built: tuple[Path, Path], tmp_path: Path) -> None:
    for path in built:
        shutil.copy(path, tmp_path / path.name)
    done = building.dbt(tmp_path, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout
    results = json.loads((tmp_path / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert {result["status"] for result in results} == {"pass"}
