"""Lokal oversikt counts what plain Python counts from the documents, and a choice is the sum of its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from app.results.charts import lokal
from app.results.charts.look import LIGHT
from checks.small_numbers import SMALLEST
from exports.figures import data
from tests.warehouse import independent as rules
from tests.warehouse.conftest import Register

ALWAYS = data.Period(date(2020, 1, 1), date(2027, 1, 1))


def facts(head: dict[str, Any]) -> dict[str, Any] | None:
    """The answers a forløp's type leaves open, in one dictionary; None without startdato."""
    to = head["svar"].get("to", {})
    start = to.get("StartdatoTO") or (head["startdato"] and head["startdato"].isoformat())
    if start is None:
        return None
    age = rules.age(head["fodselsdato"], date.fromisoformat(start))
    kind = rules.forlopstype(to.get("Tilsett"), to.get("Norsktalende"), age, to.get("KognSvekket"))
    answers: dict[str, Any] = {}
    for form, least in rules.FORMS.items():
        if least <= (kind or 1):
            answers |= head["svar"].get(form, {})
    return answers | {"start": start, "type": kind, "enhet": head["enhet"]}


def faculties(a: dict[str, Any]) -> int | None:
    names = ("AntTilsLege", "AntTilsSykPleier", "AntTilsPsyk", "AntTilsFysioT", "AntTilsSosio")
    return int(sum(a.get(n) is not None for n in names) >= 2) if (a.get("AntPasTils") or 0) > 0 else None


def change(a: dict[str, Any]) -> int | None:
    first, last = a.get("MoEkvivalens"), a.get("MoEkvivalens22")
    if not first or last is None:
        return None
    return 1 if last * 2 <= first else 2 if last < first else 3 if last == first else 4


COUNTED: dict[str, Callable[[dict[str, Any]], int | None]] = {
    "tilsyn": lambda a: a.get("Tilsett") or 0,
    "forlopstype": lambda a: a["type"] or 0,
    "samme_dag": lambda a: int(a["HenvistDato"] == a["start"]) if (a.get("AntPasTils") or 0) > 0 else None,
    "faggrupper": faculties,
    "opioidreduksjon": change,
    "sentral_komplikasjon": lambda a: a.get("Kompl1d") if a.get("SentralBlokk") == 1 else None,
    "hads_angst": lambda a: a.get("HADSScoreAngst"),
    "fornoyd": lambda a: a.get("EvalSpm3"),
    "nedtrapping": lambda a: a.get("BehNedtrappAvsluttTils") if a.get("VidereOppf") == 1 else None,
}


@pytest.mark.manual("Andre sider 1")
@pytest.mark.parametrize("diagram", COUNTED)
def test_diagrammet_teller_det_samme_som_svarene(published: Register, diagram: str) -> None:
    expected: Counter[tuple[str, int]] = Counter()
    for head in published.forlop.values():
        answers = facts(head)
        code = None if answers is None else COUNTED[diagram](answers)
        if answers is not None and code is not None:
            expected[(answers["enhet"], code)] += 1
    found = published.query(
        "analyse.duckdb",
        f"""select "AvdRESH", kode, sum(n)::int as n from oversikt_tall where diagram = '{diagram}' group by all""",
    )
    assert {(r["AvdRESH"], r["kode"]): r["n"] for r in found} == expected


@pytest.mark.parametrize("form", rules.CLOSING)
def test_bestilt_sendt_og_besvart_er_som_bestillingene_og_skjemaene_sier(published: Register, form: str) -> None:
    with duckdb.connect(str(published.snapshot), read_only=True) as con:
        orders = con.sql(f"select * from bestilling where skjema = '{form}'").pl().to_dicts()
    expected: Counter[tuple[str, str, str]] = Counter()
    for number, head in published.forlop.items():
        answers = facts(head)
        if answers is None or answers["type"] != 3:
            continue
        mine = [order for order in orders if order["forlop_id"] == number]
        sent, outcome = rules.eprom(mine, form, head["status"].get(form, -1), answers)
        for diagram, word in ((f"eprom_{form}", sent), (f"eprom_svar_{form}", outcome)):
            if word is not None:
                expected[answers["enhet"], diagram, str(word)] += 1
    words: dict[tuple[bool, int], str] = {
        (False, 1): "sendt",
        (False, 2): "ventende",
        (False, 3): "umulig",
        (False, 4): "stoppet",
        (True, 0): "venter",
        (True, 1): "besvart",
        (True, 2): "papir",
        (True, 3): "åpent",
    }
    found = {
        (r["AvdRESH"], r["diagram"], words.get(("svar" in r["diagram"], r["kode"]), str(r["kode"] - 20))): r["n"]
        for r in published.query(
            "analyse.duckdb",
            f"""select "AvdRESH", diagram, kode, sum(n)::int as n from oversikt_tall
            where diagram in ('eprom_{form}', 'eprom_svar_{form}') group by all""",
        )
    }
    assert found == expected
    assert {"sendt", "ventende", "umulig", "stoppet", "besvart"} <= {word for *_, word in found}


