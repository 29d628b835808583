"""The state of an open form: answers that are kept as a draft as they are typed, and saved as versions."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

from app.forms import view as views
from app.forms import words
from app.forms.form_state import REASON, FormState
from app.ui import seen
from checks import forlop as rules
from checks import samtykke
from checks.answers import without_lapsed, without_unasked
from checks.autosave import waits_for_user
from checks.codebook import load
from checks.edition_day import judged_on
from checks.eprom import CLOSING_FIELDS
from checks.errors import InvalidAnswers, RegisterError
from checks.joined import joined
from checks.patient_forms import typed_by_staff
from checks.proposals import proposals, standing
from checks.unsettled import unsettled_answers
from ingest.access import Actor, may
from ingest.capture.room import CANNOT_WRITE
from ingest.lists import innsyn
from ingest.prom import patient_answers
from ingest.registration import drafts, forlop, forms, patients, versions
from ingest.store import OSLO, Store, Tx

AUTOSAVE_AFTER = 290  # seconds; the bar's own clock ticks every 300


def open_state(store: Store, actor: Actor, forlop_id: int, skjema: str) -> FormState:
    """The form as saved, or the user's own draft of it. Raises RegisterError (REG-021, -027, -060, -061, -310)."""
    with store.read(actor) as tx:
        opened = forms.open_form(tx, forlop_id, skjema)
        began = versions.answers_of(tx, forlop_id, skjema, opened.utkast.grunnversjon) if opened.utkast else {}
        born = patients.get(tx, opened.forlop.pasient_id).fodselsdato
    with seen.logged(), store.write(actor) as tx:
        innsyn.opened(tx, "skjema", opened.forlop.pasient_id, forlop_id, skjema)
        now = tx.now
    state = FormState(
        forlop_id=forlop_id,
        skjema=skjema,
        enhet=opened.forlop.enhet,
        versjon=opened.versjon,
        status=opened.status,
        lagret=opened.svar,
        svar=dict(opened.svar),
        kontekst=opened.kontekst,
        fodselsdato=born,
        hode=opened.forlop,
        kan_endres=opened.kan_endres and typed_by_staff(skjema, opened.status, opened.svar),
        krever_grunn=opened.krever_grunn,
        sist_lagret=opened.sist_lagret,
        merket=now,
        bekreftet={n: c["verdi"] for n, c in opened.bekreftet.items()},
    )
    draft = opened.utkast
    state.utkast = deepcopy(draft.svar if draft else state.svar)
    if draft is not None and not (state.kan_endres and (not state.krever_grunn or draft.svar.get(REASON))):
        state.etterlatt = draft
    elif draft is not None:
        state.show(draft.svar)
        if state.svar != opened.svar or state.begun:
            state.versjon, state.utkast_tid, state.endret, state.lagret = draft.grunnversjon, draft.tid, True, began
    look(state, now.astimezone(OSLO).date())
    return state


def _join(tx: Tx, state: FormState) -> None:
    """Take in what the user has answered on another machine since, where the same version of the form is open."""
    found = drafts.get(tx, state.forlop_id, state.skjema)
    if found and found.svar != state.utkast and found.grunnversjon == state.versjon and state.redigerbar:
        state.show(joined(state.utkast, found.svar, state.kept))
        state.utkast, state.endret = found.svar, True
        look(state, tx.today)


def look(state: FormState, today: date) -> None:
    """Compute what the form shows for its answers, and fill in computed and automatic answers."""
    state.dag = judged_on(load().skjema[state.skjema], state.svar, state.hode.startdato, today)
    withdrawn = state.hode.trukket_dato
    state.bilde = views.view(state.skjema, state.svar, state.kontekst, state.fodselsdato, today, state.dag, withdrawn)
    state.svar = {k: v for k, v in state.bilde.answers.items() if v is not None}
    asked = {name for section in state.bilde.sections for node in section.nodes for name in views.names(node.felt)}
    if state.skjema in CLOSING_FIELDS:
        asked.add(CLOSING_FIELDS[state.skjema][0])  # stands above the questions (paper.py)
    if state.redigeres:
        asked |= {v.navn for block in load().skjema[state.skjema].gjentatte for v in block.felt}
    state.uleselig = {navn: text for navn, text in state.uleselig.items() if navn in asked}
    empty = asked - state.uleselig.keys() if state.redigerbar and state.status != rules.COMPLETED else ()
    state.forslag = proposals(state.form, empty, state.svar, state.kontekst, today)


def answer(state: FormState, given: dict[str, Any], today: date) -> None:
    """Take in new answers."""
    earlier = dict(state.svar)
    for navn, value in given.items():
        state.merknad.pop(navn, None)
        for asked in (navn, *(v.navn for v in state.form.columns.values() if v.mykt_mot == navn)):
            state.bekreftet.pop(asked, None)
        if value is None:
            state.svar.pop(navn, None)
        else:
            state.svar[navn] = value
    state.mangler = tuple(p for p in state.mangler if p.variabel not in views.same_question(state.form.skjema, given))
    state.endret, state.holdt = True, False
    state.svar = without_lapsed(state.form, earlier, state.svar, state.kontekst)
    look(state, today)
    for navn, value in given.items():
        kept = state.svar.get(navn)
        v = load().skjema[state.skjema].variabler.get(navn)
        if v is not None and v.avrund_opp and kept is not None and kept != value and value is not None:
            state.merknad[navn] = words.rounded(v.ledetekst, value, kept, v.enhet)


