"""A simulated year: every message and every lock exactly once, on the right day and minute, whatever is killed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks import identity
from checks.eprom import ANSWERED, CLOSING_FIELDS
from checks.errors import RegisterError
from checks.forlop import ALL_FORMS
from ingest.access import Actor
from ingest.prom import delivery, jobs, orders, place, samtykke
from ingest.prom.outside import Services
from ingest.registration import forlop, patients, population
from ingest.services.folkeregister import Borger, LocalFolkeregister
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.store import Tx
from tests import support
from tests.channels import LocalChannel
from tests.sizes import size
from tests.spec import eprom_year as year
from tests.support import LU, SC

PATIENTS, SEED = size(25, 2000), 2024
AT_ONCE = 25  # patients admitted in one transaction


class Killed(BaseException):
    """The process stopped here."""


class Year:
    """The register with its patients, the stand-ins, and the days as they go."""

    def __init__(self, path: Path, seed: int, chance_of_kill: float = 0.0, runs: year.Runs = year.ON_TIME) -> None:
        self.runs = runs
        self.chance, self.kills, self.risk = random.Random(seed), random.Random(seed + 1), chance_of_kill
        self.register = support.make(path)
        self.folkeregister = LocalFolkeregister()
        self.contacts = LocalKontaktregister()
        self.channel = LocalChannel()
        self.services = Services(self.contacts, {"sikker": self.channel}, "https://eksempel.no", hads=True)
        self.register.clock.now = year.local(year.FIRST, 0, 1).astimezone(UTC)
        self.numbers: dict[int, str] = {}
        self.killed = 0
        self.plans: list[year.Plan] = []
        while len(self.plans) < PATIENTS:
            with self.register.store.write(LU) as tx:
                self.plans += [self._admit(tx) for _ in range(min(AT_ONCE, PATIENTS - len(self.plans)))]

    def _admit(self, tx: Tx) -> year.Plan:
        # A birth date has only some 200 numbers.
        days, serial = divmod(next(self.register.serials), 200)
        number = identity.make(date(1970, 5, 4) + timedelta(days=days), 2, serial)
        borger = self.folkeregister.told[number] = Borger("Kari", "Testesen", None, 2, "Testveien 1", "5003", "Bergen")
        parsed = support.fodselsnummer(tx, number)
        forlop_id = forlop.create(tx, patients.create(tx, parsed, borger))
        forlop.add_forms(tx, forlop_id, ALL_FORMS)
        plan = year.plan(self.chance, forlop_id)
        self.contacts.told[number] = Contact(digital=plan.digital)
        self.numbers[forlop_id] = number
        return plan

    def run(self) -> None:
        """The whole year, minute by minute where something happens."""
        events: list[tuple[datetime, int, Callable[[], None]]] = []
        for number, p in enumerate(self.plans):
            for when, what in self._doings(p):
                events.append((when.astimezone(UTC), number, what))
        for what, runs in ((self._fetch, self.runs.fetches), (self._jobs, self.runs.jobs)):
            events += [(when.astimezone(UTC), -1, what) for when, times in runs for _ in range(times)]
        for on_time, _ in year.ON_TIME.jobs:
            events.append((on_time.astimezone(UTC) + timedelta(minutes=2), -1, self._send))
        last = year.local(year.LAST, 23, 59).astimezone(UTC)
        for when, _, what in sorted(events, key=lambda event: event[:2]):
            if when <= last:
                self.register.clock.now = when
                what()

    def _doings(self, p: year.Plan) -> Iterator[tuple[datetime, Callable[[], None]]]:
        yield (
            p.samtykke,
            lambda: self._head(
                p,
                "forlopstype = 3, samtykke = 1, samtykke_dato = ?, samtykke_registrert = ?",
                p.samtykke.date(),
                p.samtykke,
            ),
        )
        if p.b22:
            yield p.b22, lambda: self._discharge(p)
        for form in p.paper:
            yield (
                p.samtykke + timedelta(minutes=2),
                lambda form=form: self._try(LU, lambda tx: orders.mark_paper(tx, p.forlop, form)),
            )
        for form, when in p.plots.items():
            yield when, lambda form=form: self._answer(p, form)
        for form in year.FORMS:
            if (when := year.answered(p, form, self.runs)) is not None:
                yield when, lambda form=form: self._answer(p, form)
        if p.dies:
            yield p.dies, lambda: self._die(p)
        if p.withdraws:
            yield p.withdraws, lambda: self._try(SC, lambda tx: self._withdraw(tx, p))
        if p.stopped:
            yield p.stopped, lambda: self._try(LU, lambda tx: orders.stop(tx, p.forlop, year.UNABLE))

    def _try(self, actor: Actor, do: Callable[[Tx], Any]) -> None:
        """What a behandler does; refused when there is nothing left to do it to."""
        try:
            with self.register.store.write(actor) as tx:
                do(tx)
        except RegisterError as error:
            assert error.code in ("REG-162", "REG-169", "REG-029", "REG-172"), error

    def _head(self, p: year.Plan, assignments: str, *values: Any) -> None:
        """What saving TO and B 2.2 leaves on the head row; the saving itself is proved elsewhere."""
        with self.register.store.write(LU) as tx:
            tx.run(f"update register.forlop set {assignments} where forlop_id = ?", *values, p.forlop)

    def _discharge(self, p: year.Plan) -> None:
        with self.register.store.write(LU) as tx:
            tx.run("update register.forlop set slutt_dato = ? where forlop_id = ?", p.slutt, p.forlop)
            tx.run(
                "update register.skjema set status = 1, forst_ferdigstilt = ? where forlop_id = ? and skjema = 'b22'",
                tx.now,
                p.forlop,
            )

    def _answer(self, p: year.Plan, form: str) -> None:
        """The patient, or who plots the paper, completes the form if it is still open."""
        with self.register.store.write(LU) as tx:
            open_form = tx.row(
                "update register.skjema set status = 1 where forlop_id = ? and skjema = ? and status < 1 returning 1 as x",
                p.forlop,
                form,
            )
            if open_form:
                found = tx.rows(
                    "select bestilling_id from prom.bestilling where forlop_id = ? and skjema = ?", p.forlop, form
                )
                place.end(tx, [row["bestilling_id"] for row in found], ANSWERED)

    def _die(self, p: year.Plan) -> None:
        number = self.numbers[p.forlop]
        assert p.dies is not None
        borger = self.folkeregister.told[number]
        self.folkeregister.told[number] = replace(borger, dodsdato=p.dies.date())

    def _withdraw(self, tx: Tx, p: year.Plan) -> None:
        row = tx.row("select pasient_id from register.forlop where forlop_id = ?", p.forlop)
        assert row is not None
        samtykke.withdraw(tx, row["pasient_id"], tx.today, "Brev")

    def _fetch(self) -> None:
        self._until_done(lambda: population.update(self.register.store, self.folkeregister))
        self._until_done(lambda: jobs.lock(self.register.store))

    def _jobs(self) -> None:
        store = self.register.store
        for job in (
            lambda: jobs.send(store, self.services),
            lambda: jobs.remind(store, self.services),
            lambda: jobs.lock(store),
        ):
            self._until_done(job)

    def _send(self) -> None:
        self._until_done(lambda: jobs.Outcome("", delivery.send_due(self.register.store, self.services)))

    def _until_done(self, job: Callable[[], jobs.Outcome]) -> None:
        """Run the job; when it is killed, run it again."""
        while True:
            try:
                with self._danger():
                    assert job().feil == []
                return
            except Killed:
                self.killed += 1

    @contextmanager
    def _danger(self) -> Iterator[None]:
        """Any commit may be the last thing the process does, or the first it does not; so may any sending."""
        store, channel = self.register.store, self.channel
        write, send = store.write, channel.send

        @contextmanager
        def risky_write(actor: Actor) -> Iterator[Tx]:
            with write(actor) as tx:
                yield tx
                if self.kills.random() < self.risk:
                    raise Killed
            if self.kills.random() < self.risk:
                raise Killed

        def risky_send(to: str, text: str, key: str) -> None:
            send(to, text, key)
            if self.kills.random() < self.risk:
                raise Killed

        if self.risk:
            store.write, channel.send = risky_write, risky_send  # type: ignore[method-assign]
        try:
            yield
        finally:
            store.write, channel.send = write, send  # type: ignore[method-assign]

    def outbox(self) -> list[dict[str, Any]]:
        """What was decided and became of it; links, and the ends of the keys, are random and left out."""
        with self.register.store.read(SC) as tx:
            return tx.rows(
                "select o.forlop_id, o.skjema, o.tilstand as ordre, o.arsak, o.dag, o.avsluttet, m.melding_id, m.slag, "
                "regexp_replace(m.nokkel, '-[0-9a-f]{16}$', '') as nokkel, m.forfall, m.tilstand, m.sendt from prom.bestilling o left join prom.utboks m using (bestilling_id) "
                "order by o.bestilling_id, m.melding_id"
            )

    def closings(self) -> list[dict[str, Any]]:
        with self.register.store.read(SC) as tx:
            return tx.rows(
                f"select forlop_id, skjema, lukket_grunn, sist_lagret from register.skjema where skjema in {tuple(CLOSING_FIELDS)} "
                "and lukket_grunn is not null order by forlop_id, skjema"
            )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The year as it goes when nothing stops."""
    made = Year(tmp_path_factory.mktemp("aar") / "smertereg.duckdb", SEED)
    made.run()
    yield made
    made.register.store.close()


