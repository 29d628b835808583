"""How many clicks and keys a nurse needs for a forløp 3, from the arbeidsliste to the last form ferdigstilt.

A real page is driven in Chromium, and whatever the form proposes is used. What counts: a click is a click; a figure of a
number, a figure of a date and a letter of a search are a key each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from benchmarks.figures import Figure, Sizes
from tests import accounts, support
from tests.browser.conftest import ARGUMENTS, CHROMIUM, served, visit
from tests.browser.skjema import Skjema, day

CLICKS, KEYS = 45, 45  # the most, with the fewest answers
FORMS = {"to": "TO", "b11": "B 1.1", "b12": "B 1.2", "b21": "B 2.1", "b22": "B 2.2"}


@dataclass
class Nurse:
    """Somebody who fills in the forms of a forløp with as little as the page allows; counts what it takes."""

    skjema: Skjema
    clicks: int = 0
    keys: int = 0

    @property
    def page(self) -> Page:
        return self.skjema.page

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def _into(self, field: Locator) -> None:
        """Click in the field, unless the focus stands there already."""
        if not field.evaluate("one => one === document.activeElement"):
            self.click(field)

    def choose(self, navn: str, *answers: str) -> None:
        for text in answers:
            button = self.skjema.svar(navn, text)
            if button.get_attribute("aria-checked") != "true":
                self.click(button)
                expect(button).to_have_attribute("aria-checked", "true")

    def date(self, navn: str, ago: int) -> None:
        """A day so long ago: as it stands or is offered, else typed as day and month."""
        felt, wanted = self.skjema.felt(navn), day(ago)
        if felt.locator(f'[data-forslag="{wanted}"]').count():
            return
        offered = felt.get_by_role("button", name=wanted)
        if offered.count():
            self.click(offered)
        elif ago == 0:
            self.click(felt.get_by_text("i dag", exact=True))
        else:
            self._into(felt.locator("input[type=text]"))
            self.type(f"{support.MOMENT - timedelta(days=ago):%d%m}")

    def number(self, navn: str, value: str) -> None:
        self._into(self.skjema.felt(navn).locator("input"))
        self.type(value)

    def find(self, navn: str, typed: str, hit: str) -> None:
        """Choose in a search field; nothing is typed while the hit is in the list already."""
        felt = self.skjema.felt(navn)
        if felt.get_by_role("radio").count():
            self.choose(navn, hit)
            return
        field = felt.get_by_role("combobox")
        if field.input_value().endswith(hit):
            return
        self._into(field)
        listed = felt.locator("li").filter(has_text=hit).first
        # A list that scrolls has been searched through, and that is more than a click.
        if not listed.is_visible() or not listed.evaluate("one => one.offsetTop < one.parentElement.clientHeight"):
            self.type(typed)
        self.click(listed)

    def opioid(self, navn: str) -> None:
        self.find(navn, "oksykodon k", "Oksykodon, kapsler/mikstur")
        expect(self.skjema.felt(navn).get_by_label("Oksykodon, kapsler/mikstur: dose")).to_be_focused()
        self.type("20")

    def complete(self, after: str | None) -> None:
        """«Ferdigstille skjema?», and on to the next form; after the last one «Lagre»."""
        self.click(self.page.get_by_label("Ferdigstille skjema?"))
        self.click(self.page.get_by_role("button", name="Neste ›" if after else "Lagre", exact=True))
        if after:
            self.skjema.ready(FORMS[after])
        else:
            expect(self.skjema.tilstand).to_contain_text("Ferdigstilt")

    def to(self) -> None:
        self.date("HenvistDato", 4)
        self.choose("Tilsynsanmodnin", "Tilsynsanmodning")
        self.date("StartdatoTO", 3)
        for navn, answer in (("Tilsett", "Ja"), ("Norsktalende", "Ja"), ("KognSvekket", "Nei")):
            self.choose(navn, answer)
        self.choose("SkriftligSamtyk", "Ja")
        expect(self.skjema.felt("DatoSamtykke")).to_be_visible()
        self.date("DatoSamtykke", 3)

    def b11(self, usual: bool) -> None:
        self.date("RegDato11", 0)
        self.find("Lokasjon", "hauk", "Haukeland")
        self.find("InnlAvd", "kir", "Kirurgisk avdeling")
        if usual:
            self.choose("Smertekategori3a", "Akutt smerte")
            self.choose("diagnosekat3b2", "På grunn av sykdom")
            self.choose("AnatomiskInndel", "Rygg")
            self.choose("Rygg", "Lumbosakralt")
            self.choose("HovedDiag", "Ja")
        else:
            self.choose("Smertekategori3a", "Annet")
        self.click(self.page.get_by_role("button", name="Legg til", exact=True))
        expect(self.page.get_by_text("Smertediagnosen er lagret")).to_be_visible()
        answer = "Opioider" if usual else "Ingen"
        self.choose("Ingen4a", answer)
        self.choose("Ingen4b", answer)
        if usual:
            self.opioid("MoEkvivalens")
            self.choose("UhenBrukMed", "Nei")
        for navn in ("SentralBlokkB11", "PeriferBlokkB11", "TidligereRus", "PaagaaRus"):
            self.choose(navn, "Nei")
        expect(self.skjema.svar("LAR", "Nei")).to_have_attribute("aria-checked", "true")

    def nrs(self, suffix: str, ago: int, usual: bool) -> None:
        self.date(f"Regdato{suffix}", ago)
        self.choose(f"AngiNRS{suffix}", "Ja" if usual else "Nei")
        for navn, value in (("StSmRo", "6"), ("SvSmRo", "3"), ("StSmBev", "8"), ("SvSmBev", "4")) if usual else ():
            self.choose(navn + suffix, value)

    def b22(self, usual: bool) -> None:
        self.date("SluttDato", 0)
        self.choose("Lege", "Lege")
        expect(self.skjema.felt("Lege").get_by_label("Lege: Antall tilsyn", exact=True)).to_be_focused()
        self.type("2")
        self.number("AntPasTils", "2")
        self.number("TotTid", "3")
        self.page.wait_for_timeout(300)
        asked = self.skjema.felt("AntPasTils").get_by_role("alert")
        if asked.is_visible():
            self.click(asked.get_by_role("button", name="Ja"))
        self.choose("MedBeh22", "Ja" if usual else "Nei")
        if usual:
            self.choose("Op22", "Opioider")
            self.opioid("MoEkvivalens22")
            self.choose("AlvRespDepr", "Nei")
        for navn in ("IkkeMedBeh", "SentralBlokk", "PeriferBlokk", "VidereOppf"):
            self.choose(navn, "Nei")

    def forlop_3(self, usual: bool) -> None:
        """The whole forløp. The patient was referred four days ago, seen from the day after until yesterday, and is registered
        today in one go.
        """
        self.click(self.page.locator(f'a[href="/skjema?forlop={self.skjema.forlop}&skjema=to"]').first)
        self.skjema.ready("TO")
        self.to()
        self.complete("b11")
        self.b11(usual)
        self.complete("b12")
        self.nrs("12", 3, usual)
        self.complete("b21")
        self.nrs("21", 1, usual)
        self.complete("b22")
        self.b22(usual)
        self.complete(None)


def measure(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Clicks and keys of a forløp 3 with the fewest answers, and of a usual one; counted from the arbeidsliste, where the forløp
    stands after «Ny registrering».
    """
    data = folder / "data"
    data.mkdir()
    register = support.make(data / "smertereg.duckdb")
    accounts.add(register, support.LU)
    forlop = {name: register.forlop() for name in ("færrest svar", "vanlige svar")}
    register.store.close()
    with served(data) as (base, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for name, number in forlop.items():
            page = visit(browser, base).new_page()
            page.goto("/")
            page.get_by_role("button", name=support.LU.navn).click()
            nurse = Nurse(Skjema(page, number))
            nurse.forlop_3(usual=name == "vanlige svar")
            heading = f"Forløp 3 med {name}, fra arbeidslisten til ferdigstilt"
            fewest = name == "færrest svar"
            yield Figure(f"{heading}: klikk", nurse.clicks, "", CLICKS if fewest else None)
            yield Figure(f"{heading}: taster", nurse.keys, "", KEYS if fewest else None)
        browser.close()
