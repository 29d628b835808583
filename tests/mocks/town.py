"""The mocks as a coordinator meets them in the demo: everybody who is asked about lives there, and pages of their own make things
happen (`make run-tjenester`).

HelseID asks who sits at the machine. ePROM has a desk with its orders, at which the patient answers, cannot be reached, or is told
of twice. Persontjenesten has one at which people die, change name and get a protected address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

import httpx

from checks import identity
from checks.codebook import load
from checks.errors import RegisterError
from ingest.services.folkeregister import Borger, LocalFolkeregister
from ingest.services.kontaktregister import LocalKontaktregister
from tests.mocks import persontjenesten as people
from tests.mocks.eprom import EpromMock, Ordered
from tests.mocks.helseid_login import LOGIN_CLIENT, HelseIdLoginMock
from tests.mocks.maskinporten import KrrMock
from tests.mocks.persontjenesten import PersontjenestenMock
from tests.mocks.server import Asked, Clock, Mock, Reply

DESK = "/skranke"


def page(title: str, body: str) -> Reply:
    text = (
        f'<!doctype html><html lang="nb"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;'
        "padding:0 1rem}td,th{text-align:left;padding:.3rem .8rem .3rem 0}button{font:inherit;margin:.1rem}form{display:inline}</style>"
        f"<h1>{title}</h1><p>En etterligning. Ingenting her gjelder virkelige personer.</p>{body}"
    )
    return Reply(raw=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def button(words: str, **fields: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    return f'<form method="post" action="{DESK}">{hidden}<button>{words}</button></form>'


def back(asked: Asked) -> tuple[dict[str, str], Reply]:
    """What was chosen at the desk, and the way back to it."""
    return {name: values[0] for name, values in asked.form.items()}, Reply(303, headers={"Location": DESK})


class Population(PersontjenestenMock):
    """Everybody with a synthetic number. Those the register has are as they are there; the rest are made of their numbers."""

    CHANGES: Mapping[str, tuple[str, str]] = {
        "død": ("Dør", "PersonIsDeceased"),
        "levende": ("Dødsfallet trekkes tilbake", "ChangeInDeath"),
        "navn": ("Skifter etternavn", "ChangeInName"),
        "skjermet": ("Får fortrolig adresse", "ChangeInAddressProtection"),
    }

    def __init__(self, clock: Clock, known: Callable[[str], Borger | None]) -> None:
        super().__init__(clock)
        self._register = LocalFolkeregister(known=known)
        self.happens("")  # something has always happened to somebody before

    def answer(self, asked: Asked) -> Reply:
        if asked.path == DESK:
            return self._desk(asked)
        for number in asked.form.get("nin", []) + asked.form.get("nins", []) if asked.method == "POST" else []:
            self._moves_in(number)
        return super().answer(asked)

    def _moves_in(self, number: str) -> None:
        if any(number in people.numbers(one) for one in self.people):
            return
        try:
            read = identity.parse(number, test_persons=True, today=self.clock().date())
        except RegisterError:
            return
        borger = self._register.find(read) if read.synthetic else None
        if borger is not None:
            self.people.append(_person(number, borger))

    def _desk(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            chosen, reply = back(asked)
            self.happens(chosen["nummer"], self.CHANGES[chosen["hva"]][1], **self._parts(chosen["hva"]))
            return reply
        rows = ""
        for one in self.people:
            number, name = sorted(people.numbers(one))[0], one["name"][0]
            buttons = "".join(button(words, nummer=number, hva=what) for what, (words, _) in self.CHANGES.items())
            rows += f"<tr><td>{escape(name['givenName'])} {escape(name['familyName'])}</td><td>{buttons}</td></tr>"
        words = "<p>De som SmerteReg har spurt om. Registeret leser hendelsene når jobben «Folkeregister» kjøres.</p>"
        return page("Folkeregisteret", f"{words}<table>{rows}</table>")

    def _parts(self, what: str) -> dict[str, object]:
        yesterday = self.clock().date() - timedelta(days=1)
        return {
            "død": {"death": {"deceasedDate": f"{yesterday}T00:00:00", "isValid": True}},
            "levende": {"death": None},
            "navn": {"name": [people.now(givenName="Kim", middleName=None, familyName="Nyheim")]},
            "skjermet": {"addressProtection": [people.now(protectionLevel="Confidential")]},
        }[what]


def _person(number: str, borger: Borger) -> people.Person:
    born, died = borger.fodselsdato, borger.dodsdato
    street, _, house = borger.adresse.rpartition(" ")
    level = "Confidential" if borger.skjermet else "Unclassified"
    return people.person(
        number,
        name=[people.now(givenName=borger.fornavn, middleName=None, familyName=borger.etternavn)],
        birth=[people.now(birthDate=f"{born}T00:00:00", birthYear=born.year)] if born else [],
        gender=[people.now(gender="Female" if borger.kjonn == 2 else "Male")],
        residentialAddress=[people.home(street, house, None, borger.postnr, borger.poststed)],
        addressProtection=[people.now(protectionLevel=level)],
        death={"deceasedDate": f"{died}T00:00:00", "isValid": True} if died else None,
    )


class Contacts(KrrMock):
    """Knows everybody who is asked about as the demo's own Kontaktregister does."""

    def answer(self, asked: Asked) -> Reply:
        for number in _numbers_asked(asked):
            contact = LocalKontaktregister().find(number)
            if contact.digital and number not in self.people:
                self.people[number] = {
                    "status": "AKTIV",
                    "reservasjon": "JA" if contact.reservert else "NEI",
                    "varslingsstatus": "KAN_IKKE_VARSLES" if contact.reservert else "KAN_VARSLES",
                    "kontaktinformasjon": {
                        "mobiltelefonnummer": "+4790000000",
                        "mobiltelefonnummer_oppdatert": _today(self),
                    },
                }
        return super().answer(asked)


