"""Pasientregistreringer: the unit's forløp with open patient forms, read from head rows only (manual: same name)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal

from checks import eprom, identity, in_words
from checks.calculations.age import age_at
from checks.eprom import Sak
from checks.forlop import COMPLETED, DRAFT, NEW
from checks.samtykke import shown_state
from ingest.access import require
from ingest.prom import cases, status_words
from ingest.prom.outbox import FAILED, FORM, REMINDER, RETURNED
from ingest.registration import forlop
from ingest.store import OSLO, Tx

Eprom = Literal["ikke_mulig", "tilgjengelig", "bestilt", "utfylt"]


@dataclass(frozen=True)
class FormState:
    """One patient form on the page.

    ``status`` is −1, 0 or 1 as on the arbeidsliste (0 also while the patient is answering). ``eprom`` is the manual's
    ePROM symbol, and ``tekst`` a sentence with what it means for this form. ``frist`` is when the form locks, None while
    no time is running. ``feilet`` is the number of a message that was given up (outbox.resend), None without one.
    """

    skjema: str
    status: int
    eprom: Eprom
    tekst: str
    papir: bool
    lukket_grunn: int | None
    frist: datetime | None
    feilet: int | None
    ikke_sendt: bool
    kan_bestilles: bool
    kan_paa_papir: bool
    kan_vaere_tapt: bool

    @property
    def varsel(self) -> bool:
        """Whether somebody at the unit has to look, because a message was given up or an order was not sent."""
        return self.feilet is not None or self.ikke_sendt


@dataclass(frozen=True)
class PatientRow:
    """One forløp on the page, with what its tannhjul (the menu of the line) offers."""

    forlop_id: int
    pasient_id: int
    navn: str
    alder: int | None
    kjonn: int | None
    fnr_maskert: str
    samtykke: str
    dod: str
    startdato: date | None
    lokasjon: str
    avdeling: str
    avdeling_id: int | None
    mine: bool
    dager_aapen: int
    skjema: dict[str, FormState]
    kan_besvare_alle: bool
    kan_stoppes: bool


_HEADS = """
select f.forlop_id, f.pasient_id, f.samtykke, f.samtykke_type, f.trukket_dato, f.startdato, f.avdeling_id,
    f.opprettet, f.opprettet_av, p.fodselsdato, p.kjonn, p.avdod, p.dodsdato, i.fornavn, i.etternavn, i.idnr,
    l.visningsnavn as lokasjon, a.visningsnavn as avdeling
from register.forlop f
join register.pasient p using (pasient_id)
join identitet.person i using (pasient_id)
left join register.lokasjon l using (lokasjon_id)
left join register.avdeling a using (avdeling_id)
where f.forlop_id in (select unnest(?::integer[]))
order by f.startdato desc nulls first, f.forlop_id desc
"""
_ORDERS = f"""
select o.bestilling_id, o.sendt, o.kanal, m.melding_id, coalesce(m.feil, b.feil) as feil, r.tilstand as paaminnelse,
    r.feil as paaminnelse_feil
from prom.bestilling o
left join prom.utboks m on m.bestilling_id = o.bestilling_id and m.tilstand = '{FAILED}'
left join prom.utboks b on b.bestilling_id = o.bestilling_id and b.slag = '{FORM}' and starts_with(b.feil, '{RETURNED}')
left join prom.utboks r on r.bestilling_id = o.bestilling_id and r.slag = '{REMINDER}'
where o.forlop_id in (select unnest(?::integer[]))
"""
_CLOSED = """
select s.forlop_id, s.skjema, s.lukket_grunn, s.sist_lagret_av, v.grunn from register.skjema s
left join register.skjemaversjon v
    on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon and s.lukket_grunn is not null
