"""The demo's patients: invented names from faker, and only synthetic fødselsnumre (month + 80)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from faker import Faker

from checks import identity
from ingest.demo.courses import DONE, Courses
from ingest.demo.draw import EPOCH, Array, Draw, days, moments, only

MAN, WOMAN = 1, 2
WITHOUT_NUMBER = 0.015
CHILDREN, WOMEN, DIE = 0.03, 0.52, 0.09
NAMES, ADDRESSES = 400, 1500


class Crowd:
    """The names to draw from, and the fødselsnumre that have been given out."""

    def __init__(self, seed: int) -> None:
        fake = Faker("no_NO")
        fake.seed_instance(seed)
        self.first = {
            MAN: pl.Series([fake.first_name_male() for _ in range(NAMES)]),
            WOMAN: pl.Series([fake.first_name_female() for _ in range(NAMES)]),
        }
        self.last = pl.Series([fake.last_name() for _ in range(NAMES)])
        self.street = pl.Series([fake.street_address() for _ in range(ADDRESSES)])
        self.town = pl.DataFrame(
            [(fake.postcode(), fake.city()) for _ in range(ADDRESSES)], schema=["postnr", "sted"], orient="row"
        )
        self.given: Counter[tuple[date, int]] = Counter()

    def number(self, born: date, sex: int) -> str:
        """The next free synthetic fødselsnummer for a birth date and sex."""
        serial = self.given[born, sex]
        self.given[born, sex] += 1
        return identity.make(born, MAN if sex == MAN else WOMAN, serial)


def make(
    draw: Draw, crowd: Crowd, courses: Courses, first_id: int, last: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of identitet.person and register.pasient for the patients of these forløp."""
    n = courses.patients
    start = np.full(n, courses.today)
    np.minimum.at(start, courses.patient, courses.start)
    sex = np.where(draw.yes(n, WOMEN), WOMAN, MAN)
    years = np.where(draw.yes(n, CHILDREN), draw.whole(n, 3, 17), np.clip(draw.rng.normal(59, 18, n), 18, 97))
    born = (start - (years * 365.25).astype(np.int64) - draw.whole(n, 1, 360)).astype(np.int64)
    dead = _deaths(draw, courses)
    other = draw.yes(n, WITHOUT_NUMBER)
    ids = pl.Series(np.arange(first_id, first_id + n))
    made = moments(start, draw.whole(n, 6 * 3600, 9 * 3600), last)
    return (
        _persons(draw, crowd, ids, born, sex, other, made),
        pl.DataFrame(
            {
                "pasient_id": ids,
                "fodselsdato": days(born),
                "kjonn": pl.Series(sex),
                "avdod": pl.Series((dead > 0).astype(np.int64)),
                "dodsdato": only(days(dead), dead > 0),
                "adressetype": pl.Series(np.where(other, 2, 1)),
                "dato_innhentet": days(start),
                "opprettet": made,
            }
        ),
    )


def _persons(
    draw: Draw, crowd: Crowd, ids: pl.Series, born: Array, sex: Array, other: Array, made: pl.Series
) -> pl.DataFrame:
    n = len(ids)
    numbers = [
        None if o else crowd.number(EPOCH + timedelta(days=int(b)), int(s))
        for b, s, o in zip(born, sex, other, strict=True)
    ]
    drawn = {kind: names[draw.whole(n, 0, NAMES - 1)] for kind, names in crowd.first.items()}
    first = drawn[WOMAN].zip_with(pl.Series(sex == WOMAN), drawn[MAN])
    last = crowd.last[draw.whole(n, 0, NAMES - 1)]
    town = crowd.town[draw.whole(n, 0, ADDRESSES - 1)]
    # No subscriber number in Norway begins with 0, and example.com belongs to nobody.
    phone = pl.Series(draw.whole(n, 0, 9_999_999)).cast(pl.String).str.zfill(8)
    mail = (first + "." + last).str.to_lowercase().str.replace_all("[^a-zæøå.]", "") + "@example.com"
    return pl.DataFrame(
        {
            "pasient_id": ids,
            "idtype": pl.Series(np.where(np.asarray(other), "annet", "fnr")),
            "idnr": pl.Series(numbers, dtype=pl.String),
            "fornavn": first,
            "etternavn": last,
            "adresse": crowd.street[draw.whole(n, 0, ADDRESSES - 1)],
            "postnr": town["postnr"],
            "poststed": town["sted"],
            "telefon": only(phone, draw.yes(n, 0.85)),
            "epost": only(mail, draw.yes(n, 0.4)),
            "oppdatert": made,
        }
    )


def _deaths(draw: Draw, courses: Courses) -> Array:
    """The day of death of each patient, some time after the last forløp; 0 for the living and where a forløp is open."""
    last_end = np.zeros(courses.patients, dtype=np.int64)
    np.maximum.at(last_end, courses.patient, courses.end)
    open_now = np.zeros(courses.patients, dtype=bool)
    open_now[courses.patient[courses.stage < DONE]] = True
    day = last_end + 1 + draw.rng.exponential(90, courses.patients).astype(np.int64)
    return np.where(draw.yes(courses.patients, DIE) & ~open_now & (day < courses.today), day, 0)


def moment_of(today: date) -> datetime:
    """The moment the demo is made: early in the morning of ``today``, so that nothing lies in the future."""
    return datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
