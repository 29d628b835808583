"""Whatever stands in a package, its import is refused with a sentence, or stores only what the codebook knows."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.codebook import load
from checks.errors import RegisterError
from exports.package import write_package
from ingest import store
from ingest.oqr import import_package
from tests.property.odd_answers import TEXTS, outside
from tests.sizes import size
from tests.support import SC
from tests.warehouse.conftest import MOMENT, Register

CELLS = [
    *(t.encode(errors="surrogatepass") for t in TEXTS),
    b"-1",
    b"0",
    b"77",
    b"99999999999",
    b"1,5",
    b"NaN",
    b"inf",
    b"1e9",
]
CELLS += [
    b'"',
    b'"a"',
    b"a;b",
    b"a\r\nb",
    b"'=1",
    b"\xff",
    b"3000-01-01",
    b"2025-01-01 25:00:00",
    b"1.0",
    b"true",
    b"\xc2\xa0",
]


class _Again(Exception):
    """Takes what was imported back, so that the next example meets an empty register."""


@pytest.fixture(scope="module")
def package(demo: Register, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, list[list[bytes]]]]:
    """The smallest unit's package: each file's name, and its lines as fields."""
    unit = min((demo.data / "published").glob("lokal-*.duckdb"), key=lambda f: f.stat().st_size).resolve()
    folder = write_package(unit, tmp_path_factory.mktemp("pakke"), date(2026, 2, 1))
    return [(f.name, [line.split(b";") for line in f.read_bytes().split(b"\r\n")]) for f in sorted(folder.iterdir())]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Store]:
    made = store.create(tmp_path_factory.mktemp("tomt") / "tomt.duckdb", clock=lambda: MOMENT)
    yield made
    made.close()


def write(folder: Path, package: list[tuple[str, list[list[bytes]]]], **cells: tuple[str, bytes]) -> Path:
    """The package as files; ``cells`` has (column, value) to put in the first line of the table."""
    for name, lines in package:
        changed = [list(fields) for fields in lines]
        for table, (column, value) in cells.items():
            if f"_{table}_" in name:
                changed[1][[field.strip(b"\xef\xbb\xbf") for field in lines[0]].index(column.encode())] = value
        (folder / name).write_bytes(b"\r\n".join(b";".join(fields) for fields in changed))
    return folder


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("HADSSpm1", b"20261106", "REG-002"),
        ("HADSSpm1", b"99999999999999", "REG-001"),
        ("MCEID", b"99999999999", "REG-207"),
        ("HADSSpm1", b"a\x00", "REG-504"),
    ],
)
def test_et_tall_som_ingen_kolonne_rommer_avvises(
    package: list[tuple[str, list[list[bytes]]]],
    empty: store.Store,
    tmp_path: Path,
    column: str,
    value: bytes,
    code: str,
) -> None:
    hads = load().skjema["hads"]
    physical = str(hads.variabler[column].fysisk) if column in hads.variabler else column
    folder = write(tmp_path, package, **{hads.tabell: (physical, value)})
    with empty.write(SC) as tx:
        outcome = import_package(tx, [folder], dry_run=True, accept_valid=False)
    assert (code, column if code in ("REG-001", "REG-002") else physical) in {
        (f.kode, f.variabel) for f in outcome.refused
    }


@settings(max_examples=size(40, 5_000), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_import_av_hva_som_helst(
    package: list[tuple[str, list[list[bytes]]]], empty: store.Store, data: st.DataObject
) -> None:
    changed = {name: [list(fields) for fields in lines] for name, lines in package}
    for _ in range(data.draw(st.integers(1, 3))):
        lines = changed[data.draw(st.sampled_from(sorted(changed)))]
        fields = lines[data.draw(st.integers(0, len(lines) - 1))]
        fields[data.draw(st.integers(0, len(fields) - 1))] = data.draw(st.sampled_from(CELLS) | st.binary(max_size=6))
    folder = Path(tempfile.mkdtemp())
    try:
        write(folder, list(changed.items()))
        with pytest.raises((RegisterError, _Again)) as ended, empty.write(SC) as tx:
            outcome = import_package(tx, [folder], dry_run=False, accept_valid=True)
            assert all(finding.melding.encode() for finding in outcome.refused)
            places = {
                r["nr"]
                for r in tx.rows(
                    "select lokasjon_id as nr from register.lokasjon union select avdeling_id from register.avdeling"
                )
            }
            for row in tx.rows("select skjema, svar from register.skjemaversjon"):
                assert list(outside(row["skjema"], json.loads(row["svar"]), tx.today, places)) == []
            raise _Again
        assert isinstance(ended.value, _Again) or str(ended.value).encode()
    finally:
        shutil.rmtree(folder)
