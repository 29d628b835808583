"""Random interruptions while the user types: afterwards what was typed last is in the draft. A failure names its seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from ingest.people.sessions import IDLE
from tests.browser.conftest import Program, free_port, make_register, visit
from tests.browser.skjema import day
from tests.sizes import size
from tests.support import LU

SEEDS, ROUNDS = size(2, 25), size(6, 12)
EMPTY = "() => !Object.keys(sessionStorage).some((key) => key.startsWith('smertereg-svar:'))"
# What is typed in each form: the variable, and the kinds of text. «ord» is in a search field, and is not chosen.
FIELDS = {
    "to": {
        "HenvistDato": "dato",
        "StartdatoTO": "dato",
        "KognSvekket": "valg",
        "Norsktalende": "valg",
        "": "kommentar",
    },
    "b11": {"RegDato11": "dato", "InnlDiag": "ord", "TidligereRus": "valg", "": "kommentar"},
    "po": {"DatoinhOppl": "dato", "Adresse": "tekst", "Poststed": "tekst", "Telefon": "tekst", "": "kommentar"},
}
WORDS = ("Nygata 1", "Storgata 9", "Bergen", "Voss", "99887766", "12", "Tolk bestilt", "æøå", "fibro", "kne")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, Iterator[int]]]:
    """An app that may be killed, and forløp that no other test uses."""
    data: Path = tmp_path_factory.mktemp("avbrudd")
    forlop, *_ = make_register(data)
    program = Program(data, free_port(), {})
    program.start()
    yield program, iter(forlop)
    program.kill()


@dataclass
class Typist:
    """A user who types in the forms of one forløp, and what each field was given last, by form and variable."""

    program: Program
    context: BrowserContext
    forlop: int
    chance: random.Random
    page: Page
    form: str = "to"
    given: dict[tuple[str, str], str] = field(default_factory=dict)
    ahead: float = 0
    po: str = ""

    def open(self, form: str) -> None:
        self.form = form
        self.page.goto(self.po if form == "po" else f"/skjema?forlop={self.forlop}&skjema={form}")
        if "/logg-inn" in self.page.url:
            self.page.get_by_role("button", name=LU.navn).click()
        expect(self.field(next(iter(FIELDS[form]))).locator("input, button").first).to_be_visible()
        expect(self.page.locator(".sr-linje")).to_have_count(1)

    def new_page(self) -> None:
        self.page.close()
        self.page = self.context.new_page()

    def field(self, name: str) -> Locator:
        return self.page.locator(f'[data-felt="felt-{self.forlop}-{name}"]')

    def type(self, *, leave: bool) -> None:
        """Answer one question of the form; a text that is typed is only left when ``leave`` says so."""
        name = self.chance.choice(list(FIELDS[self.form]))
        kind = FIELDS[self.form][name]
        if kind == "valg":
            chosen = self.chance.choice(["Ja", "Nei"])
            button = self.choice(name, chosen)
            if button.get_attribute("aria-checked") == "true":
                button.focus()  # a click would take it away; the field before is left all the same
            else:
                button.click()
            self.given[self.form, name] = chosen
            return
        wrong = self.chance.choice(["32.13", "i går", "1"])
        text = (
            self.chance.choice([day(self.chance.randrange(1, 20)), wrong])
            if kind == "dato"
            else self.chance.choice(WORDS)
        )
        self.text(name).fill(text)
        self.given[self.form, name] = text
        if leave:
            self.page.keyboard.press("Tab")

    def choice(self, name: str, answer: str) -> Locator:
        return self.field(name).get_by_role("radio", name=re.compile(f"^{answer}"))

    def text(self, name: str) -> Locator:
        if name:
            return self.field(name).locator("input[type=text]")
        box = self.page.locator(".sr-kommentar textarea")
        if not box.is_visible():
            self.page.locator(".sr-linje .sr-knapp", has_text="Internkommentar").click()
        return box

    def check(self) -> None:
        """Everything that was typed in the form is there."""
        for (form, name), text in self.given.items():
            if form != self.form:
                continue
            if FIELDS[form][name] == "valg":
                expect(self.choice(name, text)).to_have_attribute("aria-checked", "true")
            else:
                expect(self.text(name)).to_have_value(text)

    def delivered(self) -> None:
        """Wait until the page has a receipt for all that was typed."""
        self.page.wait_for_function(EMPTY, timeout=45_000)

    def more(self) -> None:
        for _ in range(self.chance.randrange(1, 3)):
            self.type(leave=True)


def back(user: Typist) -> None:
    user.page.go_back()
    user.new_page()


def close(user: Typist) -> None:
    user.page.close(run_before_unload=True)
    user.page = user.context.new_page()


def reload(user: Typist) -> None:
    user.page.reload()


def elsewhere(user: Typist) -> None:
    user.page.get_by_role("link", name="Arbeidsliste").click()
    expect(user.page.get_by_role("table").first).to_be_visible()


def killed(user: Typist) -> None:
    user.program.kill()
    user.more()
    user.program.start()
    user.delivered()
    user.new_page()


def killed_and_reloaded(user: Typist) -> None:
    user.program.kill()
    user.more()
    user.program.start()
    user.page.reload()
    user.delivered()


def line_cut(user: Typist) -> None:
    user.context.set_offline(True)
    user.more()
    expect(user.page.locator(".sr-lagretilstand")).to_have_text(re.compile("venter på kontakt|beholdt|Lagret|^$"))
    user.context.set_offline(False)
    user.delivered()
    user.new_page()


def line_cut_and_reloaded(user: Typist) -> None:
    user.context.set_offline(True)
    user.more()
    user.context.set_offline(False)
    user.page.reload()
    user.delivered()


def timed_out(user: Typist) -> None:
    user.ahead += IDLE.total_seconds() + 60
    user.program.clock.turn(user.ahead)
    user.page.keyboard.press("Tab")  # the page is soon taken away
    user.delivered()
    user.new_page()


INTERRUPTIONS: tuple[Callable[[Typist], None], ...] = (
    back,
    close,
    reload,
    elsewhere,
    killed,
    killed_and_reloaded,
    line_cut,
    line_cut_and_reloaded,
    timed_out,
)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_det_som_ble_skrevet_sist_er_der_etter_et_avbrudd(
    place: tuple[Program, Iterator[int]], browser: Browser, seed: int
) -> None:
    program, forlop = place
    context, chance = visit(browser, program.base), random.Random(seed)
    user = Typist(program, context, next(forlop), chance, context.new_page())
    user.ahead = float(program.clock.file.read_text(encoding="utf-8"))
    # Every kind in turn, so that a short run has them all, from another place for each seed.
    kinds = [INTERRUPTIONS[(seed * ROUNDS + n) % len(INTERRUPTIONS)] for n in range(ROUNDS)]
    chance.shuffle(kinds)
    user.open("to")
    user.po = user.page.locator(".sr-fane[title=Personopplysninger]").get_attribute("href") or ""
    for number, interrupt in enumerate(kinds):
        form = chance.choice(list(FIELDS))
        try:
            user.open(form)
            for _ in range(chance.randrange(3)):
                user.type(leave=chance.random() < 0.5)
            user.type(leave=False)
            interrupt(user)
            user.open(form)
            try:
                user.check()
            except AssertionError:
                # A page that is opened in the flight of the last answer has it the next time: it is kept all the same.
                user.open(form)
                user.check()
        except Exception as error:
            raise AssertionError(f"frø {seed}, runde {number}: {interrupt.__name__} i {form}") from error
    context.close()
