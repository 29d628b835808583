"""Proves that damage and foul play are found and rightly named, or touch nothing that is in use."""

from __future__ import annotations

import random
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from app.work import operations
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest.capture import contents
from ingest.registration import drafts
from ingest.safekeeping import compare, shelf
from ingest.safekeeping.opening import opened
from ingest.settings import Settings
from ingest.store import Store
from tests import support
from tests.crash.lived import killed, lived_in, older, refused
from tests.crash.test_disks import files_of_at_most
from tests.sizes import size

Chance = random.Random
BLOCKS, VERSIONS, FORLOP, HEADS, SAVES, LOG = (
    "Tabeller, hver blokk lest",
    "Lagrede skjemaversjoner",
    "Forløp (hoderad og Tilleggsopplysninger)",
    "Skjema (hoderad og siste versjon)",
    "Lagringer (logg og skjemaversjon)",
    "Hendelser i loggen",
)
JOURNAL = {"REG-275", "REG-279", "REG-280", "REG-281"}


def _flip(path: Path, chance: Chance) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _cut(path: Path, chance: Chance) -> None:
    with path.open("r+b") as file:
        file.truncate(chance.randrange(path.stat().st_size))


def _any(folder: Path, pattern: str, chance: Chance) -> Path:
    return chance.choice(sorted(folder.glob(pattern)))


def _log(settings: Settings) -> Path:
    return settings.register.with_name(f"{settings.register.name}.wal")


def _sql(settings: Settings, statement: str) -> None:
    with duckdb.connect(str(settings.register)) as con:
        con.execute(statement)


def _older(settings: Settings, *, journal: bool) -> None:
    """Put an older copy of the register in its place, and with `journal` the older journal too."""
    _log(settings).unlink()
    shutil.copy(settings.data / "eldre" / settings.register.name, settings.register)
    if journal:
        shutil.rmtree(settings.journal_folder)
        shutil.copytree(settings.data / "eldre" / "journal", settings.journal_folder)


def _of_another(settings: Settings, what: str) -> None:
    """Put another register's file, or its journal, in the place of this one's."""
    other = support.make(settings.data / "eldre" / "annet.duckdb")
    other.store.journal_folder = settings.data / "eldre" / "annen-journal"
    other.store.random_bytes = secrets.token_bytes
    other.store.begin_journal()
    other.forlop()
    other.store.close()
    if what == "fil":
        _log(settings).unlink()
        shutil.copy(other.store.path, settings.register)
    else:
        shutil.rmtree(settings.journal_folder)
        shutil.copytree(other.store.journal_folder, settings.journal_folder)


# What is done to the register → what it may be called. With None among them the damage may also touch nothing in use.
FAULTS: dict[str, tuple[Callable[[Settings, Chance], object], set[Any]]] = {
    "en bit i filen": (lambda s, c: _flip(s.register, c), {"REG-080", "REG-284", BLOCKS, None}),
    "en bit i loggen": (lambda s, c: _flip(_log(s), c), {"REG-284", "REG-285", None}),
    "en bit i journalen": (lambda s, c: _flip(_any(s.journal_folder, "*.journal", c), c), JOURNAL | {None}),
    "en bit i en sikkerhetskopi": (
        lambda s, c: _flip(_any(s.backup_folder, "*.sikkerhetskopi", c), c),
        {"REG-275", "REG-289", "REG-291"},
    ),
    "en kuttet logg": (lambda s, c: _cut(_log(s), c), {"REG-284", "REG-285"}),
    "en slettet logg": (lambda s, _: _log(s).unlink(), {"REG-285"}),
    "en kuttet journal": (lambda s, c: _cut(_any(s.journal_folder, "*.journal", c), c), JOURNAL | {None}),
    "en slettet journalfil": (
        lambda s, c: _any(s.journal_folder, "*.journal", c).unlink(),
        {"REG-279", "REG-281", None},
    ),
    "en kuttet sikkerhetskopi": (
        lambda s, c: _cut(_any(s.backup_folder, "*.sikkerhetskopi", c), c),
        {"REG-289", "REG-291"},
    ),
    "en endret skjemaversjon": (
        lambda s, c: _sql(
            s,
            f"update register.skjemaversjon set svar = '{{}}' where versjon = 1 and skjema = '{c.choice(['to', 'b11', 'b12'])}'",
        ),
        {VERSIONS, FORLOP},
    ),
    "en endret rad i loggen": (
        lambda s, c: _sql(s, f"update tilgang.logg set bruker = 'en annen' where nr = {c.randrange(1, 20)}"),
        {LOG},
    ),
    "en slettet rad i loggen": (
        lambda s, c: _sql(
            s, f"delete from tilgang.logg where nr = (select max(nr) - {c.randrange(9)} from tilgang.logg)"
        ),
        {LOG},
    ),
    "en endret hoderad": (
        lambda s, c: _sql(s, f"update register.skjema set status = {c.choice([2, -1])} where skjema = 'b12'"),
        {HEADS},
    ),
    "en slettet skjemaversjon": (
        lambda s, c: _sql(s, f"delete from register.skjemaversjon where skjema = '{c.choice(['b11', 'b12', 'b21'])}'"),
        {HEADS, SAVES},
    ),
    "et endret navn": (lambda s, _: _sql(s, "update identitet.person set etternavn = 'Annen'"), {"identitet.person"}),
    "et eldre register": (lambda s, _: _older(s, journal=False), {"REG-285"}),
    "et eldre register med sin journal": (lambda s, _: _older(s, journal=True), {"REG-296"}),
    "en annens fil": (lambda s, _: _of_another(s, "fil"), {"REG-280"}),
    "en annens journal": (lambda s, _: _of_another(s, "journal"), {"REG-280"}),
}
EACH = size(1, 11)


