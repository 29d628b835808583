"""Who may decide applications and change accounts: every role × own and other unit, against the services."""

from __future__ import annotations

import pytest

from checks.errors import InvalidAnswers, RegisterError
from ingest.access import GATE, Actor
from ingest.people import accounts, applications, passwords, sessions
from ingest.services import sending
from tests.accounts import add
from tests.support import COLLEAGUE, LC, LU, OTHER, OTHER_LC, OTHER_LU, OWN, SC, Register

FIRST = passwords.FirstPassword("Helt-annen-tekst-77", "hash")
FORM = {
    "navn": "Nora Ny",
    "brukernavn": "Nora.Ny",
    "mobil": "+47 912 34 567",
    "epost": "nora@example.com",
    "stilling": "Sykepleier",
    "region": "Helse Vest RHF",
    "organisasjon": "Helse Bergen HF",
    "klinikk": "Akuttklinikken",
    "avdeling": OWN,
    "prosjekt": "Smerteregister",
    "sokt_organisasjon": "Helse Bergen HF",
    "rolle": "LU",
}
NOBODY = Actor("søker", "", "", "")


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


@pytest.fixture
def people(register: Register) -> Register:
    add(register)
    return register


def apply(register: Register, **changes: str) -> int:
    with register.store.write(NOBODY) as tx:
        applications.apply(tx, FORM | changes)
        row = tx.row("select max(soknad_id) as nr from tilgang.soknad")
    assert row is not None
    return row["nr"]


CALLS = {
    "waiting": lambda tx, nr: applications.waiting(tx),
    "listed": lambda tx, nr: accounts.listed(tx),
    "approve": lambda tx, nr: applications.approve(tx, nr, "LU", FIRST),
    "reject": lambda tx, nr: applications.reject(tx, nr, "Arbeider ikke her"),
    "give_role": lambda tx, nr: accounts.give_role(tx, COLLEAGUE.bruker, OWN, "LC"),
    "take_role": lambda tx, nr: accounts.take_role(tx, COLLEAGUE.bruker, OWN, "LU"),
    "close": lambda tx, nr: accounts.set_active(tx, COLLEAGUE.bruker, False),
    "send_first_password": lambda tx, nr: accounts.send_first_password(tx, COLLEAGUE.bruker, FIRST),
}
LISTS = {"waiting", "listed"}


@pytest.mark.manual("Bruker 2")
@pytest.mark.parametrize("actor", [NOBODY, LU, OTHER_LU, LC, OTHER_LC, SC], ids=lambda a: f"{a.rolle}-{a.enhet}")
@pytest.mark.parametrize("name", CALLS)
def test_hvem_som_behandler_enhetens_brukere(people: Register, actor: Actor, name: str) -> None:
    number = apply(people)
    before = _everything(people)
    allowed = actor in (LC, SC) or (actor is OTHER_LC and name in LISTS)
    if allowed:
        with people.store.write(actor) as tx:
            CALLS[name](tx, number)
        return
    with refused("REG-061" if actor is OTHER_LC else "REG-060"), people.store.write(actor) as tx:
        CALLS[name](tx, number)
    assert _everything(people) == before


def _everything(register: Register) -> list:
    with register.store.read(GATE) as tx:
        return [
            tx.rows(f"select * from tilgang.{t}") for t in ("soknad", "konto", "bruker", "tildeling", "utboks", "logg")
        ]


def test_lc_ser_bare_egen_enhets_soknader_og_brukere(people: Register) -> None:
    apply(people)
    for actor, seen in ((LC, 1), (OTHER_LC, 0), (SC, 1)):
        with people.store.read(actor) as tx:
            assert len(applications.waiting(tx)) == seen
            assert ({p["enhet"] for p in accounts.listed(tx)} == {actor.enhet}) is (actor is not SC)


@pytest.mark.manual("Bruker 3")
def test_godkjenning_lager_en_bruker_som_maa_bytte_passord(people: Register) -> None:
    number = apply(people)
    with people.store.write(LC) as tx:
        applications.approve(tx, number, "LC", FIRST)
        user = tx.row("select * from tilgang.konto where brukernavn = 'nora.ny'")
        sent = sending.latest(tx, 1)[0]
    assert user is not None and user["maa_bytte"] and user["mobil"] == "91234567"
    assert user["bruker_id"].startswith("bruker")
    assert (sent["kanal"], sent["til"]) == ("sms", "91234567") and FIRST.text in sent["tekst"]
    with people.store.read(LC) as tx:
        assert sessions.roles(tx, user["bruker_id"]) == [(OWN, "LC")]
    for call in ("approve", "reject"):
        with refused("REG-132"), people.store.write(LC) as tx:
            CALLS[call](tx, number)


