"""The sections of a form, with their questions as the browser draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.components.check_group import check_group
from app.components.choice_row import choice_row
from app.components.date_field import date_field
from app.components.field import Question
from app.components.form_tables import clinicians_field, opioid_field
from app.components.number_field import number_field, section_title, shown_field, text_field
from app.components.search_field import search_field
from app.forms import diagnoseliste, paper, words
from app.forms.answering import Open, commit, confirm, keep
from app.forms.view import Node, block_name
from checks.calculations import omeq
from checks.codebook import Behandlere, Flervalg, Gjentatt, Opioidtabell, Variabel

SHORT, LETTERS = 7, 64  # answers stand in a line when they are so few, or have so few letters together
CONSENT_LOCKED = "Et registrert Ja kan bare trekkes tilbake av registerledelsen (SC)."
CONSENT_WITHDRAWN = "Samtykket er trukket tilbake, og registrert av registerledelsen (SC)."


@dataclass(frozen=True)
class Placed:
    """A question and where it stands: ``level`` steps in under the question it depends on; those of the same ``group`` stand
    together in a frame.
    """

    question: Question
    level: int = 0
    group: str = ""


@dataclass(frozen=True)
class Card:
    """A section as drawn: its heading, when it has one, and its questions in order."""

    id: str
    heading: Question | None
    placed: tuple[Placed, ...]


def cards(form: Open) -> tuple[Card, ...]:
    """The open form as it looks for its answers now."""
    found = [Card("papir", None, (Placed(day),))] if (day := paper.plotted(form)) else []
    for shown in form.state.bilde.sections:
        heading = section_title(shown.tittel, key=form.key(f"seksjon-{shown.id}"), help=shown.hjelp or None)
        found.append(Card(shown.id, heading, tuple(p for n in shown.nodes for p in _placed(form, n))))
    return tuple(found)


def question(form: Open, element: str) -> Question | None:
    """The question with this id, as ``cards`` has it, or None when it is not on the screen now."""
    if (day := paper.plotted(form)) and day.data["id"] == element:
        return day
    nodes = [node for shown in form.state.bilde.sections for node in shown.nodes]
    # A repeated block makes several questions; every other node makes the one it is named for.
    likely = [n for n in nodes if form.key(n.navn) == element] or [n for n in nodes if isinstance(n.felt, Gjentatt)]
    return next((p.question for n in likely for p in _placed(form, n) if p.question.data["id"] == element), None)


def _placed(form: Open, n: Node) -> list[Placed]:
    """One question as the kind of field that the codebook says."""
    match n.felt:
        case Variabel():
            return [Placed(_variable(form, n.felt), n.level)]
        case Flervalg():
            return [Placed(_several(form, n, n.felt), n.level)]
        case Behandlere():
            return [Placed(_clinicians(form, n.felt), n.level)]
        case Opioidtabell():
            return [Placed(_opioids(form, n.felt), n.level)]
        case Gjentatt():
            editor, made = diagnoseliste.questions(form, n.felt)
            return [*(Placed(q, n.level, "diagnose") for q in editor), Placed(made, n.level)]


def required(v: Variabel) -> bool:
    return v.besvares and v.paakrevd is not False


def _variable(form: Open, v: Variabel) -> Question:
    state, v = form.state, paper.worded(v)
    given = state.bilde.seen.get(v.navn)
    if not v.besvares:
        return shown_field(
            v.ledetekst,
            words.value(v, given, form.lists),
            key=form.key(v.navn),
            help=v.hjelp or None,
            error=state.problem(v.navn),
        )
    locked = state.redigerbar and v.navn in form.locked
    common: dict[str, Any] = {
        "key": form.key(v.navn),
        "help": v.hjelp or None,
        "required": required(v),
        "error": state.problem(v.navn),
        "disabled": not state.redigerbar or locked,
    }
    take = lambda value: commit(form, {v.navn: value})  # noqa: E731
    ask = None if state.problem(v.navn) else state.asks().get(v.navn)
    if v.type == "dato":
        return date_field(
            v.ledetekst,
            _day(given),
            today=form.today,
            ask=ask,
            proposal=state.forslag.get(v.navn),
            on_change=lambda d: take(d.isoformat() if d else None),
            on_confirm=lambda iso: confirm(form, v.navn, iso),
            **common,
        )
    if v.type == "tall":
        return number_field(
            v.ledetekst,
            given,
            unit=v.enhet,
            ask=ask,
            note=state.merknad.get(v.navn),
            on_change=take,
            on_confirm=lambda value: confirm(form, v.navn, value),
            **common,
        )
    if v.type == "avkrysning":
        return check_group(
            "",
            [(v.navn, v.ledetekst)],
            [v.navn] if given else [],
            on_change=lambda chosen: take(int(bool(chosen))),
            **common,
        )
    if v.oppslag == "icd10":
        source = "/oppslag/icd10" + (f"?prefiks={v.prefiks}" if v.prefiks else "")
        return search_field(
            v.ledetekst,
            given,
            shown=words.value(v, given) if given else None,
            source=source,
            with_code=True,
            often=form.often.get(v.navn, ()),
            placeholder="Søk på kode eller tekst",
            on_change=take,
            **common,
        )
    if v.oppslag:
        names = form.active.get(v.oppslag, {})
        text = words.value(v, given, form.lists) if given else None
        offered = {**names, given: text} if text else names
        if len(offered) <= SHORT:
            return choice_row(v.ledetekst, list(offered.items()), given, on_change=take, **common)
        return search_field(
            v.ledetekst,
            given,
            shown=text,
            options=list(names.items()),
            often=[(code, names[code]) for code, _ in form.often.get(v.navn, ()) if code in names],
            placeholder="Velg eller søk",
            on_change=take,
            **common,
        )
    if v.type == "liste":
        return codes(v, given, take, note=_consent_note(form) if locked else None, **common)
    return text_field(v.ledetekst, given, long=v.type == "stor_tekst", on_change=take, **common)


def _consent_note(form: Open) -> str:
    return CONSENT_LOCKED if form.state.hode.trukket_dato is None else CONSENT_WITHDRAWN


def _day(given: Any) -> date | None:
    """The answer as a day; None for what is no day, about which the field says what is wrong."""
    try:
        return date.fromisoformat(given) if given else None
    except (TypeError, ValueError):
        return None


def codes(v: Variabel, given: Any, take: Any, *, note: str | None = None, **common: Any) -> Question:
    """Draw a question with codes: a line of buttons when they are few, otherwise a field to search in."""
    options = [(k.kode, k.tekst or str(k.kode)) for k in v.koder if k.tilbys or k.kode == given]
    numeric = all(isinstance(k, int) for k, _ in options) and sum(text.isdigit() for _, text in options) > SHORT
    if numeric or len(options) <= SHORT or sum(len(text) for _, text in options) <= LETTERS:
        return choice_row(v.ledetekst, options, given, numeric=numeric, note=note, on_change=take, **common)  # pyright: ignore[reportArgumentType]
    text = next((t for k, t in options if k == given), None)
    return search_field(
        v.ledetekst, given, shown=text, options=options, on_change=take, placeholder="Velg eller søk", **common
    )


def _several(form: Open, n: Node, felt: Flervalg) -> Question:
    state = form.state
    names = [v.navn for v in n.boxes]
    top = n.navn == felt.alternativer[0].navn

    def take(chosen: set[str]) -> None:
        given: dict[str, Any] = {name: int(name in chosen) for name in names}
        if chosen & set(felt.enevalg):
            given = {v.navn: int(v.navn in chosen) for v in felt.alternativer}
        commit(form, {k: v for k, v in given.items() if v or state.svar.get(k) is not None})

    options = [(v.navn, f"{v.ledetekst} ({_examples(v)})" if _examples(v) else v.ledetekst) for v in n.boxes]
    return check_group(
        n.ledetekst,
        options,
        [name for name in names if state.svar.get(name)],
        exclusive=[e for e in felt.enevalg if e in names],
        key=form.key(n.navn),
        help=_group_help(felt, n) if top else None,
        required=felt.minst_en and top,
        error=next((p for name in names if (p := state.problem(name))), None),
        disabled=not state.redigerbar,
        on_change=take,
    )


def _examples(v: Variabel) -> str:
    """The variable's help as short examples inside the answer; longer help stands behind «?»."""
    return v.hjelp.rstrip(".") if v.hjelp.startswith("F.eks.") and len(v.hjelp) < 100 else ""


