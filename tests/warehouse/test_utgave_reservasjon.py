"""Registers that cross the day the edition with reservation begins, counted again in plain Python (docs/adr/037)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from checks.codebook.loader import take_into_use
from exports.build import build_anew
from tests.edition import FIRST
from tests.sizes import size
from tests.warehouse import independent as rules
from tests.warehouse.synthetic import Generator

SEEDS, FORLOP = range(size(2, 12)), 300
Row = dict[str, Any]
CONSENT = ("SkriftligSamtyk", "TypeManglSamt", "DatoSamtykke", "SkrSamtykke", "DatoinhSamt", "ManglSamt")
LATER = ("AkseptabelSmerte12", "AkseptabelSmerte21", "Funksjon12", "Funksjon21", "Prest", "RadBehandlerAST")
STATES = {
    "samtykke": {(None, None): "avventer", (1, None): "ja", (0, 1): "nei_aktivt", (0, 2): "nei_passivt"}
    | {(0, 3): "ikke_aktuelt", (0, 4): "nei_ikke_spurt", (0, 5): "tilbaketrukket"},
    "reservasjon": {0: "ikke_reservert", 1: "reservert", None: "reservasjon_ikke_spurt"},
}


@dataclass
class Crossing:
    """A register that crosses the day: the snapshot, and what dbt made of it."""

    snapshot: Path
    warehouse: Path

    def rows(self, sql: str, *, given: bool = False) -> list[Row]:
        with duckdb.connect(str(self.snapshot if given else self.warehouse), read_only=True) as con:
            return con.sql(sql).pl().to_dicts()


@pytest.fixture(scope="module", params=SEEDS)
def crossing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Crossing:
    folder = tmp_path_factory.mktemp("utgave")
    take_into_use({"reservasjon": FIRST})
    try:
        Generator(100 + request.param, FIRST).make(folder / "snapshot.duckdb", FORLOP)
    finally:
        take_into_use({})
    build_anew(folder)
    return Crossing(folder / "snapshot.duckdb", folder / "warehouse.duckdb")


def counted(crossing: Crossing) -> dict[int, Row]:
    """ForlopsID -> what plain Python says of each forløp, from the snapshot alone."""
    people = {row["pasient_id"]: row for row in crossing.rows("from pasient", given=True)}
    status: dict[int, dict[str, int]] = {}
    for row in crossing.rows("from skjema", given=True):
        status.setdefault(row["forlop_id"], {})[row["skjema"]] = row["status"]
    answers = {
        row["forlop_id"]: json.loads(row["svar"])
        for row in crossing.rows(
            "select forlop_id, svar::varchar as svar from skjemaversjon where skjema = 'to'", given=True
        )
    }
    return {
        row["forlop_id"]: _one(
            row, people[row["pasient_id"]], answers.get(row["forlop_id"], {}), status[row["forlop_id"]]
        )
        for row in crossing.rows("from forlop", given=True)
    }


def _one(head: Row, person: Row, to: Row, status: dict[str, int]) -> Row:
    start = date.fromisoformat(to["StartdatoTO"]) if to else None
    reserves = start is None or start >= FIRST
    facts = (to.get("Tilsett"), to.get("Norsktalende"), rules.age(person["fodselsdato"], start), to.get("KognSvekket"))
    met, kind = rules.criteria(*facts, reservation=reserves), rules.forlopstype(*facts, reservation=reserves)
    formal = to.get("Tilsynsanmodnin") == 1
    consent = (0, 5) if head["trukket_dato"] else (to.get("SkriftligSamtyk"), to.get("TypeManglSamt"))
    included = (
        rules.included_by_reservation(met, person["reservasjon"])
        if reserves
        else rules.included(met, consent[0], to.get("Tilsynsanmodnin"))
    )
    state = STATES["reservasjon"][person["reservasjon"]] if reserves else STATES["samtykke"][consent]
    return {
        "start": start,
        "enhet": head["enhet"],
        "pasient": head["pasient_id"],
        "reserves": reserves,
        "reserved": person["reservasjon"] if reserves else None,
        "met": met,
        "included": included,
        "national": bool(included) and rules.complete(kind, status),
        "formal": formal,
        "state": state,
    }


def test_registrene_krysser_dagen(crossing: Crossing) -> None:
    found = Counter((one["reserves"], one["included"]) for one in counted(crossing).values())
    assert all(found[key] > 10 for key in ((False, 0), (False, 1), (True, 0), (True, 1)))


def test_inklusjon_kriterier_og_reservasjonsstatus_forlop_for_forlop(crossing: Crossing) -> None:
    expected = {
        number: (one["met"], one["included"], one["reserved"], one["start"])
        for number, one in counted(crossing).items()
    }
    columns = '"ForlopsID", "InklKritOppf", "InklusjonStatus", "Reservasjonsstatus", "StartdatoTO"'
    found = {row.pop("ForlopsID"): tuple(row.values()) for row in crossing.rows(f"select {columns} from allevarnum")}
    assert found == expected


def test_det_nasjonale_utvalget(crossing: Crossing) -> None:
    expected = {number for number, one in counted(crossing).items() if one["national"]}
    found = {row["id"] for row in crossing.rows("select forlops_id as id from int_forlop where nasjonal")}
    assert expected and found == expected


def test_samtykke_staar_paa_forlop_foer_dagen_og_de_nye_spoersmaalene_paa_dem_etter(crossing: Crossing) -> None:
    counts = ", ".join(f'count("{name}") as "{name}"' for name in (*CONSENT, *LATER))
    rows = crossing.rows(
        f'select "StartdatoTO" >= date \'{FIRST}\' as etter, {counts} from allevarnum where "StartdatoTO" is not null group by 1'
    )
    found = {row.pop("etter"): row for row in rows}
    assert all(found[False][name] > 0 and found[True][name] == 0 for name in CONSENT)
    assert all(found[True][name] > 0 for name in LATER)


def dekning(crossing: Crossing) -> dict[tuple[date, str], Counter[str]]:
    """(month, unit) -> what dekningsgrad counts, with the forløp that were deleted."""
    found: dict[tuple[date, str], Counter[str]] = {}
    deleted = [
        {"start": row["maaned"], "enhet": row["enhet"], "reserves": True, "reserved": 1, "met": row["inkl_krit"]}
        | {"included": 0, "national": False, "formal": False, "state": "reservert"}
        for row in crossing.rows("from reservert_telling", given=True)
        for _ in range(row["n"])
    ]
    for one in (*counted(crossing).values(), *deleted):
        if one["start"] is None:
            continue
        counts = found.setdefault((one["start"].replace(day=1), one["enhet"]), Counter())
        met = one["met"] == 1
        counts.update(
            {
                "n_forlop": 1,
                "n_inkl_krit_oppf": met,
                "n_inklusjon_status": one["included"],
                "n_krit_ubesvart": one["met"] is None,
                "n_nasjonal": one["national"],
                "n_krit_reservasjon": met and one["reserves"],
                "n_reservert_alle": one["reserves"] and one["reserved"] == 1,
                "n_formelt_henvist": met and one["formal"],
                f"n_{one['state']}": met,
                f"n_formelt_{one['state']}": met and one["formal"],
            }
        )
    return found


def test_dekningsgrad_teller_hvert_forlop_etter_sin_egen_utgave(crossing: Crossing) -> None:
    expected = dekning(crossing)
    names = [f"n_{state}" for state in (*STATES["samtykke"].values(), *STATES["reservasjon"].values())]
    names += [name.replace("n_", "n_formelt_", 1) for name in names]
    rows = crossing.rows("from dekningsgrad where nivaa = 'enhet' and periode = 'måned'")
    assert {(row["fra"], row["AvdRESH"]) for row in rows} == expected.keys()
    for row in rows:
        counts = expected[row["fra"], row["AvdRESH"]]
        for name in {*names, *counts}:
            assert row[name] == counts[name], (name, row["fra"], row["AvdRESH"])


def test_begge_delene_og_summen_i_aaret_som_krysser_dagen(crossing: Crossing) -> None:
    (year,) = crossing.rows("from dekningsgrad where nivaa = 'nasjon' and periode = 'år' and year(fra) = 2022")
    months = [counts for (month, _), counts in dekning(crossing).items() if month.year == 2022]
    for name in ("n_inklusjon_status", "n_inkl_krit_oppf", "n_ikke_reservert", "n_krit_reservasjon"):
        assert year[name] == sum(counts[name] for counts in months) > 0
    before = (
        year["n_inklusjon_status"] - year["n_ikke_reservert"],
        year["n_inkl_krit_oppf"] - year["n_krit_reservasjon"],
    )
    assert 0 < before[0] < before[1]


def test_tellingene_per_forlop_er_de_samme(crossing: Crossing) -> None:
    columns = [
        row["column_name"] for row in crossing.rows("describe dekning_forlop") if row["column_name"].startswith("n_")
    ]
    sums = ", ".join(f"sum({name})::integer as {name}" for name in columns)
    of = "nivaa = 'nasjon' and periode = 'år'"
    each, whole = (
        crossing.rows(f"select {sums} from {table}") for table in ("dekning_forlop", f"dekningsgrad where {of}")
    )
    assert each == whole


def test_i7_og_i8_regnes_av_forlop_etter_dagen(crossing: Crossing) -> None:
    rows = crossing.rows('select * from allevarnum where "StartdatoTO" is not null')
    hits: Counter[str] = Counter()
    for row in rows:
        first, last = row["Funksjon12"], row["Funksjon21"]
        hits["I7"] += row["AkseptabelSmerte21"] == 1
        hits["I7 n"] += row["AkseptabelSmerte21"] is not None
        both = None not in (first, last) and 9 not in (first, last)
        hits["I8"] += both and last > first
        hits["I8 n"] += both
    found = crossing.rows(
        "select indikator, sum(teller)::integer as teller, sum(nevner)::integer as nevner from kvalitetsindikatorer "
        "where indikator in ('I7', 'I8') and populasjon = 'alle' and nivaa = 'nasjon' and periode = 'år' group by all"
    )
    assert {row["indikator"]: (row["teller"], row["nevner"]) for row in found} == {
        name: (hits[name], hits[f"{name} n"]) for name in ("I7", "I8")
    }
    assert all(hits[name] for name in hits)


def test_hvert_skjema_mangler_bare_det_dets_egen_utgave_spoer_om(crossing: Crossing) -> None:
    rows = crossing.rows(
        "select mangler.*, forlop.under_reservasjon as etter from datakvalitet_rader as mangler "
        "inner join int_forlop as forlop on mangler.\"ForlopsID\" = forlop.forlops_id and mangler.kontroll = 'manglende_svar'"
    )
    names = {side: {row["variabel"] for row in rows if row["etter"] is side} for side in (False, True)}
    assert not names[True] & set(CONSENT) and not names[False] & set(LATER)
    assert "SkriftligSamtyk" in names[False]
