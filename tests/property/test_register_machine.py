"""Proves, over the whole life of a forløp in random order, that what has been saved is kept and nobody gets past the rules:
roles, jobs, a clock that is turned both ways, consent and withdrawal, comments, erasure, backup and restore in the middle.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from app.work import operations
from checks import forlop as forms_of_forlop
from checks.errors import RegisterError
from exports.integrity import check_register
from ingest.access import Actor
from ingest.capture.contents import digests
from ingest.prom import jobs, orders
from ingest.registration import forlop, patients
from ingest.safekeeping import compare
from ingest.safekeeping.opening import opened
from ingest.safekeeping.restore import restore
from tests import support
from tests.property.day import ACTORS, Day
from tests.sizes import examples, size
from tests.spec.eprom import Eprom

# What a restore writes itself.
OF_RESTORE = {"register.journal", "tilgang.logg", "tilgang.logghode", "tilgang.varsel"}
JOBS = {"eprom": jobs.send, "reminders": jobs.remind}
PATIENT_FORMS = st.sampled_from(["pasreg", "hads", "eval", "opioid"])


class Life(Day):
    """The days of one forløp from its beginning until it is erased or deleted; then another one begins."""

    @initialize()
    def open_register(self) -> None:
        self.erased: set[int] = set()
        super().open_register()
        self.eprom = Eprom(self.register)
        self.sent: dict[str, tuple[str, str]] = {}

    def teardown(self) -> None:
        if hasattr(self, "register"):
            assert list(compare.differing(self.register.store, self.settings)) == []
            with self.register.store.read(support.SC) as tx:
                wrong = [f"{finding.hva}: {finding.feil}" for finding in check_register(tx) if finding.feil]
            assert wrong == [], wrong
            super().teardown()

    def begin_forlop(self) -> None:
        super().begin_forlop()
        self.patient = self.register.head(self.forlop_id).pasient_id

    def refused(self, actor: Actor, what: Any, *given: Any, **named: Any) -> str | None:
        """Do it; returns the code it was refused with, None when it was done. A refusal changes nothing of the forløp."""
        before = self.register.head(self.forlop_id)
        self.register.clock.turn(seconds=1)
        try:
            with self.register.store.write(actor) as tx:
                what(tx, *given, **named)
        except RegisterError as error:
            assert str(error)
            assert self.register.head(self.forlop_id) == before
            return error.code
        return None

    @rule(hours=st.integers(-30, 200))
    def turn_clock(self, hours: int) -> None:
        self.register.clock.turn(hours=hours)

    @rule(hour=st.sampled_from([5, 12, 16, 23]))
    def run_jobs(self, hour: int) -> None:
        now = self.register.clock.now
        self.register.clock.now = datetime(now.year, now.month, now.day, hour, 40, tzinfo=UTC)
        for job in JOBS.values():
            assert job(self.register.store, self.eprom.services).feil == []
        assert jobs.lock(self.register.store).feil == []
        # A message that has been delivered is never delivered with another text or to another address.
        for key, message in self.sent.items():
            assert self.eprom.channel.delivered[key] == message
        self.sent = dict(self.eprom.channel.delivered)

    @rule(actor=ACTORS)
    def whole_visit(self, actor: Actor) -> None:
        for skjema in support.COMPLETE:
            self.attempt(actor, skjema, support.COMPLETE[skjema], hendelse="ferdigstill", grunn="samlet")

    @rule(actor=ACTORS, skjema=PATIENT_FORMS, kanal=st.sampled_from(["sikker", "sms"]))
    def order(self, actor: Actor, skjema: str, kanal: str) -> None:
        self.refused(actor, orders.order, self.forlop_id, skjema, kanal, hads_tekster=True)

    @rule(actor=ACTORS, arsak=st.sampled_from([1, 2, 3, 4, 5]))
    def stop(self, actor: Actor, arsak: int) -> None:
        self.refused(actor, orders.stop, self.forlop_id, arsak)

    @rule(actor=ACTORS)
    def delete(self, actor: Actor) -> None:
        head = self.register.head(self.forlop_id)
        done = any(one.status == forms_of_forlop.COMPLETED for one in head.skjema.values())
        code = self.refused_deletion(actor)
        if code is None:
            assert not done
            assert actor.rolle != "LU"
            self.begin_forlop()

    def refused_deletion(self, actor: Actor) -> str | None:
        try:
            with self.register.store.write(actor) as tx:
                forlop.delete(tx, self.forlop_id, "feil pasient")
        except RegisterError as error:
            return error.code
        return None

    @rule()
    def erase(self) -> None:
        operations.erase_now(self.register.store, self.settings, support.SC, self.patient, str(self.patient), "krav")
        self.erased.add(self.patient)
        self.begin_forlop()

    @rule()
    def back_up(self) -> None:
        self.register.clock.turn(minutes=1)
        operations.back_up(self.register.store, self.settings, self.settings.backup_folder)

    @rule(lost=st.booleans())
    def restart(self, lost: bool) -> None:
        """Close the register and open it again; when its file is lost, after getting it back."""
        with self.register.store.cursor() as con:
            before = digests(con, self.settings.register)
        self.register.store.close()
        if lost:
            self.settings.register.unlink()
            done = restore(self.settings, self.register.clock())
            assert (done.skade, done.forbigaatt, done.slettet_igjen) == ("", [], set())
        self.register.store = opened(self.settings, clock=self.register.clock)
        with self.register.store.cursor() as con:
            after = digests(con, self.settings.register)
        assert {table for table in before if before[table] != after[table]} <= (OF_RESTORE if lost else set())

    @invariant()
    def lookup_finds_what_a_scan_finds(self) -> None:
        with self.register.store.read(support.SC) as tx:
            people = {row["idnr"]: row["pasient_id"] for row in tx.rows("select * from identitet.person")}
            assert not self.erased & set(people.values())
            number = next(idnr for idnr, pasient_id in people.items() if pasient_id == self.patient)
        with self.register.store.write(support.LU) as tx:
            assert patients.find(tx, number, test_persons=True)[1] == self.patient

    @invariant()
    def no_link_lives_without_an_order_that_waits_for_its_answer(self) -> None:
        with self.register.store.read(support.SC) as tx:
            ended = tx.rows(
                "select bestilling_id from prom.bestilling join register.skjema using (forlop_id, skjema) "
                "where skjema.status = 1 and tilstand in ('bestilt', 'sendt')"
            )
            twice = tx.rows("select nokkel from prom.utboks group by nokkel having count(*) > 1")
        assert ended == []
        assert twice == []


Life.TestCase.settings = settings(max_examples=examples(8), stateful_step_count=size(15, 60), deadline=None)
TestLife = Life.TestCase
