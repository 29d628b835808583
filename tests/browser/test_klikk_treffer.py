"""What the user aims at stands still: a click is not lost because the page moved under it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.skjema import Skjema, day


def test_det_neste_spoersmaalet_staar_stille_naar_forslaget_til_datoen_gaar(skjema: Skjema) -> None:
    skjema.to().samtykke().ferdigstill().neste("B 1.1")
    skjema.page.set_viewport_size({"width": 390, "height": 844})  # where the words stand under the date
    proposal = skjema.felt("RegDato11").locator(".sr-hvorfor")
    expect(proposal).not_to_be_empty()
    before = _top(skjema.felt("Lokasjon"))
    skjema.dato("RegDato11", day(2))
    expect(proposal).to_be_empty()
    assert _top(skjema.felt("Lokasjon")) == before


def test_klikket_som_forlater_et_felt_med_feil_treffer_det_som_ble_pekt_paa(skjema: Skjema) -> None:
    field = skjema.felt("HenvistDato")
    field.locator("input[type=text]").fill("32.13")
    answer, page = skjema.svar("Tilsynsanmodnin", "Tilsynsanmodning"), skjema.page
    box = answer.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 3)
    page.mouse.down()
    expect(field.locator("input[type=text]")).not_to_be_focused()
    page.mouse.up()
    expect(answer).to_have_attribute("aria-checked", "true")
    expect(field).to_contain_text("er ikke en dato")


def _top(question: Locator) -> float:
    box = question.bounding_box()
    assert box
    return box["y"]