where s.forlop_id in (select unnest(?::integer[]))
"""


def rows(tx: Tx) -> list[PatientRow]:
    """Every forløp of the actor's unit that is tilsett, meets the criteria and has an open patient form.

    A forløp appears as soon as this is registered, consent or not (manual: «Når pasienten ikke har samtykket»).
    """
    require(tx.actor, "lese", tx.actor.enhet)
    return _rows(tx, cases.of_unit(tx, tx.actor.enhet))


def row(tx: Tx, forlop_id: int) -> PatientRow | None:
    """The same line for one forløp, also when every form is completed; None when its type has no patient forms."""
    forlop.get(tx, forlop_id)
    found = _rows(tx, [sak for sak in cases.of_forlop(tx, [forlop_id]) if sak.gjelder])
    return found[0] if found else None


def _rows(tx: Tx, found: Sequence[Sak]) -> list[PatientRow]:
    by_forlop = {forlop_id: list(group) for forlop_id, group in groupby(found, key=lambda sak: sak.forlop_id)}
    ids = list(by_forlop)
    orders: dict[int, dict[str, Any]] = {}
    for order in tx.rows(_ORDERS, ids):
        orders.setdefault(order["bestilling_id"], order)
    closed: dict[tuple[int, str], tuple[int | None, str | None]] = {}
    mine: set[int] = set()
    for head in tx.rows(_CLOSED, ids):
        closed[head["forlop_id"], head["skjema"]] = head["lukket_grunn"], head["grunn"]
        if head["sist_lagret_av"] == tx.actor.bruker:
            mine.add(head["forlop_id"])
    result = []
    for head in tx.rows(_HEADS, ids):
        group = by_forlop[head["forlop_id"]]
        states = {
            sak.skjema: _state(
                tx, sak, closed.get((sak.forlop_id, sak.skjema), (None, None)), orders.get(sak.bestilling_id or 0)
            )
            for sak in group
        }
        result.append(_row(tx, head, group, states, head["forlop_id"] in mine))
    return result


def _row(tx: Tx, head: dict[str, Any], group: list[Sak], states: dict[str, FormState], mine: bool) -> PatientRow:
    opened = head["startdato"] or head["opprettet"].astimezone(OSLO).date()
    return PatientRow(
        forlop_id=head["forlop_id"],
        pasient_id=head["pasient_id"],
        navn=", ".join(n for n in (head["etternavn"], head["fornavn"]) if n) or "Uten navn",
        alder=age_at(head["fodselsdato"], tx.today) if head["fodselsdato"] else None,
        kjonn=head["kjonn"],
        fnr_maskert=identity.mask(head["idnr"]) if head["idnr"] else "uten norsk nummer",
        samtykke=shown_state(head["samtykke"], head["samtykke_type"], head["trukket_dato"], head["startdato"]),
        dod=in_words.death(head["avdod"], head["dodsdato"]),
        startdato=head["startdato"],
        lokasjon=head["lokasjon"] or "",
        avdeling=head["avdeling"] or "",
        avdeling_id=head["avdeling_id"],
        mine=mine or head["opprettet_av"] == tx.actor.bruker,
        dager_aapen=(tx.today - opened).days,
        skjema=states,
        kan_besvare_alle=all(sak.status == NEW and not sak.begynt for sak in group),
        kan_stoppes=any(sak.status == NEW or sak.live for sak in group),
    )


def _state(tx: Tx, sak: Sak, why: tuple[int | None, str | None], order: dict[str, Any] | None) -> FormState:
    closed, more = why
    may_ask = eprom.may_be_answered(sak)
    locks = eprom.paper_locks_at(sak) if sak.papir else None
    if sak.tilstand == eprom.SENT and sak.dag and sak.status != COMPLETED:
        locks = eprom.lock_at(sak.dag)
    symbol: Eprom = "tilgjengelig"
    if sak.status == COMPLETED:
        symbol = "utfylt"
    elif sak.live:
        symbol = "bestilt"
    elif sak.samtykket is None or sak.dod:
        symbol = "ikke_mulig"
    on_paper = sak.skjema in eprom.ON_PAPER and sak.status != COMPLETED and not sak.papir
    paper_limit = eprom.paper_locks_at(sak)
    return FormState(
        skjema=sak.skjema,
        status=DRAFT if sak.status == NEW and sak.begynt else sak.status,
        eprom=symbol,
        tekst=status_words.of_form(sak, tx.now, closed, order, more),
        papir=sak.papir,
        lukket_grunn=closed if sak.status == COMPLETED else None,
        frist=locks,
        feilet=order["melding_id"] if order and may_ask else None,
        ikke_sendt=sak.tilstand == eprom.NOT_SENT and may_ask,
        kan_bestilles=(may_ask or (sak.papir and sak.samtykket is not None and not sak.dod))
        and sak.status == NEW
        and not sak.live,
        kan_paa_papir=on_paper and (paper_limit is None or tx.now < paper_limit),
        kan_vaere_tapt=eprom.may_be_lost(sak),
    )