def _group_help(felt: Flervalg, n: Node) -> str | None:
    parts = [felt.hjelp, *(f"{v.ledetekst}: {v.hjelp}" for v in n.boxes if v.hjelp and not _examples(v))]
    return "\n\n".join(p for p in parts if p) or None


def _clinicians(form: Open, felt: Behandlere) -> Question:
    state = form.state
    rows = [(box, count) for box, count in felt.rader if box.aktiv]
    names = [v.navn for row in rows for v in row]
    asked = state.asks()
    counted = any(state.svar.get(box.navn) and state.svar.get(count.navn) for box, count in rows)

    def take(given: dict[str, Any]) -> None:
        new = {n: given.get(n) for n in names}
        commit(form, {n: v for n, v in new.items() if (v or None) != (state.svar.get(n) or None)})

    return clinicians_field(
        felt.ledetekst,
        [(box.navn, box.ledetekst, count.navn, box.hjelp) for box, count in rows],
        {n: state.svar[n] for n in names if n in state.svar},
        key=form.key(block_name(felt)),
        count_label=felt.antall_ledetekst,
        asks={n: asked[n] for n in names if n in asked and not state.problem(n)},
        errors={n: p for _, count in rows if (p := state.problem(n := count.navn))},
        help=felt.hjelp or None,
        required=felt.minst_en,
        error=state.problem(rows[0][0].navn),
        note=felt.paaminnelse if counted else None,
        disabled=not state.redigerbar,
        on_change=take,
        on_confirm=lambda name, value: confirm(form, name, value),
    )


