"""What a form proposes: days for its dates, and the codes that the unit uses most."""

from __future__ import annotations

import pytest

from app.forms import often
from app.forms import state as states
from checks.errors import RegisterError
from checks.proposals import Proposal
from ingest.registration import drafts, forms
from tests import support
from tests.app.test_skjematilstand import TODAY, give, opened

START = support.TO["StartdatoTO"]


@pytest.fixture
def forlop_id(register: support.Register) -> int:
    """A forløp whose TO is completed, with nothing in its other forms."""
    number = register.forlop()
    register.complete(number, "to")
    return number


def test_hver_dato_foreslaas_som_det_veiledningen_sier_at_den_er(register: support.Register, forlop_id: int) -> None:
    today = Proposal(TODAY.isoformat(), "dagens dato", staar=True)
    wanted = {
        "b11": {"RegDato11": today},
        "b12": {"Regdato12": Proposal(START, "startdato", staar=True)},
        "b21": {},  # only those who were there know the last visit
        "b22": {"SluttDato": today},
    }
    assert {skjema: opened(register, forlop_id, skjema).forslag for skjema in wanted} == wanted


def test_samtykkedatoen_tilbys_bare(register: support.Register) -> None:
    state = opened(register, register.forlop(), "to")
    answers = {k: v for k, v in support.TO.items() if k != "DatoSamtykke"}
    give(register, state, **answers)
    assert state.forslag == {"DatoSamtykke": Proposal(START, "startdato", staar=False)}
    with pytest.raises(RegisterError, match="Dato for innhentet samtykke"):
        states.save(register.store, support.LU, state, forms.COMPLETE)


def test_et_forslag_er_ikke_noe_svar_foer_skjemaet_ferdigstilles(register: support.Register, forlop_id: int) -> None:
    state = opened(register, forlop_id, "b12")
    assert (state.svar, state.endret, register.head(forlop_id).skjema["b12"].status) == ({}, False, -1)
    assert not states.autosave(register.store, support.LU, state)
    give(register, state, AngiNRS12=0)
    with register.store.read(support.LU) as tx:
        kept = drafts.get(tx, forlop_id, "b12")
        assert kept is not None and kept.svar == {"AngiNRS12": 0}
    assert "Regdato12" not in states.save(register.store, support.LU, state, forms.SAVE).svar
    saved = states.save(register.store, support.LU, state, forms.COMPLETE)
    assert (saved.status, saved.svar["Regdato12"]) == (1, START)
    assert state.forslag == {}


def test_det_som_er_skrevet_gaar_foran_forslaget(register: support.Register, forlop_id: int) -> None:
    state = opened(register, forlop_id, "b12")
    give(register, state, AngiNRS12=0, Regdato12="2026-11-04")
    assert state.forslag == {}
    assert states.save(register.store, support.LU, state, forms.COMPLETE).svar["Regdato12"] == "2026-11-04"


def test_en_dato_som_ikke_kan_leses_blir_ikke_til_forslaget(register: support.Register, forlop_id: int) -> None:
    state = opened(register, forlop_id, "b12")
    state.uleselig = {"Regdato12": "32.13"}
    give(register, state, AngiNRS12=0)
    with pytest.raises(RegisterError, match=r"32\.13"):
        states.save(register.store, support.LU, state, forms.COMPLETE)


def test_enhetens_mest_brukte_kommer_foerst_og_bare_enhetens(register: support.Register) -> None:
    fibromyalgi, trigeminus = "M79.7", "G50.0"
    surgery = {"SmerteDiagID": 1, "SmerteKat": 1, "DiagKat": 1, "ICD10Kode": "JEA00", "HovedDiag": 1}
    for code, diagnosis in ((trigeminus, support.DIAGNOSIS), (fibromyalgi, surgery), (fibromyalgi, surgery)):
        answers = {"InnlDiag": code, "smertediagnoser": [diagnosis], "Opioid4b": 1, "DDOxKps": 20.0}
        register.save(register.forlop(), "b11", {"Lokasjon": 1, **answers})
    found = often.often(register.store, support.LU, support.OWN)
    assert [code for code, _ in found["InnlDiag"]] == [fibromyalgi, trigeminus]
    assert found["InnlDiag"][0][1] == "Fibromyalgi"
    assert found["Lokasjon"] == [(1, "")]
    # A body region is no code that is searched for.
    assert found.keys() == {"Lokasjon", "InnlDiag", "Opioider", "Operasjonskode1"}
    assert [code for code, _ in found["Operasjonskode1"]] == ["JEA00"]
    assert [stem for stem, _ in found["Opioider"]] == ["OxKps"]
    assert often.often(register.store, support.OTHER_LU, support.OTHER) == {}
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-061"):
        often.often(register.store, support.OTHER_LU, support.OWN)
