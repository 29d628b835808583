"""Ny registrering: search for the patient, then open a forløp (manual: «Ny registrering»)."""

from __future__ import annotations

from html import escape

import streamlit as st

from app.components.choice_row import choice_row
from app.components.date_field import date_field
from app.components.field import mount
from app.patients import new_forlop, new_patient
from app.patients.new_patient import NORWEGIAN, OTHER, Search
from app.ui import links, notices, page, texts
from app.web import resources
from checks.identity import Fodselsnummer, mask
from ingest.access import Actor, may
from ingest.registration.lookalikes import Lookalike
from ingest.services import folkeregister

KINDS = ((NORWEGIAN, "Norsk fødselsnr"), (OTHER, "Annet"))
SEXES = ((1, "Mann"), (2, "Kvinne"))
KIND_HELP = (
    "«Norsk fødselsnr»: 11 siffer, også D-nummer og H-nummer.\n\n"
    "«Annet»: pasienter uten norsk fødselsnummer. Spør dem om fødselsdato: uten den kan ikke "
    "Tilleggsopplysninger (TO) låses. Har de et felles hjelpenummer eller et DUF-nummer, søk på det som «Norsk "
    "fødselsnr»: da følger nummeret med."
)

NEW_NUMBER = (
    "Nummeret er byttet: Folkeregisteret har et nytt, og pasienten registreres med det. Søk på begge finner pasienten."
)
PROTECTED = "Skjermet i Folkeregisteret; lagres ikke"
KIND_WORDS = {
    "d-nummer": "Nummeret er et D-nummer: pasienten kan få fødselsnummer senere.",
    "h-nummer": "Nummeret er et H-nummer (hjelpenummer).",
}


def draw(actor: Actor) -> None:
    connected = not isinstance(resources.current().folkeregister, folkeregister.NoFolkeregister)
    where = "registeret eller Folkeregisteret" if connected else "registeret"
    notices.heading("Ny registrering", f"Søk etter pasient i {where} og opprett ny registrering.")
    notices.place()
    search = new_patient.current()
    kind = mount(choice_row("Fødselsnummertype", KINDS, search.begin, key="ny_type", help=KIND_HELP), always=True)
    search.answer(kind=kind)
    if search.kind == NORWEGIAN:
        _by_number(actor, search)
    else:
        _by_name(actor, search)
    new_forlop.refusal()
    if search.found is not None:
        _new_patient_by_number(actor, search)
    elif search.similar is not None:
        _new_patient_by_name(actor, search)


def _by_number(actor: Actor, search: Search) -> None:
    def submitted() -> None:
        search.number = st.session_state["ny_nummer"]
        new_patient.search_number(actor, search)

    with st.form("ny_sok", border=False):
        field, button = st.columns([3, 2], vertical_alignment="bottom", width=460)
        st.session_state.setdefault("ny_nummer", search.number)
        field.text_input("Fødselsnummer", key="ny_nummer", autocomplete="off")
        button.form_submit_button("Søk pasient", type="primary", on_click=submitted, width="stretch")
    _error(search)
    if search.other is not None:
        st.button("Registrer som «Annet»", on_click=new_patient.go_on_as_other, args=(search,))


def _by_name(actor: Actor, search: Search) -> None:
    st.html(
        '<p class="sr-ingress">Spør pasienten om fødselsdato. Forløpet kan opprettes uten, men '
        "Tilleggsopplysninger (TO) kan ikke låses før den er registrert.</p>"
    )
    if search.other is not None:
        words = escape(f"Nummeret {search.other.number}, {search.other.hva}, følger med.")
        st.html(f'<p class="sr-ingress">{words}</p>')
        st.button("Registrer uten nummeret", on_click=new_patient.forget_number, args=(search,))
    for column, name, label in zip(
        st.columns(2, width=620), ("fornavn", "etternavn"), ("Fornavn", "Etternavn"), strict=True
    ):
        st.session_state.setdefault(f"ny_{name}", getattr(search, name))
        search.answer(**{name: column.text_input(label, key=f"ny_{name}", autocomplete="off")})
    search.answer(kjonn=mount(choice_row("Kjønn", SEXES, None, key="ny_kjonn")))
    search.answer(fodselsdato=mount(date_field("Fødselsdato", None, key="ny_fodselsdato")))
    # Not a callback, which would run before the value of a field that the user left by this click is read.
    if st.button("Søk pasient", type="primary" if search.similar is None else "secondary"):
        new_patient.search_name(actor, search)
        st.rerun()
    _error(search)


def _error(search: Search) -> None:
    if search.error:
        st.html(f'<p class="sr-feltfeil" role="alert">{escape(search.error)}</p>')