def _numbers_asked(asked: Asked) -> list[str]:
    try:
        return list(httpx.Response(200, content=asked.body).json()["personidentifikatorer"])
    except (ValueError, KeyError):
        return []


def _today(mock: Mock) -> str:
    return f"{mock.clock():%Y-%m-%dT%H:%M:%SZ}"


class EpromDesk(EpromMock):
    """ePROM with a desk, which tells SmerteReg, that ``client`` reaches, of what happens to an order."""

    DEEDS: Mapping[str, str] = {
        "svar": "Pasienten svarer",
        "igjen": "Samme svar en gang til",
        "utløpt": "Fristen går ut",
        "uten": "Kan ikke nås",
    }

    def __init__(self, clock: Clock, client: httpx.Client) -> None:
        super().__init__(clock)
        self._client = client
        self._said: dict[str, dict[str, Any]] = {}
        self._told: dict[str, str] = {}

    def answer(self, asked: Asked) -> Reply:
        if asked.path != DESK:
            return super().answer(asked)
        if asked.method == "GET":
            return self._desk()
        chosen, reply = back(asked)
        order = next(one for one in self.orders if one.id == chosen["ordre"])
        answered = self._client.put("/api/PromsFormOrder", json=self._deed(chosen["hva"], order))
        self._told[order.id] = f"{self.DEEDS[chosen['hva']]}: SmerteReg svarte {answered.text}"
        return reply

    def _deed(self, deed: str, order: Ordered) -> dict[str, Any]:
        if deed == "uten":
            return self.failed(order)
        if deed == "utløpt":
            return self.expired(order)
        if deed == "svar" or order.id not in self._said:
            self._said[order.id] = self.completed(order, answers(order.skjema))
        return self._said[order.id]

    def _desk(self) -> Reply:
        rows = "".join(
            f"<tr><td>{escape(load().skjema[order.skjema].navn)}</td><td>{order.expires:%d.%m.%Y}</td>"
            f"<td>{''.join(button(words, ordre=order.id, hva=deed) for deed, words in self.DEEDS.items())}"
            f"<br>{escape(self._told.get(order.id, ''))}</td></tr>"
            for order in reversed(self.orders)
        )
        head = "<tr><th>Skjema</th><th>Svar innen</th><th></th></tr>"
        return page("ePROM", f"<table>{head}{rows}</table>" if rows else "<p>Ingen skjema er bestilt ennå.</p>")


def answers(skjema: str) -> dict[str, Any]:
    """The first code of every question of a patient form, and the least number."""
    return {
        question.navn: next((kode.kode for kode in question.koder if kode.tilbys), int((question.hardt or (1, 1))[0]))
        for question in load().skjema[skjema].alle
        if question.besvares and (question.koder or question.type == "tall")
    }


class HelseIdDoor(HelseIdLoginMock):
    """HelseID that asks who sits at the machine, and knows both of our clients. ``door`` has those who may be chosen: name → number."""

    def __init__(self, clock: Clock, door: Mapping[str, str], *keys: Any) -> None:
        super().__init__(clock, *keys)
        self.door = door

    def answer(self, asked: Asked) -> Reply:
        self.client = asked.form.get("client_id", [LOGIN_CLIENT])[0] if asked.method == "POST" else LOGIN_CLIENT
        if "som" in asked.query:
            return super().answer(self._chosen(asked))
        return self._door(asked) if asked.path == "/connect/authorize" else super().answer(asked)

    def _door(self, asked: Asked) -> Reply:
        query = {name: values[0] for name, values in asked.query.items()}
        rows = "".join(
            f"<li><a href='/connect/authorize?{escape(urlencode(query | {'som': name, 'nivaa': level}))}'>{escape(name)}{words}</a></li>"
            for name in self.door
            for level, words in (("4", ""), ("3", " – på nivå 3"))
        )
        cancel = f"<li><a href='/connect/authorize?{escape(urlencode(query | {'som': 'avbryt'}))}'>Avbryt</a></li>"
        return page("HelseID: hvem er du?", f"<ul>{rows}{cancel}</ul>")

    def _chosen(self, asked: Asked) -> Asked:
        who = asked.query["som"][0]
        self.says = "" if who in self.door else "access_denied"
        self.pid, self.level = self.door.get(who, ""), asked.query.get("nivaa", ["4"])[0]
        kept = {name: values for name, values in asked.query.items() if name not in ("som", "nivaa")}
        return Asked(asked.method, asked.url, asked.path, kept, asked.headers, asked.body)
