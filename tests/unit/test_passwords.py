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
