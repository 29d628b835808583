"""A user who has a keyboard and nothing else, and a listener that hears what is announced."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.skjema import Skjema

# What every live region has said since the page was opened; an alert speaks also when it comes with its words.
LISTEN = """(() => {
  globalThis.sagt = [];
  const LIVE = "[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log], output";
  const say = (live) => live?.textContent.trim() && live.checkVisibility() && sagt.push(live.textContent.trim());
  const hear = (node) => {
    const one = node.nodeType === 1 ? node : node.parentElement;
    say(one?.closest(LIVE));
    one?.querySelectorAll("[role=alert]").forEach(say);
  };
  new MutationObserver((changes) => changes.forEach(({ target, addedNodes }) => [target, ...addedNodes].forEach(hear)))
    .observe(document, { subtree: true, childList: true, characterData: true });
})();"""
SOMEWHERE = "() => document.activeElement !== document.body"
# Empty when what has the focus is seen in full, between the head and the bar.
HIDDEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const edge = (part, side, none) => {
    const shown = document.querySelector(part);
    return shown?.offsetHeight && !shown.contains(one) ? shown.getBoundingClientRect()[side] : none;
  };
  const [top, bottom] = [edge('.sr-hode', 'bottom', 0), edge('.sr-linje', 'top', innerHeight)];
  const seen = one.closest('.sr-hode, .sr-linje, [popover]') || (box.top >= top - 1 && box.bottom <= bottom + 1);
  return seen ? '' : `${one.outerHTML.slice(0, 120)}: ${box.top}–${box.bottom} mellom ${top} og ${bottom}`;
}"""
QUESTIONS = """() => [...document.querySelectorAll('.sr-felt:not([data-slag=tittel], [data-slag=knapper])')]
  .map((felt) => felt.querySelector('.sr-ledetekst span').textContent.replace(/[?:]+$/, '')).filter(Boolean)"""
NAME = "(({ activeElement: one }) => (one.textContent || one.closest('label')?.textContent || '').trim())(document)"
PLACE = """(() => {
  const felt = document.activeElement.closest('.sr-felt');
  return felt ? [felt.dataset.felt, felt.dataset.slag] : ['', ''];
})()"""
# Tables, and a row of counts, have more than one place to be.
TABLES = {"opioider", "behandlere", "diagnoser", "knapper", "tittel"}


@dataclass
class Tastatur:
    """Presses keys in a form, and fails when the focus is lost or hidden, or when something changes unheard."""

    page: Page
    skjema: Skjema
    pressed: int = 0

    def press(self, *keys: str) -> Tastatur:
        for key in keys:
            self.page.wait_for_function(SOMEWHERE, timeout=5_000)
            self.page.keyboard.press(key)
            self.pressed += 1
            hidden = self.page.evaluate(HIDDEN)
            assert not hidden, f"skjult etter {key}: {hidden}"
        return self

    def type(self, text: str) -> Tastatur:
        return self.press(*text)

    @property
    def place(self) -> tuple[str, str]:
        """(id, kind) of the question that has the focus; empty outside the questions."""
        felt, slag = self.page.evaluate(PLACE)
        return felt, slag

    def to(self, navn: str) -> Tastatur:
        """Press Tab until the focus is in the question; no question but a table may take two."""
        wanted = f"felt-{self.skjema.forlop}-{navn}"
        for _ in range(30):
            before, kind = self.place
            if before == wanted:
                return self
            self.press("Tab")
            assert not before or kind in TABLES or self.place[0] != before, f"to stopp i {before}"
        raise AssertionError(f"Tab kom ikke til {navn}")

    def answer(self, navn: str, *keys: str, then: str | None = None) -> Tastatur:
        """Answer a question; ``then`` is a question that the answer opens or fills in, and that has to be heard of."""
        self.to(navn)
        if then:
            self.page.evaluate("sagt.length = 0")
            before = self.page.evaluate(QUESTIONS)
        self.press(*keys)
        if then:
            felt = self.skjema.felt(then)
            expect(felt).to_be_visible()
            self.heard(felt.locator(".sr-ledetekst span").first.inner_text().rstrip("?: "))
            for question in self.page.evaluate(QUESTIONS):
                if question not in before:
                    self.heard(question)
        return self

    def heard(self, words: str) -> Tastatur:
        """Wait until a live region has said this."""
        try:
            self.page.wait_for_function("(words) => sagt.some((one) => one.includes(words))", arg=words, timeout=5_000)
        except TimeoutError:
            raise AssertionError(f"ingen hørte «{words}», bare {self.page.evaluate('sagt')[-6:]}") from None
        return self

    def button(self, name: str) -> Tastatur:
        """Press Tab until the focus is on the button or box, and press it."""
        for _ in range(60):
            if self.page.evaluate(NAME) == name:
                return self.press("Space")
            self.press("Tab")
        raise AssertionError(f"Tab kom ikke til «{name}»")

    def complete(self, following: str | None) -> Tastatur:
        """«Ferdigstille skjema?», then «Neste» (Shift+Tab leads back to it), or «Lagre» when no form follows."""
        self.page.evaluate("sagt.length = 0")
        self.button("Ferdigstille skjema?")
        name = "Neste ›" if following else "Lagre"
        for _ in range(4):
            self.press("Shift+Tab")
            if self.page.evaluate(NAME) == name:
                break
        self.press("Enter")
        if following:
            self.arrived(following)
        else:
            expect(self.skjema.tilstand).to_contain_text("Ferdigstilt")
            self.heard("Ferdigstilt")
        return self

    def arrived(self, tab: str) -> Tastatur:
        """Wait until the form of the tab is shown, and the focus is in it."""
        self.skjema.ready(tab)
        self.page.wait_for_function("() => document.activeElement.closest('.sr-felt')", timeout=5_000)
        return self
