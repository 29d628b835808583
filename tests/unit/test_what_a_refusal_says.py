"""Proves that what is refused is told with its field, its value and its limits, and what is logged with whom and what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from checks import identity, personopplysninger, unsettled
from checks.codebook import Behandlere, Flervalg, Opioidtabell, load
from checks.errors import RegisterError
from checks.identity import Hjelpenummer
from checks.validation import Level, checker
from ingest.access import Actor
from ingest.registration import forlop, numbers, requests
from ingest.registration.population import update
from ingest.services.folkeregister import Borger, LocalFolkeregister
from tests.support import LC, LU, SC, Register

TODAY = date(2026, 11, 23)


def said(skjema: str, svar: dict[str, object], level: Level = "lagre") -> dict[tuple[str, str | None], str]:
    """(code, variable) → the sentence, of everything that is refused."""
    found = checker(skjema, level).judge(svar, today=TODAY).problems
    return {(p.code, p.variabel): p.melding for p in found}


def test_a_number_outside_its_limits_is_told_with_both_of_them() -> None:
    v = next(v for v in load().skjema["b22"].variabler.values() if v.hardt == [1, 100] or v.hardt == (1, 100))
    assert "1–100" in said("b22", {v.navn: 101})["REG-003", v.navn]


@pytest.mark.parametrize(("decimals", "words"), [(0, "et helt tall"), (1, "høyst 1 desimal")])
def test_a_number_that_is_too_fine_is_told_how_fine_it_may_be(decimals: int, words: str) -> None:
    found = (
        (form.id, v) for form in load() for v in form.variabler.values() if v.type == "tall" and v.desimaler == decimals
    )
    skjema, v = next((s, v) for s, v in found if v.beregnes is None and v.besvares and v.aktiv)
    assert words in said(skjema, {v.navn: 2.25})["REG-004", v.navn]


def _blocks() -> Iterable[tuple[str, Flervalg | Behandlere | Opioidtabell]]:
    for form in load():
        for section in form.seksjoner:
            for block in section.felt:
                if isinstance(block, Flervalg | Behandlere | Opioidtabell) and block.minst_en:
                    yield form.id, block


def test_what_needs_one_answer_needs_it_only_when_the_form_is_completed() -> None:
    assert {kind for _, block in _blocks() for kind in (type(block),)} == {Flervalg, Behandlere, Opioidtabell}
    for skjema in {skjema for skjema, _ in _blocks()}:
        assert said(skjema, {}) == {}


@pytest.mark.parametrize(("month", "is_test"), [(65, False), (66, True), (77, True), (78, False)])
def test_norsk_helsenetts_test_numbers_have_the_months_66_to_77(month: int, is_test: bool) -> None:
    for individual in range(500):
        digits = identity._with_control(f"01{month}50{individual:03}", 0)  # pyright: ignore[reportPrivateUsage]
        if digits is None:
            continue
        try:
            read = identity.read(digits, test_persons=True, today=TODAY)
        except RegisterError:
            read = None
        assert isinstance(read, Hjelpenummer) is is_test
        return
    raise AssertionError("no number with these six digits")


def test_a_date_to_come_in_personopplysninger_is_told_of_its_field() -> None:
    name = next(iter(personopplysninger.DATES))
    found = personopplysninger.wrong(name, date(2027, 1, 1), TODAY)
    assert found is not None
    assert (found.code, found.variabel) == ("REG-013", name)
    assert "01.01.2027" in found.melding


def test_a_text_that_cannot_be_read_is_told_with_the_field_and_the_text() -> None:
    (found,) = unsettled.unsettled_answers("b22", {"TotTid": "to timer"}, set(), completing=False)
    assert load().variabel("TotTid").ledetekst in found.melding and "to timer" in found.melding


def logged(register: Register, actor: Actor = SC) -> list[tuple[str, dict[str, object]]]:
    with register.store.read(actor) as tx:
        rows = tx.rows("select hendelse, detaljer from tilgang.logg order by nr")
    return [(row["hendelse"], json.loads(row["detaljer"] or "{}")) for row in rows]


def test_a_new_forlop_is_logged_and_one_that_is_not_there_is_told_by_its_number(register: Register) -> None:
    register.forlop()
    assert "forløp opprettet" in [event for event, _ in logged(register)]
    with register.store.read(LU) as tx, pytest.raises(RegisterError, match="4711") as told:
        forlop.get(tx, 4711)
    assert told.value.code == "REG-027"


def test_the_log_says_of_whom_the_folkeregister_told_a_death_and_of_whom_another_name(register: Register) -> None:
    dead, renamed = register.patient(), register.patient()
    with register.store.read(SC) as tx:
        numbers_of = {
            row["pasient_id"]: row["idnr"] for row in tx.rows("select pasient_id, idnr from identitet.person")
        }
    told = {
        numbers_of[dead]: Borger("Kari", "Testesen", None, None, "", "", "", date(2026, 11, 20)),
        numbers_of[renamed]: Borger("Kari", "Nynavn", None, None, "", "", ""),
    }
    register.clock.turn(days=40)
    update(register.store, LocalFolkeregister(told=told))
    with register.store.read(SC) as tx:
        rows = tx.rows("select pasient_id, detaljer from tilgang.logg where hendelse = 'oppdatert fra Folkeregisteret'")
    found = {row["pasient_id"]: json.loads(row["detaljer"]) for row in rows}
    assert found[dead]["avdod"] == "døde" and "avdod" not in found[renamed]
    assert found[renamed]["etternavn"] == "endret"


def test_a_protection_that_begins_and_one_that_ends_are_logged_as_what_they_are(register: Register) -> None:
    patient = register.patient()
    with register.store.read(SC) as tx:
        row = tx.row("select idnr from identitet.person where pasient_id = ?", patient)
    assert row is not None
    for hidden in (True, False):
        register.clock.turn(days=40)
        borger = Borger("Kari", "Testesen", None, None, "", "", "", skjermet=hidden)
        update(register.store, LocalFolkeregister(told={row["idnr"]: borger}))
    said_so = [
        d["adresse"] for event, d in logged(register) if event == "oppdatert fra Folkeregisteret" and "adresse" in d
    ]
    assert said_so == ["skjermet", "ikke lenger skjermet"]


def test_the_answer_to_a_request_is_logged_with_the_requests_number(register: Register) -> None:
    patient = register.patient()
    register.forlop(patient)
    new = identity.make(date(1970, 5, 4), 2, 150)
    with register.store.write(LC) as tx:
        asked = requests.ask_number(tx, patient, new, "Feil lest", test_persons=True)
    with register.store.write(SC) as tx:
        requests.answer(tx, asked, requests.REFUSED, "Nummeret er riktig")
    assert [details["ønske"] for _, details in logged(register) if details.get("utfall") == requests.REFUSED] == [asked]


def test_a_number_whose_birth_date_is_another_is_refused_and_its_own_is_taken(register: Register) -> None:
    parsed = identity.parse(identity.make(date(1970, 5, 4), 2, 3), test_persons=True, today=TODAY)
    born = numbers._birth_date  # pyright: ignore[reportPrivateUsage]
    assert born(parsed, None, date(1950, 1, 1)) == date(1970, 5, 4)
    both = replace(parsed, birth_date=None, possible_dates=(date(1970, 5, 4), date(2070, 5, 4)))
    told = Borger("K", "T", date(1970, 5, 4), 2, "", "", "")
    assert born(both, told, date(1950, 1, 1)) == date(1970, 5, 4)
    assert born(both, None, date(1970, 5, 4)) == date(1970, 5, 4)
    for known in (None, date(1950, 1, 1)):
        with pytest.raises(RegisterError) as refused:
            born(both, None, known)
        assert refused.value.code == "REG-535"
