"""Issue J: the demo's Folkeregister has deaths, new numbers, new names and protected addresses to discover, by a plan."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks import identity
from exports.integrity import check_register
from ingest.access import JOB
from ingest.demo import register as demo
from ingest.registration import population
from ingest.services import fates
from ingest.services.fates import Plan
from ingest.services.folkeregister import Borger
from ingest.settings import Settings
from ingest.store import DEMO, Store, create
from tests.support import SC

MADE = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 4, tzinfo=UTC)
PLAN = Plan(1, MADE)


def numbers(what: str) -> list[identity.Fodselsnummer]:
    """Numbers to which this happens by the plan."""
    made = (identity.make(date(1950, 1, 1) + timedelta(days=n), 1 + n % 2, 0) for n in range(3000))  # pyright: ignore[reportArgumentType]
    read = (identity.parse(text, test_persons=True, today=MADE) for text in made)
    return [number for number in read if (PLAN.fate(number.number) or ("",))[0] == what]


def says(number: identity.Fodselsnummer, day: date, **known: Any) -> Borger:
    return PLAN.on(
        number, Borger("Nora", "Etternavn", number.birth_date, number.sex, "Gata 1", "5003", "Bergen", **known), day
    )


def day_of(number: identity.Fodselsnummer) -> date:
    found = PLAN.fate(number.number)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("what", fates.SHARES)
def test_ingenting_har_hendt_den_dagen_demoen_lages_og_alt_innen_to_maaneder(what: str) -> None:
    for number in numbers(what):
        day = day_of(number)
        assert MADE < day <= MADE + timedelta(days=fates.SPAN)
        before = says(number, day - timedelta(days=1))
        assert before == says(number, MADE) and says(number, day) != before


def test_dodsfall_trekkes_tilbake_og_flyttes_noen_dager_etter() -> None:
    for what, then in ((fates.WITHDRAWN, None), (fates.MOVED, -1)):
        number = numbers(what)[0]
        day, second = day_of(number), day_of(number) + fates.SECOND
        assert says(number, day).dodsdato == day
        moved = None if then is None else day + timedelta(days=then)
        assert says(number, second).dodsdato == says(number, second, dodsdato=day).dodsdato == moved


def test_et_nytt_nummer_har_samme_fodselsdato_og_kjonn() -> None:
    for number in numbers(fates.NUMBER):
        told = says(number, MADE + timedelta(days=90)).nummer
        assert told and told != number.number
        read = identity.parse(told, test_persons=True, today=MADE)
        assert (read.birth_date, read.sex) == (number.birth_date, number.sex)


def test_den_som_var_dod_da_demoen_ble_laget_forblir_det() -> None:
    died = MADE - timedelta(days=5)
    for what in (fates.DIES, fates.WITHDRAWN):
        assert says(numbers(what)[0], MADE + timedelta(days=90), dodsdato=died).dodsdato == died


def made(path: Path) -> Store:
    store = create(path / "smertereg.duckdb", DEMO, clock=lambda: MOMENT)
    demo.make(store, forlop=400, seed=1, today=MADE, progress=lambda _: None)
    return store


def ask(store: Store, path: Path, days: int) -> Counter[str]:
    """The job population as the demo's clock has come so many days further."""
    at = MOMENT + timedelta(days=days)
    return Counter(population.update(store, population.folkeregister(store, Settings(data=path), at), at).gjort)


def people(store: Store) -> list[dict[str, Any]]:
    with store.read(SC) as tx:
        return tx.rows(
            "select idnr, etternavn, skjermet, avdod, dodsdato from identitet.person join register.pasient using (pasient_id) "
            "order by pasient_id"
        )


def test_jobben_oppdager_det_etter_hvert_og_likt_hver_gang(tmp_path: Path) -> None:
    ends = []
    for name, days in (("ofte", (1, 8, 20, 20, 35, 60, 95)), ("sjelden", (95,))):
        path = tmp_path / name
        path.mkdir()
        store = made(path)
        before = people(store)
        assert not {"døde", "endret", "nye nummer", "skjermet"} & set(ask(store, path, 0)), (
            "on its first day nothing is new"
        )
        found = sum((ask(store, path, day) for day in days), Counter())
        assert min(found[what] for what in ("døde", "endret", "nye nummer", "skjermet")) > 0, found
        after = people(store)
        with store.read(JOB) as tx:
            assert [f"{f.hva}: {f.feil}" for f in check_register(tx) if f.feil] == []
        gone = [new for old, new in zip(before, after, strict=True) if new["avdod"] and not old["avdod"]]
        assert gone and all(new["dodsdato"] >= MADE for new in gone)
        assert all(new["dodsdato"] == old["dodsdato"] for old, new in zip(before, after, strict=True) if old["avdod"])
        ends.append(after)
        store.close()
    assert ends[0] == ends[1], "how often it is asked does not matter"
