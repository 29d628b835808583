"""Takes the pictures of docs/brukerveiledning.md from a running demo: ``python -m tests.browser.pictures http://localhost:8501``.

Only a demo is photographed: the script stops unless the page says that its patients are synthetic.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests import requirements

FOLDER = Path(__file__).parents[2] / "docs" / "bilder"
USER = "Anne Eide"
WIDTH, HEIGHT = 1280, 680


def main(base: str) -> None:
    """Sign in as a coordinator of the demo and take one picture of each page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=requirements.chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(
            base_url=base, viewport={"width": WIDTH, "height": HEIGHT}, locale="nb-NO"
        ).new_page()
        page.goto("/")
        page.get_by_role("button", name=USER).filter(has_text="LC").first.click()
        expect(page.get_by_text("Demo – syntetiske pasienter")).to_be_visible()
        rows = page.locator(".sr-liste tbody tr")
        rows.first.wait_for()
        _take(page, "arbeidsliste")
        page.goto(page.locator('a[href*="skjema=b11"]').first.get_attribute("href") or "/")
        page.get_by_text("Analgetika").first.wait_for()
        _take(page, "skjema")
        page.goto("/pasientregistreringer")
        rows.first.wait_for()
        _take(page, "pasientregistreringer")
        page.goto("/pasientsok")
        page.get_by_label("Søk på navn eller fødselsnr").fill("han")
        page.get_by_role("button", name="Søk", exact=True).click()
        page.get_by_role("table").wait_for()
        _take(page, "pasientsok")
        page.goto("/innleverte")
        page.get_by_role("table").wait_for()
        _take(page, "innleverte")
        # The list itself plays the hospital's own, with two that the register does not know.
        exported = page.request.get(page.get_by_role("link", name="Eksporter").get_attribute("href") or "").text()
        heading, *lines = exported.strip().splitlines()
        place = heading.split(";").index("PasientID")
        unknown = [";".join(v if n != place else "9999" for n, v in enumerate(lines[k].split(";"))) for k in (2, 5)]
        page.get_by_text("Kontroll mot EPJ").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "henvist.csv", "mimeType": "text/csv", "buffer": "\r\n".join([heading, *lines, *unknown]).encode()}
        )
        page.get_by_text("henvisninger er registrert").wait_for()
        _take(page, "epj")
        page.goto("/dekningsgrad")
        page.get_by_text("Alle", exact=True).first.click()
        page.get_by_text("Dekningsgrad per ").first.wait_for()
        _take(page, "dekningsgrad")
        browser.close()


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"veiledning-{name}.png", animations="disabled")


if __name__ == "__main__":
    main(sys.argv[1])