def _found(settings: Settings) -> set[str]:
    """What opening, `check` and `check --journal` call what is wrong."""
    try:
        store = opened(settings, clock=support.Clock())
    except RegisterError as error:
        return {error.code}
    try:
        with store.read(support.SC) as tx:
            wrong = {finding.hva for finding in check_register(tx) if finding.feil}
        codes = {sentence.split("{")[0] for sentence in shelf.damaged(settings.backup_folder, store.vault)}
        wrong |= {"REG-275" if "Nøkkelen" in sentence else "REG-289" for sentence in codes}
        return wrong or set(compare.differing(store, settings))
    except RegisterError as error:
        return {error.code}
    finally:
        store.close()


def _live(settings: Settings) -> dict[str, Any]:
    with duckdb.connect(str(settings.register)) as con:
        return dict(contents.digests(con, settings.register))


@pytest.mark.parametrize("fault", FAULTS)
def test_damage_is_found_and_rightly_named(tmp_path: Path, fault: str) -> None:
    plant, names = FAULTS[fault]
    for number in range(EACH):
        folder = tmp_path / str(number)
        folder.mkdir()
        settings = killed(folder)
        if fault == "et eldre register med sin journal":
            _back_up(settings)
        plant(settings, random.Random(f"{fault} {number}"))
        found = _found(settings)
        if found or None not in names:
            assert found, number
            assert found <= names, number
        else:
            untouched = killed(folder / "uskadd")
            opened(untouched, clock=support.Clock()).close()
            assert _live(settings) == _live(untouched), number
        shutil.rmtree(folder)


def _back_up(settings: Settings) -> None:
    store = opened(settings, clock=support.Clock())
    operations.back_up(store, settings, settings.backup_folder)
    store.close()
    _log(settings).touch()


def test_what_is_typed_and_not_saved_is_no_damage(tmp_path: Path) -> None:
    register, _ = lived_in(tmp_path / "smertereg.duckdb")
    forlop_id = register.forlop()
    with register.store.write(support.LU) as tx:
        drafts.keep(tx, forlop_id, "po", 0, {"Fornavn": "Kari"})
        drafts.keep(tx, forlop_id, "to", 0, {"Tilsett": 1})
    with register.store.read(support.SC) as tx:
        assert [finding for finding in check_register(tx) if finding.feil] == []
    register.store.close()


@pytest.mark.parametrize("rows", [1, 40])
def test_an_index_of_an_older_release_that_has_lost_rows_is_done_away_with(tmp_path: Path, rows: int) -> None:
    """DuckDB loses them when a file with a log is opened, not used, and closed (docs/adr/018)."""
    register, settings = lived_in(tmp_path / "smertereg.duckdb")
    register.store.close()
    left = tmp_path / "drept"
    left.mkdir()
    people = [(90_000 + nr, f"{nr:011d}") for nr in range(rows)]
    with duckdb.connect(str(settings.register)) as con:
        older(con, 10)
        con.execute("create index person_idnr on identitet.person (idnr)")
        con.execute("checkpoint")
        con.executemany(
            "insert into identitet.person (pasient_id, idtype, idnr, oppdatert) values (?, 'fnr', ?, now())", people
        )
        for path in tmp_path.glob("smertereg.*"):
            shutil.copy(path, left)
    old = Settings(data=left)
    with duckdb.connect(str(old.register)) as con:
        con.execute("select count(*) from identitet.person")
    with duckdb.connect(str(old.register), read_only=True) as con:
        missed = [
            one
            for one in people
            if not con.execute("select 1 from identitet.person where idnr = ?", one[1:]).fetchone()
        ]
    assert missed == people
    store = opened(old, clock=register.clock)
    with store.read(support.SC) as tx:
        for pasient_id, idnr in people:
            assert tx.rows("select pasient_id from identitet.person where idnr = ?", idnr) == [
                {"pasient_id": pasient_id}
            ]
        assert [finding.feil for finding in check_register(tx) if finding.hva == "Pasienter med fødselsnummer"] == [""]
    store.close()


# Opens the register, saves and takes a backup in folders that may be closed to writing, and prints the code it is refused with.
CLOSED = """
import sys
from pathlib import Path
from app.work import operations
from checks.errors import RegisterError
from ingest.safekeeping.opening import opened
from ingest.settings import Settings
data = Path(sys.argv[1])
settings = Settings(data=data, journal=data / "journal", backup=data / "sikkerhetskopi")
try:
    store = opened(settings)
    operations.back_up(store, settings, settings.backup_folder)
except RegisterError as error:
    print(error.code)
"""


@pytest.mark.parametrize(("folder", "code"), [(".", "REG-283"), ("journal", "REG-278"), ("sikkerhetskopi", "REG-288")])
def test_a_disk_that_is_closed_to_writing_is_named(tmp_path: Path, folder: str, code: str) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("maskinen lar ikke en prosess få egne monteringer (unshare)")
    settings = killed(tmp_path)
    closed = settings.data / folder
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$1" -c "$2" "$3"'
    command = ["unshare", "-rm", "sh", "-c", mount, str(closed), sys.executable, CLOSED, str(settings.data)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert said.stdout.split() == [code], said.stderr


@pytest.mark.parametrize("room", [1.0, 0.99])
def test_a_register_that_is_opened_on_a_full_disk_says_so(tmp_path: Path, room: float) -> None:
    settings = killed(tmp_path)
    settings.register.with_name("smertereg.duckdb.wal").stat()
    with files_of_at_most(int(settings.register.stat().st_size * room)), refused("REG-282"):
        Store(settings.register, journal=settings.journal)
    opened(settings, clock=support.Clock()).close()
