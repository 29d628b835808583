"""What is asked from one day and until another is counted, told and exported by each forløp's startdato."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from checks.codebook import load, loader
from exports import snapshot
from exports.build import build
from exports.codebook_tables import codebook_tables
from exports.klokebok_files import write_klokebok_html
from exports.package import make_package
from exports.tables import published_file
from ingest import demo
from ingest.oqr import import_package
from ingest.oqr.run import Outcome
from ingest.store import DEMO, Store, create
from tests import support
from tests.codebooks import SHIPPED, changed
from tests.support import LC, Register
from tests.warehouse.conftest import MOMENT, publish_built

MIDDLE = date(2026, 11, 10)
NEW = {"StartdatoTO": "2026-11-16", "HenvistDato": "2026-11-16", "DatoSamtykke": "2026-11-16"}
PREGNANT = {
    "navn": "Gravid",
    "ledetekst": "Gravid?",
    "type": "liste",
    "koder": {0: "Nei", 1: "Ja"},
    "fysisk": "PREGNANT",
}


def _dated(day: date | None):
    """A required question that comes in on the day (None: always there), and one that goes out on it, as does the first
    code of a list.
    """

    def b12(d: dict[str, Any]) -> None:
        d["seksjoner"][0]["felt"].append(PREGNANT | ({"fra": day} if day else {}))

    def b11(d: dict[str, Any]) -> None:
        asked = next(b for s in d["seksjoner"] for b in s["felt"] if b.get("navn") == "TidligereRus")
        asked.update({"til": day} if day else {})

    def b22(d: dict[str, Any]) -> None:
        codes = next(b for s in d["seksjoner"] for b in s["felt"] if b.get("navn") == "VidereOppf")["koder"]
        codes[1] = {"tekst": codes[1], "til": day} if day else codes[1]

    return {"b12": b12, "b11": b11, "b22": b22}


@dataclass
class Both:
    """A forløp on each side of the day, completed under the codebook of its own time, and what dbt made of them."""

    old: int
    new: int
    warehouse: Path

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return con.sql(sql).pl().to_dicts()


def _completed(register: Register, codebook: Path, patch: pytest.MonkeyPatch) -> tuple[int, int]:
    old = register.completed_forlop()
    patch.setattr(loader, "FOLDER", codebook)
    new = register.forlop()
    register.complete(new, "to", support.TO | NEW)
    after = {k: v.replace("2026-11-0", "2026-11-1") if isinstance(v, str) else v for k, v in support.B11.items()}
    register.complete(new, "b11", after | {"RegDato11": "2026-11-16", "TidligereRus": None})
    register.complete(new, "b12", support.B12 | {"Regdato12": "2026-11-16", "Gravid12": 1})
    return old, new


def _built(store: Store, folder: Path) -> Path:
    with store.cursor() as con:
        snapshot.take(con, folder / "snapshot.duckdb", codebook_tables(load()))
    build(folder, folder / "dbt.duckdb")
    return folder / "warehouse.duckdb"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("tid")
    register = support.make(folder / "smertereg.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        old, new = _completed(register, changed(folder / "kodebok", _dated(MIDDLE)), patch)
        register.save(old, "b12", {"StSmRo12": 7}, LC, grunn="Feil tall")
        yield Both(old, new, _built(register.store, folder))
    register.store.close()


@pytest.fixture(scope="module")
def package(both: Both, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unit's package in the OQR form, with both forløp."""
    taken = both.warehouse.parent / "snapshot.duckdb"
    data = publish_built(taken, both.warehouse, tmp_path_factory.mktemp("data")).data
    return make_package(data, data / "pakke", support.OWN, MOMENT.date())


MISSING = "select * from datakvalitet_rader where kontroll = 'manglende_svar' order by all"


def test_ingen_ferdigstilte_skjemaer_mangler_svar(both: Both) -> None:
    assert both.rows(MISSING) == []


