"""A reservation takes the patient's forløp out of the national dataset at the next publishing, also those from before the edition."""

from __future__ import annotations

from datetime import date

import duckdb

from app.work import operations
from checks.closing_reasons import UNABLE
from ingest.prom import orders, reservasjon
from tests.support import LU, SC, Register


def national(register: Register) -> list[int]:
    """The forløp of the national file, published now."""
    settings = register.settings()
    operations.publish_now(register.store, settings, lambda _: None, SC)
    with duckdb.connect(str(settings.data / "published" / "nasjonal.duckdb"), read_only=True) as con:
        return [int(row[0]) for row in con.execute('select "ForlopsID" from forlopsoversikt order by all').fetchall()]


def test_et_reservert_forlop_gaar_ut_ved_neste_publisering_og_det_andre_blir(register: Register) -> None:
    reserved, other = register.completed_forlop(), register.completed_forlop()
    with register.store.write(LU) as tx:
        for forlop_id in (reserved, other):
            orders.answer_all(tx, forlop_id, UNABLE)
    assert national(register) == [reserved, other]
    with register.store.write(SC) as tx:
        patient = register.head(reserved).pasient_id
        reservasjon.receive(tx, patient, "brev", date(2026, 11, 20), "Brev i arkivet")
    assert national(register) == [other]
