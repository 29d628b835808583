"""Spørring and Leveranser on a published demo register: the examples run, the dictionary knows every column, a delivery is kept."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from app.files.query_examples import EXAMPLES
from checks.errors import RegisterError
from exports import deliveries, documents
from exports.queries import dictionary
from exports.queries.run import Limits, Query
from exports.recipe_text import words_of
from exports.tables import published_file
from tests import support
from tests.support import LS, NS, OTHER, OWN
from tests.warehouse.conftest import Register

SCOPES = {"LS": (LS, OWN), "NS": (NS, "nasjonal")}


@pytest.fixture
def register(demo: Register, tmp_path: Path) -> Iterator[support.Register]:
    """A small register whose folder has the demo's publishing."""
    for name in ("publishing", "published"):
        (tmp_path / name).symlink_to(demo.data / name if name == "publishing" else (demo.data / name).readlink())
    made = support.make(tmp_path / "smertereg.duckdb")
    yield made
    made.store.close()


@pytest.mark.parametrize("scope", ["nasjonal", OWN])
@pytest.mark.parametrize("name", EXAMPLES)
def test_eksemplene_svarer_pa_hver_fil(demo: Register, name: str, scope: str) -> None:
    found = Query().run(published_file(demo.data, scope), EXAMPLES[name], Limits())
    assert found.rows.height and not found.left_out


@pytest.mark.parametrize("scope", ["nasjonal", OWN])
def test_en_hel_tabell_kan_hentes(demo: Register, scope: str) -> None:
    file = published_file(demo.data, scope)
    for table in dictionary.tables(file):
        found = Query().run(file, f'select * from "{table.name}"', Limits())
        assert found.rows.height + found.left_out == table.rows
        assert found.rows.columns == [c.name for c in table.columns]


@pytest.mark.parametrize("scope", ["nasjonal", OWN])
def test_ordboken_har_hver_tabell_og_sier_hva_kolonnene_betyr(demo: Register, scope: str) -> None:
    tables = {t.name: t for t in dictionary.tables(published_file(demo.data, scope))}
    assert list(tables)[:3] == ["allevarnum", "allevar", "forlopsoversikt"]
    assert all(t.meaning for t in tables.values())
    columns = {c.name: c for c in tables["allevarnum"].columns}
    assert sum(bool(c.meaning) for c in columns.values()) > 0.95 * len(columns)
    assert dict(columns["StSmRo12"].codes)[99] == "Vet ikke"
    assert tables["dekningsgrad"].columns[0].meaning
    assert not any(c.codes for c in tables["allevar"].columns)


@pytest.mark.parametrize("role", SCOPES)
def test_en_leveranse_lages_etter_oppskrift_og_kan_lages_igjen(register: support.Register, role: str) -> None:
    actor, scope = SCOPES[role]
    data = register.store.path.parent
    words = {"variabler": ["StSmRo12"], "formater": ["csv", "parquet"]}
    contents = []
    for _ in range(2):
        deliveries.make(register.store, actor, data, words, "valgene", lambda _: None, 5)
        with register.store.write(actor) as tx:
            newest = documents.listed(tx)[0]
            assert (newest.slag, newest.omfang) == (documents.DELIVERY, scope) and "intern" in newest.filnavn
            contents.append(documents.fetch(tx, data, newest.dokument_id)[1])
        packed = zipfile.ZipFile(io.BytesIO(contents[-1]))
        files = {Path(name).name: packed.read(name) for name in packed.namelist()}
        assert files.keys() >= {"allevarnum.csv", "allevarnum.parquet", "klokebok.csv", "oppskrift.yaml", "INTERN.txt"}
        assert "StSmRo12" in pl.read_parquet(io.BytesIO(files["allevarnum.parquet"])).columns
        assert "små tall er ikke skjult" in files["INTERN.txt"].decode()
        words = words_of(files["oppskrift.yaml"], "oppskrift.yaml")
        assert words.get("utvalg", "nasjonal") == scope
    assert hashlib.sha256(contents[0]).hexdigest() == hashlib.sha256(contents[1]).hexdigest()
    with register.store.read(support.SC) as tx:
        rows = tx.rows("select detaljer from tilgang.logg where hendelse = 'dokument laget'")
    assert len(rows) == 2 and "StSmRo12" in rows[0]["detaljer"] and "sha256" in rows[0]["detaljer"]


@pytest.mark.parametrize("words", [{"variabler": ["Finnes_ikke"]}, {"fra": "2050-01-01"}])
def test_en_leveranse_som_avvises_etterlater_ingenting(register: support.Register, words: dict) -> None:
    data = register.store.path.parent
    with pytest.raises(RegisterError):
        deliveries.make(register.store, LS, data, words, "valgene", lambda _: None, 5)
    assert list((data / "dokumenter").iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe",
        b"[" * 20_000,
        b"a: &a [x, x]\nb: &b [*a, *a]\nvariabler: [*b, *b]",
        b"!!python/object/apply:os.system ['ls']",
        b"- 1\n- 2",
        b"1: 2",
        b"",
        b"x" * 60_000,
        b"fra: 2026-13-45",
    ],
)
def test_en_fil_som_ikke_er_en_oppskrift_avvises_med_en_setning(text: bytes) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-193" and len(str(e)) < 200):
        words_of(text, "min.yaml")


def test_en_annen_enhets_dokumenter_ses_ikke(register: support.Register) -> None:
    data = register.store.path.parent
    deliveries.make(register.store, LS, data, {}, "valgene", lambda _: None, 5)
    elsewhere = support.Actor("bruker9", "Annen", "LS", OTHER)
    for actor in (NS, elsewhere):
        with register.store.write(actor) as tx:
            assert documents.listed(tx) == []
            with pytest.raises(RegisterError, check=lambda e: e.code == "REG-220"):
                documents.fetch(tx, data, 1)