def test_hver_kode_som_forekommer_har_en_tekst(demo: Register) -> None:
    assert (
        demo.query(
            "analyse.duckdb",
            "select distinct diagram, kode from oversikt_tall anti join oversikt_koder using (diagram, kode)",
        )
        == []
    )


def test_enhetens_avdelinger_og_lokasjoner_summerer_til_enheten(demo: Register) -> None:
    with duckdb.connect(str(demo.data / "published" / "analyse.duckdb"), read_only=True) as con:
        unit = con.execute('select "AvdRESH" from oversikt_dag group by 1 order by sum(n_forlop) desc').fetchall()[0][0]
        whole = data.read(con, data.Choice(unit), ALWAYS, SMALLEST)
        avdelinger, _ = data.places(con, unit)
        parts = [data.read(con, data.Choice(unit, avdeling), ALWAYS, SMALLEST) for avdeling in avdelinger]
    for diagram, found in whole.counts.items():
        # A forløp may have no avdeling yet, so the parts are at most the whole.
        assert sum(part.of(diagram).whole for part in parts) <= found.whole
    assert sum(part.of("smertekategori").whole for part in parts) == whole.of("smertekategori").whole
    assert whole.of("tilsyn").whole == sum(whole.months["n"]) > 0


def test_tallet_for_alle_enheter_er_det_samme_for_hver_avdeling(demo: Register) -> None:
    """«Alle enheter» er alle forløpene: valget av avdeling fjerner ikke resten av egen enhet fra nevneren."""
    with duckdb.connect(str(demo.data / "published" / "analyse.duckdb"), read_only=True) as con:
        unit = con.execute('select "AvdRESH" from oversikt_dag group by 1 order by sum(n_forlop) desc').fetchall()[0][0]
        avdelinger, _ = data.places(con, unit)
        choices = [data.Choice(unit), *(data.Choice(unit, avdeling) for avdeling in avdelinger)]
        shown = [data.read(con, choice, ALWAYS, SMALLEST) for choice in choices]
        counts = dict(
            con.execute(
                "select kode, sum(n)::int from oversikt_tall where diagram = 'smertekategori' group by all"
            ).fetchall()
        )
    expected = {code: round(n / sum(counts.values()), 2) for code, n in counts.items()}
    found = [
        {a.kode: a.nation for a in numbers.of("smertekategori").answers if a.nation is not None} for numbers in shown
    ]
    assert found[0] and found[0].items() <= expected.items()
    assert all(other == found[0] for other in found[1:])
    changes = [{maal: pair.nation for maal, pair in numbers.pairs.items()} for numbers in shown]
    assert all(change.items() <= changes[0].items() for change in changes[1:])


@pytest.mark.parametrize(
    ("choice", "period"),
    [
        (data.Choice("finnes ikke"), ALWAYS),
        (data.Choice("100000", avdeling=-1), ALWAYS),
        (data.Choice(None), data.Period(date(1999, 1, 1), date(1999, 1, 1))),
    ],
)
def test_et_utvalg_uten_forlop_gir_setninger_og_ingen_nuller(
    published: Register, choice: data.Choice, period: data.Period
) -> None:
    with duckdb.connect(str(published.data / "published" / "analyse.duckdb"), read_only=True) as con:
        numbers = data.read(con, choice, period, SMALLEST)
    for section in lokal.SECTIONS:
        assert [key for key, drawn, _ in lokal.drawn(section, numbers, period.months, LIGHT) if drawn] == []


def test_ett_forlop_kan_tegnes(published: Register) -> None:
    with duckdb.connect(str(published.data / "published" / "analyse.duckdb"), read_only=True) as con:
        unit, day = con.execute(
            'select "AvdRESH", min(dato) from oversikt_dag where n_forlop = 1 group by all order by all'
        ).fetchall()[0]
        numbers = data.read(con, data.Choice(unit), data.Period(day.replace(day=1), day.replace(day=1)), SMALLEST)
    months = [day.replace(day=1)]
    drawn = {
        key
        for section in lokal.SECTIONS
        for key, shown, _ in lokal.drawn(section, numbers, months, LIGHT)
        if shown is not None
    }
    assert {"registreringer", "tilsyn", "forlopstyper"} <= drawn


def test_dekningsgrad_av_forlopene_er_den_samme_som_per_maaned_og_enhet(published: Register) -> None:
    with duckdb.connect(str(published.data / "published" / "analyse.duckdb"), read_only=True) as con:
        whole = data.dekningsgrad(con, ALWAYS)
        parts = data.dekningsgrad_of(con, data.Choice(None), ALWAYS)
        asked = data.may_be_asked(con, data.Choice(None), ALWAYS)
        included, eligible = data.patients(con, data.Choice(None), ALWAYS)
    counts = [name for name in whole.columns if name.startswith("n_") and name in parts.columns]
    assert {name: parts[name].sum() for name in counts} == {name: whole[name].sum() for name in counts}
    assert len(counts) == 30
    assert len(asked) == whole["n_avventer"].sum()
    assert 0 < included < eligible <= whole["n_inkl_krit_oppf"].sum()