def _as_reckoned(lived: Year) -> None:
    """Every message and lock of every patient is what the oracle says, at its moment, and no more."""
    outbox, closings = lived.outbox(), lived.closings()
    assert {r["slag"] for r in outbox} == {"skjema", "paaminnelse", None}
    assert {r["lukket_grunn"] for r in closings} == {
        year.NOT_ANSWERED,
        year.OTHER,
        year.DEAD,
        year.UNABLE,
        year.NO_CONSENT,
    }
    for p in lived.plans:
        sent = sorted((r["skjema"], r["slag"], r["sendt"]) for r in outbox if r["forlop_id"] == p.forlop and r["sendt"])
        assert sent == year.messages(p, lived.runs), p
        locked = sorted(
            (r["skjema"], r["lukket_grunn"], r["sist_lagret"]) for r in closings if r["forlop_id"] == p.forlop
        )
        assert locked == year.closed(p, lived.runs), p
    assert len(lived.channel.delivered) == sum(r["sendt"] is not None for r in outbox)


@pytest.mark.manual("ePROM 3")
def test_hver_melding_og_hver_laasing_noeyaktig_en_gang_paa_rett_dag_og_minutt(whole: Year) -> None:
    _as_reckoned(whole)


def keys(lived: Year) -> set[str]:
    return {key.rpartition("-")[0] for key in lived.channel.delivered}


