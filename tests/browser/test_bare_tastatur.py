"""A forløp 3 from the arbeidsliste to ferdigstilt without a mouse."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.skjema import Skjema
from tests.browser.tastatur import LISTEN, Tastatur

TYPED = "1911"  # four days before the tests' moment


def test_et_forlop_3_registreres_fra_arbeidslisten_til_ferdigstilt_med_bare_tastaturet(
    sign_in: Callable[..., Page], forlop: int
) -> None:
    page = sign_in()
    page.add_init_script(LISTEN)
    page.goto("/")
    expect(page.locator(".sr-liste tbody tr").first).to_be_visible()
    user = Tastatur(page, Skjema(page, forlop))
    from_the_list(user)
    user.answer("HenvistDato", *TYPED).answer("Tilsynsanmodnin", "Space").answer("StartdatoTO", *TYPED)
    user.answer("Tilsett", "j", then="SkriftligSamtyk").answer("Norsktalende", "j").answer("KognSvekket", "n")
    user.answer("SkriftligSamtyk", "j", then="DatoSamtykke").answer("DatoSamtykke", "f").complete("B 1.1")
    user.answer("Lokasjon", "h").answer("InnlAvd", "k")
    user.answer("Smertekategori3a", "a", then="diagnosekat3b2")
    user.answer("diagnosekat3b2", *["ArrowDown"] * 3, then="AnatomiskInndel")
    user.answer("AnatomiskInndel", "r", then="Rygg").answer("Rygg", "l").answer("HovedDiag", "j")
    user.button("Legg til").heard("Smertediagnosen er lagret")
    user.answer("Ingen4a", "Space").answer("Ingen4b", "o", "Space", then="MoEkvivalens")
    user.answer("MoEkvivalens", *"oksykodon k", "Enter", "2", "0").answer("UhenBrukMed", "n")
    user.answer("SentralBlokkB11", "n").answer("PeriferBlokkB11", "n")
    user.answer("TidligereRus", "n").answer("PaagaaRus", "n", then="LAR").complete("B 1.2")
    user.answer("AngiNRS12", "j", then="StSmRo12")
    for navn, keys in (("StSmRo12", "6"), ("SvSmRo12", "3"), ("StSmBev12", "10"), ("SvSmBev12", "4")):
        user.answer(navn, *keys)
    user.complete("B 2.1").answer("Regdato21", "i").answer("AngiNRS21", "n").complete("B 2.2")
    user.answer("Lege", "Space", "2").answer("AntPasTils", "2").answer("TotTid", "3")
    for navn in ("MedBeh22", "IkkeMedBeh", "SentralBlokk", "PeriferBlokk", "VidereOppf"):
        user.answer(navn, "n")
    user.complete(None)
    for tab in ("TO", "B 1.1", "B 1.2", "B 2.1", "B 2.2"):
        user.skjema.status(tab)


def from_the_list(user: Tastatur) -> None:
    """Find the forløp in the arbeidsliste, and open its TO."""
    page, number = user.page, user.skjema.forlop
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Søk i arbeidslisten":
            break
        user.press("Tab")
    user.type(str(number))
    expect(page.locator(".sr-liste tbody tr")).to_have_count(1)
    for _ in range(20):
        if (page.evaluate("document.activeElement.getAttribute('href')") or "").endswith(f"{number}&skjema=to"):
            break
        user.press("Tab")
    user.press("Enter")
    user.arrived("TO")