def keep(store: Store, actor: Actor, state: FormState) -> None:
    """Store the answers on the screen as the user's draft."""
    state.holdt = False
    place = state.forlop_id, state.skjema
    with store.write(actor) as tx:
        kept = state.kept
        if not drafts.replace(tx, *place, state.utkast, state.versjon, kept):
            _join(tx, state)
            kept = state.kept
            drafts.keep(tx, *place, state.versjon, kept)
    state.holdt, state.utkast = True, kept


def forget(store: Store, actor: Actor, state: FormState) -> None:
    """Delete the draft («Forkast utkastet»)."""
    with store.write(actor) as tx:
        drafts.drop(tx, state.forlop_id, state.skjema)


def closing(store: Store, actor: Actor, state: FormState) -> tuple[str, ...]:
    """The forms with answers that saving this form would close; only TO closes forms."""
    if state.skjema != "to":
        return ()
    with store.read(actor) as tx:
        return forms.consequences(tx, state.forlop_id, state.svar)


def save(store: Store, actor: Actor, state: FormState, hendelse: str, **more: Any) -> forms.Saved:
    """Save a version. ``more`` is what forms.save or, of a patient form, patient_answers.save_paper takes more. When it is
    refused (RegisterError) nothing is stored; the draft stays, and the state has the problems.

    The answer to a question that another startdato has taken off the screen is not saved; it is in ``fjernet`` of the result.
    The dates that stand as proposals are answers from the completion on.
    """
    with store.read(actor) as tx:
        _join(tx, state)
    given = standing(state.forslag if hendelse == forms.COMPLETE else {}) | state.svar
    asked, taken = without_unasked(state.form, given, given)
    unsettled = unsettled_answers(state.skjema, state.uleselig, state.aapne, completing=hendelse == forms.COMPLETE)
    try:
        with store.write(actor) as tx:
            write = patient_answers.save_paper if state.skjema in rules.PATIENT_FORMS else forms.save
            saved = write(
                tx,
                state.forlop_id,
                state.skjema,
                asked,
                grunnversjon=state.versjon,
                hendelse=hendelse,
                bekreftet=state.bekreftet,
                grunn=state.grunn,
                **more,
            )
            head = forlop.get(tx, state.forlop_id)
            kontekst = versions.context(tx, head, state.form)
            if unsettled:
                raise InvalidAnswers(unsettled)
    except InvalidAnswers as error:
        told = {p.variabel for p in unsettled}
        found = unsettled + tuple(p for p in error.problems if p.variabel not in told)
        _look_around(store, actor, state)
        if hendelse != forms.AUTOSAVE:
            state.mangler = found
        raise InvalidAnswers(found) from error
    state.versjon, state.status, state.lagret = saved.versjon, saved.status, saved.svar
    state.svar, state.kontekst = {k: v for k, v in saved.svar.items() if v is not None}, kontekst
    state.hode = head
    state.sist_lagret, state.merket, state.endret, state.utkast_tid = saved.tid, saved.tid, False, None
    state.mangler, state.grunn, state.holdt = (), None, True
    state.krever_grunn = saved.status == rules.COMPLETED
    if state.krever_grunn:
        state.kan_endres = may(actor, "rette_låst", state.enhet)
    look(state, saved.tid.astimezone(OSLO).date())
    state.utkast = state.kept
    if state.begun:
        keep(store, actor, state)
    return replace(saved, fjernet=taken + saved.fjernet)


def _look_around(store: Store, actor: Actor, state: FormState) -> None:
    """Hold the form against what colleagues have saved in the other forms meanwhile, as the save did."""
    with store.read(actor) as tx:
        state.hode = forlop.get(tx, state.forlop_id)
        state.kontekst = versions.context(tx, state.hode, state.form)
        look(state, tx.now.astimezone(OSLO).date())


def autosave(store: Store, actor: Actor, state: FormState) -> bool:
    """Save what is typed as a version; False when it is left in the draft, and the user is told at the next save.

    That is so when the form is locked, when the save waits for the user (checks/autosave.py), and when the answers are invalid
    or a colleague has saved meanwhile. Raises RegisterError when nothing can be written.
    """
    if not state.endret or state.krever_grunn or not state.kan_endres:
        return False
    try:
        _, taken = without_unasked(state.form, state.svar, state.svar)
        if waits_for_user(state.lagret, state.svar, taken, closing(store, actor, state)):
            return False
        save(store, actor, state, forms.AUTOSAVE)
    except RegisterError as error:
        if error.code in CANNOT_WRITE:
            raise
        state.merket = store.clock()
        return False
    return True


def locked(state: FormState) -> frozenset[str]:
    """What nobody may change here: a recorded Ja, which only SC can withdraw (manual: «Tilbaketrekking av samtykke»)."""
    return samtykke.RECORDED if samtykke.recorded_yes(state.lagret) else frozenset()
