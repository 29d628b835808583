"""The simulated year again, with the forms asked by an ePROM that loses, repeats and reorders what it tells us, and a program that is
killed: each answer is stored exactly once, and each lock falls on its minute.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checks import prom_answers
from checks.answers import shape
from checks.codebook import Variabel, load
from checks.patient_forms import questions
from ingest.access import Actor
from ingest.prom import inbox
from ingest.prom.outside import Services
from ingest.services.national import eprom_callbacks
from ingest.services.national.calls import client
from ingest.services.national.eprom import Eprom
from ingest.store import Tx
from tests.mocks.eprom import API_KEY, FORMS, EpromMock
from tests.mocks.server import serving
from tests.spec import eprom_year as year
from tests.spec.test_simulert_aar import SEED, Killed, Year
from tests.support import MOMENT, SC


class Fragile:
    """Our client of ePROM in a program that may be killed before it has ePROM's answer."""

    def __init__(self, service: EpromMock, killed: Callable[[], None]) -> None:
        self.client, self.killed = Eprom(service.address, API_KEY, FORMS, client()), killed

    def order(self, number: str, skjema: str, expires: datetime, key: str) -> str:
        placed = self.client.order(number, skjema, expires, key)
        self.killed()
        return placed

    def remind(self, number: str, text: str) -> None:
        self.client.remind(number, text)


class EpromYear(Year):
    """The year whose patients answer in ePROM. ``wanted`` are the first answers given to each form."""

    def __init__(self, path: Path, service: EpromMock, chance_of_kill: float = 0.0) -> None:
        super().__init__(path, SEED, chance_of_kill)
        self.service, self.line = service, random.Random(SEED + 2)
        service.clock = self.register.clock
        self.in_danger = False
        self.services = Services(
            self.contacts, {"sikker": Fragile(service, self._maybe_killed)}, "https://x", hads=True
        )
        self.wanted: dict[tuple[int, str], dict[str, Any]] = {}
        self.refused = 0

    def _maybe_killed(self) -> None:
        if self.in_danger and self.kills.random() < self.risk:
            raise Killed

    @contextmanager
    def _danger(self) -> Iterator[None]:
        store, write = self.register.store, self.register.store.write

        @contextmanager
        def risky_write(actor: Actor) -> Iterator[Tx]:
            with write(actor) as tx:
                yield tx
                self._maybe_killed()
            self._maybe_killed()

        self.in_danger = bool(self.risk)
        store.write = risky_write  # type: ignore[method-assign]
        try:
            yield
        finally:
            store.write, self.in_danger = write, False  # type: ignore[method-assign]

    def _answer(self, p: year.Plan, form: str) -> None:
        """The patient answers every order of the form that ePROM has; on paper, as before."""
        number = self.numbers[p.forlop]
        orders = [order for order in self.service.orders if (order.number, order.skjema) == (number, form)]
        if form in p.paper or not orders:
            super()._answer(p, form)
            return
        calls: list[dict[str, Any]] = []
        for order in orders:
            given = {name: self.line.choice(codes) for name, codes in _asked(form).items()}
            calls += [self.service.ordered(order), self.service.completed(order, given)]
        self.line.shuffle(calls)
        for call in calls:
            self._tell(p, form, call)

    def _tell(self, p: year.Plan, form: str, call: dict[str, Any]) -> None:
        """ePROM tells us until we say that we have it: some calls are lost on their way, and so are some of our answers."""
        while True:
            if self.line.random() < 0.2:
                continue
            told = eprom_callbacks.read(json.dumps(call).encode(), "application/json")
            before = self._first(p.forlop, form)
            try:
                with self._danger():
                    taken = inbox.Reception(self.register.store).take(told).result()
                    if self.line.random() < 0.5:  # the rest waits: for more of the same, or for a job
                        inbox.work_off(self.register.store)
            except Killed:
                self.killed += 1
                continue
            finally:
                after = self._first(p.forlop, form)
                if after and not before:
                    self.wanted.setdefault((p.forlop, form), dict(told.svar))
                elif told.svar and dict(told.svar) != self.wanted.get((p.forlop, form)):
                    self.refused += 1
            assert taken
            if self.line.random() >= 0.2:
                return

    def _first(self, forlop_id: int, form: str) -> dict[str, Any]:
        """The answers that are stored, or that wait to be; empty without any."""
        with self.register.store.read(SC) as tx:
            row = tx.row(
                "select i.svar from prom.eprom_innboks i join prom.eprom_ordre using (ordre_id) "
                "join prom.bestilling using (bestilling_id) where forlop_id = ? and skjema = ? and status = ? order by nr",
                forlop_id,
                form,
                eprom_callbacks.COMPLETED,
            )
        return self._stored(forlop_id, form) or (json.loads(row["svar"]) if row else {})

    def _stored(self, forlop_id: int, form: str) -> dict[str, Any]:
        with self.register.store.read(SC) as tx:
            row = tx.row(
                "select svar from register.skjemaversjon where forlop_id = ? and skjema = ? order by versjon desc limit 1",
                forlop_id,
                form,
            )
        return {name: value for name, value in json.loads(row["svar"]).items() if name in _asked(form)} if row else {}

    def versions(self) -> Counter[tuple[int, str]]:
        with self.register.store.read(SC) as tx:
            rows = tx.rows(f"select forlop_id, skjema from register.skjemaversjon where skjema in {tuple(FORMS)}")
        return Counter((row["forlop_id"], row["skjema"]) for row in rows)


@cache
def _asked(form: str) -> dict[str, list[int]]:
    """A few questions of the form that are always asked, with the codes that may be answered."""
    asked = (felt for felt in questions(load().skjema[form]) if isinstance(felt, Variabel))
    codes = {v.navn: [k.kode for k in v.koder if isinstance(k.kode, int)] for v in asked if v.koder}
    shown = prom_answers.read(shape(form), {name: found[0] for name, found in codes.items() if found})[0]
    return {name: codes[name][:2] for name in list(shown)[:3]}


@contextmanager
def lived(folder: Path, chance_of_kill: float) -> Iterator[EpromYear]:
    with serving(EpromMock(lambda: MOMENT)) as service:
        made = EpromYear(folder / "smertereg.duckdb", service, chance_of_kill)
        made.run()
        while inbox.work_off(made.register.store):
            pass
        yield made
        made.register.store.close()


@pytest.mark.parametrize("chance_of_kill", [0.0, 0.1])
def test_each_answer_is_stored_once_and_each_lock_falls_on_its_minute(tmp_path: Path, chance_of_kill: float) -> None:
    with lived(tmp_path, chance_of_kill) as whole:
        outbox, closings = whole.outbox(), whole.closings()
        for p in whole.plans:
            sent = sorted(
                (r["skjema"], r["slag"], r["sendt"]) for r in outbox if r["forlop_id"] == p.forlop and r["sendt"]
            )
            assert sent == year.messages(p, whole.runs), p
            closed = sorted(
                (r["skjema"], r["lukket_grunn"], r["sist_lagret"]) for r in closings if r["forlop_id"] == p.forlop
            )
            assert closed == year.closed(p, whole.runs), p
        assert whole.wanted
        assert {form: whole._stored(*form) for form in whole.wanted} == whole.wanted
        assert set(whole.versions().values()) == {1}
        twice = Counter((order.number, order.skjema) for order in whole.service.orders)
        again = sum(times - 1 for times in twice.values())
        if chance_of_kill:
            assert whole.killed and again
        else:
            assert again == 0 and whole.refused == 0
        assert len(whole.service.orders) - again == sum(
            r["slag"] == "skjema" and r["sendt"] is not None for r in outbox
        )
