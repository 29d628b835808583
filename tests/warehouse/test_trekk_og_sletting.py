"""Withdrawal and erasure reach the published files at the next publishing, and earlier files do not keep the erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from app.work import operations
from exports.integrity import check_published
from ingest import store
from ingest.access import Actor
from ingest.demo import make
from ingest.prom import samtykke
from ingest.registration import forlop, forms
from ingest.settings import Settings
from tests.support import TO, Clock

SC = Actor("bruker4", "Siri Nasjonal", "SC", "100320")
TODAY = date(2026, 2, 1)


@dataclass
class Case:
    """A demo register published twice: one national patient withdrew in between, one was erased."""

    held: store.Store
    settings: Settings
    withdrawn: int
    erased: int
    gone: set[int]
    forlop_of: dict[int, set[int]]

    def forlop(self, file: str) -> set[int]:
        with duckdb.connect(str(self.settings.data / "published" / file), read_only=True) as con:
            return {row[0] for row in con.execute('select "ForlopsID" from allevarnum').fetchall()}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    clock = Clock(datetime(2026, 2, 1, 9, tzinfo=UTC))
    held = store.create(settings.register, store.DEMO, clock=clock)
    make(held, forlop=150, seed=3, today=TODAY, progress=lambda _: None)
    operations.publish_now(held, settings, lambda _: None)
    with held.read(SC) as tx:
        of: dict[int, set[int]] = {}
        for row in tx.rows("select pasient_id, forlop_id from register.forlop"):
            of.setdefault(row["pasient_id"], set()).add(row["forlop_id"])
    found = Case(held, settings, 0, 0, set(), of)
    national = found.forlop("nasjonal.duckdb")
    found.withdrawn, found.erased = sorted(p for p, ids in of.items() if ids & national)[:2]
    found.gone = of[found.withdrawn] | of[found.erased]
    clock.turn(hours=1)
    with held.write(SC) as tx:
        samtykke.withdraw(tx, found.withdrawn, TODAY, "brev")
    operations.erase_now(held, settings, SC, found.erased, str(found.erased), "krav")
    clock.turn(hours=1)
    operations.publish_now(held, settings, lambda _: None)
    yield found
    held.close()


def test_begge_er_ute_av_det_nasjonale_datasettet(case: Case) -> None:
    national = case.forlop("nasjonal.duckdb")
    assert national
    assert not national & case.gone


def test_den_som_trakk_samtykket_er_fortsatt_i_enhetens_egen_fil(case: Case) -> None:
    local = set().union(*(case.forlop(p.name) for p in _files(case) if p.name.startswith("lokal-")))
    assert case.forlop_of[case.withdrawn] <= local


def test_den_slettede_er_ikke_i_noen_fil_heller_ikke_tidligere(case: Case) -> None:
    assert [p.name for p in _files(case) if case.forlop(p.name) & case.forlop_of[case.erased]] == []
    folders = [p for p in (case.settings.data / "publishing").iterdir() if p.is_dir()]
    assert len(folders) == 1


def test_kontrollene_er_gronne(case: Case) -> None:
    found = [*operations.check_store(case.held), *check_published(case.settings.data / "published")]
    assert [f"{f.hva}: {f.feil}" for f in found if f.feil] == []


def test_publisering_star_i_loggen(case: Case) -> None:
    with case.held.read(SC) as tx:
        rows = tx.rows("select detaljer ->> 'id' as id from tilgang.logg where hendelse = 'publisert' order by nr")
    assert [r["id"] for r in rows] == ["20260201T100000", "20260201T120000"]


@pytest.mark.manual("Samtykke 14")
def test_den_som_trakk_samtykket_kan_sporres_igjen_ved_ny_registrering(case: Case) -> None:
    with case.held.write(SC) as tx:
        again = forlop.create(tx, case.withdrawn)
        forms.save(
            tx,
            again,
            "to",
            TO
            | {
                "HenvistDato": "2026-01-30",
                "StartdatoTO": "2026-01-31",
                "DatoSamtykke": str(TODAY - timedelta(days=1)),
            },
            grunnversjon=0,
        )
        head = forlop.get(tx, again)
    assert (head.samtykke, head.trukket_dato) == (1, None)


def _files(case: Case) -> list[Path]:
    return list((case.settings.data / "published").glob("*.duckdb"))