def test_jobber_som_kjores_to_og_fem_ganger_gir_samme_utboks(whole: Year, tmp_path: Path) -> None:
    again = Year(tmp_path / "smertereg.duckdb", SEED, runs=year.repeated(random.Random(SEED)))
    again.run()
    assert again.outbox() == whole.outbox()
    assert again.closings() == whole.closings()
    assert keys(again) == keys(whole)
    again.register.store.close()


def test_jobber_som_er_forsinket_eller_uteblir_gir_hver_melding_og_laasing_en_gang_da_de_omsider_kjores(
    tmp_path: Path,
) -> None:
    late = Year(tmp_path / "smertereg.duckdb", SEED, runs=year.astray(random.Random(SEED)))
    late.run()
    _as_reckoned(late)
    late.register.store.close()


def test_jobber_som_drepes_hvor_som_helst_og_kjores_igjen_gir_samme_utboks(whole: Year, tmp_path: Path) -> None:
    killed = Year(tmp_path / "smertereg.duckdb", SEED, chance_of_kill=0.1)
    killed.run()
    assert killed.killed > 0
    assert killed.outbox() == whole.outbox()
    assert killed.closings() == whole.closings()
    # The receiver honours the key, so that a message said again after a kill arrives once.
    arrived = [{k.rpartition("-")[0]: to for k, (to, _) in of.channel.delivered.items()} for of in (killed, whole)]
    assert arrived[0] == arrived[1] and len(killed.channel.delivered) == len(whole.channel.delivered)
    killed.register.store.close()
