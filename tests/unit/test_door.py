"""Proves whose word about the visitor's address is taken, and how the settings of the way in may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.web.door import Door
from checks.errors import RegisterError
from ingest import settings
from ingest.settings import Settings

NAME = "smertereg.example.no"


def visitor(peer: str, forwarded: str | None, proxies: str) -> str:
    door = Door(Settings(adresse=f"https://{NAME}", proxyer=proxies))
    headers = [(b"host", NAME.encode())] + ([(b"x-forwarded-for", forwarded.encode())] if forwarded is not None else [])
    settled = door.settle({"type": "http", "scheme": "http", "headers": headers, "client": (peer, 1)})
    assert settled
    return settled["client"][0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "found"),
    [
        ("127.0.0.1", "192.0.2.7", "", "127.0.0.1"),
        ("192.0.2.1", "192.0.2.7", "127.0.0.1", "192.0.2.1"),
        ("127.0.0.1", "192.0.2.7", "127.0.0.1", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "127.0.0.1", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7, 10.1.2.3", "127.0.0.1, 10.0.0.0/8", "192.0.2.7"),
        ("::1", "2001:db8::7", "127.0.0.1,::1", "2001:db8::7"),
        ("127.0.0.1", "192.0.2.7:4711", "127.0.0.1", "192.0.2.7"),
        ("127.0.0.1", "[2001:db8::7]:4711", "127.0.0.1", "2001:db8::7"),
        ("127.0.0.1", "192.0.2.7, tull", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", None, "127.0.0.1", "127.0.0.1"),
        ("uten nummer", "192.0.2.7", "127.0.0.1", "uten nummer"),
    ],
)
def test_only_a_trusted_proxy_says_who_the_visitor_is(
    peer: str, forwarded: str | None, proxies: str, found: str
) -> None:
    assert visitor(peer, forwarded, proxies) == found


@pytest.mark.parametrize("scheme", ["http", "websocket"])
@pytest.mark.parametrize(
    ("proxies", "proto", "secure"),
    [("127.0.0.1", "https", True), ("", "https", False), ("127.0.0.1", "http", False), ("127.0.0.1", "ftp", False)],
)
def test_without_an_https_address_only_a_trusted_proxy_says_that_tls_is_outside(
    scheme: str, proxies: str, proto: str, secure: bool
) -> None:
    door = Door(Settings(proxyer=proxies))
    headers = [(b"host", b"localhost:8501"), (b"x-forwarded-proto", proto.encode())]
    begun = {"http": "http", "websocket": "ws"}[scheme]
    settled = door.settle({"type": scheme, "scheme": begun, "headers": headers, "client": ("127.0.0.1", 1)})
    assert settled and settled["scheme"] == begun + "s" * secure


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("", "http://localhost:8501"),
        ("https://Smertereg.Example.NO/", "https://smertereg.example.no"),
        ("https://smertereg.example.no:443", "https://smertereg.example.no"),
        ("https://smertereg.example.no:8543", "https://smertereg.example.no:8543"),
        ("http://localhost:80", "http://localhost"),
        ("https://smerte.blåbær.no", "https://smerte.xn--blbr-roah.no"),
        ("https://[2001:DB8::7]:8543", "https://[2001:db8::7]:8543"),
    ],
)
def test_the_address_is_written_as_browsers_write_it(written: str, address: str) -> None:
    assert Settings(adresse=written).public_address == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("ADRESSE", value)
            for value in (
                "smertereg.example.no",
                "ftp://smertereg.example.no",
                "https://",
                "https://smertereg.example.no/app",
                "https://smertereg.example.no?x=1",
                "https://smertereg.example.no:port",
                "https://ola:hemmelig@smertereg.example.no",
            )
        ),
        *(
            ("SMS_URL", value)
            for value in ("sms.example.no/send", "ftp://sms.example.no", "https:///send", "https://[sms/send")
        ),
        *(("PROXYER", value) for value in ("*", "proxy.example.no", "127.0.0.1 10.0.0.1", "10.0.0.1/8")),
    ],
)
def test_a_setting_of_the_way_in_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SMERTEREG_{name}", value)
    with pytest.raises(RegisterError, match=f"SMERTEREG_{name} er feil: .* Oppgi") as refused:
        settings.read()
    assert refused.value.code == "REG-083"
    may_hold_a_password = name == "SMS_URL" or "@" in value
    assert (value in str(refused.value)) != may_hold_a_password
