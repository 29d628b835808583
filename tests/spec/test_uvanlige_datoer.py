"""Dates outside their usual range are asked about once (manual: «Behandlerdel 2.2», «Ved avvik …»; docs/adr/024)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.forms import state as states
from checks.answers import shape
from checks.codebook import load
from checks.errors import InvalidAnswers
from checks.validation import outside_soft
from tests.support import B11, LC, LU, TO, Register

DATED = {v.navn: v for form in load() for v in form.alle if v.mykt_mot}
FIRST = {"HenvistDato": "1926-01-01", "StartdatoTO": "2026-11-02"}


def asked(skjema: str, answers: dict[str, Any], context: dict[str, Any] | None = None) -> set[str]:
    return set(outside_soft(shape(skjema), answers, context))


def refused(caught: pytest.ExceptionInfo[InvalidAnswers]) -> list[tuple[str, str | None]]:
    return [(p.code, p.variabel) for p in caught.value.problems]


@pytest.mark.parametrize("v", DATED.values(), ids=list(DATED))
def test_grensene_selv_er_vanlige_og_dagen_utenfor_er_det_ikke(v: Any) -> None:
    start = date(2026, 11, 2)
    low, high = (int(days) for days in v.mykt)
    context = {v.mykt_mot: start.isoformat()}
    own = context if "." not in v.mykt_mot else {}
    for days, unusual in ((low - 1, True), (low, False), (high, False), (high + 1, True)):
        day = date.fromordinal(start.toordinal() + days).isoformat()
        assert (v.navn in asked(v.skjema, {v.navn: day, **own}, context)) is unusual, days
    assert v.navn not in asked(v.skjema, {v.navn: "1926-01-01"})


def test_pasientens_egne_skjemaer_spor_ikke_om_datoer() -> None:
    assert {v.skjema for v in DATED.values()} == {"to", "b11", "b12", "b21", "b22"}


@pytest.mark.manual("B 2.2 4")
@pytest.mark.parametrize("henvist", ["1926-01-01", "2026-11-03"])
def test_en_uvanlig_henvisningsdato_maa_bekreftes_en_gang(register: Register, henvist: str) -> None:
    forlop_id, unusual = register.forlop(), {**TO, "HenvistDato": henvist}
    register.save(forlop_id, "to", unusual)
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "to", unusual)
    assert refused(caught) == [("REG-012", "HenvistDato")]
    register.save(forlop_id, "to", unusual, hendelse="ferdigstilt", bekreftet={"HenvistDato": henvist})
    register.save(forlop_id, "to", {"TelefonCalling": 1}, LC, grunn="rettelse")
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "to", {"StartdatoTO": "2026-11-01", "HenvistDato": henvist}, LC, grunn="rettelse")
    assert ("REG-012", "HenvistDato") in refused(caught)


def test_det_umulige_sies_foer_det_uvanlige(register: Register) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", TO)
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b11", {**B11, "RegDato11": "2026-10-20"})
    assert [p for p in refused(caught) if p[1] == "RegDato11"] == [("REG-006", "RegDato11")] * 2


def test_skjermen_spor_om_datoen_til_den_er_bekreftet_og_igjen_naar_startdatoen_endres(register: Register) -> None:
    state = states.open_state(register.store, LU, register.forlop(), "to")
    today = date(2026, 11, 23)
    states.answer(state, FIRST, today)
    assert set(state.asks()) == {"HenvistDato"}
    state.bekreftet["HenvistDato"] = FIRST["HenvistDato"]
    assert not state.asks()
    states.answer(state, {"StartdatoTO": "2026-11-03"}, today)
    assert set(state.asks()) == {"HenvistDato"}
