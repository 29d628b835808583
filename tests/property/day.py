"""Random days at the register: what users do with the forms of one forløp, and what must hold after each step."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from checks.codebook import load
from checks.errors import RegisterError
from checks.forlop import COMPLETED, forms_of
from checks.samtykke import recorded_yes, shown_state
from ingest import audit
from ingest.access import Actor
from ingest.prom import samtykke
from ingest.registration import comments, drafts, forlop, forms
from tests import support
from tests.property.random_answers import answers

ACTORS = st.sampled_from([support.LU, support.COLLEAGUE, support.LC, support.OTHER_LU])
TEXTS = st.sampled_from(["", "Ring posten", "Tolk bestilt"])
FORMS = st.sampled_from(list(support.COMPLETE))


# Each date of a forløp, and those that it may not be before (manual: «Behandlerdel 1.1»; B 1.2 and B 2.1 are the visits).
ORDER = {
    "HenvistDato": (),
    "StartdatoTO": (),
    "RegDato11": ("HenvistDato", "StartdatoTO"),
    "Regdato12": ("StartdatoTO",),
    "Regdato21": ("StartdatoTO", "Regdato12"),
    "SluttDato": ("StartdatoTO", "Regdato12", "Regdato21"),
}
NEAR = st.sampled_from([f"2026-11-{day:02}" for day in range(1, 9)])


def before(dates: dict[str, str], one: str, other: str) -> bool:
    """Whether both dates are there, and the one is before the other."""
    return one in dates and other in dates and dates[one] < dates[other]


class Day(RuleBasedStateMachine):
    """Users open, save, complete, correct and comment the forms of one forløp, and the consent is withdrawn, in any order."""

    @initialize()
    def open_register(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.register = support.make(Path(self.folder.name) / "smertereg.duckdb")
        self.settings = self.register.keep_journal()
        self.begin_forlop()

    def begin_forlop(self) -> None:
        """Let the days be about a new forløp of a new patient."""
        self.forlop_id = self.register.forlop()
        self.signed = False
        self.withdrawn = False
        self.comments: dict[str, list[str]] = {}

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

    @rule(actor=ACTORS, navn=st.sampled_from(list(ORDER)), day=NEAR, moved=st.booleans())
    def correct_a_date(self, actor: Actor, navn: str, day: str, moved: bool) -> None:
        """Somebody corrects a date, sometimes together with the later dates of other forms."""
        heads = self.register.head(self.forlop_id).forms
        skjema = load().variabel(navn).skjema
        later = (
            [n for n, firsts in ORDER.items() if navn in firsts and load().variabel(n).skjema in heads] if moved else []
        )
        with self.register.store.read(support.SC) as tx:
            seen = {n: support.answers_of(tx, self.forlop_id, load().variabel(n).skjema).get(n) for n in later}
        samtidig = [forms.Moved(load().variabel(n).skjema, n, stands, day) for n, stands in seen.items()]
        self.attempt(actor, skjema, {navn: day}, grunn="rettelse", samtidig=samtidig)

    @rule(skjema=FORMS, data=st.data())
    def type_something(self, skjema: str, data: st.DataObject) -> None:
        """Somebody types in a form; the screen offers those that the forløp has."""
        if skjema not in self.register.head(self.forlop_id).skjema:
            return
        typed = data.draw(answers(skjema))
        with self.register.store.write(support.LU) as tx:
            drafts.keep(tx, self.forlop_id, skjema, 0, typed)
        with self.register.store.read(support.LU) as tx:
            kept = drafts.get(tx, self.forlop_id, skjema)
        assert kept is not None
        assert kept.svar == typed

    @rule(actor=ACTORS, skjema=FORMS, text=TEXTS, late=st.integers(0, 1), hours=st.integers(-30, 30))
    def comment(self, actor: Actor, skjema: str, text: str, late: int, hours: int) -> None:
        """Somebody writes an internal comment, sometimes from an older version, on a machine whose clock may go back."""
        written = self.comments.setdefault(skjema, [])
        base, stands = len(written) - min(late, len(written)), written[-1] if written else ""
        self.register.clock.turn(hours=hours)
        try:
            with self.register.store.write(actor) as tx:
                comments.write(tx, self.forlop_id, skjema, text, base)
        except RegisterError as refused:
            if actor.enhet != support.OWN:
                assert refused.code == "REG-061"
            elif skjema not in self.register.head(self.forlop_id).skjema:
                assert refused.code == "REG-021"
            else:
                assert refused.code == "REG-258"
                assert late and written
                assert text != stands
        else:
            assert actor.enhet == support.OWN
            if text != stands:
                written.append(text)

    @rule(actor=st.sampled_from([support.LU, support.LC, support.SC]))
    def withdraw(self, actor: Actor) -> None:
        patient = self.register.head(self.forlop_id).pasient_id
        try:
            with self.register.store.write(actor) as tx:
                samtykke.withdraw(tx, patient, tx.today, "brev")
        except RegisterError as refused:
            assert refused.code == ("REG-029" if actor.rolle == "SC" else "REG-060")
            assert actor.rolle != "SC" or self.withdrawn or not self.signed
        else:
            assert actor.rolle == "SC"
            assert not self.withdrawn
            self.withdrawn = True

    @invariant()
    def a_withdrawn_consent_stays_withdrawn(self) -> None:
        head = self.register.head(self.forlop_id)
        assert (head.trukket_dato is not None) == self.withdrawn
        if self.withdrawn:
            assert shown_state(head.samtykke, head.samtykke_type, head.trukket_dato, head.startdato) == "trukket"

    @invariant()
    def every_comment_is_kept_and_the_last_one_stands(self) -> None:
        head = self.register.head(self.forlop_id)
        for skjema, written in self.comments.items():
            with self.register.store.read(support.SC) as tx:
                kept = comments.history(tx, self.forlop_id, skjema)
                stands = comments.read(tx, self.forlop_id, skjema)
            assert [(c.versjon, c.tekst) for c in kept] == list(enumerate(written, 1))
            assert (stands.tekst if stands else "") == (written[-1] if written else "")
            if skjema in head.skjema:
                assert head.skjema[skjema].har_kommentar == bool(written and written[-1])

    @invariant()
    def heads_agree_with_the_last_version_and_no_version_is_lost(self) -> None:
        with self.register.store.read(support.SC) as tx:
            versions = tx.rows(
                "select * from register.skjemaversjon where forlop_id = ? order by skjema, versjon", self.forlop_id
            )
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
    def no_date_is_before_one_that_it_follows(self) -> None:
        forms_there = self.register.head(self.forlop_id).forms
        with self.register.store.read(support.SC) as tx:
            stored = {skjema: support.answers_of(tx, self.forlop_id, skjema) for skjema in forms_there}
        dates = {navn: svar[navn] for svar in stored.values() for navn in ORDER if svar.get(navn)}
        wrong = [(first, later) for later, firsts in ORDER.items() for first in firsts if before(dates, later, first)]
        assert wrong == [], dates

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
