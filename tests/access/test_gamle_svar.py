"""Answers that wait in an old tab, or come late: nothing newer is overwritten, and nothing typed is lost."""

from __future__ import annotations

from tests.access.tabs import Tab, drafted
from tests.accounts import Browser
from tests.support import COLLEAGUE, Register


def test_et_svar_fra_en_gammel_fane_skrives_ikke_over_et_nyere_men_vises(register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    register.save(forlop_id, "to", {"HenvistDato": "2026-11-01", "Tilsett": 1})
    old, new = Tab(lu, forlop_id, name="gammel"), Tab(lu, forlop_id, name="ny")
    typed = [{**answer, "versjon": 1} for answer in old.body(HenvistDato="2026-10-20", Norsktalende=1)["svar"]]
    register.save(forlop_id, "to", {"HenvistDato": "2026-11-02"}, actor=COLLEAGUE)
    told = old.send({**new.body(), "fane": "gammel", "svar": typed}).json()
    assert told["nr"] == 2 and drafted(register, forlop_id)["Norsktalende"] == 1
    assert drafted(register, forlop_id)["HenvistDato"] == "2026-11-02"
    assert told["linje"]["melding"] == (
        "Henvist dato: svaret «20.10.2026» ble skrevet før et nyere ble lagret, og er ikke tatt inn. "
        "Skriv det på nytt hvis det skal gjelde."
    )
    again = {**new.body(HenvistDato="2026-10-20")["svar"][0], "versjon": told["versjon"]}
    told = new.send({**new.body(), "svar": [again]}).json()
    assert told["linje"]["melding"] == "" and drafted(register, forlop_id)["HenvistDato"] == "2026-10-20"


def test_fanens_egne_raske_svar_tas_selv_om_det_forrige_er_lagret_imens(register: Register, lu: Browser) -> None:
    forlop_id = register.forlop()
    tab = Tab(lu, forlop_id)
    first = [{**answer, "versjon": 0} for answer in tab.body(Norsktalende=1, HenvistDato="2026-11-01")["svar"]]
    assert tab.send({**tab.body(), "svar": first}).json()["versjon"] == 1  # the section was left, and saved
    late = [{**answer, "versjon": 0} for answer in tab.body(Norsktalende=0)["svar"]]
    assert tab.send({**tab.body(), "svar": late}).json()["linje"]["melding"] == ""
    assert drafted(register, forlop_id)["Norsktalende"] == 0
