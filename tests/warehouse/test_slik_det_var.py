"""A snapshot of an earlier moment, rebuilt from history, is the one that was taken then."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from checks.codebook import load
from checks.errors import RegisterError
from exports import history, snapshot
from exports.codebook_tables import codebook_tables
from exports.history import take_as_of
from exports.moments import moment_of, read_moment
from exports.selection import read_recipe, recipe, save_recipe
from ingest.prom import samtykke
from ingest.registration import erasure, forlop
from ingest.store import OSLO
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
        forlop.change_avdeling(tx, begun["ferdig"], 2)
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
        samtykke.withdraw(tx, withdrawn, date(2026, 11, 24), "brev")
        erasure.erase(tx, erased, str(erased), "krav")
    found = as_of(register, tmp_path / "bygd.duckdb", moment)
    heads = {row["forlop_id"]: row for row in found["forlop"].to_dicts()}
    assert heads[begun["ferdig"]]["trukket_dato"] == date(2026, 11, 24)
    assert begun["ikke_tilsett"] not in heads
    assert erased not in found["pasient"]["pasient_id"].to_list()
    assert begun["ikke_tilsett"] not in found["skjemaversjon"]["forlop_id"].to_list()


def test_et_tidspunkt_midt_pa_dagen_skiller_for_og_etter(
    register: support.Register, begun: dict[str, int], tmp_path: Path
) -> None:
    """The day's end and a moment of the same day are two questions."""
    register.clock.turn(minutes=10)
    between = read_moment(f"{register.clock.now.astimezone(OSLO):%Y-%m-%dT%H:%M}")
    register.clock.turn(minutes=10)
    register.save(begun["halvt"], "to", {"Tilsett": 2, "StartdatoTO": "2026-11-03"})
    now = register.clock.now + timedelta(days=1)
    for asked, expected in ((between, None), (between.date(), date(2026, 11, 3))):  # pyright: ignore[reportAttributeAccessIssue]
        found = as_of(register, tmp_path / "bygd.duckdb", moment_of(asked, now))
        heads = {row["forlop_id"]: row["startdato"] for row in found["forlop"].to_dicts()}
        assert heads[begun["halvt"]] == expected


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-10-01", datetime(2026, 10, 1, 21, 59, 59, 999999, UTC)),  # Norway is two hours ahead until 25 October
        (date(2026, 12, 1), datetime(2026, 12, 1, 22, 59, 59, 999999, UTC)),
        ("2026-10-01T14:30", datetime(2026, 10, 1, 12, 30, tzinfo=UTC)),
        ("2026-10-01 00:00", datetime(2026, 9, 30, 22, 0, tzinfo=UTC)),
        ("2026-10-01T14:30+09:00", datetime(2026, 10, 1, 5, 30, tzinfo=UTC)),
        (datetime(2026, 12, 1, 8, 15), datetime(2026, 12, 1, 7, 15, tzinfo=UTC)),
    ],
)
def test_dag_er_dagens_slutt_og_klokkeslett_er_norsk_tid(given: object, moment: datetime) -> None:
    assert moment_of(read_moment(given), datetime(2027, 1, 1, tzinfo=UTC)) == moment


@pytest.mark.parametrize("given", ["i går", "2026-13-01", "2026-10-01T25:00", "", 20261001])
def test_noe_annet_enn_dag_og_tidspunkt_avvises(given: object) -> None:
    with pytest.raises(RegisterError, match="er verken en dag eller et tidspunkt"):
        read_moment(given)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("2026-11-25", "slik det blir når 25.11.2026 er slutt"),
        ("2026-11-25T13:01", "slik det blir 25.11.2026 kl. 13:01"),
    ],
)
def test_det_som_ikke_har_vart_ennaa_avvises(chosen: str, said: str) -> None:
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    with pytest.raises(RegisterError, match=said):
        moment_of(read_moment(chosen), noon)
    assert moment_of(read_moment("2026-11-25T13:00"), noon) == noon


def test_registerets_grense_for_smaa_tall_holder_da_ogsaa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found: the files as they were had 5 as the limit whatever the register's was."""
    limits: list[object] = []
    monkeypatch.setattr(history, "build", lambda *_: None)
    monkeypatch.setattr(history, "made_with", lambda *_: {})
    monkeypatch.setattr(history, "write_files", lambda *given: limits.append(given[3]))
    with history.rebuilt(tmp_path, lambda _: None, datetime(2026, 10, 1, tzinfo=UTC), 10):
        assert limits == [10]


def test_dagen_rett_etter_midnatt_er_den_norske(
    register: support.Register, begun: dict[str, int], tmp_path: Path
) -> None:
    """Half past midnight in Norway is still the day before in UTC."""
    patient = register.head(begun["ferdig"]).pasient_id
    moment = moment_of(read_moment("2026-11-25T00:30"), datetime(2026, 12, 1, tzinfo=UTC))
    assert moment > register.clock.now
    with register.store.cursor() as con:
        con.execute(
            "update register.pasient set avdod = 1, dodsdato = date '2026-11-25' where pasient_id = ?", [patient]
        )
    for then, expected in ((moment, (1, date(2026, 11, 25))), (moment - timedelta(hours=1), (0, None))):
        found = as_of(register, tmp_path / "bygd.duckdb", then)
        (row,) = (r for r in found["pasient"].to_dicts() if r["pasient_id"] == patient)
        assert (row["avdod"], row["dodsdato"]) == expected


def test_for_forste_registrering_er_det_ingenting_aa_vise(
    register: support.Register, begun: dict[str, int], tmp_path: Path
) -> None:
    assert begun
    with pytest.raises(RegisterError, match=r"Ingenting var registrert .*2020 .* Det første er registrert "):
        as_of(register, tmp_path / "bygd.duckdb", register.clock.now.replace(year=2020))
    assert not list(tmp_path.glob("bygd*"))


def test_et_tomt_register_har_ingenting_aa_vise(register: support.Register, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="Det er tomt ennå"):
        as_of(register, tmp_path / "bygd.duckdb", register.clock.now)


@pytest.mark.parametrize("written", ["2026-10-01", "2026-10-01T14:30", "2026-10-01T14:30:00+02:00"])
def test_oppskriften_husker_dagen_eller_tidspunktet(tmp_path: Path, written: str) -> None:
    (tmp_path / "o.yaml").write_text(f"slik_det_var: {written}\n", encoding="utf-8")
    chosen = recipe(read_recipe(tmp_path / "o.yaml"))
    assert chosen.slik_det_var == read_moment(written)
    save_recipe(chosen, tmp_path / "igjen.yaml")
    assert recipe(read_recipe(tmp_path / "igjen.yaml")) == chosen
    with pytest.raises(RegisterError, match="slik_det_var: «i går» er verken"):
        recipe({"slik_det_var": "i går"})
