"""Two PasientID side by side on Rett identitet, with what a merge will do in words, and the button that does it."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.components.goto import follow
from app.ui import links, notices, seen, texts
from app.web import resources
from checks import pasted
from checks.errors import RegisterError
from ingest import units
from ingest.access import Actor
from ingest.identity import merging, sides
from ingest.identity.sides import Comparison, Side
from ingest.registration import merged, number_kinds, requests
from ingest.registration.patients import Pasient

_BEHOLD = "ri_behold"
_SHOWN = "ri_vist"  # what the page said of the two when it was drawn last
_ARE_ONE = "PasientID {en} og {annen} er slått sammen. Pasienten har PasientID {kept}."
_FILLED = {
    "fornavn": "navn",
    "etternavn": "navn",
    "adresse": "adresse",
    "postnr": "adresse",
    "poststed": "adresse",
    "telefon": "telefon",
    "epost": "e-post",
    "fodselsdato": "fødselsdato",
    "kjonn": "kjønn",
    "avdod": "dødsfall",
    "dodsdato": "dødsfall",
}


def other_patient(text: str) -> int:
    """The PasientID that was typed. Raises REG-212."""
    digits = pasted.id_digits(text, "PasientID")
    if len(digits) > pasted.LONGEST_ID:
        raise RegisterError("REG-212", felt="PasientID")
    return int(digits)


def ask_for_the_other(patient: Pasient, onske: int | None) -> None:
    """Draw the field for the other PasientID."""
    st.html('<h2 class="sr-undertittel">Slå sammen med en annen PasientID</h2>')
    key = f"ri_annen_{patient.pasient_id}"

    def submitted() -> None:
        try:
            follow(links.identity(patient.pasient_id, other_patient(st.session_state[key]), onske))
        except RegisterError as error:
            st.session_state["ri_annen_avslag"] = str(error)

    with st.form(f"ri_annen_skjema_{patient.pasient_id}", border=False):
        st.text_input("Den andre PasientID-en", key=key, max_chars=9, autocomplete="off")
        st.form_submit_button("Sammenlign", on_click=submitted)
    if refused := st.session_state.pop("ri_annen_avslag", None):
        notices.refused(refused)
    st.html('<p class="sr-ingress">Ingenting slås sammen før du har sett de to side ved side.</p>')


def draw(actor: Actor, en: int, annen: int, onske: int | None) -> None:
    """Draw the two, what will happen, and the button; or why not, with the way on, as when the two are one already."""
    with resources.current().store.read(actor) as tx:
        kept, other = merged.kept(tx, en), merged.kept(tx, annen)
        names = {u["resh"]: u["navn"] for u in units.all_units(tx)}
        try:
            found = sides.compare(tx, kept, other, st.session_state.get(_BEHOLD))
        except RegisterError as refused:
            _refused(
                str(refused) if kept != other or en == annen else _ARE_ONE.format(en=en, annen=annen, kept=kept), kept
            )
            return
    seen.log_several(actor, "rett identitet", (found.til.patient.pasient_id, found.fra.patient.pasient_id))
    st.html(_table(found, names))
    warnings, words = _warnings(found), _words(found, names)
    for warning in warnings:
        notices.remark(warning)
    if found.kan_byttes:
        other = found.fra.patient.pasient_id
        st.button(f"Behold heller PasientID {other}", on_click=lambda: st.session_state.update({_BEHOLD: other}))
    st.html(words)
    _button(actor, found, onske, (*warnings, words))
    back = links.link(links.identity(en, onske=onske), "Tilbake uten å slå sammen", css="sr-knapplenke")
    st.html(f'<p class="sr-lenkerad">{back}</p>')


def _refused(sentence: str, kept: int) -> None:
    notices.remark(sentence)
    there = links.link(links.identity(kept), f"Til PasientID {kept}", css="sr-knapplenke")
    every = links.link(links.identity(), "Alle ønsker", css="sr-knapplenke")
    st.html(f'<p class="sr-lenkerad">{there} {every}</p>')


def _table(found: Comparison, names: dict[str, str]) -> str:
    columns = (found.til, found.fra)
    rows = [
        ("PasientID", [f"<b>{s.patient.pasient_id}</b>" for s in columns]),
        ("Navn", [escape(s.patient.navn) for s in columns]),
        ("Nummer", [escape(_number(s)) for s in columns]),
        ("Fødselsdato", [texts.day(s.patient.fodselsdato) or "ukjent" for s in columns]),
        ("Kjønn", [texts.SEX.get(s.patient.kjonn or 0, "ukjent") for s in columns]),
        ("Død", [texts.day(s.patient.dodsdato) or ("ja" if s.patient.avdod else "nei") for s in columns]),
        ("Forløp", [_forlop(s, names) for s in columns]),
        ("Samtykker", [_samtykke(s) for s in columns]),
        ("Åpne bestillinger", [texts.number(s.bestillinger) for s in columns]),
        ("Utkast", [texts.number(s.utkast) for s in columns]),
    ]
    head = '<th scope="col"></th><th scope="col">Beholdes</th><th scope="col">Går inn i den som beholdes</th>'
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for name, cells in rows
    )
    return f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(side: Side) -> str:
    kind = number_kinds.words(side.slag)
    return kind if side.slag == number_kinds.NONE else f"{side.patient.fnr_maskert} ({kind})"


def _forlop(side: Side, names: dict[str, str]) -> str:
    where = ", ".join(names.get(unit, unit) for unit in side.enheter)
    number = texts.number(side.forlop)
    return links.link(links.history(side.patient.pasient_id), number) + (f" ({escape(where)})" if where else "")


def _samtykke(side: Side) -> str:
    gone = f", {texts.number(side.trukket)} trukket" if side.trukket else ""
    return f"{texts.number(side.samtykker)} gjelder{gone}"


def _warnings(found: Comparison) -> list[str]:
    said = []
    if found.ulik_fodselsdato:
        said.append("Fødselsdatoene er ulike. Er du sikker på at det er samme person? Den som beholdes, gjelder.")
    if found.ulikt_kjonn:
        said.append(
            "Kjønnene er ulike. Er du sikker på at det er samme person? Det som står på den som beholdes, gjelder."
        )
    if found.ulikt_navn:
        said.append("Navnene er ulike. Er du sikker på at det er samme person?")
    if found.etter_dod:
        said.append(
            "Den ene har et forløp som begynte etter at den andre døde. Er du sikker på at det er samme person?"
        )
    said += [
        f"Forløp {double.av_til} og {double.av_fra} er fra samme enhet med datoene {texts.day(double.dato_til)} og "
        f"{texts.day(double.dato_fra)}. De kan være samme opphold. De slås ikke sammen; LC sletter det som er dobbelt."
        for double in found.doble
    ]
    return said


def _words(found: Comparison, names: dict[str, str]) -> str:
    """What will happen."""
    til, fra = found.til.patient.pasient_id, found.fra.patient.pasient_id
    said = [
        f"{texts.count(found.fra.forlop, 'forløp', 'forløp')} flyttes fra PasientID {fra} til {til}, med svar, samtykker, "
        "bestillinger, lenker, utkast og kommentarer.",
        f"PasientID {fra} er fortsatt kjent: søk, lister fra sykehuset og import som nevner den, finner PasientID {til}. "
        "Loggen for begge vises samlet.",
        "Navn, nummer og kontaktopplysninger er de som står på den som beholdes.",
    ]
    if found.fylles:
        filled = ", ".join(dict.fromkeys(_FILLED[name] for name in found.fylles))
        said.append(f"Det som mangler der, hentes fra den andre: {filled}.")
    if found.trekkes:
        numbers = ", ".join(map(str, found.trekkes))
        said.append(
            f"Pasienten har trukket samtykket. Det trekkes også i forløp {numbers}, der det var gitt samme dag eller før, og "
            "åpne pasientskjemaer der lukkes. Angres sammenslåingen, er de fortsatt lukket."
        )
    said.append("Datasettene følger ved neste publisering. Uttrekk som det var før i dag, har fortsatt to.")
    said.append(
        "Det kan angres her til det er opprettet et nytt forløp, lagret et skjema, trukket samtykke eller endret "
        "personopplysninger."
    )
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
    return f'<h2 class="sr-undertittel">Dette skjer</h2><ul>{items}</ul>'


def _button(actor: Actor, found: Comparison, onske: int | None, shown: tuple[str, ...]) -> None:
    """Draw the button. When the page says something else (``shown``) than it did when the user ticked the box, it has to be ticked
    again: what the user has not seen is not what the user has checked.
    """
    til, fra = found.til.patient.pasient_id, found.fra.patient.pasient_id
    ticked = f"ri_sikker_{til}_{fra}"
    before = st.session_state.get(_SHOWN)
    if before is not None and before[0] == ticked and before[1] != shown:
        st.session_state[ticked] = False
        notices.remark("Det som står om de to, er endret siden du så det sist. Se over det, og kryss av på nytt.")
    st.session_state[_SHOWN] = ticked, shown
    reason = st.text_input(
        "Grunn",
        key=f"ri_grunn_{til}_{fra}",
        max_chars=200,
        autocomplete="off",
        placeholder="Uten navn og nummer",
        width=620,
    )
    sure = st.checkbox("Jeg har kontrollert at det er samme person", key=ticked)
    message = st.empty()
    clicked = st.button("Slå sammen", type="primary", disabled=not sure)
    if not (clicked and sure):
        return
    with notices.refusals(message):
        with resources.current().store.write(actor) as tx:
            if onske is not None:
                requests.answer(tx, onske, requests.DONE)
            merging.merge(tx, til, fra, reason)
        st.session_state.pop(_BEHOLD, None)
        notices.later(f"PasientID {fra} er slått sammen med {til}.")
        follow(links.identity(til))
        st.rerun()
