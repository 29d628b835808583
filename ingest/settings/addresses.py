"""Which addresses a setting may name."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

HERE = ("localhost", "127.0.0.1", "::1")


def is_safe(address: str) -> bool:
    """Whether an address has a host, and https unless the host is this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in HERE)


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The addresses and networks in a list with commas. ValueError for what is neither."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
