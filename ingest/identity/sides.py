"""What is known of two PasientID that may be one patient, side by side, and what a merge of them would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from checks.eprom import LIVE
from checks.errors import RegisterError
from checks.likeness import ALIKE, of_same_day
from ingest.access import require
from ingest.registration import merged, number_kinds, patients, protected
from ingest.store import Tx

NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Side:
    """One of the two, with how much hangs on it."""

    patient: patients.Pasient
    slag: str
    forlop: int
    enheter: tuple[str, ...]
    samtykker: int
    trukket: int
    bestillinger: int
    utkast: int


@dataclass(frozen=True)
class Double:
    """A forløp of each that may be the same stay: one unit, and startdato at most a week apart."""

    enhet: str
    av_fra: int
    av_til: int
    dato_fra: date
    dato_til: date


@dataclass(frozen=True)
class Comparison:
    """Two sides, and what a merge into the one that is kept (``til``) would do.

    ``fylles`` are the columns that til gets because it has none; ``trekkes`` the forløp whose consent it withdraws, with the day
    and the source ``trukket`` of the withdrawal;
    ``ulik_fodselsdato``, ``ulikt_kjonn``, ``ulikt_navn`` and ``etter_dod`` (one has a forløp that began after the other died) warn
    that these may be two persons; ``kan_byttes`` says that either may be kept.
    """

    fra: Side
    til: Side
    fylles: tuple[str, ...]
    trekkes: tuple[int, ...]
    trukket: tuple[date | None, str | None]
    doble: tuple[Double, ...]
    ulik_fodselsdato: bool
    ulikt_kjonn: bool
    ulikt_navn: bool
    etter_dod: bool
    kan_byttes: bool


def compare(tx: Tx, en: int, annen: int, behold: int | None = None) -> Comparison:
    """The two side by side, with the one to keep as ``til``: ``behold``, or the one with the better number, or the oldest.

    SC only. Raises REG-046 for one that is unknown, erased or merged already, and REG-531 for one and the same.
    """
    require(tx.actor, "rette_identitet")
    if merged.kept(tx, en) == merged.kept(tx, annen):
        raise RegisterError("REG-531")
    sides = sorted((_side(tx, en), _side(tx, annen)), key=lambda s: (number_kinds.rank(s.slag), s.patient.pasient_id))
    til, fra = sides
    free = number_kinds.rank(til.slag) == number_kinds.rank(fra.slag)
    if free and behold == fra.patient.pasient_id:
        til, fra = fra, til
    a, b = til.patient, fra.patient
    forlop_ids, day, source = withdrawn(tx, a.pasient_id, b.pasient_id)
    return Comparison(
        fra=fra,
        til=til,
        fylles=tuple(filled(a, b)),
        trekkes=forlop_ids,
        trukket=(day, source),
        doble=tuple(_doubles(tx, b.pasient_id, a.pasient_id)),
        ulik_fodselsdato=None not in (a.fodselsdato, b.fodselsdato) and a.fodselsdato != b.fodselsdato,
        ulikt_kjonn=None not in (a.kjonn, b.kjonn) and a.kjonn != b.kjonn,
        ulikt_navn=_unlike_names(a, b),
        etter_dod=_begun_after_death(tx, a, b) or _begun_after_death(tx, b, a),
        kan_byttes=free,
    )


def _unlike_names(a: patients.Pasient, b: patients.Pasient) -> bool:
    """Whether both have a name, and no part of the one is nearly a part of the other. A patient may have changed the surname."""
    one, other = ((p.fornavn or "", p.etternavn or "") for p in (a, b))
    return all(map(any, (one, other))) and of_same_day(one, other) < ALIKE


def _begun_after_death(tx: Tx, dead: patients.Pasient, other: patients.Pasient) -> bool:
    if dead.avdod != 1 or dead.dodsdato is None:
        return False
    later = "select 1 from register.forlop where pasient_id = ? and slettet is null and startdato > ? limit 1"
    return tx.row(later, other.pasient_id, dead.dodsdato) is not None


def filled(til: patients.Pasient, fra: patients.Pasient) -> list[str]:
    """The columns that til lacks and fra has. An address is one thing, and so is a death."""
    single = ("fornavn", "etternavn", "telefon", "epost", "fodselsdato", "kjonn")
    found = [name for name in single if getattr(til, name) is None and getattr(fra, name) is not None]
    if not til.skjermet and not fra.skjermet and not any(getattr(til, name) for name in protected.ADDRESS):
        found += [name for name in protected.ADDRESS if getattr(fra, name)]
    if fra.avdod == 1 and til.avdod != 1:
        found += ["avdod", *(["dodsdato"] if fra.dodsdato and til.dodsdato is None else [])]
    return found


def withdrawn(tx: Tx, en: int, annen: int) -> tuple[tuple[int, ...], date | None, str | None]:
    """The forløp of either with a consent that was given on or before the day the patient last withdrew, under either id;
    that day, and how the patient said so. A withdrawal holds for all the patient's forløp; a later consent stands.
    """
    rows = tx.rows(
        "select forlop_id, samtykke, samtykke_dato, trukket_dato, trukket_kilde, slettet from register.forlop "
        "where pasient_id in (?, ?) order by trukket_dato desc nulls last, forlop_id",
        en,
        annen,
    )
    if not rows or rows[0]["trukket_dato"] is None:
        return (), None, None
    day = rows[0]["trukket_dato"]
    standing = [r for r in rows if r["samtykke"] == 1 and r["trukket_dato"] is None and r["slettet"] is None]
    return (
        tuple(sorted(r["forlop_id"] for r in standing if r["samtykke_dato"] is None or r["samtykke_dato"] <= day)),
        day,
        rows[0]["trukket_kilde"],
    )


def _side(tx: Tx, pasient_id: int) -> Side:
    if merged.in_force(tx, pasient_id):
        raise RegisterError("REG-046")
    patient = patients.get(tx, pasient_id)
    row = tx.row("select idtype, idnr from identitet.person where pasient_id = ?", pasient_id)
    counts = tx.row(
        """
        select count(*) as forlop, list(distinct enhet order by enhet) as enheter,
            count(*) filter (where samtykke = 1 and trukket_dato is null) as samtykker,
            count(trukket_dato) as trukket
        from register.forlop where pasient_id = ? and slettet is null
        """,
        pasient_id,
    )
    orders = tx.row(
        f"select count(*) as n from prom.bestilling join register.forlop f using (forlop_id) "
        f"where f.pasient_id = ? and tilstand in {LIVE}",
        pasient_id,
    )
    drafts = tx.row(
        "select count(*) as n from register.utkast join register.forlop f using (forlop_id) where f.pasient_id = ?",
        pasient_id,
    )
    assert row and counts and orders and drafts
    return Side(
        patient,
        number_kinds.kind(row["idtype"], row["idnr"], tx.today),
        counts["forlop"],
        tuple(counts["enheter"] or ()),
        counts["samtykker"],
        counts["trukket"],
        orders["n"],
        drafts["n"],
    )


def _doubles(tx: Tx, fra: int, til: int) -> list[Double]:
    dated = "select forlop_id, enhet, coalesce(startdato, henvist_dato, opprettet::date) as dato from register.forlop where pasient_id = ? and slettet is null"
    rows = tx.rows(
        f"select a.enhet, a.forlop_id as av_fra, b.forlop_id as av_til, a.dato as dato_fra, b.dato as dato_til "
        f"from ({dated}) a join ({dated}) b using (enhet) where abs(a.dato - b.dato) <= ? order by a.forlop_id, b.forlop_id",
        fra,
        til,
        NEAR.days,
    )
    return [Double(**row) for row in rows]
