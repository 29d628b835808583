"""A snapshot of an earlier moment, rebuilt from history, is the one that was taken then."""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from checks.codebook import load
from exports import snapshot
from exports.codebook_tables import codebook_tables
from exports.history import take_as_of
from ingest import consent, erasure, forlop
from tests import support


def tables(path: Path) -> dict[str, pl.DataFrame]:
    with duckdb.connect(str(path), read_only=True) as con:
        names = [row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: con.sql(f"select * from {name} order by all").pl() for name in names}


def taken(register: support.Register, path: Path) -> dict[str, pl.DataFrame]:
    with register.store.cursor() as con:
        snapshot.take(con, path, codebook_tables(load()))
    return tables(path)


def as_of(register: support.Register, path: Path, moment: object) -> dict[str, pl.DataFrame]:
    with register.store.cursor() as con:
        take_as_of(con, path, codebook_tables(load()), moment)  # pyright: ignore[reportArgumentType]
    return tables(path)


@pytest.fixture
def begun(register: support.Register) -> dict[str, int]:
    """Forløp in every state: done, half done, untouched, not seen."""
    ids = {"ferdig": register.completed_forlop(), "ikke_tilsett": register.completed_forlop(support.NOT_SEEN)}
    ids["halvt"] = register.forlop()
    register.save(ids["halvt"], "to", {"HenvistDato": "2026-11-01", "Tilsynsanmodnin": 1, "Tilsett": 1})
    ids["tomt"] = register.forlop()
    return ids


def test_det_er_som_det_var_da_uansett_hva_som_er_skrevet_siden(
    register: support.Register, begun: dict[str, int], tmp_path: Path
) -> None:
    then, moment = taken(register, tmp_path / "da.duckdb"), register.clock.now
    register.clock.turn(days=2)
    register.save(begun["halvt"], "to", {"Tilsett": 2, "StartdatoTO": "2026-11-03"})
    register.save(begun["ferdig"], "b12", {"StSmRo12": 9}, support.LC, hendelse="ferdigstilt", grunn="feil")
    register.completed_forlop()
    with register.store.write(support.LU) as tx:
        forlop.change_department(tx, begun["ferdig"], 2)
    with register.store.write(support.LC) as tx:
        forlop.delete(tx, begun["tomt"], "feil pasient")
    now = taken(register, tmp_path / "na.duckdb")
    assert not now["skjemaversjon"].equals(then["skjemaversjon"])
    found = as_of(register, tmp_path / "bygd.duckdb", moment)
    for name, frame in then.items():
        assert found[name].select(frame.columns).equals(frame), name


def test_samtykke_trukket_siden_og_slettede_er_ute(
    register: support.Register, begun: dict[str, int], tmp_path: Path
) -> None:
    moment = register.clock.now
    register.clock.turn(days=2)
    withdrawn = register.head(begun["ferdig"]).pasient_id
    erased = register.head(begun["ikke_tilsett"]).pasient_id
    with register.store.write(support.SC) as tx:
        consent.withdraw(tx, withdrawn, date(2026, 11, 24), "brev")
        erasure.erase(tx, erased, str(erased), "krav")
    found = as_of(register, tmp_path / "bygd.duckdb", moment)
    heads = {row["forlop_id"]: row for row in found["forlop"].to_dicts()}
    assert heads[begun["ferdig"]]["trukket_dato"] == date(2026, 11, 24)
    assert begun["ikke_tilsett"] not in heads
    assert erased not in found["pasient"]["pasient_id"].to_list()
    assert begun["ikke_tilsett"] not in found["skjemaversjon"]["forlop_id"].to_list()


def test_for_forste_registrering_er_alt_tomt(
    register: support.Register, begun: dict[str, int], tmp_path: Path
) -> None:
    found = as_of(register, tmp_path / "bygd.duckdb", register.clock.now.replace(year=2020))
    assert begun and all(found[name].is_empty() for name in ("forlop", "skjema", "skjemaversjon", "pasient"))
    assert not found["enhet"].is_empty()
