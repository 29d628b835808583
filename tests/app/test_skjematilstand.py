"""The open form: drafts, versions, and what autosave must never do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.forms import answering, bar, dialogs, sections
from app.forms import state as states
from app.forms.answering import Open, due
from checks.eprom import CLOSING_FIELDS
from checks.errors import InvalidAnswers
from ingest.registration import drafts, forms
from tests import support

TODAY = date(2026, 11, 23)


def opened(register: support.Register, forlop_id: int, skjema: str, actor=support.LU) -> states.FormState:
    return states.open_state(register.store, actor, forlop_id, skjema)


def give(register: support.Register, state: states.FormState, actor=support.LU, **answers: object) -> None:
    states.answer(state, answers, TODAY)
    states.keep(register.store, actor, state)


def test_a_draft_is_found_again_and_is_the_users_own(register: support.Register) -> None:
    forlop_id = register.forlop()
    give(register, opened(register, forlop_id, "to"), Tilsett=2)
    again = opened(register, forlop_id, "to")
    assert again.svar["Tilsett"] == 2
    assert again.utkast_tid == register.clock.now
    assert "Tilsett" not in opened(register, forlop_id, "to", support.COLLEAGUE).svar


@pytest.mark.parametrize("ends", ["answers", "saves"])
def test_the_same_user_on_two_machines_loses_no_answer_of_either(register: support.Register, ends: str) -> None:
    forlop_id = register.forlop()
    ward, office = opened(register, forlop_id, "to"), opened(register, forlop_id, "to")
    give(register, office, KognSvekket=1)
    give(register, ward, HenvistDato="2026-11-01", Tilsett=2)
    give(register, office, Norsktalende=0, KognSvekket=0)
    give(register, ward, Norsktalende=1, Tilsett=None)
    if ends == "answers":
        give(register, office, Tilsynsanmodnin=1)
        found = opened(register, forlop_id, "to")
    else:
        states.save(register.store, support.LU, office, forms.SAVE)
        found = office
    # Where both have answered, the last answer stands on the screen it was given.
    told = {n: found.svar.get(n) for n in ("HenvistDato", "KognSvekket", "Norsktalende", "Tilsett")}
    assert told == {"HenvistDato": "2026-11-01", "KognSvekket": 0, "Norsktalende": 1, "Tilsett": None}


def test_a_half_made_diagnosis_is_kept_with_the_draft(register: support.Register) -> None:
    forlop_id = register.forlop()
    state = opened(register, forlop_id, "b11")
    state.redigeres = {"SmerteKat": 1}
    states.keep(register.store, support.LU, state)
    again = opened(register, forlop_id, "b11")
    assert again.redigeres == {"SmerteKat": 1}
    assert again.svar == {}


@pytest.mark.manual("PO 4")
def test_autosave_comes_every_five_minutes(register: support.Register) -> None:
    state = opened(register, register.forlop(), "to")
    form = Open(register.store, support.LU, state, {}, {})
    state.merket = register.clock.now
    assert bar.AUTOSAVE_EVERY == 300
    for seconds, is_due in ((240, False), (60, True)):
        register.clock.turn(seconds=seconds)
        assert due(form) is is_due


def test_past_midnight_the_new_day_is_not_ahead_of_today(register: support.Register) -> None:
    form = Open(register.store, support.LU, opened(register, register.forlop(), "to"), {}, {})
    register.clock.turn(hours=15)
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    answering.commit(form, {"StartdatoTO": tomorrow})
    assert form.state.problem("StartdatoTO") is None
    asked = sections.question(form, form.key("StartdatoTO"))
    assert asked
    assert asked.data["idag"] == tomorrow


@pytest.mark.parametrize(
    ("skjema", "says"), [("opioid", "Ikke besvart ennå"), ("hads", "Ikke lagret ennå"), ("b11", "Ikke lagret ennå")]
)
def test_only_a_form_that_the_patient_alone_fills_in_waits_for_no_save(
    register: support.Register, skjema: str, says: str
) -> None:
    forlop_id = register.forlop() if skjema == "b11" else register.completed_forlop()
    state = opened(register, forlop_id, skjema)
    assert bar.saved_text(Open(register.store, support.LU, state, {}, {})) == says


@pytest.mark.manual("PO 4")
def test_autosave_makes_a_version_of_what_is_valid(register: support.Register) -> None:
    forlop_id = register.forlop()
    state = opened(register, forlop_id, "to")
    give(register, state, Norsktalende=1)
    assert states.autosave(register.store, support.LU, state)
    assert register.open(forlop_id, "to").svar["Norsktalende"] == 1
    assert not states.autosave(register.store, support.LU, state)


def test_autosave_leaves_what_is_wrong_in_the_draft(register: support.Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    state = opened(register, forlop_id, "b12")
    give(register, state, Regdato12="2026-11-02", AngiNRS12=1, StSmRo12=2, SvSmRo12=7)
    assert not states.autosave(register.store, support.LU, state)
    with register.store.read(support.LU) as tx:
        draft = drafts.get(tx, forlop_id, "b12")
    assert draft is not None
    assert draft.svar["SvSmRo12"] == 7
    assert register.open(forlop_id, "b12").versjon == 0


def test_autosave_never_writes_into_a_locked_form(register: support.Register) -> None:
    forlop_id = register.completed_forlop()
    state = opened(register, forlop_id, "b12", support.LC)
    state.grunn = "Feil verdi"
    give(register, state, support.LC, StSmRo12=9)
    assert not states.autosave(register.store, support.LC, state)
    assert register.open(forlop_id, "b12").svar["StSmRo12"] == 6


def test_autosave_never_records_a_consent_nor_closes_forms(register: support.Register) -> None:
    forlop_id = register.forlop()
    seen = {k: v for k, v in support.TO.items() if "amtyk" not in k}
    register.save(forlop_id, "to", seen)
    register.save(forlop_id, "b12", {"Regdato12": "2026-11-02"})
    state = opened(register, forlop_id, "to")
    give(register, state, SkriftligSamtyk=1, DatoSamtykke="2026-11-02")
    assert not states.autosave(register.store, support.LU, state)
    give(register, state, SkriftligSamtyk=None, DatoSamtykke=None, Tilsett=2)
    assert states.closing(register.store, support.LU, state) == ("b12",)
    assert not states.autosave(register.store, support.LU, state)


def test_a_refused_completion_keeps_every_answer_and_what_is_missing(register: support.Register) -> None:
    forlop_id = register.forlop()
    state = opened(register, forlop_id, "to")
    give(register, state, Norsktalende=1)
    with pytest.raises(InvalidAnswers):
        states.save(register.store, support.LU, state, forms.COMPLETE)
    assert state.problem("Tilsett")
    give(register, state, Tilsett=1)
    assert state.problem("Tilsett") is None
    assert state.svar["Norsktalende"] == 1


def test_rounding_is_told_and_a_confirmed_value_is_asked_about_again_when_it_changes(
    register: support.Register,
) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    state = opened(register, forlop_id, "b22")
    give(register, state, TotTid=1.3, AntPasTils=30)
    assert (state.svar["TotTid"], state.merknad["TotTid"]) == (2, "1,3 er rundet opp til 2 timer.")
    state.bekreftet["AntPasTils"] = 30
    assert not state.asks()
    give(register, state, AntPasTils=31)
    assert set(state.asks()) == {"AntPasTils"}


def test_a_correction_needs_a_reason_and_the_form_stays_completed(register: support.Register) -> None:
    forlop_id = register.completed_forlop()
    state = opened(register, forlop_id, "b12", support.LC)
    assert not state.redigerbar
    state.grunn = "Feil verdi"
    give(register, state, support.LC, StSmRo12=9)
    saved = states.save(register.store, support.LC, state, forms.SAVE)
    assert saved.status == 1
    assert not state.redigerbar
    assert not opened(register, forlop_id, "b12").kan_endres


def test_a_recorded_consent_is_locked(register: support.Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    assert "SkriftligSamtyk" in states.locked(opened(register, forlop_id, "to"))


def test_an_automatic_no_to_lar_goes_away_with_its_reason(register: support.Register) -> None:
    forlop_id = register.forlop()
    state = opened(register, forlop_id, "b11")
    give(register, state, TidligereRus=0)
    give(register, state, PaagaaRus=0)
    assert state.svar["LAR"] == 0
    give(register, state, PaagaaRus=1)
    assert "LAR" not in state.svar


def test_a_yes_to_lar_stays_whatever_5_and_6_become(register: support.Register) -> None:
    forlop_id = register.forlop()
    state = opened(register, forlop_id, "b11")
    give(register, state, TidligereRus=0, PaagaaRus=0)
    give(register, state, LAR=1)
    give(register, state, PaagaaRus=1)
    give(register, state, PaagaaRus=0)
    assert state.svar["LAR"] == 1


def test_only_what_both_have_changed_is_asked_about(register: support.Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {"Tilsett": 1, "Norsktalende": 1, "KognSvekket": 0})
    state = opened(register, forlop_id, "to")
    form = Open(register.store, support.LU, state, {}, {})
    register.save(forlop_id, "to", {"Tilsett": 2, "Norsktalende": 1, "KognSvekket": 1}, actor=support.COLLEAGUE)
    give(register, state, Tilsett=3, Norsktalende=0)
    with pytest.raises(forms.StaleSave) as stale:
        states.save(register.store, support.LU, state, forms.SAVE)
    taken, asked = dialogs.merged(form, stale.value)
    assert [navn for navn, *_ in asked] == ["Tilsett"]
    assert (taken["KognSvekket"], taken["Norsktalende"]) == (1, 0)


def test_an_older_draft_does_not_undo_what_a_colleague_saved_since(register: support.Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {"Tilsett": 1, "Norsktalende": 1, "KognSvekket": 0})
    give(register, opened(register, forlop_id, "to"), Norsktalende=0)
    register.save(forlop_id, "to", {"Tilsett": 2}, actor=support.COLLEAGUE)
    state = opened(register, forlop_id, "to")
    with pytest.raises(forms.StaleSave) as stale:
        states.save(register.store, support.LU, state, forms.SAVE)
    taken, asked = dialogs.merged(Open(register.store, support.LU, state, {}, {}), stale.value)
    assert (taken["Tilsett"], taken["Norsktalende"], asked) == (2, 0, [])


def test_a_paper_date_that_is_none_stands_until_it_is_mended(register: support.Register) -> None:
    forlop_id = register.completed_forlop()
    state = opened(register, forlop_id, "eval")
    state.uleselig = {CLOSING_FIELDS["eval"][0]: "32.13"}
    give(register, state, EvalSpm1=1)
    with pytest.raises(InvalidAnswers, match=r"32\.13"):
        states.save(register.store, support.LU, state, forms.COMPLETE)


def test_dates_that_clash_with_other_forms_are_asked_for_and_saved_together(register: support.Register) -> None:
    forlop_id = register.completed_forlop()
    state = opened(register, forlop_id, "to", support.LC)
    form, state.grunn = Open(register.store, support.LC, state, {}, {}), "feil dag"
    give(register, state, support.LC, StartdatoTO="2026-11-04")
    assert state.problem("StartdatoTO")
    state.bekreftet["DatoSamtykke"] = state.svar["DatoSamtykke"]
    assert not bar.save(form, complete=False)
    kind, sentences, dates, _, reason, *_ = state.sporsmaal
    assert (kind, len(sentences), reason) == ("datoer", 2, False)
    assert dates == (("b11", "RegDato11", "2026-11-02"), ("b12", "Regdato12", "2026-11-02"))
    moved = [forms.Moved(skjema, navn, stands, "2026-11-04") for skjema, navn, stands in dates]
    assert bar.save(form, complete=False, samtidig=moved)
    assert register.open(forlop_id, "b11").svar["RegDato11"] == "2026-11-04"
    assert state.problem("StartdatoTO") is None


def test_who_may_not_correct_the_other_form_is_told_whom_to_ask(register: support.Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    register.complete(forlop_id, "b11")
    state = opened(register, forlop_id, "to")
    give(register, state, StartdatoTO="2026-11-04")
    assert not bar.save(Open(register.store, support.LU, state, {}, {}), complete=False)
    assert state.sporsmaal is None
    assert state.feil == "B 1.1 er ferdigstilt og låst. Kontakt lokal koordinator (LC) for å få rettet det."
    assert [p.annen_dato for p in state.mangler] == ["b11.RegDato11"]


def test_what_a_colleague_saved_meanwhile_is_seen_after_a_refused_save(register: support.Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", support.TO)
    state = opened(register, forlop_id, "b11")
    give(register, state, RegDato11="2026-11-02")
    assert state.problem("RegDato11") is None
    register.save(forlop_id, "to", {"StartdatoTO": "2026-11-04"}, actor=support.COLLEAGUE)
    with pytest.raises(InvalidAnswers):
        states.save(register.store, support.LU, state, forms.SAVE)
    give(register, state, TidligereRus=0)
    assert "startdatoen" in str(state.problem("RegDato11"))
