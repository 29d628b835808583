"""The form page for tests: questions are answered by the codebook's variable names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from tests.support import MOMENT


def day(ago: int) -> str:
    """The date so many days ago, as users type it."""
    return f"{MOMENT - timedelta(days=ago):%d.%m.%Y}"


@dataclass
class Skjema:
    page: Page
    forlop: int

    def felt(self, navn: str) -> Locator:
        """The question of a variable; a group is found by its first answer."""
        return self.page.locator(f'[data-felt="felt-{self.forlop}-{navn}"]')

    def ready(self, tab: str) -> Skjema:
        """Wait until the form of this tab is shown."""
        expect(self.page.locator(".sr-fane[aria-current]")).to_contain_text(tab)
        # The form that the user left stays on the page until the new one is drawn.
        expect(self.page.locator(".sr-linje")).to_have_count(1)
        return self

    def go(self, skjema: str, tab: str) -> Skjema:
        self.page.goto(f"/skjema?forlop={self.forlop}&skjema={skjema}")
        return self.ready(tab)

    def dato(self, navn: str, typed: str) -> Skjema:
        field = self.felt(navn).locator("input[type=text]")
        field.fill(typed)
        field.press("Tab")
        return self

    def tall(self, navn: str, typed: str) -> Skjema:
        field = self.felt(navn).locator("input")
        field.fill(typed)
        field.press("Tab")
        return self

    def velg(self, navn: str, *answers: str) -> Skjema:
        """Choose answers in a row of buttons or pills, and check that they are shown as chosen."""
        for text in answers:
            button = self.svar(navn, text)
            button.click()
            expect(button).to_have_attribute("aria-checked", "true")
        return self

    def svar(self, navn: str, text: str) -> Locator:
        return (
            self.felt(navn)
            .locator("[role=radio], [role=checkbox]")
            .filter(has_text=re.compile(f"^{re.escape(text)}"))
            .first
        )

    def soek(self, navn: str, typed: str, hit: str) -> Skjema:
        """Type in a search field, and choose a hit."""
        field = self.felt(navn).locator("input")
        field.click()
        field.press_sequentially(typed)
        self.felt(navn).locator("li").filter(has_text=hit).first.click()
        expect(field).to_have_value(re.compile(re.escape(hit)))
        return self

    def knapp(self, name: str) -> Skjema:
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def lagre(self) -> Skjema:
        self.knapp("Lagre")
        expect(self.tilstand).to_contain_text("Lagret")
        return self

    def ferdigstill(self) -> Skjema:
        self.page.get_by_label("Ferdigstille skjema?").check()
        self.knapp("Lagre")
        expect(self.tilstand).to_contain_text("Ferdigstilt")
        return self

    def neste(self, tab: str) -> Skjema:
        self.knapp("Neste ›")
        return self.ready(tab)

    def fane(self, tab: str) -> Locator:
        return self.page.locator(".sr-fane").filter(has_text=re.compile(f"^{re.escape(tab)}"))

    @property
    def tilstand(self) -> Locator:
        return self.page.locator(".sr-lagretilstand")

    def status(self, tab: str) -> None:
        """Check that a form is shown as ferdigstilt."""
        expect(self.fane(tab)).to_contain_text("ferdigstilt")

    # --- The answers of whole forms ------------------------------------------------------------------------------

    def to(self, tilsett: str = "Ja", kognitivt: str = "Nei") -> Skjema:
        self.dato("HenvistDato", day(4)).velg("Tilsynsanmodnin", "Tilsynsanmodning").dato("StartdatoTO", day(3))
        return self.velg("Tilsett", tilsett).velg("Norsktalende", "Ja").velg("KognSvekket", kognitivt)

    def samtykke(self) -> Skjema:
        return self.velg("SkriftligSamtyk", "Ja").dato("DatoSamtykke", day(3))

    def avdeling(self) -> Skjema:
        self.dato("RegDato11", day(3)).velg("Lokasjon", "Haukeland").velg("InnlAvd", "Kirurgisk avdeling")
        return self.soek("InnlDiag", "fibromy", "Fibromyalgi")

    def diagnose(self) -> Skjema:
        self.velg("Smertekategori3a", "Akutt smerte").velg("diagnosekat3b2", "På grunn av sykdom")
        self.velg("AnatomiskInndel", "Rygg").velg("Rygg", "Lumbosakralt").velg("HovedDiag", "Ja").knapp("Legg til")
        expect(self.page.get_by_test_id("stToastText").get_by_text("Smertediagnosen er lagret")).to_be_visible()
        return self

    def blokader_og_rus(self) -> Skjema:
        self.velg("SentralBlokkB11", "Nei").velg("PeriferBlokkB11", "Nei")
        return self.velg("TidligereRus", "Nei").velg("PaagaaRus", "Nei")

    def nrs(self, suffix: str, ago: int) -> Skjema:
        self.dato(f"Regdato{suffix}", day(ago)).velg(f"AngiNRS{suffix}", "Ja")
        for navn, value in (("StSmRo", "6"), ("SvSmRo", "3"), ("StSmBev", "10"), ("SvSmBev", "4")):
            self.velg(navn + suffix, value)
        return self

    def b22(self) -> Skjema:
        self.dato("SluttDato", day(0))
        self.svar("Lege", "Lege").click()
        count = self.felt("Lege").get_by_label("Lege: Antall tilsyn", exact=True)
        count.fill("2")
        count.press("Tab")
        self.tall("AntPasTils", "6").tall("TotTid", "1,3")
        for navn in ("MedBeh22", "IkkeMedBeh", "SentralBlokk", "PeriferBlokk", "VidereOppf"):
            self.velg(navn, "Nei")
        return self
