"""Proves the password policy, and that made passwords and hashes follow it."""

from __future__ import annotations

import pytest

from checks import passwords as rules
from checks.errors import RegisterError
from ingest.people import passwords


@pytest.mark.manual("Bruker 7")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Kort-1a", "REG-123"),
        ("x" * 201, "REG-123"),
        ("bare-smaa-bokstaver-1", "REG-124"),
        ("BARE-STORE-BOKSTAVER-1", "REG-124"),
        ("Ingen-Tall-Her-Nei", "REG-124"),
        ("IngenTegnHer12345", "REG-124"),
        ("Sommer-2026!!!", "REG-125"),
        ("P@ssw0rd-2026!!", "REG-125"),
        ("Aa1!Aa1!Aa1!Aa1!", "REG-125"),
        ("Kari.Nordvik-2026", "REG-125"),
    ],
)
def test_what_is_refused(password: str, code: str) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == code):
        rules.require(password, "kari.nordvik")


@pytest.mark.manual("Bruker 7")
def test_what_the_manual_asks_for_is_accepted() -> None:
    rules.require("Gule-Tulipaner-7", "kari.nordvik")
    rules.require("Blåbær på Øya 7!", "kari.nordvik")


def test_length_alone_by_setting() -> None:
    rules.require("fire ord etter hverandre", "kari", "lengde")
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-123"):
        rules.require("Kort-men-1-sky", "kari", "lengde")


LONG = "Gule-Tulipaner-7" * 20


@pytest.mark.parametrize(
    ("policy", "least", "shorter"),
    [("tegn", "Gul-Tulpan-7", "Gul-Tulpan7"), ("lengde", "gul tulipan bla", "gul tulipan bl")],
)
def test_the_least_and_the_greatest_length_are_themselves_accepted(policy, least: str, shorter: str) -> None:
    rules.require(least, "kari", policy)
    rules.require(LONG[:200], "kari", policy)
    for refused in (shorter, LONG[:201]):
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-123") as caught:
            rules.require(refused, "kari", policy)
        assert f"minst {len(least)} tegn, og høyst 200" in str(caught.value)


@pytest.mark.parametrize(
    ("password", "lacks"),
    [
        ("bare-smaa-bokstaver-1", "stor bokstav"),
        ("BARE-STORE-BOKSTAVER-1", "liten bokstav"),
        ("Ingen-Tall-Her-Nei", "tall"),
        ("IngenTegnHer12345", "tegn"),
        ("bare smaa bokstaver", "stor bokstav, tall"),
    ],
)
def test_what_is_lacking_is_said(password: str, lacks: str) -> None:
    with pytest.raises(RegisterError) as caught:
        rules.require(password, "kari.nordvik")
    assert str(caught.value).endswith(f"Det mangler: {lacks}.")


@pytest.mark.parametrize("password", ["12!!Passord!!34", "Sommer2026!!", "p@$$W0RD-1234"])
def test_a_common_word_is_recognised_under_its_disguise(password: str) -> None:
    common = rules.COMMON
    assert {"passord", "sommer", "password"} <= common
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-125"):
        rules.require(password, "kari")


def test_the_username_may_not_be_in_it_unless_it_is_too_short_to_tell() -> None:
    for username in ("anna", "ANNA", "Tulipan"):
        with pytest.raises(RegisterError, check=lambda e: e.code == "REG-125"):
            rules.require("Gule-Tulipan-Anna-7", username)
    rules.require("Gule-Tulipan-Anna-7", "ann")


def test_six_different_characters_are_the_least() -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-125"):
        rules.require("aAbB1!" * 3, "kari")  # without regard to case, four
    rules.require("aAbBcC1!d" * 2, "kari")
    rules.require("Zxqj1!Zxqj1!", "kari")
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-125"):
        rules.require("Zxj1!Zxj1!Zxj1!", "kari")


def test_first_passwords_meet_the_policy_and_differ() -> None:
    made = {passwords.first_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        rules.require(password, "kari.nordvik")


def test_verification() -> None:
    hashed = passwords.hash_password("Gule-Tulipaner-7")
    assert hashed.startswith("$argon2id$")
    assert passwords.verify("Gule-Tulipaner-7", hashed)
    assert not passwords.verify("gule-Tulipaner-7", hashed)
    assert not passwords.verify("Gule-Tulipaner-7", None)
    assert not passwords.verify("Gule-Tulipaner-7", "ikke en hash")
