"""Question 3 of B 1.1 on the screen: the list of diagnoses, and the editor where one is made or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.components.choice_row import choice_row
from app.components.field import Question
from app.components.form_tables import buttons_field, diagnoses_field
from app.components.search_field import search_field
from app.forms import diagnosevalg, words
from app.forms import state as states
from app.forms.answering import Open, commit, guarded
from app.forms.lookup_routes import ncsp_text
from checks import kodeverk, smertediagnoser
from checks.codebook import Gjentatt, Variabel, load
from checks.errors import InvalidAnswers
from checks.repeated import well_formed
from ingest.registration.forms import SAVE

SAVED = "Smertediagnosen er lagret"
MOST_BUTTONS, WIDEST = 9, 190  # the most answers in a line, and the most characters they may have together


def questions(form: Open, block: Gjentatt) -> tuple[list[Question], Question]:
    """The editor's questions, ending with its buttons, and the list of the diagnoses that are registered."""
    state = form.state
    rows = well_formed(state.svar.get(block.navn))
    made = diagnoses_field(
        "Registrerte smertediagnoser",
        [_line(form, row) for row in rows],
        key=form.key(block.navn),
        required=True,
        error=state.problem(block.navn),
        disabled=not state.redigerbar,
        help=block.hjelp or None,
        on_change=lambda event: _tool(form, block, event),
    )
    return _editor(form, block) if state.redigerbar else [], made


def _line(form: Open, row: Mapping[str, Any]) -> dict[str, Any]:
    anatomy = row.get("SmerteKat") == smertediagnoser.ACUTE and row.get("DiagKat") in (2, 3)
    editing = form.state.redigeres or {}
    code = str(row.get("ICD10Kode") or "")
    return {
        "id": row.get("SmerteDiagID"),
        "kategori": words.diagnosis_category(row),
        "kode": smertediagnoser.region_text(code, None) if anatomy else code,
        "inndeling": row.get("ICD10Tekst") if anatomy else None,
        "tekst": row.get("ICD10Tekst") or "",
        "hoved": {0: "Nei", 1: "Ja"}.get(row.get("HovedDiag", -1), ""),
        "redigeres": bool(editing) and editing.get("SmerteDiagID") == row.get("SmerteDiagID"),
    }


def _editor(form: Open, block: Gjentatt) -> list[Question]:
    row = form.state.redigeres or {}
    asked = [_question(form, block, v, row) for v in diagnosevalg.asked(block, row)]
    if not row:
        return asked
    changing = row.get("SmerteDiagID") is not None
    done: dict[str, Callable[[Open, Gjentatt], None]] = {"ok": accept, "avbryt": cancel}
    buttons = buttons_field(
        [("ok", "Endre" if changing else "Legg til"), ("avbryt", "Avbryt registrering")],
        key=form.key("diagnoseknapper"),
        error=" ".join(form.state.diagnosefeil) or None,
        on_change=lambda name: done[name](form, block) if form.state.redigeres and name in done else None,
    )
    return [*asked, buttons]


def _question(form: Open, block: Gjentatt, v: Variabel, row: dict[str, Any]) -> Question:
    common: dict[str, Any] = {
        "key": form.key(v.navn),
        "help": v.hjelp or None,
        "required": v.paakrevd is True,
        "on_change": lambda value: _chosen(form, block, v, value),
    }
    given, offered = diagnosevalg.chosen(v, row), diagnosevalg.options(v, row)
    if offered is None:
        source = f"/oppslag/{v.oppslag}" + (f"?prefiks={v.prefiks}" if v.prefiks else "")
        free = v.oppslag == "ncsp"
        wrong = free and given and not kodeverk.valid_ncsp(str(given))
        shown = f"{given} {row.get(diagnosevalg.TEXT) or ''}".strip() if given else None
        return search_field(
            v.ledetekst,
            given,
            shown=shown,
            source=source,
            with_code=True,
            free=free,
            often=form.often.get(v.navn, ()),
            placeholder="Søk på kode eller tekst",
            error=f"«{given}» er ikke en NCSP-kode (tre bokstaver og to sifre)." if wrong else None,
            **common,
        )
    pairs = [(k.kode, k.tekst) for k in offered]
    if len(pairs) <= MOST_BUTTONS and sum(len(text) + 4 for _, text in pairs) <= WIDEST and not v.kortliste:
        return choice_row(v.ledetekst, pairs, given, **common)  # pyright: ignore[reportArgumentType]
    text = next((t for k, t in pairs if k == given), None)
    return search_field(
        v.ledetekst,
        given,
        shown=f"{given} {text}" if text and v.kortliste else text,
        options=pairs,
        with_code=bool(v.kortliste),
        placeholder="Velg eller søk",
        **common,
    )


def _chosen(form: Open, block: Gjentatt, v: Variabel, value: Any) -> None:
    state = form.state
    with guarded(form):
        state.redigeres = diagnosevalg.choose(block, state.redigeres or {}, v, value, ncsp_text) or None
        state.diagnosefeil = []
        states.keep(form.store, form.actor, state)


def _tool(form: Open, block: Gjentatt, event: dict[str, Any]) -> None:
    state = form.state
    rows = well_formed(state.svar.get(block.navn))
    if event["handling"] == "rediger":
        state.redigeres = next((dict(r) for r in rows if r.get("SmerteDiagID") == event["id"]), None)
        state.diagnosefeil = []
    else:
        commit(form, {block.navn: [r for r in rows if r.get("SmerteDiagID") != event["id"]] or None})
        if (state.redigeres or {}).get("SmerteDiagID") == event["id"]:
            state.redigeres = None


def block(form: Open) -> Gjentatt:
    """The form's list of diagnoses in the codebook."""
    return next(g for g in load().skjema[form.state.skjema].gjentatte if g.navn == "smertediagnoser")


def cancel(form: Open, _block: Gjentatt) -> None:
    """«Avbryt registrering»: forget the diagnosis that is being made."""
    form.state.redigeres, form.state.diagnosefeil = None, []
    states.look(form.state, form.today)
    with guarded(form):
        states.keep(form.store, form.actor, form.state)


def accept(form: Open, block: Gjentatt) -> None:
    """«Legg til» or «Endre»: put the diagnosis in the list, and save the form."""
    state = form.state
    row = diagnosevalg.tidy(block, state.redigeres or {})
    rows = well_formed(state.svar.get(block.navn))
    number = row.get("SmerteDiagID")
    wrong = [p.melding.partition(": ")[2] or p.melding for p in smertediagnoser.check([row], complete=True)]
    state.diagnosefeil = diagnosevalg.missing(block, row) or [w for w in wrong if "mangler" not in w]
    if state.diagnosefeil:
        return
    if number is None:
        rows.append({**row, "SmerteDiagID": diagnosevalg.next_id(rows)})
    else:
        rows = [row if r.get("SmerteDiagID") == number else r for r in rows]
    state.redigeres = None
    commit(form, {block.navn: rows})
    if state.feil or form.asleep:
        return
    if state.krever_grunn:
        state.varsel, state.draw_all = ("Smertediagnosen er med i rettelsen. Trykk Lagre for å lagre den.", True)
        return
    with guarded(form):
        try:
            states.save(form.store, form.actor, state, SAVE)
            state.varsel = SAVED
        except InvalidAnswers as error:
            state.varsel = f"Smertediagnosen er lagt til i utkastet, men skjemaet kunne ikke lagres: {error}"
        state.draw_all = True
