"""A form with an answer that is none stops nobody: it is set aside, named and counted, and the rest is as without it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from app.work import operations
from checks.errors import RegisterError
from exports.build import BuildError, build, build_anew
from ingest import audit
from ingest.results import quality
from ingest.settings import Settings
from tests import support
from tests.support import LC, LU, OWN, SC

# What may stand in a document that was changed or damaged behind the services' back: form, what is planted, what is told.
ANSWERS: list[tuple[str, dict[str, Any], str]] = [
    ("to", {"Tilsett": True}, "Tilsett"),
    ("b12", {"StSmRo12": "sterk"}, "StSmRo12"),
    ("b12", {"StSmRo12": 77}, "StSmRo12"),
    ("b21", {"Regdato21": "2025-02-30"}, "Regdato21"),
    ("b22", {"AntPasTils": 3.5, "Ola Nordmann": 1}, "AntPasTils, ukjent felt"),
    ("b22", {"Lege": 2, "AntPasTils": [1]}, "AntPasTils, Lege"),
    ("hads", {"HADSSpm1": 300}, "HADSSpm1"),
    ("b11", {"InnlDiag": {"a": 1}}, "InnlDiag"),
    ("b11", {"InnlDiag": "kode 01017012345"}, "InnlDiag"),
    ("b11", {"smertediagnoser": [{"SmerteDiagID": "x"}]}, "smertediagnoser"),
    ("b11", {"smertediagnoser": [{"SmerteDiagID": 1}, {"SmerteDiagID": 1}]}, "smertediagnoser"),
    ("b11", {"smertediagnoser": [{"SmerteDiagID": 1, "ICD10Kode": True}]}, "smertediagnoser"),
    ("b11", {"smertediagnoser": "ingen"}, "smertediagnoser"),
    ("b11", {"smertediagnoser": [3]}, "smertediagnoser"),
]
WHOLE = ["{halvt", "[]", '"tekst"', "17", "null"]


def plant(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, str], str]:
    """Spoil one document for each of ANSWERS and WHOLE; returns what is to be told, by forløp and form."""
    con.execute("alter table skjemaversjon alter svar type varchar")
    told: dict[tuple[int, str], str] = {}

    def victim(form: str) -> int:
        taken = [number for number, other in told if other == form]
        return con.execute(
            "select min(v.forlop_id) from skjemaversjon v join skjema s using (forlop_id, skjema) "
            "where v.skjema = $form and s.status = 1 and not list_contains($taken::integer[], v.forlop_id)",
            {"form": form, "taken": taken},
        ).fetchall()[0][0]

    for form, answers, said in ANSWERS:
        number = victim(form)
        con.execute(
            "update skjemaversjon set svar = json_merge_patch(svar, $new) where skjema = $form and forlop_id = $number",
            {"new": json.dumps(answers), "form": form, "number": number},
        )
        told[number, form] = said
    for text in WHOLE:
        number = victim("eval")
        con.execute("update skjemaversjon set svar = ? where skjema = 'eval' and forlop_id = ?", [text, number])
        told[number, "eval"] = "kan ikke leses"
    return told


def tables(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every mart's rows, without what the check itself found."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        names = con.sql(
            "select table_name from duckdb_tables() where not regexp_matches(table_name, '^(stg|int)_')"
        ).fetchall()
        found = {name: con.sql(f"select * from {name} order by all").fetchall() for (name,) in sorted(names)}
    for name in ("datakvalitet", "datakvalitet_rader"):
        found[name] = [row for row in found[name] if row[0] != "satt_til_side"]
    return found


@pytest.fixture(scope="module")
def spoilt(
    built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[tuple[int, str], str], Path, Path]:
    """(what is planted, the warehouse with it, the warehouse of the same register without these documents)."""
    bad, without = tmp_path_factory.mktemp("med_feil"), tmp_path_factory.mktemp("uten")
    for folder in (bad, without):
        shutil.copy(built[0], folder / "snapshot.duckdb")
    with duckdb.connect(str(bad / "snapshot.duckdb")) as con:
        told = plant(con)
    with duckdb.connect(str(without / "snapshot.duckdb")) as con:
        for number, form in told:
            con.execute("delete from skjemaversjon where forlop_id = ? and skjema = ?", [number, form])
            con.execute("update skjema set status = 0 where forlop_id = ? and skjema = ?", [number, form])
    build_anew(bad)
    build(without, without / "dbt.duckdb")
    return told, bad / "warehouse.duckdb", without / "warehouse.duckdb"


def test_resten_er_det_samme_som_uten_skjemaene(spoilt: tuple[dict[tuple[int, str], str], Path, Path]) -> None:
    _, bad, without = spoilt
    found, expected = tables(bad), tables(without)
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []


def test_hvert_skjema_er_nevnt_ved_sin_enhet_med_sporsmaalene_og_uten_svarene(
    spoilt: tuple[dict[tuple[int, str], str], Path, Path],
) -> None:
    told, bad, _ = spoilt
    with duckdb.connect(str(bad), read_only=True) as con:
        rows = con.sql(
            'select "ForlopsID", skjema, detalj, "AvdRESH" = f.avd_resh from datakvalitet_rader r '
            "join int_forlop f on r.\"ForlopsID\" = f.forlops_id where kontroll = 'satt_til_side'"
        ).fetchall()
        (counts,) = con.sql(
            "select sum(n_avvik), sum(n_kontrollert) from datakvalitet where kontroll = 'satt_til_side'"
        ).fetchall()
        con.execute(f"attach '{bad.with_name('snapshot.duckdb')}' as snap (read_only)")
        (documents,) = con.sql("select count(*) from snap.skjemaversjon").fetchall()
    assert {(number, form): detail for number, form, detail, _ in rows} == {
        place: f"satt til side: {said}" for place, said in told.items()
    }
    assert all(own for *_, own in rows)
    assert counts == (len(told), documents[0])


def test_forlopet_er_ikke_nasjonalt_for_skjemaet_er_rettet(
    spoilt: tuple[dict[tuple[int, str], str], Path, Path], built: tuple[Path, Path]
) -> None:
    told, bad, _ = spoilt
    national = "select forlops_id from int_forlop where nasjonal order by 1"
    with duckdb.connect(str(bad), read_only=True) as con:
        now = {row[0] for row in con.sql(national).fetchall()}
    with duckdb.connect(str(built[1]), read_only=True) as con:
        before = {row[0] for row in con.sql(national).fetchall()}
    # A form of a patient is part of the forløp only when the forløp has the type that opens it.
    assert before - {number for number, _ in told} <= now <= before
    assert len(now) < len(before)


def test_er_mange_skjemaer_gale_er_det_programmet_som_leser_feil(built: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copy(built[0], tmp_path / "snapshot.duckdb")
    with duckdb.connect(str(tmp_path / "snapshot.duckdb")) as con:
        con.execute(
            "update skjemaversjon set svar = json_merge_patch(svar, '{\"AntPasTils\": \"mange\"}') where skjema = 'b22' and "
            "forlop_id in (select forlop_id from skjemaversjon where skjema = 'b22' order by 1 limit 11)"
        )
    with pytest.raises(
        BuildError, match=r"faa_er_satt_til_side fant 1 feil.*skjema b22, n_tilside 11, oftest AntPasTils"
    ):
        build_anew(tmp_path)


def test_publiseringen_gaar_gjennom_og_sier_hvor_mange(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    whole, wrong, broken = (register.completed_forlop() for _ in range(3))
    with register.store.write(SC) as tx:
        for number, form, text in ((wrong, "to", None), (broken, "b22", "[]")):
            answers = json.dumps(support.TO | {"Tilsett": True}) if text is None else text
            tx.run(
                "update register.skjemaversjon set svar = ? where forlop_id = ? and skjema = ?", answers, number, form
            )
    said: list[str] = []
    done = operations.publish_now(register.store, Settings(data=tmp_path), said.append, SC)
    assert (done.n_forlop, done.n_aside) == (3, 2)
    assert said[-1] == "Publisert: 3 forløp, 0 av dem nasjonalt. 2 skjemaer er satt til side, se Datakvalitet."
    with duckdb.connect(str(tmp_path / "published" / f"lokal-{OWN}.duckdb"), read_only=True) as con:
        rows = con.sql('select "ForlopsID", "Tilsett", "AntPasTils", "StSmRo12" from allevarnum order by 1').fetchall()
        (count,) = con.sql("select n_satt_til_side from publisering").fetchall()
    assert rows == [(whole, 1, 6, 6), (wrong, None, None, None), (broken, 1, None, 6)]
    assert count == (2,)
    with register.store.read(LC) as tx:
        (found,) = [r for r in quality.history(tx, OWN) if r["kontroll"] == "satt_til_side"]
        logged = tx.row("select detaljer from tilgang.logg where hendelse = 'publisert'")
        assert list(audit.broken_rows(tx)) == []
    assert (found["status"], found["avvik"]) == ("avvik", 2)
    assert logged is not None and json.loads(logged["detaljer"])["satt_til_side"] == 2
    with register.store.read(LU) as tx:
        assert support.answers_of(tx, whole, "b22")["AntPasTils"] == 6
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-257"):
            support.answers_of(tx, broken, "b22")
    register.store.close()
