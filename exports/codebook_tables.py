"""The codebook as three tables of the snapshot, from which dbt makes its columns, labels and Klokeboken."""

import re
from collections import Counter
from itertools import chain

import polars as pl

from checks.codebook import Codebook, Gjentatt, Skjema, Variabel
from checks.codebook.calculations import HOW
from checks.conditions import variables
from exports.conditions_sql import asked, required, tickable

FORM = {
    "skjema": pl.String,
    "slag": pl.String,
    "fra_type": pl.Int8,
    "navn": pl.String,
    "arbeid": pl.Int32,
    "uttrekk": pl.Int32,
    "formorder": pl.Int32,
    "utfylt": pl.String,
    "arsak": pl.String,
    "omeq_sum": pl.String,
}
VARIABLE = {
    "skjema": pl.String,
    "tabell": pl.String,
    "formorder": pl.Int32,
    "navn": pl.String,
    "stamme": pl.String,
    "ledetekst": pl.String,
    "merkelapp": pl.String,
    "type": pl.String,
    "lagres": pl.String,
    "fysisk": pl.String,
    "rekkefolge": pl.Int32,
    "aktiv": pl.Boolean,
    "eksporteres": pl.Boolean,
    "beregnes": pl.String,
    "gjentatt": pl.String,
    "identifiserende": pl.Boolean,
    "obligatorisk": pl.Boolean,
    "aktiverer": pl.Boolean,
    "betinget": pl.Boolean,
    "desimaler": pl.Int32,
    "mykt_fra": pl.Float64,
    "mykt_til": pl.Float64,
    "mykt_mot": pl.String,
    "hardt_fra": pl.Float64,
    "hardt_til": pl.Float64,
    "fra": pl.Date,
    "til": pl.Date,
    "kommentar": pl.String,
    "hjelp": pl.String,
    "kreves": pl.String,
    "stilles": pl.String,
    "krysses": pl.String,
}
CODE = {
    "skjema": pl.String,
    "navn": pl.String,
    "kode": pl.Int32,
    "verdi": pl.String,
    "tekst": pl.String,
    "rekkefolge": pl.Int32,
    "ukjent": pl.Boolean,
    "fra": pl.Date,
    "til": pl.Date,
}

EDITION = {"navn": pl.String, "fra": pl.Date, "til": pl.Date}

BOX = "1: krysset av. 0: ikke krysset av i et ferdigstilt skjema. Tom: ikke stilt, eller skjemaet er ikke ferdigstilt."


def codebook_tables(codebook: Codebook) -> dict[str, pl.DataFrame]:
    """kodebok_skjema, kodebok_variabel, kodebok_kode and kodebok_utgave, for `snapshot.take`.

    kodebok_skjema has one row per form. `fra_type` is the lowest forløpstype that opens the form (empty for PO), `navn` its
    name in the extracts, `arbeid` and `uttrekk` its place in the order of the work and of the extracts. For a patient form
    `utfylt` and `arsak` name the variables that say whether it was filled in, and if not, why. `omeq_sum` names the sum of
    the form's table of opioids, if it has one.

    kodebok_variabel has one row per form and variable, in the order of the extracts. `gjentatt` is the name of the
    repeated block that has the variable, if any. `fra` is the first day the variable is asked, `til` the first day it is
    asked no longer. A variable that is not `aktiv` belongs to an edition that is not in use, and its column stays empty;
    one that is not `eksporteres` has no column. `aktiverer`: the answer opens other questions; `betinget`: another answer
    opens this question. `stilles` and `kreves` are SQL conditions over allevarnum and `dag` (exports/conditions_sql.py): when
    the question is asked, and when a completed form must have an answer (empty: the question alone is never asked, or never
    required). `krysses` is when a box is on the screen, over the same and «<skjema>_dag» in place of `dag`.

    kodebok_kode has one row per code of a list; `kode` is empty where the code is text (ICD-10), and `ukjent` marks «Vet
    ikke».

    kodebok_utgave has one row per named edition in use, with its first day and the first day without it.
    """
    variables, codes = [], []
    opening = _opening(codebook)
    editions = [(u.navn, u.fra, u.til) for u in codebook.utgaver.values() if u.i_bruk]
    for form in codebook:
        labels = _labels(form)
        for place, (variable, table, repeated) in enumerate(_in_order(form)):
            row = _variable(
                codebook, form, place, variable, labels[variable.navn], table, repeated, variable.navn in opening
            )
            variables.append(row)
            for number, code in enumerate(variable.koder):
                as_number = code.kode if isinstance(code.kode, int) else None
                text = code.tekst or str(code.kode)
                dates = code.tid.fra, code.tid.til
                codes.append((form.id, variable.navn, as_number, str(code.kode), text, number, code.ukjent, *dates))
    return {
        "kodebok_skjema": pl.DataFrame(
            [_form(place, form) for place, form in enumerate(codebook, 1)], schema=FORM, orient="row"
        ),
        "kodebok_variabel": pl.DataFrame(variables, schema=VARIABLE, orient="row"),
        "kodebok_kode": pl.DataFrame(codes, schema=CODE, orient="row"),
        "kodebok_utgave": pl.DataFrame(editions, schema=EDITION, orient="row"),
    }


