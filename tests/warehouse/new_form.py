"""What two forms that were added as one YAML file each are found in. Run in a copy of the project that has those files.

`python -m tests.warehouse.new_form DATA PAKKE` takes the data folder of a register made before the forms and a package of
it, and prints one line of JSON: the name of each proof, and what went wrong, empty for nothing.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from app.eprom_page import steps
from app.pages import __path__ as pages
from app.web import resources, session
from checks import eprom
from checks.answers import shape
from checks.codebook import load
from checks.forlop import COMPLETED, submitted
from exports import publish as publishing
from exports import snapshot
from exports.codebook_tables import codebook_tables
from exports.package import make_package
from exports.printouts import arbeidsliste, paper
from ingest import store, units
from ingest.demo import make as make_demo
from ingest.lists import arbeidsliste as lines
from ingest.oqr import import_package
from ingest.prom import open_forms, orders, patient_answers
from ingest.registration import forlop, forms, versions
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from tests import support
from tests.support import LC, LU, OWN, SC

DAY = date(2026, 2, 1)
NIGHT = {"Regdato23": "2026-11-05", "Sovn23": 3, "SovnTekst23": "Uro", "DDMoTbl23": 30}


@dataclass
class World:
    """An old register after new forløp came into it; `before` has the heads innlevert at the unit before that."""

    made: support.Register
    data: Path
    old_package: Path
    before: dict[int, forlop.Forlop]
    national_before: int
    second: int
    third: int

    def query(self, file: str, sql: str) -> list[dict[str, object]]:
        with duckdb.connect(str(self.data / "published" / file), read_only=True) as con:
            return con.sql(sql).pl().to_dicts()


def world(data: Path, old_package: Path) -> World:
    """Open the old register with the codebook of this copy, register two forløp, and publish."""
    with duckdb.connect(str(data / "published" / "nasjonal.duckdb"), read_only=True) as national:
        (count,) = national.sql("select count(*) from allevarnum").fetchone() or (0,)
    clock = support.Clock()
    made = support.Register(store.Store(data / "demo.duckdb", clock=clock), clock)
    with made.store.read(SC) as tx:
        rows = tx.rows("select forlop_id as n from register.forlop where slettet is null")
        heads = {row["n"]: forlop.get(tx, row["n"]) for row in rows}
        place = {kind: units.entries(tx, kind, OWN)[0]["id"] for kind in units.KINDS}
    before = {n: h for n, h in heads.items() if submitted(h.forlopstype, h.status) and h.enhet == OWN}
    support.B11 |= {"Lokasjon": place["lokasjon"], "InnlAvd": place["avdeling"]}
    support.COMPLETE["b23"] = NIGHT | {"Lokasjon23": place["lokasjon"]}
    second = made.completed_forlop(support.TO | {"Norsktalende": 0, "SkriftligSamtyk": None, "DatoSamtykke": None})
    third = made.completed_forlop()
    with made.store.write(LU) as tx:
        paper = {"DatoUtfylSovn": "2026-11-20", "SovnSpm1": 2, "SovnSpm2": 4}
        patient_answers.save_paper(tx, third, "sovn", paper, grunnversjon=0, hendelse=forms.COMPLETE)
        orders.stop(tx, third, eprom.UNABLE)

    def take(path: Path) -> None:
        with made.store.cursor() as con:
            snapshot.take(con, path, codebook_tables(load()))

    publishing.publish(take_snapshot=take, data=data, clock=clock, progress=lambda _: None)
    return World(made, data, old_package, before, count, second, third)


def the_form_page_asks_its_questions(w: World) -> None:
    said = shown(w, "skjema", forlop=str(w.second), skjema="b23")
    assert "Hvordan sov pasienten siste natt?" in said and "Opioider siste natt" in said
    assert "Hvor mange netter ble du vekket av smerte?" in shown(w, "skjema", forlop=str(w.third), skjema="sovn")


def the_save_converts_its_opioids(w: World) -> None:
    opened = w.made.open(w.second, "b23")
    assert (opened.status, opened.svar["OMEQMoTbl23"], opened.svar["MoEkvivalens23"]) == (COMPLETED, 30.0, 30.0)


def the_arbeidsliste_has_its_column(w: World) -> None:
    unfinished = w.made.forlop()
    w.made.save(unfinished, "to", support.TO)
    with w.made.store.read(LU) as tx:
        (row,) = [r for r in lines.rows(tx) if r["forlop_id"] == unfinished]
    assert row["skjema"]["b23"]["status"] == -1
    assert '"2.3"' in shown(w, "arbeidsliste") and "2.3" in arbeidsliste.HEAD


def pasientregistreringer_has_its_column(w: World) -> None:
    with w.made.store.read(LU) as tx:
        row = open_forms.row(tx, open_patient_forms(w))
    assert row is not None
    assert row.skjema["sovn"].tekst == "Sendes automatisk to uker etter sluttdato i B 2.2."
    assert '"Natt"' in shown(w, "pasientregistreringer")


def the_patient_is_asked_two_weeks_after(w: World) -> None:
    case = eprom.Sak(1, "sovn", -1, samtykket=w.made.clock(), avsluttet=w.made.clock(), slutt_dato=date(2026, 11, 20))
    assert eprom.goes_out_at(case) == eprom.run_on(date(2026, 12, 4))
    assert [v.navn for step in steps.steps(shape("sovn")) for v in step.variabler] == ["SovnSpm1", "SovnSpm2"]
    assert eprom.FORMS["sovn"].tittel == "Om hvordan du sover"


def it_can_be_printed_for_paper(w: World) -> None:
    assert "sovn" in paper.offered(None)
    (part,) = paper.document("sovn", DAY)["deler"]
    assert len(part["sporsmaal"]) == 2


def allevarnum_has_its_columns(w: World) -> None:
    columns = '"Sovn23", "SovnTekst23", "MoEkvivalens23"::double as sum, "SovnSpm2", "PasdelUtfylSovn"'
    rows = w.query("analyse.duckdb", f'select {columns} from allevarnum where "ForlopsID" = {w.third}')
    assert rows == [{"Sovn23": 3, "SovnTekst23": "Uro", "sum": 30.0, "SovnSpm2": 4, "PasdelUtfylSovn": 1}]
    (row,) = w.query("analyse.duckdb", f'select "Sovn23", "SovnSpm2" from allevarnum where "ForlopsID" = {w.second}')
    assert row == {"Sovn23": 3, "SovnSpm2": None}
    (words,) = w.query("nasjonal.duckdb", f'select "Sovn23" from allevar where "ForlopsID" = {w.third}')
    assert words == {"Sovn23": "Dårlig"}


def klokeboken_describes_it(w: World) -> None:
    rows = w.query(
        "nasjonal.duckdb", "select distinct skjemanavn, tabell from klokebok where skjemanavn in ('B2.3', 'Sovn')"
    )
    assert sorted(map(tuple, (row.values() for row in rows))) == [("B2.3", "emp23"), ("Sovn", "patsovn")]
    order = [
        r["skjemanavn"]
        for r in w.query("nasjonal.duckdb", "select skjemanavn from klokebok group by 1 order by min(rowid)")
    ]
    assert order.index("B2.2") + 1 == order.index("B2.3") and order.index("Eval") + 1 == order.index("Sovn")


def the_datadump_has_its_table_and_can_be_imported(w: World) -> None:
    package = make_package(w.data, w.data / "pakke", OWN, DAY)
    table = (package / f"smertereg_emp23_datadump_{DAY}.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "SLEEP" in table[0].split(";") and len(table) == 3
    assert (package / f"smertereg_patsovn_datadump_{DAY}.csv").is_file()
    with imported(w, package) as tx:
        for number, skjema in ((w.second, "b23"), (w.third, "sovn")):
            saved = {name: value for name, value in w.made.open(number, skjema).svar.items() if value is not None}
            stored = versions.current(tx, forlop.get(tx, number), (skjema,))[skjema]
            assert stored.svar == saved


def a_package_from_before_is_imported_without_it(w: World) -> None:
    with imported(w, w.old_package) as tx:
        assert tx.rows("select 1 from register.skjema where skjema in ('b23', 'sovn')") == []
        assert tx.row("select 1 from register.skjema where skjema = 'b22'")


def completeness_counts_its_questions(w: World) -> None:
    rows = w.query(
        "analyse.duckdb", "select variabel, n_stilt, n_besvart from kompletthet where skjema in ('b23', 'sovn')"
    )
    found = {row["variabel"]: (row["n_stilt"], row["n_besvart"]) for row in rows}
    assert (found["Sovn23"], found["SovnTekst23"], found["SovnSpm1"]) == ((2, 2), (2, 2), (1, 1))


def the_charts_of_the_patients_answers_count_it(w: World) -> None:
    rows = w.query(
        "analyse.duckdb", "select kode, sum(n) as n from oversikt_tall where diagram = 'svar_sovn' group by all"
    )
    assert {row["kode"]: row["n"] for row in rows}[1] == 1


def the_demo_answers_it(w: World) -> None:
    with made_anew(w, "fylt") as demo:
        make_demo(demo, forlop=150, seed=5, today=DAY, progress=lambda _: None)
        with demo.read(SC) as tx:
            found = tx.rows("select skjema, status from register.skjema where skjema in ('b23', 'sovn') group by all")
            (row,) = tx.rows(
                "select count(*) as n from register.skjemaversjon where svar ->> 'MoEkvivalens23' is not null"
            )
    assert {(r["skjema"], r["status"]) for r in found} == {("b23", -1), ("b23", 1), ("sovn", -1), ("sovn", 1)}
    assert row["n"] > 0


def a_forlop_from_before_stays_as_it_was(w: World) -> None:
    """Without the new forms it is innlevert and national still, also when LC corrects TO; it has no such form to open."""
    count = "select count(*) as n from allevarnum"
    assert w.query("nasjonal.duckdb", count) == [{"n": w.national_before + 1}]
    number = next(n for n, head in w.before.items() if head.forlopstype == 3)
    w.made.save(number, "to", {"TelefonCalling": 1}, actor=LC, grunn="Rettet henvisningsmåten")
    after = w.made.head(number)
    assert submitted(after.forlopstype, after.status) and set(after.skjema) == set(w.before[number].skjema)
    assert "b23" not in after.forms


def a_forlop_from_before_gets_it_when_its_type_changes(w: World) -> None:
    number = next(n for n, head in w.before.items() if head.forlopstype == 3 and head.samtykke != 1)
    w.made.save(number, "to", {"Norsktalende": 0}, actor=LC, grunn="Snakker ikke norsk")
    after = w.made.head(number)
    assert (after.forlopstype, after.status["b23"]) == (2, -1)
    assert not submitted(after.forlopstype, after.status)


def open_patient_forms(w: World) -> int:
    """A new forløp of type 3 with consent, whose patient forms wait."""
    number = w.made.forlop()
    w.made.complete(number, "to")
    return number


def shown(w: World, page: str, **address: str) -> str:
    """All that the page sends to the browser, as text."""

    @contextmanager
    def held() -> Iterator[resources.Resources]:
        yield resources.Resources(Settings(data=w.data), w.made.store, LocalFolkeregister())

    sent: list[ForwardMsg] = []
    session.current_actor, session.script_token = lambda: LU, lambda: "token"
    ForwardMsgQueue._before_enqueue_msg = staticmethod(sent.append)
    with resources.holding(held()):
        run = AppTest.from_file(str(Path(pages[0]) / f"{page}.py"), default_timeout=60)
        for name, value in address.items():
            run.query_params[name] = value
        run.run()
    assert not run.exception, run.exception
    return " ".join(str(message) for message in sent).replace('\\"', '"')


@contextmanager
def made_anew(w: World, name: str) -> Iterator[store.Store]:
    """A new empty register."""
    path = w.data / f"{name}.duckdb"
    path.unlink(missing_ok=True)
    opened = store.create(path, store.DEMO, clock=w.made.clock)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def imported(w: World, package: Path) -> Iterator[store.Tx]:
    """An empty register into which the package has been imported whole."""
    with made_anew(w, "importert") as target:
        with target.write(SC) as tx:
            outcome = import_package(tx, [package], dry_run=False, accept_valid=False)
        assert outcome.refused == () and outcome.imported
        with target.read(SC) as tx:
            yield tx


# In this order: the last ones change the register.
PROOFS: tuple[Callable[[World], None], ...] = (
    the_form_page_asks_its_questions,
    the_save_converts_its_opioids,
    allevarnum_has_its_columns,
    klokeboken_describes_it,
    the_datadump_has_its_table_and_can_be_imported,
    a_package_from_before_is_imported_without_it,
    completeness_counts_its_questions,
    the_charts_of_the_patients_answers_count_it,
    the_patient_is_asked_two_weeks_after,
    it_can_be_printed_for_paper,
    the_demo_answers_it,
    the_arbeidsliste_has_its_column,
    pasientregistreringer_has_its_column,
    a_forlop_from_before_stays_as_it_was,
    a_forlop_from_before_gets_it_when_its_type_changes,
)


def found(w: World, proof: Callable[[World], None]) -> str:
    try:
        return proof(w) or ""
    except Exception:
        return traceback.format_exc()


if __name__ == "__main__":
    now = world(Path(sys.argv[1]), Path(sys.argv[2]))
    print(json.dumps({proof.__name__: found(now, proof) for proof in PROOFS}))
