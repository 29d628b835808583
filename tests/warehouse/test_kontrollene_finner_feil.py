"""Each check of models/tests stops a publishing when what it looks for is there, and says where."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.build import BuildError, build_anew


def patch(form: str, answers: dict[str, Any]) -> str:
    """A statement that changes answers in the first document of a form."""
    first = f"(select min(forlop_id) from skjemaversjon where skjema = '{form}')"
    changed = f"json_merge_patch(svar, '{json.dumps(answers)}')"
    return f"update skjemaversjon set svar = {changed} where skjema = '{form}' and forlop_id = {first}"


# Checks whose findings do not hide each other's share a run of dbt: (statements, what the message must say).
PLANTED = {
    "hodet og skjemaene": (
        [
            "update forlop set samtykke = 0 where forlop_id = (select min(forlop_id) from forlop where samtykke = 1"
            " and trukket_dato is null)",
            "delete from skjema where skjema = 'b21' and status = -1 and forlop_id ="
            " (select min(forlop_id) from skjema join forlop using (forlop_id)"
            " where skjema = 'b21' and status = -1 and forlopstype = 3)",
        ],
        [
            "kontrollen hodet_stemmer_med_dokumentet fant 1 feil",
            "kontrollen skjemaene_til_typen fant 1 feil",
            "skjema b21",
        ],
    ),
    "beregninger": (
        [
            patch("b11", {"MoEkvivalens": 9999.9}),
            patch("hads", {"HADSScoreAngst": 21}),
            "update forlop set forlopstype = 2 where forlop_id ="
            " (select min(forlop_id) from forlop where forlopstype = 3)",
        ],
        [
            "kontrollen omeq_er_regnet_likt fant 1 feil",
            "lagret 9999.9",
            "kontrollen hads_er_regnet_likt fant 1 feil",
            "lagret_angst 21",
            "kontrollen inklusjon_er_regnet_likt fant 1 feil",
        ],
    ),
    "uttrekk": (
        [
            "update enhet set navn = 'kode 01017012345' where resh = (select min(resh) from enhet)",
            "update kodebok_variabel set lagres = 'smallint' where navn = 'PRSpm6'",
        ],
        [
            "kontrollen ingen_identifikatorer fant",
            "tekst kode 01017012345",
            "kontrollen uttrekk_folger_kontrakten fant 1 feil",
            "ventet PRSpm6",
        ],
    ),
    # Stops the extract itself, and with it the checks of what the extract holds.
    "kontrakten": (
        [
            "delete from kodebok_variabel where navn = 'EvalSpm1'",
            "update skjemaversjon set svar = json_merge_patch(svar, '{\"EvalSpm1\": null}') where skjema = 'eval'",
        ],
        ["kontrollen kodebok_dekker_kontrakten fant 1 feil", "kolonne EvalSpm1"],
    ),
    "nokler": (
        [
            "insert into avdeling select * from avdeling where avdeling_id = (select min(avdeling_id) from avdeling)",
            "insert into enhet (navn) values ('Uten RESH')",
            "update forlop set pasient_id = 999999 where forlop_id = (select min(forlop_id) from forlop)",
            "update skjema set status = 7 where skjema = 'to' and forlop_id = (select min(forlop_id) from forlop)",
        ],
        [
            "kontrollen «stg_avdeling: avdeling_id er forskjellig på hver rad» fant 1 feil",
            "kontrollen «stg_enhet: avd_resh er alltid fylt ut» fant 1 feil",
            "kontrollen «stg_forlop: pasient_id finnes i stg_pasient» fant 1 feil – det første: verdi 999999",
            "kontrollen «stg_skjema: status er en av -1, 0, 1» fant 1 feil – det første: verdi 7, antall 1",
        ],
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_kontrollen_stopper_publiseringen_og_sier_hva_den_fant(
    planted: str, built: tuple[Path, Path], tmp_path: Path
) -> None:
    statements, said = PLANTED[planted]
    shutil.copy(built[0], tmp_path / "snapshot.duckdb")
    with duckdb.connect(str(tmp_path / "snapshot.duckdb")) as con:
        for statement in statements:
            con.execute(statement)
    with pytest.raises(BuildError) as caught:
        build_anew(tmp_path)
    message = str(caught.value)
    assert [sentence for sentence in said if sentence not in message] == [], message
    assert str(tmp_path) in message
    assert list(tmp_path.glob("feil_*.csv"))


def test_en_ny_variabel_i_kodeboken_kommer_sist_i_uttrekket(built: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copy(built[0], tmp_path / "snapshot.duckdb")
    with duckdb.connect(str(tmp_path / "snapshot.duckdb")) as con:
        con.execute(
            "insert into kodebok_variabel by name"
            " select * replace ('NyttSpm' as navn, 'NYTT' as fysisk, -1 as rekkefolge)"
            " from kodebok_variabel where navn = 'LAR'"
        )
        con.execute("""update skjemaversjon set svar = json_merge_patch(svar, '{"NyttSpm": 2}') where skjema = 'b11'""")
    build_anew(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as con:
        columns = [row[0] for row in con.sql("describe allevarnum").fetchall()]
        values = con.sql('select distinct "NyttSpm" from allevarnum where "RegDato11" is not null').fetchall()
    assert (len(columns), columns[-1]) == (409, "NyttSpm")
    assert values == [(2,)]