def _form(place: int, form: Skjema) -> tuple[object, ...]:
    """One row of kodebok_skjema."""
    _, filled_in, reason = form.pasientskjema.lukkefelt if form.pasientskjema else (None, None, None)
    total = form.opioidtabell.sum.navn if form.opioidtabell else None
    name, at = form.uttrekksnavn, form.plass
    return form.id, form.slag, form.fra_type, name, place, at, form.formorder, filled_in, reason, total


def _in_order(form: Skjema) -> list[tuple[Variabel, str, str | None]]:
    """(variable, table, name of repeated block) in the order of the extracts; variables without a column come last."""
    exported = form.uttrekk()
    names = {variable.navn for variable in exported}
    rest = [variable for variable in form.variabler.values() if variable.navn not in names]
    found: list[tuple[Variabel, str, str | None]] = [(variable, form.tabell, None) for variable in (*exported, *rest)]
    for block in form.gjentatte:
        found += [(variable, block.tabell, block.navn) for variable in (block.noekkel, *block.felt)]
    return found


def _opening(codebook: Codebook) -> set[str]:
    """The names of the variables whose answers decide whether another question is asked."""
    found = set()
    for form in codebook:
        for v in form.alle:
            found |= {name.rpartition(".")[2] for name in variables(v.vises_naar)}
    return found


def _variable(
    codebook: Codebook, form: Skjema, place: int, v: Variabel, label: str, table: str, repeated: str | None, opens: bool
) -> tuple[object, ...]:
    """One row of kodebok_variabel."""
    leaves = v.eksporteres and not v.identifiserende and v.fysisk is not None
    return (
        form.id,
        table,
        form.formorder,
        v.navn,
        v.stamme,
        v.ledetekst,
        label,
        v.type,
        v.lagres,
        v.fysisk,
        place,
        v.aktiv,
        leaves,
        v.beregnes,
        repeated,
        v.identifiserende,
        v.besvares and v.paakrevd is not False,
        opens,
        v.vises_naar is not None,
        v.desimaler,
        *(v.mykt or (None, None)),
        v.mykt_mot.rpartition(".")[2] if v.mykt_mot else None,
        *(v.hardt or (None, None)),
        v.tid.fra,
        v.tid.til,
        _comment(form, v),
        _plain(v.hjelp),
        None if repeated else required(codebook, v),
        None if repeated else asked(codebook, v),
        None if repeated else tickable(codebook, v, f"{form.id}_dag"),
    )


def _labels(form: Skjema) -> dict[str, str]:
    """A label of each variable that no other variable has: the form, the question that has the box or row, and its own text;
    where these are the same for two, also the question whose answer opens it.
    """
    said: dict[str, list[str]] = {}
    texts = {v.navn: v.ledetekst for v in form.alle}
    for v in form.alle:
        said[v.navn] = [form.navn, v.ledetekst or v.navn]
    fields = (field for section in form.seksjoner for field in section.felt)
    for field in (field for field in fields if not isinstance(field, Variabel | Gjentatt)):
        for v in field.variabler:
            said[v.navn].insert(1, field.ledetekst.rstrip(": "))
    groups: dict[tuple[str, ...], list[Variabel]] = {}
    for v in form.alle:
        groups.setdefault(tuple(said[v.navn]), []).append(v)
    for alike in (group for group in groups.values() if len(group) > 1):
        openers = {v.navn: [texts[n].rstrip("?: ") for n in variables(v.vises_naar) if n in texts] for v in alike}
        shared = Counter(chain.from_iterable(openers.values()))
        for name, opening in openers.items():
            said[name][1:1] = [min(reversed(opening), key=shared.__getitem__)] if opening else []
    return {name: f"{parts[0]}: {' – '.join(parts[1:])}" for name, parts in said.items()}


def _plain(text: str) -> str:
    """The help text without the marks for bold, and with «•» for the marks of a list."""
    return re.sub(r"^- ", "• ", text.replace("**", ""), flags=re.MULTILINE)


def _comment(form: Skjema, v: Variabel) -> str | None:
    """What a reader of the column must know besides its label: the unit, where its values are explained, who sets it."""
    said = [f"Enhet: {v.enhet}."] if v.enhet else []
    if v.oppslag in ("lokasjon", "avdeling"):
        said.append(f"Nummeret på en {v.oppslag} i avdelingsoversikt.")
    filled_by = [f.navn for block in form.gjentatte for f in block.felt if f.fyller == v.navn]
    if filled_by:
        said.append(f"Fylles av {', '.join(filled_by)}.")
    if v.beregnes:
        said.append(HOW[v.beregnes])
    if v.type == "avkrysning":
        said.append(BOX)
    if v.tid.utgave and not v.aktiv:
        said.append(f"{v.tid.utgave.tittel}. Utgaven er ikke i bruk; kolonnen er tom.")
    return " ".join(said) or None
