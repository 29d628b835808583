"""Proves that we get tokens of HelseID as its contract says, tell what is wrong when we do not, and never tell a secret."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey

from ingest.services.national.calls import NotUnderstood
from ingest.services.national.helseid import Organisation
from ingest.services.national.keys import KeyFile
from ingest.standin import Refused, ServiceDown
from tests.mocks.persontjenesten import person
from tests.mocks.server import BUSY, DOWN, HALF, HANGS_UP, Fault, Reply
from tests.national.world import NEW, OLD, Time, World, number, write

TOKEN = "/connect/token"
SOMEBODY = number()


def ask(national: World) -> None:
    """A question of another service, which needs a token."""
    national.people.people = [person(SOMEBODY.number)]
    assert national.folkeregister.find(SOMEBODY) is not None


def granted(national: World) -> int:
    """How many tokens HelseID has given out."""
    return len(national.helseid.assertions)


def test_a_token_is_asked_for_with_the_nonce_and_kept_until_it_runs_out(national: World) -> None:
    ask(national)
    ask(national)
    assert national.helseid.paths() == ["/.well-known/openid-configuration", TOKEN, TOKEN]
    assert granted(national) == 1
    national.ours.pass_(national.helseid.lives - 11)
    ask(national)
    assert granted(national) == 1
    national.ours.pass_(2)
    ask(national)
    assert granted(national) == 2


def test_the_metadata_are_fetched_once_a_day(national: World) -> None:
    ask(national)
    national.ours.pass_(23 * 3600)
    ask(national)
    assert national.helseid.paths().count("/.well-known/openid-configuration") == 1
    national.ours.pass_(2 * 3600)
    ask(national)
    assert national.helseid.paths().count("/.well-known/openid-configuration") == 2


def test_a_nonce_that_is_changed_meanwhile_is_taken_with_a_new_assertion(national: World) -> None:
    national.helseid.nonce_lives = 1
    for _ in range(3):
        ask(national)
        national.ours.pass_(national.helseid.lives)
    assert len({claims["jti"] for claims in national.helseid.assertions}) == granted(national) == 3


@pytest.mark.parametrize("fault", [DOWN, BUSY, HANGS_UP, HALF])
def test_what_passes_is_tried_again_with_an_assertion_of_its_own(national: World, fault: Fault) -> None:
    national.helseid.play(fault, at=TOKEN)
    ask(national)
    assert granted(national) == 1
    assert national.ours.waited == [2.0 if fault is BUSY else 0.4]


@pytest.mark.parametrize("fault", [DOWN, HANGS_UP])
def test_a_helseid_that_is_down_is_given_up_after_three_tries(national: World, fault: Fault) -> None:
    national.helseid.play(fault, fault, fault)
    with pytest.raises(ServiceDown, match=r"^HelseID "):
        national.folkeregister.find(SOMEBODY)
    assert len(national.helseid.asked) == 3
    assert national.people.asked == []


def test_nobody_waits_as_long_as_a_busy_service_asks_for(national: World) -> None:
    national.helseid.play(Fault(Reply(429, headers={"Retry-After": "600"})))
    with pytest.raises(ServiceDown, match="vente lenger"):
        national.folkeregister.find(SOMEBODY)
    assert national.ours.waited == []


def test_a_clock_that_is_wrong_is_told_with_the_seconds(national: World) -> None:
    national.theirs.clock = Time(national.ours.now).clock
    national.ours.pass_(75)
    with pytest.raises(Refused, match=r"invalid_client.*75 sekunder for fort"):
        national.folkeregister.find(SOMEBODY)


def test_a_key_that_helseid_does_not_know_is_told_without_the_key(national: World) -> None:
    national.helseid.keys = []
    with pytest.raises(Refused) as told:
        national.folkeregister.find(SOMEBODY)
    assert str(told.value) == "HelseID ga ingen tilgang: 400 invalid_client"


def test_a_code_of_helseids_own_is_told(national: World) -> None:
    national.helseid.refuses = "HID-1002"
    with pytest.raises(Refused, match="HID-1002"):
        national.folkeregister.find(SOMEBODY)


def test_a_token_with_less_than_was_asked_for_is_not_used(national: World) -> None:
    national.helseid.less = (national.people.scope,)
    with pytest.raises(Refused, match="full-access; avtalen"):
        national.folkeregister.find(SOMEBODY)
    assert national.people.asked == []


def test_a_token_that_the_service_refuses_is_fetched_anew_once(national: World) -> None:
    ask(national)
    national.people.spent = {national.people.asked[0].headers["Authorization"].partition(" ")[2]}
    ask(national)
    assert granted(national) == 2
    national.people.play(Fault(Reply(401)), Fault(Reply(401)))
    with pytest.raises(Refused, match="godtar ikke tilgangen"):
        national.folkeregister.find(SOMEBODY)
    assert granted(national) == 3


def test_a_new_key_file_is_used_without_a_restart(national: World) -> None:
    ask(national)
    national.helseid.keys.append(NEW)
    write(national.key, NEW)
    national.helseid.keys.remove(OLD)
    national.ours.pass_(national.helseid.lives)
    ask(national)
    assert granted(national) == 2


@pytest.mark.parametrize(
    ("organisation", "system", "value"),
    [
        (Organisation("983658725", "974707152"), "urn:oid:1.0.6523", "NO:ORGNR:983658725:974707152"),
        (Organisation("983658725"), "urn:oid:1.0.6523", "NO:ORGNR:983658725:"),
        (Organisation(child="974707152"), "urn:oid:2.16.578.1.12.4.1.4.101", "974707152"),
    ],
)
def test_on_whose_behalf_we_ask_is_in_the_assertion(
    national: World, organisation: Organisation, system: str, value: str
) -> None:
    national.organisation = organisation
    ask(national)
    details = national.helseid.assertions[0]["assertion_details"]
    identifier = details["practitioner_role"]["organization"]["identifier"]
    assert identifier == {"system": system, "type": "ENH", "value": value}


def test_who_asks_for_itself_names_no_organisation(national: World) -> None:
    ask(national)
    assert "assertion_details" not in national.helseid.assertions[0]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"issuer":"https://en.annen"}'])
def test_another_than_helseid_is_not_told_who_we_are(national: World, body: bytes) -> None:
    national.helseid.play(Fault(Reply(raw=body)))
    with pytest.raises((NotUnderstood, Refused), match="HelseID"):
        national.folkeregister.find(SOMEBODY)
    assert TOKEN not in national.helseid.paths()


def test_a_redirection_is_not_followed(national: World) -> None:
    national.helseid.play(Fault(Reply(302, headers={"Location": national.people.address})), at=TOKEN)
    with pytest.raises(NotUnderstood, match="annen adresse"):
        national.folkeregister.find(SOMEBODY)
    assert national.people.asked == []


RSA = RSAKey.generate_key(2048, private=True)
with warnings.catch_warnings(action="ignore"):
    WEAK = RSAKey.generate_key(1024, private=True)
CURVE = ECKey.generate_key("P-384", {"kid": "kurve"}, private=True)


@pytest.mark.parametrize(
    ("key", "form", "kid", "algorithm"),
    [
        (RSA, "jwk", "innstillingens", "RS256"),
        (RSA, "pem", "innstillingens", "RS256"),
        (CURVE, "jwk", "kurve", "ES384"),
        (CURVE, "pem", "innstillingens", "ES384"),
    ],
)
def test_a_key_is_read_as_jwk_and_as_pem(
    tmp_path: Path, key: RSAKey | ECKey, form: str, kid: str, algorithm: str
) -> None:
    path = tmp_path / "nokkel"
    if form == "jwk":
        write(path, key)
    else:
        path.write_bytes(key.as_pem(private=True))
    signer = KeyFile(path, "innstillingens").signer()
    assert (signer.kid, signer.algorithm) == (kid, algorithm)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{}",
        b'{"kty":"oct","k":"AAAA"}',
        b"tull",
        RSA.as_pem(private=False),
        WEAK.as_pem(private=True),
        b"x" * 200_000,
    ],
)
def test_a_file_without_a_good_private_key_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "nokkel"
    path.write_bytes(content)
    with pytest.raises(Refused) as told:
        KeyFile(path, "kid").signer()
    assert str(told.value) == f"nøkkelfilen {path} har ingen privat nøkkel som kan brukes (JWK eller PEM)"


def test_a_key_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="kan ikke leses"):
        KeyFile(tmp_path / "ingen").signer()
