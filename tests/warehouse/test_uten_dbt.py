"""The SQL that dbt made for one register gives another the same warehouse that dbt would, or none and dbt is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from exports import build as building
from exports import prepared, project
from tests.warehouse.synthetic import Generator
from tests.warehouse.test_kontrollene_finner_feil import PLANTED

COLUMNS = """
    select table_name, column_name, data_type, comment from duckdb_columns() where database_name = $file
    order by table_name, column_index
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dbt made for 30 forløp that are in no other register."""
    work = tmp_path_factory.mktemp("plan")
    Generator(11).make(work / prepared.SNAPSHOT, 30)
    building.build_anew(work)
    assert prepared.keep(work, work / "dbt.duckdb", project.digest(work / prepared.SNAPSHOT))
    return work / "dbt.duckdb"


@pytest.fixture
def work(built: tuple[Path, Path], tmp_path: Path) -> Path:
    """A folder with the snapshot of 400 forløp, and no warehouse."""
    shutil.copy(built[0], tmp_path / prepared.SNAPSHOT)
    return tmp_path


@pytest.fixture
def no_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "dbt", lambda *_: pytest.fail("dbt ble spurt"))


def test_et_annet_register_faar_det_samme_lageret_som_av_dbt(
    plan: Path, work: Path, built: tuple[Path, Path], no_dbt: None
) -> None:
    building.build(work, plan)
    with duckdb.connect() as con:
        con.execute(f"attach '{work / prepared.WAREHOUSE}' as warehouse (read_only)")
        con.execute(f"attach '{built[1]}' as av_dbt (read_only)")
        described = [con.execute(COLUMNS, {"file": file}).fetchall() for file in ("warehouse", "av_dbt")]
        assert described[0] == described[1]
        tables = con.sql("select table_name from duckdb_tables() where database_name = 'warehouse'").fetchall()
        unlike = [
            name
            for (name,) in tables
            for a, b in (("warehouse", "av_dbt"), ("av_dbt", "warehouse"))
            if con.sql(f'from {a}.main."{name}" except all from {b}.main."{name}"').fetchall()
        ]
    assert tables
    assert unlike == []
    assert building.check_results(work) == building.check_results(built[0].parent)


def test_finner_en_kontroll_noe_er_det_ikke_noe_lager(plan: Path, work: Path) -> None:
    statements, _ = PLANTED["hodet og skjemaene"]
    with duckdb.connect(str(work / prepared.SNAPSHOT)) as con:
        for statement in statements:
            con.execute(statement)
    assert not prepared.carry_out(work, plan, building.MEMORY)
    assert not list(work.glob(f"{prepared.WAREHOUSE}*"))


def test_er_et_skjema_satt_til_side_er_det_dbt_som_sier_hva_som_er_galt(plan: Path, work: Path) -> None:
    with duckdb.connect(str(work / prepared.SNAPSHOT)) as con:
        con.execute(
            "update skjemaversjon set svar = json_merge_patch(svar, '{\"AntPasTils\": \"mange\"}') where skjema = 'b22' and "
            "forlop_id = (select min(forlop_id) from skjemaversjon where skjema = 'b22')"
        )
    assert not prepared.carry_out(work, plan, building.MEMORY)


@pytest.mark.parametrize(
    "change",
    [
        "update kodebok_variabel set ledetekst = ledetekst || '.' where navn = 'AntPasTils'",
        "delete from kodebok_kode where navn = 'Tilsett' and kode = 1",
        "alter table forlop add column ny integer",
    ],
)
def test_er_kodeboken_en_annen_blir_dbt_spurt(plan: Path, work: Path, change: str) -> None:
    before = project.digest(work / prepared.SNAPSHOT)
    assert prepared.is_known(plan, before)
    with duckdb.connect(str(work / prepared.SNAPSHOT)) as con:
        con.execute(change)
    assert not prepared.is_known(plan, project.digest(work / prepared.SNAPSHOT))


def test_er_en_modell_eller_en_liste_en_annen_blir_dbt_spurt(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "kode"
    for folder in ("models", "checks/codebook/lists", "checks/kvalitet"):
        shutil.copytree(project.CODE / folder, code / folder)
    monkeypatch.setattr(project, "CODE", code)
    digests = {project.digest(work / prepared.SNAPSHOT)}
    for path in ("models/marts/dekningsgrad.sql", "models/macros/perioder.sql", "checks/codebook/lists/hads.csv"):
        with (code / path).open("a", encoding="utf-8") as file:
            file.write("\n")
        digests.add(project.digest(work / prepared.SNAPSHOT))
    assert len(digests) == 4


def test_en_odelagt_fil_brukes_ikke(tmp_path: Path) -> None:
    broken = tmp_path / "dbt.duckdb"
    assert not prepared.is_known(broken, "")
    broken.write_bytes(b"ikke noe lager" * 1000)
    assert not prepared.is_known(broken, "")


def test_kan_det_ikke_tas_vare_paa_er_lageret_like_godt(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / prepared.RESULTS).parent.mkdir()
    (work / prepared.RESULTS).write_text('{"results": []}')
    (work / prepared.RESULTS).with_name("manifest.json").write_text('{"nodes": {}}')
    (work / "ingen mappe").touch()
    monkeypatch.setattr(building, "build_anew", lambda _: (work / prepared.WAREHOUSE).touch())
    building.build(work, work / "ingen mappe" / "dbt.duckdb")
    assert (work / prepared.WAREHOUSE).exists()