def test_uten_dato_ville_skjemaet_fra_foer_manglet_svar(tmp_path: Path) -> None:
    register = support.make(tmp_path / "smertereg.duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "FOLDER", SHIPPED)
        old = register.completed_forlop()
        patch.setattr(loader, "FOLDER", changed(tmp_path / "kodebok", _dated(None)))
        found = Both(old, old, _built(register.store, tmp_path)).rows(MISSING)
    register.store.close()
    assert {row["variabel"] for row in found} == {"Gravid12", "Gravid21"}


def test_kompletthet_teller_de_som_ble_spurt(both: Both) -> None:
    asked = {r["variabel"]: (r["n_stilt"], r["n_besvart"]) for r in both.rows("select * from kompletthet")}
    assert asked["Gravid12"] == (1, 1)
    assert asked["TidligereRus"] == (1, 1)
    assert asked["PaagaaRus"] == (2, 2)


def test_klokeboken_sier_naar(both: Both) -> None:
    said = {
        r["navn_i_rapporteket"]: (r["innfoert_dato"], r["utfaset_dato"]) for r in both.rows("select * from klokebok")
    }
    assert said["Gravid12"] == (MIDDLE, None)
    assert said["TidligereRus"] == (None, MIDDLE)


def test_klokeboken_for_mennesker_sier_naar_et_sporsmaal_og_en_kode_gjelder(package: Path, tmp_path: Path) -> None:
    """That the first code of a list went out does not make it look as if the question did."""
    write_klokebok_html(published_file(package.parents[1], support.OWN), tmp_path / "k.html")
    page = (tmp_path / "k.html").read_text(encoding="utf-8")
    said = {
        name: re.sub(
            r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split(f'<article id="{name}">')[1].split("</article>")[0])
        )
        for name in ("Gravid12", "TidligereRus", "VidereOppf", "PaagaaRus")
    }
    assert said["Gravid12"].count("innført 10.11.2026") == 1 and "utfaset" not in said["Gravid12"]
    assert said["TidligereRus"].count("utfaset 10.11.2026") == 1
    assert said["TidligereRus"].index("utfaset") < said["TidligereRus"].index("Alle former")
    assert re.search(r"1 Ja · utfaset 10\.11\.2026 0 Nei 9 Vet ikke", said["VidereOppf"])
    assert said["VidereOppf"].count("utfaset") == 1
    assert "innført" not in said["PaagaaRus"] and "utfaset" not in said["PaagaaRus"]


def test_uttrekket_har_kolonnen_for_alle_og_den_er_tom_der_det_ikke_ble_spurt(both: Both) -> None:
    found = {r["ForlopsID"]: r for r in both.rows('select "ForlopsID", "Gravid12", "TidligereRus" from allevarnum')}
    assert (found[both.old]["Gravid12"], found[both.new]["Gravid12"]) == (None, 1)
    assert (found[both.old]["TidligereRus"], found[both.new]["TidligereRus"]) == (0, None)


def _imported(package: Path, path: Path) -> tuple[Outcome, dict[int, dict[str, Any]]]:
    """What an import into an empty register gave, and the answers to B 1.1 and B 1.2 of each forløp."""
    store = create(path, clock=support.Clock())
    with store.write(support.SC) as tx:
        outcome = import_package(tx, [package], dry_run=False, accept_valid=True)
    with store.read(support.SC) as tx:
        rows = tx.rows("select forlop_id, svar from register.skjemaversjon where skjema in ('b11', 'b12')")
    store.close()
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row["forlop_id"], {}).update(json.loads(row["svar"]))
    return outcome, found


def test_importen_dommer_hvert_forlop_etter_dets_startdato(both: Both, package: Path, tmp_path: Path) -> None:
    outcome, found = _imported(package, tmp_path / "importert.duckdb")
    assert (outcome.imported, outcome.refused) == (2, ())
    assert "Gravid12" not in found[both.old] and found[both.new]["Gravid12"] == 1
    assert found[both.old]["TidligereRus"] == 0 and "TidligereRus" not in found[both.new]


def test_importen_avviser_svar_som_mangler_eller_ikke_ble_spurt_om_da(
    both: Both, package: Path, tmp_path: Path
) -> None:
    """With the day moved past both forløp, the newer one has an answer that is not asked, and lacks one that is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "FOLDER", changed(tmp_path / "kodebok", _dated(date(2027, 1, 1))))
        outcome, found = _imported(package, tmp_path / "importert.duckdb")
    told = {(f.forlop, f.variabel, f.kode) for f in outcome.refused}
    assert told == {(both.new, "Gravid12", "REG-008"), (both.new, "TidligereRus", "REG-007")}
    assert found.keys() == {both.old}


def test_demoregisteret_svarer_etter_hvert_forlops_startdato(tmp_path: Path) -> None:
    day = date(2025, 2, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "FOLDER", changed(tmp_path / "kodebok", _dated(day)))
        store = create(tmp_path / "demo.duckdb", DEMO)
        demo.make(store, forlop=150, seed=1, today=MOMENT.date(), progress=lambda _: None)
        with store.cursor() as con:
            found = con.execute(
                "select f.startdato >= ? as etter, s.skjema, count(s.svar ->> 'Gravid12') as gravid, "
                "count(s.svar ->> 'TidligereRus') as rus, count(*) as alle from register.skjemaversjon s "
                "join register.forlop f using (forlop_id) where s.skjema in ('b11', 'b12') and s.status = 1 group by all",
                [day],
            ).pl()
        store.close()
    rows = {(r["etter"], r["skjema"]): r for r in found.iter_rows(named=True)}
    assert rows[True, "b12"]["gravid"] == rows[True, "b12"]["alle"] > 0 == rows[False, "b12"]["gravid"]
    assert rows[False, "b11"]["rus"] == rows[False, "b11"]["alle"] > 0 == rows[True, "b11"]["rus"]
    assert found.filter(pl.col("etter").is_null()).is_empty()
