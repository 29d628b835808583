"""Dates that are unusual, or clash with those of another form, on the form page (docs/adr/024)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.skjema import Skjema, day


@pytest.mark.parametrize("pasted", [" {d}.{m}.{y} ", "{d}. {m}. {y}", "{d}.{m}.{y} kl. 10:15", "{y}-{m}-{d}T10:15:00"])
def test_en_dato_som_limes_inn_leses_hel(skjema: Skjema, pasted: str) -> None:
    """The start of what is pasted may be another date: «23. 11. 20» is one in 2020."""
    d, m, y = day(2).split(".")
    field = skjema.felt("HenvistDato").locator("input[type=text]")
    field.focus()
    skjema.page.keyboard.insert_text(pasted.format(d=d, m=m, y=y))
    field.press("Tab")
    expect(field).to_have_value(day(2))


def test_en_uvanlig_dato_spoerres_det_om_en_gang_og_nei_toemmer_feltet(skjema: Skjema) -> None:
    skjema.dato("StartdatoTO", day(3)).dato("HenvistDato", "01.01.1926")
    henvist = skjema.felt("HenvistDato")
    question = henvist.get_by_role("alert")
    expect(question).to_contain_text("Er du sikker på at gitt verdi er riktig?")
    question.get_by_role("button", name="Nei").click()
    expect(henvist.locator("input[type=text]")).to_have_value("")
    skjema.dato("HenvistDato", day(1))
    question.get_by_role("button", name="Ja").click()
    expect(question).to_be_hidden()
    skjema.lagre()
    skjema.page.reload()
    expect(henvist.locator("input[type=text]")).to_have_value(day(1))
    expect(question).to_be_hidden()


def test_datoer_i_to_skjemaer_som_ikke_passer_sammen_rettes_i_samme_steg(skjema: Skjema) -> None:
    skjema.to().lagre().go("b11", "B 1.1").dato("RegDato11", day(3)).lagre().go("to", "TO")
    skjema.dato("StartdatoTO", day(1))
    expect(skjema.felt("StartdatoTO")).to_contain_text("kan ikke være etter «Registreringsdato»")
    skjema.knapp("Lagre")
    dialog = skjema.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Datoene passer ikke sammen")
    expect(dialog).to_contain_text("i Behandlerdel 1.1")
    field = dialog.get_by_role("textbox", name="Registreringsdato, Behandlerdel 1.1")
    field.fill(day(1))
    field.press("Tab")
    dialog.get_by_role("button", name="Rett datoene og lagre").click()
    expect(dialog).to_be_hidden()
    expect(skjema.tilstand).to_contain_text("Lagret")
    expect(skjema.page.get_by_role("heading", name="Ett svar må rettes")).to_be_hidden()
    skjema.go("b11", "B 1.1")
    expect(skjema.felt("RegDato11").locator("input[type=text]")).to_have_value(day(1))