def _opioids(form: Open, felt: Opioidtabell) -> Question:
    state = form.state
    stem_of = {row.dose.navn: row.stamme for row in felt.rader}
    rows = [(r.stamme, r.legemiddel, r.form, r.enhet, _doses(r.stamme), r.dose.hjelp) for r in felt.rader]

    def take(given: dict[str, Any]) -> None:
        doses, opened = given.get("doser", {}), given.get("aapne", [])
        state.aapne = {stem for stem in stem_of.values() if stem in opened and doses.get(stem) is None}
        new = {name: doses.get(stem) for name, stem in stem_of.items()}
        changed = {n: v for n, v in new.items() if v != state.svar.get(n)}
        commit(form, changed) if changed else keep(form)

    return opioid_field(
        felt.ledetekst,
        rows,
        {r.stamme: state.svar.get(r.dose.navn) for r in felt.rader},
        {r.stamme: state.svar.get(r.omeq.navn) for r in felt.rader},
        state.svar.get(felt.sum.navn),
        key=form.key(felt.sum.navn),
        opened=state.aapne,
        often=[stem for stem, _ in form.often.get(felt.id, ())],
        errors={r.stamme: p for r in felt.rader if (p := state.problem(r.dose.navn))},
        help=felt.hjelp or None,
        required=felt.minst_en,
        error=state.problem(felt.sum.navn),
        disabled=not state.redigerbar,
        on_change=take,
    )


def _doses(stem: str) -> list[float] | None:
    """The doses to choose from for an opioid (Buvidal: those of the table); None when any dose may be typed."""
    return list(omeq.buvidal_doses(stem)) or None
