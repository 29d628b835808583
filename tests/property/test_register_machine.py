"""Proves, over random days at the register, that what has been saved is kept and nobody gets past the rules."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from checks.consent import recorded_yes
from checks.errors import RegisterError
from checks.forlop import COMPLETED, forms_of
from ingest import audit
from ingest.access import Actor
from ingest.registration import drafts, forlop, forms
from tests import support
from tests.property.random_answers import answers
from tests.sizes import examples

ACTORS = st.sampled_from([support.LU, support.COLLEAGUE, support.LC, support.OTHER_LU])
FORMS = st.sampled_from(list(support.COMPLETE))


class Day(RuleBasedStateMachine):
    """Users open, save, complete and correct the forms of one forløp in any order."""

    @initialize()
    def open_register(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.register = support.make(Path(self.folder.name) / "dag.duckdb")
        self.forlop_id = self.register.forlop()
        self.signed = False

    def teardown(self) -> None:
        self.register.store.close()
        self.folder.cleanup()

    def attempt(self, actor: Actor, skjema: str, svar: dict[str, Any], **options: Any) -> bool:
        """Save if the rules let it; a refusal must be one of ours."""
        before = self.register.head(self.forlop_id)
        self.register.clock.turn(minutes=1)
        try:
            self.register.save(self.forlop_id, skjema, svar, actor=actor, **options)
        except RegisterError as refused:
            assert str(refused)
            assert self.register.head(self.forlop_id) == before
            return False
        assert actor.enhet == before.enhet
        if before.skjema[skjema].status == COMPLETED:
            assert actor.rolle in ("LC", "SC")
            assert options.get("grunn")
        return True

    @rule(actor=ACTORS, skjema=FORMS, reason=st.sampled_from([None, "rettelse"]))
    def complete(self, actor: Actor, skjema: str, reason: str | None) -> None:
        self.attempt(actor, skjema, support.COMPLETE[skjema], hendelse=forms.COMPLETE, grunn=reason)

    @rule(actor=ACTORS, data=st.data(), reason=st.sampled_from([None, "rettelse"]))
    def save_anything(self, actor: Actor, data: st.DataObject, reason: str | None) -> None:
        skjema = data.draw(FORMS)
        self.attempt(actor, skjema, data.draw(answers(skjema)), grunn=reason)

    @rule(actor=ACTORS, to=st.sampled_from([{"Tilsett": 2}, {"KognSvekket": 1}, {"Norsktalende": 0}, support.TO]))
    def change_type(self, actor: Actor, to: dict[str, Any]) -> None:
        self.attempt(actor, "to", to, grunn="ny opplysning")

    @rule(skjema=FORMS, data=st.data())
    def type_something(self, skjema: str, data: st.DataObject) -> None:
        typed = data.draw(answers(skjema))
        with self.register.store.write(support.LU) as tx:
            drafts.keep(tx, self.forlop_id, skjema, 0, typed)
        with self.register.store.read(support.LU) as tx:
            kept = drafts.get(tx, self.forlop_id, skjema)
        assert kept is not None
        assert kept.svar == typed

    @invariant()
    def heads_agree_with_the_last_version_and_no_version_is_lost(self) -> None:
        with self.register.store.read(support.SC) as tx:
            versions = tx.rows("select * from register.skjemaversjon order by skjema, versjon")
        last = {v["skjema"]: v for v in versions}
        numbers = [(v["skjema"], v["versjon"]) for v in versions]
        assert numbers == [(s, n) for s in sorted(last) for n in range(1, last[s]["versjon"] + 1)]
        for skjema, head in self.register.head(self.forlop_id).skjema.items():
            if skjema in last:
                assert (head.versjon, head.status) == (last[skjema]["versjon"], last[skjema]["status"])
            else:
                assert (head.versjon, head.status) == (0, -1)
        for version in versions:
            assert version["digest"] == audit.digest(version["salt"], json.loads(version["svar"]))

    @invariant()
    def a_recorded_yes_stays(self) -> None:
        with self.register.store.read(support.SC) as tx:
            to = support.answers_of(tx, self.forlop_id, "to")
        if self.signed:
            assert to["SkriftligSamtyk"] == 1
        self.signed = self.signed or recorded_yes(to)

    @invariant()
    def the_type_follows_from_to_and_its_forms_exist(self) -> None:
        head = self.register.head(self.forlop_id)
        assert set(forms_of(head.forlopstype)) <= set(head.skjema)
        if head.forlopstype == 3:
            assert head.tilsett == 1

    @invariant()
    def the_log_is_whole(self) -> None:
        with self.register.store.read(support.SC) as tx:
            assert list(audit.broken_rows(tx)) == []
            forlop.get(tx, self.forlop_id)


Day.TestCase.settings = settings(max_examples=examples(8), stateful_step_count=15, deadline=None)
TestDay = Day.TestCase
