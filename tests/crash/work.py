"""What the processes do that tests/crash kills: work at the register, each telling what it was told is saved, and looks at the
file from outside.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from app.work import operations, scheduled
from checks import identity
from checks.codebook import load
from checks.errors import RegisterError
from ingest import audit, migrations
from ingest.registration import forlop, forms, patients
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from ingest.store import Store
from tests import support

Fact = tuple[Any, ...]
Tell = Callable[[Fact], None]


class Left(Exception):
    """An exception that nobody catches before the process ends."""


@dataclass(frozen=True)
class Order:
    """What a process is to do: `number` makes its patients others than those of other processes, `now` is its clock, and
    `newer` the folder of migrations of its program. It is killed `after` seconds; None lets it end.
    """

    task: str
    settings: Settings
    number: int
    now: datetime
    newer: Path
    forlop_id: int
    after: float | None = None

    @property
    def told(self) -> Path:
        """The file in which the process writes what it was told is saved."""
        return self.settings.data / "fortalt"


class Workshop:
    """Runs orders, each in a process forked from one that has imported everything and opened nothing."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True
        )

    def run(self, order: Order) -> tuple[list[Fact], bool]:
        """(what the process was told is saved, whether it was killed)."""
        assert self._server.stdin is not None and self._server.stdout is not None
        order.told.write_bytes(b"")
        self._server.stdin.write(base64.b64encode(pickle.dumps(order)).decode() + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        # A line that a kill cut off was told to nobody.
        lines = order.told.read_text(encoding="utf-8").split("\n")[:-1]
        facts = [tuple(json.loads(line)) for line in lines]
        if code not in (0, -signal.SIGALRM):
            raise AssertionError(f"{order.task} ended with {code}: {facts[-1:]}")
        return facts, code != 0

    def close(self) -> None:
        self._server.communicate()


def serve() -> None:
    """Carry out the orders on standard input, and say how each process ended."""
    load()
    for line in sys.stdin:
        order = pickle.loads(base64.b64decode(line))
        child = os.fork()
        if child == 0:
            _work(order)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _work(order: Order) -> NoReturn:
    migrations.HERE = order.newer
    handle = os.open(order.told, os.O_WRONLY | os.O_APPEND)

    def tell(fact: Fact) -> None:
        os.write(handle, json.dumps(fact).encode() + b"\n")

    if order.after is not None:
        # The signal's default is that the kernel ends the process, as with kill -9.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, order.after)
    code = 0
    try:
        if order.task in WITHOUT_STORE:
            WITHOUT_STORE[order.task](order, tell)
        else:
            store = opened(order.settings, clock=lambda: order.now)
            WORK[order.task](store, order, tell)
            store.close()
    except Left:
        pass
    except BaseException as error:
        traceback.print_exception(error)
        code = 1
    os._exit(code)


def _rounds(order: Order) -> range:
    """A few, for one that is not killed: in the time they take the others are killed."""
    return range(4 if order.after is None else 40)


def _patient(store: Store, order: Order, nr: int, tell: Tell) -> int:
    born, serial = date(1930, 1, 1) + timedelta(days=(order.number * 40 + nr) % 25_000), order.number // 600
    with store.write(support.LU) as tx:
        number = support.fodselsnummer(tx, identity.make(born, 2, serial))
        pasient_id = patients.create(tx, number, LocalFolkeregister().find(number))
    tell(("pasient", pasient_id, number.number))
    return pasient_id


def _save(store: Store, forlop_id: int, skjema: str, svar: dict[str, Any], tell: Tell, **options: Any) -> None:
    with store.write(support.LU) as tx:
        current = forms.open_form(tx, forlop_id, skjema)
        saved = forms.save(tx, forlop_id, skjema, {**current.svar, **svar}, grunnversjon=current.versjon, **options)
    tell(("versjon", forlop_id, skjema, saved.versjon))


def saving(store: Store, order: Order, tell: Tell) -> None:
    """Save one form again and again."""
    for nr in _rounds(order):
        _save(store, order.forlop_id, "b12", {"StSmRo12": nr % 9}, tell)


def completing(store: Store, order: Order, tell: Tell) -> None:
    """Register patients and complete their forms."""
    for nr in _rounds(order)[::2]:
        completing_one(store, order, nr, tell)


def completing_one(store: Store, order: Order, nr: int, tell: Tell) -> None:
    """Register a patient and complete every form."""
    pasient_id = _patient(store, order, nr, tell)
    with store.write(support.LU) as tx:
        forlop_id = forlop.create(tx, pasient_id)
    tell(("forløp", forlop_id))
    for skjema, svar in support.COMPLETE.items():
        _save(store, forlop_id, skjema, svar, tell, hendelse=forms.COMPLETE)


def jobs(store: Store, order: Order, tell: Tell) -> None:
    """Run the scheduled jobs of patient forms."""
    for nr in _rounds(order):
        for name in (scheduled.EPROM, scheduled.REMINDERS, scheduled.LOCK):
            outcome = scheduled.run(store, order.settings, name, order.now + timedelta(hours=12 * nr))
            tell(("jobb", name, tuple(outcome.feil)))
        with store.read(support.SC) as tx:
            for row in tx.rows("select bestilling_id from prom.bestilling"):
                tell(("bestilling", row["bestilling_id"]))


def publish(store: Store, order: Order, tell: Tell) -> None:
    """Publish, with saves before it."""
    _save(store, order.forlop_id, "b12", {"StSmRo12": 4}, tell)
    done = operations.publish_now(store, order.settings, lambda _: None)
    tell(("publisert", done.id))


def back_up(store: Store, order: Order, tell: Tell) -> None:
    """Take backups, with a save between them."""
    for nr in _rounds(order)[:2]:
        _save(store, order.forlop_id, "b12", {"StSmRo12": nr % 9}, tell)
        file = operations.back_up(store, order.settings, order.settings.backup_folder)
        tell(("kopi", file.name))


def migrate(store: Store, order: Order, tell: Tell) -> None:
    """Be opened by a newer program, and save once."""
    tell(("migrert", migrations.last()))
    _save(store, order.forlop_id, "b12", {"StSmRo12": 7}, tell)


def lose(store: Store, order: Order, tell: Tell) -> None:
    """Register patients, and go on when the file or its log is destroyed at some moment, until nothing works."""
    chance, file = random.Random(order.number), order.settings.register
    moment, log = chance.randrange(5), file.with_name(f"{file.name}.wal")
    for nr in range(40):
        if nr == moment:
            tell(("ødelagt",))
            DESTRUCTIONS[order.number % len(DESTRUCTIONS)](file, log, chance)
        with suppress(RegisterError, duckdb.Error):
            completing_one(store, order, nr, tell)


def _overwrite(path: Path, chance: random.Random) -> None:
    if path.exists():
        with path.open("r+b") as content:
            content.seek(chance.randrange(max(1, path.stat().st_size - 4096)))
            content.write(chance.randbytes(4096))


def _shorten(path: Path, chance: random.Random) -> None:
    if path.exists():
        os.truncate(path, chance.randrange(path.stat().st_size + 1))


DESTRUCTIONS: tuple[Callable[[Path, Path, random.Random], object], ...] = (
    lambda file, log, _: file.unlink(),
    lambda file, log, _: log.unlink(missing_ok=True),
    lambda file, log, _: (file.unlink(), log.unlink(missing_ok=True)),
    lambda file, log, chance: _overwrite(file, chance),
    lambda file, log, chance: _overwrite(log, chance),
    lambda file, log, chance: _shorten(file, chance),
    lambda file, log, chance: _shorten(log, chance),
)


def get_back(order: Order, _: Tell) -> None:
    """Restore a register."""
    restore(order.settings, order.now, set_aside=True)


def look(order: Order, tell: Tell) -> None:
    """Count the patients, as an operator does, and leave without a checkpoint of one's own."""
    con = duckdb.connect(str(order.settings.register))
    tell(("sett", con.execute("select count(*) from identitet.person").fetchone()))
    con.close()


def older(order: Order, tell: Tell) -> None:
    """Be opened by a program that is older than the file."""
    migrations.HERE = Path(migrations.__file__).parent
    try:
        opened(order.settings)
    except RegisterError as error:
        tell(("avvist", error.code))


def leave(order: Order, tell: Tell) -> None:
    """Save once, and end by an exception without closing anything."""
    store = opened(order.settings, clock=lambda: order.now)
    _save(store, order.forlop_id, "b12", {"StSmRo12": 5}, tell)
    with store.write(support.LU) as tx:
        audit.log(tx, "skal ikke bli stående")
        raise Left


WORK = {
    "lagring": saving,
    "ferdigstilling": completing,
    "jobber": jobs,
    "publisering": publish,
    "sikkerhetskopi": back_up,
    "migrering": migrate,
    "tap": lose,
}
WITHOUT_STORE = {"gjenoppretting": get_back, "blikk utenfra": look, "eldre program": older, "unntak": leave}

if __name__ == "__main__":
    serve()
