"""The state of an open form: answers that are kept as a draft as they are typed, and saved as versions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from app.forms import view as views
from app.forms import words
from app.ui import seen
from checks import forlop as rules
from checks import samtykke
from checks.answers import Shape, shape, without_lapsed, without_unasked
from checks.autosave import waits_for_user
from checks.codebook import Opioidtabell, load
from checks.edition_day import judged_on
from checks.eprom import CLOSING_FIELDS
from checks.errors import InvalidAnswers, Problem, RegisterError, problem
from checks.patient_forms import typed_by_staff
from checks.proposals import Proposal, proposals, standing
from ingest.access import Actor, may
from ingest.capture.room import CANNOT_WRITE
from ingest.lists import innsyn
from ingest.prom import patient_answers
from ingest.registration import drafts, forlop, forms, patients, versions
from ingest.store import OSLO, Store

# Keys in the draft beside the answers; what they hold is told by FormState.
EDITOR, TYPED, OPENED, REASON = "~diagnose", "~tekst", "~opioider", "~grunn"
AUTOSAVE_AFTER = 290  # seconds; the bar's own clock ticks every 300


@dataclass
class FormState:
    """One open form of one user. ``svar`` are the answers on the screen, ``lagret`` those of the version they began from.

    ``bekreftet`` holds the unusual values that the user has confirmed. ``redigeres`` is the smertediagnose in the editor: its
    stored columns. ``uleselig`` is what was typed where it could not be read, by variable: a date that is none, a number with
    letters. ``aapne`` are the opioids (stems) that the user has chosen and given no dose. ``forslag`` are the days proposed for
    empty dates, by variable. ``startdato`` is the forløp's, as saved. ``holdt`` is whether the answers on the screen are in the
    draft. ``kommentar`` is the internal comment that was refused last: why, and its text. ``dag`` is the day whose edition counts.
    """

    forlop_id: int
    skjema: str
    enhet: str
    versjon: int
    status: int
    lagret: dict[str, Any]
    svar: dict[str, Any]
    kontekst: dict[str, Any]
    fodselsdato: date | None
    startdato: date | None
    kan_endres: bool
    krever_grunn: bool
    sist_lagret: datetime | None
    merket: datetime
    bekreftet: dict[str, Any] = field(default_factory=dict)
    utkast_tid: datetime | None = None
    endret: bool = False
    holdt: bool = True
    grunn: str | None = None
    seksjon: str | None = None
    merknad: dict[str, str] = field(default_factory=dict)
    mangler: tuple[Problem, ...] = ()
    feil: str = ""
    melding: str = ""
    varsel: str = ""
    draw_all: bool = False
    kommentar: tuple[str, str] | None = None
    nr: int = 0
    hendelse: dict[str, Any] | None = None
    go_to: str | None = None
    sporsmaal: Any = None
    redigeres: dict[str, Any] | None = None
    uleselig: dict[str, str] = field(default_factory=dict)
    forslag: dict[str, Proposal] = field(default_factory=dict)
    aapne: set[str] = field(default_factory=set)
    diagnosefeil: list[str] = field(default_factory=list)
    bilde: views.View = field(default_factory=lambda: views.View({}, ()))
    dag: date | None = None

    @property
    def form(self) -> Shape:
        """The form in the edition it is judged by, as last looked at."""
        return shape(self.skjema, self.dag)

    @property
    def redigerbar(self) -> bool:
        """Whether answers may be changed now; in a completed form only after a reason is given."""
        return self.kan_endres and (not self.krever_grunn or self.grunn is not None)

    @property
    def begun(self) -> bool:
        """Whether something is begun that is no answer yet, and is kept in the draft beside the answers."""
        return bool(self.redigeres or self.uleselig or self.aapne)

    def problem(self, navn: str) -> str | None:
        """The sentence beside a question: what is wrong, or what was missing when the user last tried to complete."""
        return self.bilde.problems.get(navn) or next((p.melding for p in self.mangler if p.variabel == navn), None)

    def asks(self) -> set[str]:
        return views.asks(self.form, self.svar, self.bekreftet) if self.redigerbar else set()


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
        startdato=opened.forlop.startdato,
        kan_endres=opened.kan_endres and typed_by_staff(skjema, opened.status, opened.svar),
        krever_grunn=opened.krever_grunn,
        sist_lagret=opened.sist_lagret,
        merket=now,
        bekreftet={n: c["verdi"] for n, c in opened.bekreftet.items()},
    )
    draft = opened.utkast
    if draft is not None and state.kan_endres:
        given = dict(draft.svar)
        state.redigeres, state.uleselig = given.pop(EDITOR, None), given.pop(TYPED, {})
        state.aapne, state.grunn = set(given.pop(OPENED, ())), given.pop(REASON, None)
        if given != opened.svar or state.begun:
            state.svar, state.versjon, state.utkast_tid, state.endret = (given, draft.grunnversjon, draft.tid, True)
            state.lagret = began
    look(state, now.astimezone(OSLO).date())
    return state


def look(state: FormState, today: date) -> None:
    """Compute what the form shows for its answers, and fill in computed and automatic answers."""
    state.dag = judged_on(load().skjema[state.skjema], state.svar, state.startdato, today)
    state.bilde = views.view(state.skjema, state.svar, state.kontekst, state.fodselsdato, today, state.dag)
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
        state.bekreftet.pop(navn, None)
        if value is None:
            state.svar.pop(navn, None)
        else:
            state.svar[navn] = value
    state.mangler = tuple(p for p in state.mangler if p.variabel not in _same_question(state.form, given))
    state.endret, state.holdt = True, False
    state.svar = without_lapsed(state.form, earlier, state.svar, state.kontekst)
    look(state, today)
    for navn, value in given.items():
        kept = state.svar.get(navn)
        v = load().skjema[state.skjema].variabler.get(navn)
        if v is not None and v.avrund_opp and kept is not None and kept != value and value is not None:
            state.merknad[navn] = words.rounded(v.ledetekst, value, kept, v.enhet)


def _same_question(form: Shape, given: dict[str, Any]) -> set[str]:
    anchors = views.anchors(form.skjema)
    touched = {anchors.get(n, n) for n in given}
    return {n for n, anchor in anchors.items() if anchor in touched}


def keep(store: Store, actor: Actor, state: FormState) -> None:
    """Store the answers on the screen as the user's draft."""
    beside = {EDITOR: state.redigeres, TYPED: state.uleselig, OPENED: sorted(state.aapne), REASON: state.grunn}
    kept = state.svar | {key: value for key, value in beside.items() if value}
    state.holdt = False
    with store.write(actor) as tx:
        drafts.keep(tx, state.forlop_id, state.skjema, state.versjon, kept)
    state.holdt = True


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