def _new_patient_by_number(actor: Actor, search: Search) -> None:
    assert search.found is not None
    _alike(actor, search.alike)
    with st.container(border=True):
        st.html('<h2 class="sr-undertittel">Ny pasient</h2>')
        st.html(_facts(search, search.citizen))
        if search.asks_birth_date:
            _ask_birth_date(search)
        if search.known_sex is None:
            search.kjonn = mount(choice_row("Kjønn", SEXES, None, key="ny_kjonn_nr"))
        _button(actor, search)


def _ask_birth_date(search: Search) -> None:
    born = mount(
        date_field(
            "Fødselsdato",
            None,
            key="ny_fodselsdato_nr",
            required=True,
            help="Nummeret sier ikke hvilket århundre pasienten er født i. Spør pasienten.",
        )
    )
    if born != search.fodselsdato:
        search.fodselsdato, search.error = born, None


def _facts(search: Search, citizen: folkeregister.Borger | None) -> str:
    assert search.found is not None
    if not search.connected:
        return (
            f'{_kind(search.found)}<p class="sr-ingress">Ikke registrert før. Folkeregisteret er ikke koblet til dette registeret: skriv navn og '
            "adresse i Personopplysninger (PO).</p>"
        )
    if not search.asked:
        return (
            f'{_kind(search.found)}<p class="sr-ingress">Folkeregisteret svarer ikke nå. Pasienten kan registreres likevel: navn og adresse '
            "hentes når det svarer, og kan skrives i Personopplysninger (PO) imens.</p>"
        )
    if citizen is None:
        return (
            f'{_kind(search.found)}<p class="sr-ingress">Folkeregisteret kjenner ingen med dette nummeret. Kontroller det; '
            "navnet skrives i Personopplysninger.</p>"
        )
    rows = [
        ("Navn", f"{citizen.fornavn} {citizen.etternavn}"),
        ("Fødselsdato", texts.day(search.known_birth_date) or "ukjent"),
        ("Kjønn", texts.SEX.get(search.known_sex or 0, "ukjent")),
        *([("Dødsdato", texts.day(citizen.dodsdato))] if citizen.dodsdato else []),
        ("Adresse", PROTECTED if citizen.skjermet else _address(citizen)),
    ]
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in rows)
    told = f'<p class="sr-ingress">{NEW_NUMBER}</p>' if search.former else ""
    return f'{_kind(search.found)}{told}<p class="sr-ingress">Ikke registrert før. Folkeregisteret sier:</p><dl class="sr-fakta">{items}</dl>'


def _address(citizen: folkeregister.Borger) -> str:
    place = f"{citizen.postnr} {citizen.poststed}".strip()
    return ", ".join(part for part in (citizen.adresse, place) if part) or "ikke oppgitt"


def _kind(number: Fodselsnummer) -> str:
    """What the number is, when it is no ordinary fødselsnummer."""
    said = KIND_WORDS.get(number.kind)
    return f'<p class="sr-ingress">{said}</p>' if said else ""


def _new_patient_by_name(actor: Actor, search: Search) -> None:
    _alike(actor, search.similar or [])
    with st.container(border=True):
        st.html('<h2 class="sr-undertittel">Ny pasient</h2>')
        rows = [
            ("Navn", f"{search.fornavn} {search.etternavn}"),
            ("Fødselsdato", texts.day(search.fodselsdato) or "ikke oppgitt"),
            ("Kjønn", texts.SEX.get(search.kjonn or 0, "ikke oppgitt")),
        ]
        if search.other is not None:
            rows.append(("Hjelpenummer", mask(search.other.number)))
        items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in rows)
        st.html(f'<dl class="sr-fakta">{items}</dl>')
        _button(actor, search)


def _alike(actor: Actor, others: list[Lookalike]) -> None:
    """Warn of patients who may be the same person, and say where that is put right."""
    if not others:
        return
    if may(actor, "be_om_retting"):
        said = "klikk «Rett identitet» der når nummeret skal rettes."
    else:
        said = "be koordinatoren (LC) få nummeret rettet."
    st.warning(
        "Det finnes pasienter ved enheten som ligner. Kontroller at det ikke er samme person. Er det samme person, registrer "
        f"på pasienten som finnes, og {said}"
    )
    for other in others:
        words = f"{other.navn}, {texts.day(other.fodselsdato) or 'fødselsdato ukjent'}, {other.fnr_maskert}"
        st.html(links.link(links.history(other.pasient_id), escape(words)))


def _button(actor: Actor, search: Search) -> None:
    if st.button("\\+ Ny registrering", type="primary", key="ny_opprett"):
        new_patient.register(actor, search)
        st.rerun()


page.show(draw)
