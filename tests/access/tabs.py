"""A browser tab that shows a form, for tests of the answers' address."""

from __future__ import annotations

from typing import Any

from app.forms import answer_routes
from app.web import guard
from ingest.registration import drafts
from tests.accounts import ORIGIN, Browser
from tests.support import LU, Register


class Tab:
    """A browser tab that shows a form: it numbers its answers, and remembers what it was told last."""

    def __init__(self, someone: Browser, forlop_id: int, skjema: str = "to", name: str = "fane") -> None:
        self.browser, self.forlop_id, self.skjema, self.name = someone, forlop_id, skjema, name
        self.nr, self.seen, self.told = 0, 0, {}

    def body(self, **answers: Any) -> dict[str, Any]:
        """What is sent for these answers, in order; a value that is a tuple is (value, text as typed)."""
        svar = []
        for navn, given in answers.items():
            self.nr += 1
            value, text = given if isinstance(given, tuple) else (given, None)
            svar.append({"nr": self.nr, "id": f"felt-{self.forlop_id}-{navn}", "verdi": value, "tekst": text})
        key = guard.form_key(self.browser.token)
        place = {"forlop": self.forlop_id, "skjema": self.skjema, "fane": self.name, "sett": self.seen}
        return {"nokkel": key, **place, "svar": svar}

    def send(self, body: Any, **headers: str):
        return self.browser.client.post(answer_routes.ADDRESS, json=body, headers={"Origin": ORIGIN, **headers})

    def give(self, **answers: Any) -> dict[str, Any]:
        """Send the answers, and take in what the form shows then."""
        reply = self.send(self.body(**answers))
        assert reply.status_code == 200, reply.text
        told = reply.json()
        self.seen = told["rev"]
        self.told |= told["felt"]
        return told

    def shown(self) -> list[str]:
        """The names of the questions the tab was told of last, in order."""
        return [i.rpartition("-")[2] for i in self.told]


def drafted(register: Register, forlop_id: int, skjema: str = "to") -> dict[str, Any]:
    with register.store.read(LU) as tx:
        found = drafts.get(tx, forlop_id, skjema)
    return found.svar if found else {}
