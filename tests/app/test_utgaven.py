"""Proves what the screens say of the edition a forløp is under, and of the patient's reservation (docs/adr/037)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from app.forms import regime
from app.forms.view import view
from tests import edition
from tests.app.test_fulle_disker import everything, lu, page
from tests.edition import EVE, FIRST, WITHOUT_CONSENT
from tests.support import LU, TO, Register, moved

__all__ = ["lu"]
TODAY = date(2026, 11, 23)


@pytest.fixture
def both(lu: Register) -> Iterator[Register]:
    """A register with the edition in use, to which LU is signed in."""
    with edition.in_use(lu):
        yield lu


def begun(register: Register, start: date, **answers: object) -> int:
    """A forløp whose TO is saved with this startdato, and with consent only where it is asked."""
    forlop_id = register.forlop()
    to = TO | (WITHOUT_CONSENT if start >= FIRST else {}) | answers
    register.save(forlop_id, "to", moved(to, (start - date.fromisoformat(TO["StartdatoTO"])).days))
    return forlop_id


def facts(register: Register, forlop_id: int) -> list[list[str]]:
    with register.store.read(LU) as tx:
        return regime.facts(tx, register.head(forlop_id))


def test_uten_utgaven_staar_bare_samtykket_i_hodet(register: Register) -> None:
    assert facts(register, begun(register, EVE)) == [["Samtykke", "Ja"]]


def test_hodet_sier_utgaven_og_hvorfor_forlopet_er_nasjonalt_eller_ikke(both: Register) -> None:
    before, unasked, asked, reserved = begun(both, EVE), *(begun(both, FIRST) for _ in range(3))
    edition.asked(both, both.head(asked).pasient_id, 0)
    edition.asked(both, both.head(reserved).pasient_id, 1)
    when_done = "Ja, når alle skjemaene er ferdigstilt"
    assert facts(both, before) == [["Samtykke", "Ja"], ["Utgave", "samtykke"], ["Nasjonalt", when_done]]
    for forlop_id, status, national in (
        (unasked, "Ikke spurt", "Nei: ingen har spurt om pasienten har reservert seg"),
        (asked, "Ikke reservert", when_done),
        (reserved, "Reservert", "Nei: pasienten har reservert seg"),
    ):
        expected = [["Reservasjon", status], ["Utgave", "reservasjon"], ["Nasjonalt", national]]
        assert facts(both, forlop_id) == expected


def test_hodet_nevner_kriterier_og_henvisning(both: Register) -> None:
    forlop_id = begun(both, FIRST, Tilsett=2)
    assert facts(both, forlop_id)[-1] == ["Nasjonalt", "Nei: inklusjonskriteriene er ikke oppfylt"]
    phoned = begun(both, EVE, Tilsynsanmodnin=None, TelefonCalling=1)
    assert facts(both, phoned)[-1] == ["Nasjonalt", "Nei: pasienten er ikke formelt henvist"]


def test_to_viser_ikke_samtykke_under_utgaven(both: Register) -> None:
    assert both.store.demo
    sections = {
        day: [s.id for s in view("to", moved(TO, 0), {}, date(1970, 5, 4), TODAY, day).sections] for day in (EVE, FIRST)
    }
    assert sections[EVE] == ["henvisning", "inklusjon", "samtykke"] and sections[FIRST] == ["henvisning", "inklusjon"]


def test_po_viser_reservasjonen_som_lest_og_samtykket_bare_foer_dagen(both: Register) -> None:
    before, after = begun(both, EVE), begun(both, FIRST)
    edition.asked(both, both.head(after).pasient_id, 0)
    shown = {
        n: everything(page("personopplysninger", pasient=both.head(n).pasient_id, forlop=n)) for n in (before, after)
    }
    assert "Skriftlig samtykke" in shown[before] and "Reservasjonsstatus" not in shown[before]
    assert "Skriftlig samtykke" not in shown[after]
    assert "Reservasjonsstatus" in shown[after] and "Ikke reservert (23.11.2026)" in shown[after]
