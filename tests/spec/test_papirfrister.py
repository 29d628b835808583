"""Manual: «Utfylling på papir»: when paper can no longer be registered."""

from __future__ import annotations

import pytest

from checks import eprom
from ingest.prom import orders
from tests import support
from tests.spec.eprom import Eprom, refused
from tests.support import TO, Register

# --- Papir ----------------------------------------------------------------------------------------------------


@pytest.mark.manual("Papir 1")
def test_papir_laases_seks_dager_etter_samtykke(prom: Eprom, forlop_id: int) -> None:
    for form in ("pasreg", "hads"):
        prom.do(lambda tx, form=form: orders.mark_paper(tx, forlop_id, form))
    prom.run_on(23)
    prom.run_on(28)
    assert (prom.sent(), prom.form(forlop_id, "hads").status) == ([], -1)
    prom.run_on(29)
    assert prom.form(forlop_id, "hads").lukket_grunn == eprom.OTHER
    assert prom.form(forlop_id, "hads").tekst == (
        "Lukket uten svar: Annet. Papiret ble ikke registrert innen fristen."
    ), "told apart from another «Annet»"
    with refused("REG-162"):
        prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "hads"))


@pytest.mark.manual("Papir 2")
def test_eval_paa_papir_laases_seks_dager_etter_sluttdato(prom: Eprom, register: Register) -> None:
    to = TO | {"DatoSamtykke": "2026-11-23"}
    forlop_id = register.forlop()
    register.save(forlop_id, "to", to)
    prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "eval"))
    for form, answers in {**support.COMPLETE, "to": to, "b22": support.B22 | {"SluttDato": "2026-11-22"}}.items():
        register.complete(forlop_id, form, answers)
    prom.run_on(27)
    assert prom.form(forlop_id, "eval").status == -1
    prom.run_on(28)
    assert prom.form(forlop_id, "eval").lukket_grunn == eprom.OTHER


@pytest.mark.manual("Papir 3")
def test_papir_etter_seks_dager_og_opioid_paa_papir_avvises(prom: Eprom, forlop_id: int) -> None:
    with refused("REG-171"):
        prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "opioid"))
    prom.at(30)
    with refused("REG-172"):
        prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "pasreg"))


def test_annet_som_en_behandler_velger_sies_uten_papir(prom: Eprom, forlop_id: int) -> None:
    prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "hads"))
    prom.do(lambda tx: orders.answer_all(tx, forlop_id, eprom.OTHER), support.LC)
    assert prom.form(forlop_id, "hads").tekst == "Lukket uten svar: Annet."
