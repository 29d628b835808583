"""«Datamodellen»: one page with every table and column in words, with nothing in it of the register or of the machine."""

from __future__ import annotations

import getpass
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands.export_commands import export
from checks.errors import RegisterError
from exports import datamodell, documents, project
from exports.build import dbt
from ingest.access import Actor
from tests import support
from tests.support import LC, LS, LU, NS, SC
from tests.warehouse.conftest import Register


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as the command writes it, where there is no register."""
    folder = tmp_path_factory.mktemp("modell")
    done = CliRunner().invoke(export, ["modell", "--to", str(folder)])
    assert done.exit_code == 0, done.output
    (file,) = folder.iterdir()
    assert file.name == f"smertereg_datamodellen_{support.MOMENT:%Y-%m-%d}.html"
    return file.read_text(encoding="utf-8")


def held(page: str, name: str) -> dict[str, Any]:
    """The data that stand in the page: the manifest or the catalog."""
    start = page.index(f'{{"metadata": {{"dbt_schema_version": "https://schemas.getdbt.com/dbt/{name}/')
    return json.JSONDecoder().raw_decode(page, start)[0]


def test_hver_kolonne_i_hver_tabell_som_publiseres_er_beskrevet(page: str) -> None:
    nodes, columns = held(page, "manifest")["nodes"], held(page, "catalog")["nodes"]
    marts = {name: node for name, node in nodes.items() if node["original_file_path"].startswith("models/marts/")}
    without = [name for name, node in nodes.items() if name.startswith("model.") and not node["description"]]
    assert without == [] and len(marts) > 20
    tables = [name for name, node in marts.items() if name.startswith("model.")]
    for name in tables:
        described = {column for column, said in nodes[name]["columns"].items() if said["description"]}
        assert set(columns[name]["columns"]) <= described, name
    assert len(columns["model.smertereg.allevarnum"]["columns"]) > 400


def test_det_publiseringen_selv_legger_i_filene_er_med_og_er_beskrevet(page: str, published: Register) -> None:
    own = {
        source["name"]: source
        for source in held(page, "manifest")["sources"].values()
        if source["source_name"] == "publisering"
    }
    assert set(own) == {"kodebokendringer", "publisering"}
    for name, source in own.items():
        columns = published.query("nasjonal.duckdb", f"select column_name from (describe {name})")
        assert set(source["columns"]) == {row["column_name"] for row in columns}
        assert source["description"] and all(column["description"] for column in source["columns"].values())


def test_forsiden_er_norsk(page: str) -> None:
    assert (
        "# Datamodellen i SmerteReg" in held(page, "manifest")["docs"]["doc.smertereg.__overview__"]["block_contents"]
    )


def test_ingenting_om_maskinen_staar_i_den(page: str) -> None:
    said = json.dumps([held(page, "manifest"), held(page, "catalog")])
    own = {tempfile.gettempdir(), str(Path.home()), str(project.CODE), sys.prefix, f"/{getpass.getuser()}/"}
    assert [path for path in {*own, str(project.kept())} if f"{path.rstrip('/')}/" in said] == []
    assert not held(page, "manifest")["metadata"]["env"] and held(page, "manifest")["metadata"]["user_id"] is None


def test_den_henter_ingenting_fra_nettet(page: str) -> None:
    """dbt's page tells its makers what is read, unless the project says that it may not."""
    assert held(page, "manifest")["metadata"]["send_anonymous_usage_stats"] is False
    head = page[: page.index("</head>")]
    assert not re.findall(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["'](?:https?:)?//""", head)
    assert not re.findall(r"""(?:@import|url\()\s*["']?https?://""", page)


def test_den_ligger_i_filarkiv_for_dem_som_kan_hente_data(
    page: str, register: support.Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datamodell, "write", lambda file, progress: file.write_text(page, encoding="utf-8"))

    def make(actor: Actor) -> int:
        return datamodell.make(register.store, actor, tmp_path, lambda _: None)

    for actor in (LC, LS, NS, SC):
        number = make(actor)
        with register.store.write(actor) as tx:
            found, content = documents.fetch(tx, tmp_path, number)
        assert (found.slag, content.decode("utf-8")) == (documents.MODEL, page)
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-060"):
        make(LU)


def test_det_sies_naar_dbt_stopper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datamodell, "build", lambda work, plan: None)
    monkeypatch.setattr(datamodell, "dbt", lambda work, *_: dbt(work, "ukjent"))
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-450"):
        datamodell.write(tmp_path / "m.html")
    assert list(tmp_path.iterdir()) == []
