"""What is different in two codebooks, as Norwegian sentences: what a reader of the data has to know of a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from checks.codebook.book import Codebook
from checks.codebook.model import Felt, Kode, Pasientskjema, Seksjon, Skjema, Variabel
from checks.codebook.time import Utgave
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


def difference(old: Codebook, new: Codebook) -> list[str]:
    """Every difference that somebody can see, in the order of the new codebook, and then what it leaves without effect;
    empty when there is none.
    """
    said = [f"Versjonen er {new.nummer}; den var {old.nummer}."] if old.nummer != new.nummer else []
    said += _editions(old.utgaver, new.utgaver)
    for form in new:
        before = old.skjema.get(form.id)
        said += [f"Skjemaet {form.navn} ({form.tittel}) er nytt."] if before is None else _form(before, form)
    said += [f"Skjemaet {f.navn} ({f.tittel}) er tatt ut." for f in old if f.id not in new.skjema]
    known = set(unreachable(old))
    return said + [f"Følge: {sentence}" for sentence in unreachable(new) if sentence not in known]


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


def _form(old: Skjema, new: Skjema) -> Iterator[str]:
    if old.tittel != new.tittel or old.navn != new.navn:
        yield f"Skjemaet {old.navn} ({old.tittel}) heter {new.navn} ({new.tittel})."
    if (old.tabell, old.formorder) != (new.tabell, new.formorder):
        yield f"{new.navn}: ligger i {new.tabell} {new.formorder}; før {old.tabell} {old.formorder}."
    for name, what in _FORM_WORDS.items():
        if (was := getattr(old, name)) != (now := getattr(new, name)):
            plain = not isinstance(now, Pasientskjema) and not isinstance(was, Pasientskjema)
            yield f"{new.navn}: {what} er {f'«{now}»; før «{was}»' if plain else 'endret'}."
    before, after = {v.navn: v for v in old.alle}, {v.navn: v for v in new.alle}
    for name, v in after.items():
        head = f"{new.navn}, {quoted(v)}"
        if name not in before:
            yield f"{head}: nytt spørsmål{dates(v.tid)}."
        else:
            yield from (f"{head}: {said}." for said in _question(before[name], v))
    yield from (f"{new.navn}, {quoted(v)}: tatt ut." for name, v in before.items() if name not in after)
    common = [name for name in before if name in after]
    if common != [name for name in after if name in before]:
        yield f"{new.navn}: rekkefølgen av spørsmålene er endret."
    yield from _blocks(old, new)
    yield from _rules(old, new)


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


def _question(old: Variabel, new: Variabel) -> Iterator[str]:
    if old.ledetekst != new.ledetekst:
        yield f"ledeteksten er endret fra «{old.ledetekst}»"
    yield from _codes(old.koder, new.koder)
    for name, what in (("hardt", "mulig område"), ("mykt", "vanlig område")):
        if (before := getattr(old, name)) != (after := getattr(new, name)):
            yield f"{what} er {_range(after)}; før {_range(before)}"
    if old.mykt_mot != new.mykt_mot:
        yield f"vanlig område regnes i dager fra {new.mykt_mot or 'ingen dato'}; før fra {old.mykt_mot or 'ingen dato'}"
    if old.paakrevd != new.paakrevd:
        yield f"svar kreves {_required(new)}; før {_required(old)}"
    if old.vises_naar != new.vises_naar:
        yield f"vises {condition(new.vises_naar)}; før {condition(old.vises_naar)}"
    if dates(old.tid) != dates(new.tid):
        yield f"spørres{dates(new.tid) or ' til enhver tid'}; før{dates(old.tid) or ' til enhver tid'}"
    for field in fields(Variabel):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after and field.name not in _TOLD:
            yield _field(field.name, before, after)


def _field(name: str, before: Any, after: Any) -> str:
    if name in _FLAGS:
        return _FLAGS[name][0 if after else 1]
    if name in _WORDS:
        return f"{_WORDS[name]} er «{after if after is not None else ''}»; før «{before if before is not None else ''}»"
    return {
        "hjelp": "hjelpeteksten er endret",
        "forhaandsvalg": "det automatiske svaret er endret",
        "foreslaas": "forslaget er endret",
    }.get(name, f"«{name}» er endret")


def _codes(old: tuple[Kode, ...], new: tuple[Kode, ...]) -> Iterator[str]:
    before, after = {k.kode: k for k in old}, {k.kode: k for k in new}
    for code, k in after.items():
        was = before.get(code)
        name = f"koden {code}" + (f" («{k.tekst}»)" if k.tekst else "")
        if was is None:
            yield f"{name} er ny{dates(k.tid)}"
            continue
        if was.tekst != k.tekst:
            yield f"koden {code} heter «{k.tekst}»; før «{was.tekst}»"
        if dates(was.tid) != dates(k.tid):
            yield f"{name} gjelder{dates(k.tid) or ' til enhver tid'}; før{dates(was.tid) or ' til enhver tid'}"
        elif was.tilbys != k.tilbys:
            yield f"{name} tilbys{'' if k.tilbys else ' ikke lenger'} på skjermen"
    yield from (f"koden {c} («{k.tekst}») er tatt ut" for c, k in before.items() if c not in after)
    if [c for c in before if c in after] != [c for c in after if c in before]:
        yield "rekkefølgen av kodene er endret"


def _range(limits: tuple[float, float] | None) -> str:
    return f"{limits[0]:g}–{limits[1]:g}".replace(".", ",") if limits else "ikke begrenset"


def _required(v: Variabel) -> str:
    if isinstance(v.paakrevd, bool):
        return "alltid" if v.paakrevd else "ikke"
    return condition(v.paakrevd)
