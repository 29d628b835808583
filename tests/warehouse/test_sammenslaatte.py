"""Patients who are merged reach the published files at the next publishing, and all that is counted agrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.work import operations
from checks.codebook import load
from exports.codebook_tables import codebook_tables
from exports.delivery import deliver
from exports.history import take_as_of
from exports.integrity import check_published
from exports.selection import Recipe
from ingest.identity import merging
from ingest.settings import Settings
from tests import support
from tests.sizes import examples
from tests.support import SC

PATIENTS = 6
# What it finds is to change: that a patient has two forløp with the same dates is seen first when they are one patient's.
QUALITY = {"datakvalitet", "datakvalitet_rader"}


@dataclass
class Published:
    """A register of six patients with a completed forløp each, published."""

    register: support.Register
    settings: Settings
    patients: list[int]

    def publish(self) -> None:
        self.register.clock.turn(hours=1)
        operations.publish_now(self.register.store, self.settings, lambda _: None)

    def merge(self, til: int, fra: int) -> int:
        self.register.clock.turn(minutes=1)
        with self.register.store.write(SC) as tx:
            return merging.merge(tx, til, fra, "Samme person")

    def undo(self, number: int) -> None:
        self.register.clock.turn(minutes=1)
        with self.register.store.write(SC) as tx:
            merging.undo(tx, number)

    def file(self, name: str = "analyse.duckdb") -> Path:
        return (self.settings.data / "published" / name).resolve()

    def marts(self) -> dict[str, pl.DataFrame]:
        with duckdb.connect(str(self.file()), read_only=True) as con:
            names = [row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()]
            return {n: con.sql(f"select * from {n} order by all").pl() for n in names if n != "publisering"}

    def merged(self, name: str) -> int:
        with duckdb.connect(str(self.file(name)), read_only=True) as con:
            return con.execute("select n_slaatt_sammen from publisering").fetchall()[0][0]


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    data = tmp_path_factory.mktemp("sammenslatt")
    register = support.make(data / "smertereg.duckdb")
    forlop = [register.completed_forlop(days=n) for n in range(PATIENTS)]
    found = Published(register, register.settings(), [register.head(one).pasient_id for one in forlop])
    found.publish()
    yield found
    register.store.close()


def people(frame: pl.DataFrame) -> set[str]:
    return set(frame["PasientID"].cast(pl.String)) if "PasientID" in frame.columns else set()


def without_patients(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows without what says which patient, and without counts of patients."""
    left = [name for name in frame.columns if name != "PasientID" and not name.startswith("n_pasienter")]
    return frame.select(left).sort(left, nulls_last=True) if left else frame


@settings(max_examples=examples(3))
@given(st.lists(st.tuples(st.integers(0, PATIENTS - 1), st.integers(0, PATIENTS - 1)), min_size=1, max_size=4))
def test_det_som_telles_stemmer_etter_hvilke_som_helst_sammenslaainger(
    six: Published, pairs: list[tuple[int, int]]
) -> None:
    before, done, gone = six.marts(), [], set[int]()
    try:
        for a, b in pairs:
            til, fra = six.patients[a], six.patients[b]
            if til != fra and not {til, fra} & gone:
                done.append(six.merge(til, fra))
                gone.add(fra)
        six.publish()
        after, found = six.marts(), operations.check_store(six.register.store)
        assert [f"{f.hva}: {f.feil}" for f in found if f.feil] == []
        assert [f.feil for f in check_published(six.settings.data / "published") if f.feil] == []
    finally:
        for number in reversed(done):
            six.undo(number)
    for name, frame in before.items():
        if name not in QUALITY:
            assert without_patients(after[name]).equals(without_patients(frame)), name
            assert people(after[name]) == people(frame) - {str(one) for one in gone}, name
    assert len(people(after["allevarnum"])) == PATIENTS - len(gone)
    assert six.merged(f"lokal-{support.OWN}.duckdb") == len(gone)
    assert six.merged(f"lokal-{support.OTHER}.duckdb") == 0
    six.publish()
    now = six.marts()
    assert [name for name, frame in before.items() if not now[name].equals(frame)] == []


def test_leveransen_sier_det_uten_identitet(six: Published, tmp_path: Path) -> None:
    til, fra = six.patients[:2]
    number = six.merge(til, fra)
    six.publish()
    deliver(six.file(f"lokal-{support.OWN}.duckdb"), Recipe(utvalg=support.OWN), tmp_path / "ut")
    said = yaml.safe_load((tmp_path / "ut" / "opphav.yaml").read_text(encoding="utf-8"))
    assert said["endringer"] == [
        "Siden forrige publisering er 1 pasient slått sammen med en annen. PasientID-en som ikke brukes lenger, er ikke i filen."
    ]
    six.publish()
    assert six.merged("nasjonal.duckdb") == 0
    six.undo(number)
    six.publish()


def test_slik_det_var_foer_er_de_to(six: Published, tmp_path: Path) -> None:
    til, fra = six.patients[:2]

    def owners(path: Path) -> dict[int, int]:
        with six.register.store.cursor() as con:
            take_as_of(con, path, codebook_tables(load()), six.register.clock.now)
        with duckdb.connect(str(path), read_only=True) as con:
            known = {row[0] for row in con.execute("select pasient_id from pasient").fetchall()}
            found = dict(con.execute("select forlop_id, pasient_id from forlop").fetchall())
        assert set(found.values()) == known
        return found

    first, moment = owners(tmp_path / "1.duckdb"), six.register.clock.now
    number = six.merge(til, fra)
    between, later = owners(tmp_path / "2.duckdb"), six.register.clock.now
    six.undo(number)
    end = six.register.clock.now
    assert fra in first.values() and fra not in between.values()
    for then, expected in ((moment, first), (later, between), (end, first)):
        six.register.clock.now = then
        assert owners(tmp_path / "3.duckdb") == expected
    six.register.clock.now = end
    assert date(2026, 11, 23) <= end.date()
