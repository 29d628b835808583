"""Fill an empty register with synthetic patients, chunk by chunk; the same seed gives the same register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import polars as pl

from checks import reservasjon
from checks.codebook import load
from checks.codebook.loader import take_into_use
from checks.eprom import CLOSING_FIELDS
from checks.reservasjon import RESERVASJON
from ingest import audit
from ingest.access import MAKER
from ingest.demo import bulk, documents, eprom, extras, pain, persons, places
from ingest.demo import courses as c
from ingest.demo.courses import Courses
from ingest.demo.draw import Draw, moments, only
from ingest.demo.finished import DRAFT, Documents, Surroundings
from ingest.registration import editions
from ingest.registration.population import MADE
from ingest.store import Store, Tx

CHUNK = 15_000
FIRST_PATIENT, FIRST_FORLOP = 1001, 10001
NOON = 12 * 3600
REASONS = {skjema: reason for skjema, (_, _, reason) in CLOSING_FIELDS.items()}


def make(
    store: Store, *, forlop: int, seed: int, today: date, progress: Callable[[str], None], crosses: bool = False
) -> None:
    """Fill the empty register of ``store`` with ``forlop`` forløp of invented patients, up to ``today``.

    With ``crosses`` the register uses the edition with reservation from the day the codebook says, and its forløp begin a year
    before that day, or three years ago when that is earlier. The register is determined by ``forlop``, ``seed`` and ``today``.
    ``progress`` gets one Norwegian sentence for each step. Every form passes the codebook's own checks: InvalidAnswers means that the demo has a bug. ValueError for a
    register that does not say that it is a demo.
    """
    if not store.demo:
        raise ValueError("Registeret er ikke en demo")
    last, draw = persons.moment_of(today), Draw(seed, 0)
    years = _cross(store, last, draw) if crosses else c.YEARS
    crowd = persons.Crowd(seed)
    with store.write(MAKER) as tx:
        tx = _at(tx, last, draw)
        made = places.make(tx, draw)
        entries = pain.catalogue(draw)
    progress(f"{len(made.resh)} enheter med avdelinger, lokasjoner og brukere")
    sizes = _chunks(forlop)
    next_patient, next_forlop = FIRST_PATIENT, FIRST_FORLOP
    for number, size in enumerate(sizes):
        draw = Draw(seed, number + 1)
        planned = c.make(draw, size, forlop, (number, len(sizes)), today, years)
        with store.write(MAKER) as tx:
            _chunk(_at(tx, last, draw), draw, crowd, made, entries, planned, (next_patient, next_forlop), today)
        next_patient, next_forlop = next_patient + planned.patients, next_forlop + size
        progress(f"{next_forlop - FIRST_FORLOP} av {forlop} forløp")
    with store.write(MAKER) as tx:
        tx = _at(tx, last, draw)
        tx.run("update register.teller set neste = ? where navn = 'pasient'", next_patient)
        tx.run("update register.teller set neste = ? where navn = 'forlop'", next_forlop)
        extras.drafts(tx, made)
        audit.log(tx, MADE, details={"forlop": forlop, "frø": seed})


def _cross(store: Store, last: datetime, draw: Draw) -> int:
    """Take the edition with reservation into use; returns how many years of forløp go back before its first day."""
    first = load().utgaver[RESERVASJON].fra
    assert first is not None
    with store.write(MAKER) as tx:
        editions.take(_at(tx, last, draw), first)
    take_into_use({RESERVASJON: first})
    return max(c.YEARS, last.year - first.year + 1)


def _at(tx: Tx, moment: datetime, draw: Draw) -> Tx:
    """The transaction with the demo's moment and chance in place of the clock and the system's random bytes."""
    return replace(tx, now=moment, random_bytes=draw.bytes)


def _chunks(forlop: int) -> list[int]:
    count = max(1, -(-forlop // CHUNK))
    return [forlop // count + (1 if number < forlop % count else 0) for number in range(count)]


def _chunk(
    tx: Tx,
    draw: Draw,
    crowd: persons.Crowd,
    made: places.Places,
    entries: list[pain.Entry],
    planned: Courses,
    first: tuple[int, int],
    today: date,
) -> None:
    people, patients = persons.make(draw, crowd, planned, first[0], tx.now)
    unit = pl.Series(planned.unit)
    surroundings = Surroundings(
        draw,
        planned,
        today,
        born=patients["fodselsdato"][planned.patient],
        lokasjon=places.of_unit(draw, made.lokasjoner, unit),
        avdeling=places.of_unit(draw, made.avdelinger, unit),
        entries=entries,
    )
    forms, decided = documents.make(surroundings)
    heads = _heads(draw, made, planned, first, tx.now, surroundings, forms, decided)
    heads = extras.withdrawn(draw, heads, today)
    tx.insert("identitet.person", people)
    tx.insert("register.pasient", patients)
    tx.insert("register.forlop", heads.drop("bruker", "rolle"))
    comments = extras.comments(draw, heads, forms, tx.now)
    for form in forms:
        rows, head_rows = bulk.versions(draw, form, heads, tx.now, REASONS)
        head_rows = extras.mark_comments(head_rows, comments)
        tx.insert("register.skjemaversjon", rows)
        tx.insert("register.skjema", head_rows)
    tx.insert("register.kommentar", comments)
    extras.moves(tx, draw, made, heads, planned)
    eprom.insert(tx, draw, heads, forms, today)
    if reservasjon.begins() is not None:
        extras.reservations_of(tx, draw, heads)


def _heads(
    draw: Draw,
    made: places.Places,
    planned: Courses,
    first: tuple[int, int],
    last: datetime,
    s: Surroundings,
    forms: list[Documents],
    decided: pl.DataFrame,
) -> pl.DataFrame:
    """The rows of register.forlop, with the user who registered each (bruker) and that user's rolle."""
    n = len(planned)
    by_name = {form.skjema: form for form in forms}
    registered, discharged = by_name["b11"].frame, by_name["b22"]
    deleted, signed = planned.stage == c.DELETED, decided["DatoSamtykke"]
    opened = moments(planned.start, draw.whole(n, 7 * 3600, 9 * 3600), last)
    people_of = bulk.staff(draw, planned.unit, made.staff)
    return pl.DataFrame(
        {
            "forlop_id": pl.Series(np.arange(first[1], first[1] + n)),
            "pasient_id": pl.Series(planned.patient + first[0]),
            "enhet": pl.Series(made.resh)[planned.unit],
            "forlopstype": decided["forlopstype"],
            "henvist_dato": decided["HenvistDato"],
            "startdato": decided["StartdatoTO"],
            "tilsett": decided["Tilsett"],
            "inkl_krit": decided["InklKritOppf"],
            "samtykke": decided["SkriftligSamtyk"],
            "samtykke_type": decided["TypeManglSamt"],
            "samtykke_dato": decided["DatoSamtykke"],
            "samtykke_registrert": only(
                moments(signed.to_physical().fill_null(0).to_numpy(), np.full(n, NOON), last), signed.is_not_null()
            ),
            "inkludert": only(moments(planned.start, np.full(n, NOON), last), documents.included(decided)),
            "slutt_dato": only(discharged.frame["SluttDato"], discharged.status >= DRAFT),
            "lokasjon_id": registered["Lokasjon"],
            "avdeling_id": registered["InnlAvd"],
            "opprettet": opened,
            "opprettet_av": people_of["bruker"],
            "slettet": only(opened, deleted),
            "slettet_av": only(people_of["bruker"], deleted),
            "slettet_grunn": only(pl.Series(["Registrert på feil pasient"]).new_from_index(0, n), deleted),
            "bruker": people_of["bruker"],
            "rolle": people_of["rolle"],
        }
    )