def test_avslag_krever_en_grunn_og_sender_den(people: Register) -> None:
    number = apply(people)
    with refused("REG-133"), people.store.write(LC) as tx:
        applications.reject(tx, number, "  ")
    with refused("REG-561"), people.store.write(LC) as tx:
        applications.reject(tx, number, "Har lest 048570 12345")
    with people.store.write(LC) as tx:
        applications.reject(tx, number, "Arbeider ikke her")
        sent = sending.latest(tx, 1)[0]
    assert (sent["kanal"], sent["til"]) == ("epost", "nora@example.com") and "Arbeider ikke her" in sent["tekst"]


def test_et_opptatt_brukernavn_avslores_ikke_for_sokeren(people: Register) -> None:
    number = apply(people, brukernavn=LU.bruker)
    with people.store.write(LC) as tx:
        applications.approve(tx, number, "LU", FIRST)
        assert f"Brukernavn: {LU.bruker}2\n" in sending.latest(tx, 1)[0]["tekst"]


@pytest.mark.manual("Bruker 1")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *((name, "", "REG-130") for name in FORM),
        ("region", "Helse Nord RHF", "REG-130"),
        ("organisasjon", "St. Olavs Hospital HF", "REG-130"),
        ("avdeling", OTHER, "REG-130"),
        ("rolle", "SC", "REG-130"),
        ("prosjekt", "Et annet", "REG-130"),
        ("mobil", "12345678", "REG-131"),
        ("epost", "nora", "REG-131"),
        ("brukernavn", "nora ny", "REG-131"),
        ("navn", "<script>alert(1)</script>", "REG-131"),
        ("klinikk", "a\x00b", "REG-131"),
    ],
)
def test_en_feil_soknad_avvises_ved_feltet(people: Register, field: str, value: str, code: str) -> None:
    with pytest.raises(InvalidAnswers) as error, people.store.write(NOBODY) as tx:
        applications.apply(tx, FORM | {field: value})
    assert (field, code) in {(p.variabel, p.code) for p in error.value.problems}


def test_samme_soknad_to_ganger_er_en_og_for_mange_avvises(people: Register) -> None:
    assert apply(people) == apply(people) == 1
    with people.store.write(NOBODY) as tx:
        for number in range(applications.MOST_WAITING - 1):
            applications.apply(tx, FORM | {"brukernavn": f"nora{number}"})
        with refused("REG-140"):
            applications.apply(tx, FORM | {"brukernavn": "en.til"})
    # The queue of one unit closes no other's.
    assert apply(people, avdeling=OTHER, sokt_organisasjon="St. Olavs Hospital HF") == applications.MOST_WAITING + 1


def test_ingen_endrer_sin_egen_tilgang_eller_gir_mer_enn_de_kan(people: Register) -> None:
    for actor in (LC, SC):
        for call in (
            lambda tx, a=actor: accounts.set_active(tx, a.bruker, False),
            lambda tx, a=actor: accounts.give_role(tx, a.bruker, OWN, "LC"),
            lambda tx, a=actor: accounts.take_role(tx, a.bruker, OWN, a.rolle),
        ):
            with refused("REG-136"), people.store.write(actor) as tx:
                call(tx)
    for code, call in (
        ("REG-134", lambda tx: accounts.give_role(tx, LU.bruker, OWN, "SC")),
        ("REG-522", lambda tx: accounts.take_role(tx, SC.bruker, OWN, "SC")),
        ("REG-522", lambda tx: accounts.set_active(tx, SC.bruker, False)),
        ("REG-522", lambda tx: accounts.send_first_password(tx, SC.bruker, FIRST)),
        ("REG-134", lambda tx: applications.approve(tx, apply_inside(tx), "SC", FIRST)),
    ):
        with refused(code), people.store.write(LC) as tx:
            call(tx)
    with refused("REG-135"), people.store.write(SC) as tx:
        accounts.give_role(tx, "finnes ikke", OWN, "LU")


def apply_inside(tx) -> int:
    applications.apply(tx, FORM)
    return tx.row("select max(soknad_id) as nr from tilgang.soknad")["nr"]


def test_en_lc_stenger_ikke_en_konto_som_ogsaa_horer_til_en_annen_enhet(people: Register) -> None:
    with people.store.write(SC) as tx:
        accounts.give_role(tx, COLLEAGUE.bruker, OTHER, "LU")
    with refused("REG-061"), people.store.write(LC) as tx:
        accounts.set_active(tx, COLLEAGUE.bruker, False)


def test_stengt_bruker_er_ute_med_en_gang_og_kan_aapnes(people: Register) -> None:
    with people.store.write(GATE) as tx:
        token = sessions.start(tx, COLLEAGUE.bruker)
    with people.store.write(LC) as tx:
        accounts.set_active(tx, COLLEAGUE.bruker, False)
        assert sessions.find(tx, token) is None
        accounts.set_active(tx, COLLEAGUE.bruker, True)
        assert sessions.find(tx, token) is None
