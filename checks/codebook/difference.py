"""What is different in two codebooks, in Norwegian words: what a reader of the data has to know of a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from checks.codebook.book import Codebook
from checks.codebook.model import Felt, Kode, Pasientskjema, Seksjon, Skjema, Variabel
from checks.codebook.time import Tid, Utgave
from checks.codebook.unreachable import unreachable
from checks.codebook.words import condition, dates, quoted, span

# What a field of a question is called where no sentence of its own is needed: «{word} er endret fra … til …».
_WORDS = {
    "type": "typen",
    "lagres": "lagringstypen",
    "fysisk": "det fysiske feltnavnet",
    "enhet": "enheten",
    "desimaler": "antall desimaler",
    "beregnes": "beregningen",
    "oppslag": "oppslaget",
    "prefiks": "oppslagets begynnelse",
    "kortliste": "kortlisten",
    "avgrenses_av": "avgrensningen",
    "fyller": "kolonnen det fyller",
}
_FLAGS = {
    "tilbys": ("tilbys på skjermen", "tilbys ikke lenger på skjermen"),
    "eksporteres": ("kommer med i uttrekkene", "kommer ikke lenger med i uttrekkene"),
    "identifiserende": ("regnes som identifiserende", "regnes ikke lenger som identifiserende"),
    "avrund_opp": ("rundes opp", "rundes ikke lenger opp"),
    "uttrekk_sist": ("står sist i uttrekket", "står ikke lenger sist i uttrekket"),
}
_BLOCK_WORDS = {
    "tittel": "tittelen",
    "ledetekst": "ledeteksten",
    "hjelp": "hjelpeteksten",
    "minst_en": "kravet om minst ett svar",
    "minst": "hvor mange som kreves",
    "enevalg": "hva som utelukker andre svar",
    "antall_ledetekst": "ledeteksten for antall",
    "paaminnelse": "påminnelsen",
}
_FORM_WORDS = {
    "slag": "slaget",
    "fra_type": "forløpstypen som åpner skjemaet",
    "kort": "kortnavnet",
    "uttrekksnavn": "navnet i uttrekkene",
    "plass": "plassen i uttrekkene",
    "pasientskjema": "det som gjelder skjemaet som pasientskjema",
}
# Told by sentences of their own, or no property of the question.
_TOLD = {
    "navn",
    "stamme",
    "skjema",
    "ledetekst",
    "koder",
    "mykt",
    "mykt_mot",
    "hardt",
    "paakrevd",
    "vises_naar",
    "tid",
    "aktiv",
}


@dataclass(frozen=True)
class Endring:
    """One difference. ``setning`` says all of it, ``slag`` what kind it is, ``foer`` and ``etter`` what was changed; ``tabell`` and
    ``variabel`` are those of one question, as the extracts name them, and ``dag`` is the day from which the
    codebook itself says that it holds.
    """

    slag: str
    setning: str
    foer: str = ""
    etter: str = ""
    tabell: str | None = None
    variabel: str | None = None
    dag: date | None = None


# The kinds that change what the codes of a variable mean, so that its earlier and later values are not alike.
NY_KODE, UTE_KODE, KODENS_TEKST, KODENS_TID = "ny kode", "kode tatt ut", "kodens tekst", "kodens datoer"
OF_CODES = (NY_KODE, UTE_KODE, KODENS_TEKST, KODENS_TID)


def difference(old: Codebook, new: Codebook) -> list[str]:
    """The sentences of ``changes``."""
    return [found.setning for found in changes(old, new)]


def changes(old: Codebook, new: Codebook) -> list[Endring]:
    """Every difference that somebody can see, in the order of the new codebook, and then what it leaves without effect;
    empty when there is none.
    """
    said = []
    if old.nummer != new.nummer:
        said.append(Endring("versjon", f"Versjonen er {new.nummer}; den var {old.nummer}.", old.nummer, new.nummer))
    said += [Endring("utgave", sentence) for sentence in _editions(old.utgaver, new.utgaver)]
    for form in new:
        before = old.skjema.get(form.id)
        if before is None:
            new_form = f"Skjemaet {form.navn} ({form.tittel}) er nytt."
            said.append(Endring("nytt skjema", new_form, "", form.tittel, form.tabell))
        else:
            said += _form(before, form)
    for form in (f for f in old if f.id not in new.skjema):
        gone = f"Skjemaet {form.navn} ({form.tittel}) er tatt ut."
        said.append(Endring("skjema tatt ut", gone, form.tittel, "", form.tabell))
    known = set(unreachable(old))
    return said + [Endring("følge", f"Følge: {sentence}") for sentence in unreachable(new) if sentence not in known]


def _editions(old: Mapping[str, Utgave], new: Mapping[str, Utgave]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if after is None:
            yield f"Utgaven «{name}» er tatt ut."
        elif before is None:
            yield f"Utgaven «{name}» er ny: {after.tittel}{', i bruk' if after.i_bruk else ', ikke i bruk'}."
        elif before != after:
            if before.i_bruk != after.i_bruk:
                yield f"Utgaven «{name}» er {'tatt i bruk' if after.i_bruk else 'ikke lenger i bruk'}."
            if (before.fra, before.til) != (after.fra, after.til):
                yield f"Utgaven «{name}» gjelder {span(after.fra, after.til)}; før {span(before.fra, before.til)}."
            if before.tittel != after.tittel:
                yield f"Utgaven «{name}» heter «{after.tittel}»; før «{before.tittel}»."


def _form(old: Skjema, new: Skjema) -> Iterator[Endring]:
    for sentence in _of_the_form(old, new):
        yield Endring("skjemaet", sentence, tabell=new.tabell)
    before, after = {v.navn: v for v in old.alle}, {v.navn: v for v in new.alle}
    for name, v in after.items():
        if name not in before:
            found = [Endring("nytt spørsmål", f"nytt spørsmål{dates(v.tid)}", "", v.ledetekst, dag=v.tid.fra)]
        else:
            found = list(_question(before[name], v))
        for one in found:
            sentence = f"{new.navn}, {quoted(v)}: {one.setning}."
            yield replace(one, setning=sentence, tabell=new.tabell, variabel=v.fyller or name)
    for name, v in before.items():
        if name not in after:
            gone = f"{new.navn}, {quoted(v)}: tatt ut."
            yield Endring("spørsmål tatt ut", gone, v.ledetekst, "", old.tabell, v.fyller or name)
    common = [name for name in before if name in after]
    if common != [name for name in after if name in before]:
        yield Endring("rekkefølge", f"{new.navn}: rekkefølgen av spørsmålene er endret.", tabell=new.tabell)
    for sentence in _blocks(old, new):
        yield Endring("tekst eller krav", sentence, tabell=new.tabell)
    for sentence in _rules(old, new):
        yield Endring("regel", sentence, tabell=new.tabell)


def _of_the_form(old: Skjema, new: Skjema) -> Iterator[str]:
    if old.tittel != new.tittel or old.navn != new.navn:
        yield f"Skjemaet {old.navn} ({old.tittel}) heter {new.navn} ({new.tittel})."
    if (old.tabell, old.formorder) != (new.tabell, new.formorder):
        yield f"{new.navn}: ligger i {new.tabell} {new.formorder}; før {old.tabell} {old.formorder}."
    for name, what in _FORM_WORDS.items():
        if (was := getattr(old, name)) != (now := getattr(new, name)):
            plain = not isinstance(now, Pasientskjema) and not isinstance(was, Pasientskjema)
            yield f"{new.navn}: {what} er {f'«{now}»; før «{was}»' if plain else 'endret'}."


def _blocks(old: Skjema, new: Skjema) -> Iterator[str]:
    """What is said and demanded of several variables at once: sections, and the questions that are blocks."""
    before, after = _named(old), _named(new)
    for name, block in after.items():
        for field in fields(block) if name in before and type(before[name]) is type(block) else ():
            was, now = getattr(before[name], field.name), getattr(block, field.name)
            if was != now and field.name in _BLOCK_WORDS:
                shown = f" fra «{was}» til «{now}»" if isinstance(now, str) and field.name != "hjelp" else ""
                yield f"{new.navn}, {name}: {_BLOCK_WORDS[field.name]} er endret{shown}."


def _named(form: Skjema) -> Mapping[str, Seksjon | Felt]:
    blocks = {getattr(f, "id", ""): f for s in form.seksjoner for f in s.felt if not isinstance(f, Variabel)}
    repeated = {f.navn: f for f in form.gjentatte}
    return {s.id: s for s in form.seksjoner} | {n: b for n, b in blocks.items() if n} | repeated


def _rules(old: Skjema, new: Skjema) -> Iterator[str]:
    before, after = {r.id: r for r in old.regler}, {r.id: r for r in new.regler}
    for name in (*after, *(n for n in before if n not in after)):
        if name not in before:
            yield f"{new.navn}: ny regel: {after[name].melding}"
        elif name not in after:
            yield f"{new.navn}: regelen er tatt ut: {before[name].melding}"
        elif before[name] != after[name]:
            yield f"{new.navn}: regelen er endret: {after[name].melding}"


def _question(old: Variabel, new: Variabel) -> Iterator[Endring]:
    if old.ledetekst != new.ledetekst:
        yield Endring("ledetekst", f"ledeteksten er endret fra «{old.ledetekst}»", old.ledetekst, new.ledetekst)
    yield from _codes(old.koder, new.koder)
    for name, what in (("hardt", "mulig område"), ("mykt", "vanlig område")):
        if (before := getattr(old, name)) != (after := getattr(new, name)):
            yield _told("område", f"{what} er {{}}; før {{}}", _range(before), _range(after))
    if old.mykt_mot != new.mykt_mot:
        before, after = (v.mykt_mot or "ingen dato" for v in (old, new))
        yield _told("område", "vanlig område regnes i dager fra {}; før fra {}", before, after)
    if old.paakrevd != new.paakrevd:
        yield _told("krav", "svar kreves {}; før {}", _required(old), _required(new))
    if old.vises_naar != new.vises_naar:
        yield _told("vilkår", "vises {}; før {}", condition(old.vises_naar), condition(new.vises_naar))
    if dates(old.tid) != dates(new.tid):
        said = _told("spørsmålets datoer", "spørres {}; før {}", _when(old.tid), _when(new.tid))
        yield replace(said, dag=_moved(old.tid, new.tid))
    for field in fields(Variabel):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after and field.name not in _TOLD:
            yield _field(field.name, before, after)


def _told(kind: str, words: str, before: str, after: str) -> Endring:
    """A difference whose sentence names what is, and then what was."""
    return Endring(kind, words.format(after, before), before, after)


def _field(name: str, before: Any, after: Any) -> Endring:
    if name in _FLAGS:
        return Endring("bruk", _FLAGS[name][0 if after else 1], _yes(before), _yes(after))
    was, now = ("" if value is None else str(value) for value in (before, after))
    if name in _WORDS:
        return _told("form", f"{_WORDS[name]} er «{{}}»; før «{{}}»", was, now)
    if name == "hjelp":
        return Endring("hjelpetekst", "hjelpeteksten er endret", was, now)
    automatic = {"forhaandsvalg": "det automatiske svaret er endret", "foreslaas": "forslaget er endret"}
    return Endring("form", automatic.get(name, f"«{name}» er endret"))


def _codes(old: tuple[Kode, ...], new: tuple[Kode, ...]) -> Iterator[Endring]:
    before, after = {k.kode: k for k in old}, {k.kode: k for k in new}
    for code, k in after.items():
        was = before.get(code)
        name = f"koden {code}" + (f" («{k.tekst}»)" if k.tekst else "")
        if was is None:
            yield Endring(NY_KODE, f"{name} er ny{dates(k.tid)}", "", f"{code} {k.tekst}".strip(), dag=k.tid.fra)
            continue
        if was.tekst != k.tekst:
            said = f"koden {code} heter «{k.tekst}»; før «{was.tekst}»"
            yield Endring(KODENS_TEKST, said, f"{code} {was.tekst}", f"{code} {k.tekst}")
        if dates(was.tid) != dates(k.tid):
            said = f"{name} gjelder {_when(k.tid)}; før {_when(was.tid)}"
            old_dates, new_dates = f"{code} {_when(was.tid)}", f"{code} {_when(k.tid)}"
            yield Endring(KODENS_TID, said, old_dates, new_dates, dag=_moved(was.tid, k.tid))
        elif was.tilbys != k.tilbys:
            shown = f"{name} tilbys{'' if k.tilbys else ' ikke lenger'} på skjermen"
            yield Endring("bruk", shown, _yes(was.tilbys), _yes(k.tilbys))
    for code, k in before.items():
        if code not in after:
            yield Endring(UTE_KODE, f"koden {code} («{k.tekst}») er tatt ut", f"{code} {k.tekst}".strip())
    if [c for c in before if c in after] != [c for c in after if c in before]:
        yield Endring("rekkefølge", "rekkefølgen av kodene er endret")


def _yes(value: object) -> str:
    return "ja" if value else "nei"


def _when(tid: Tid) -> str:
    return dates(tid).strip() or "til enhver tid"


def _moved(old: Tid, new: Tid) -> date | None:
    """The day that was given, or given anew: the first day, or the day it is asked no longer."""
    return new.til if new.til != old.til else new.fra


def _range(limits: tuple[float, float] | None) -> str:
    return f"{limits[0]:g}–{limits[1]:g}".replace(".", ",") if limits else "ikke begrenset"


def _required(v: Variabel) -> str:
    if isinstance(v.paakrevd, bool):
        return "alltid" if v.paakrevd else "ikke"
    return condition(v.paakrevd)