def save(store: Store, actor: Actor, state: FormState, hendelse: str) -> forms.Saved:
    """Save a version. When it is refused (RegisterError) no version is stored; the draft stays, and the state has the
    problems.

    The answer to a question that another startdato has taken off the screen is not saved; it is in ``fjernet`` of the result.
    The dates that stand as proposals are answers from the completion on.
    """
    given = standing(state.forslag if hendelse == forms.COMPLETE else {}) | state.svar
    asked, taken = without_unasked(state.form, given, given)
    unsettled = _unsettled(state, hendelse)
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
            )
            head = forlop.get(tx, state.forlop_id)
            kontekst = versions.context(tx, head, state.form)
            if unsettled:
                raise InvalidAnswers(unsettled)
    except InvalidAnswers as error:
        told = {p.variabel for p in unsettled}
        found = unsettled + tuple(p for p in error.problems if p.variabel not in told)
        if hendelse != forms.AUTOSAVE:
            state.mangler = found
        raise InvalidAnswers(found) from error
    state.versjon, state.status, state.lagret = saved.versjon, saved.status, saved.svar
    state.svar, state.kontekst = {k: v for k, v in saved.svar.items() if v is not None}, kontekst
    state.startdato = head.startdato
    state.sist_lagret, state.merket, state.endret, state.utkast_tid = saved.tid, saved.tid, False, None
    state.mangler, state.grunn, state.holdt = (), None, True
    state.krever_grunn = saved.status == rules.COMPLETED
    if state.krever_grunn:
        state.kan_endres = may(actor, "rette_låst", state.enhet)
    look(state, saved.tid.astimezone(OSLO).date())
    if state.begun:
        keep(store, actor, state)
    return replace(saved, fjernet=taken + saved.fjernet)


def _unsettled(state: FormState, hendelse: str) -> tuple[Problem, ...]:
    """What a save would lose: text that is no answer (REG-323), and at completion an opioid without its dose (REG-324)."""
    form = load().skjema[state.skjema]
    unread = [
        problem("REG-323", skjema=state.skjema, variabel=navn, felt=form.variabler[navn].ledetekst, verdi=text)
        for navn, text in state.uleselig.items()
        if navn in form.variabler  # the others are of a diagnosis that is not added yet, and wait with it
    ]
    rows = [row for s in form.seksjoner for felt in s.felt if isinstance(felt, Opioidtabell) for row in felt.rader]
    without_dose = [
        problem("REG-324", skjema=state.skjema, variabel=r.dose.navn, felt=f"{r.legemiddel}, {r.form}")
        for r in rows
        if r.stamme in state.aapne and hendelse == forms.COMPLETE
    ]
    return (*unread, *without_dose)


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


def samtykke_locked(state: FormState, navn: str) -> bool:
    """Whether the variable is locked as a recorded Ja, which only SC can withdraw (manual: «Tilbaketrekking av
    samtykke»).
    """
    return navn == "SkriftligSamtyk" and samtykke.recorded_yes(state.lagret)
