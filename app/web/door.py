"""Where the app is reached from: which hosts and origins are its own, who a visitor behind a proxy is, and what is wrong
with the proxy.

SMERTEREG_ADRESSE and SMERTEREG_PROXYER decide; without them only this machine is let in, and no proxy is believed.
"""

from __future__ import annotations

import logging
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Scope

from checks.errors import CATALOGUE
from ingest.settings import Settings

log = logging.getLogger("smertereg.inngang")
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOCAL = LOOPBACK | {"localhost"}
FOR, PROTO = "x-forwarded-for", "x-forwarded-proto"
OTHER_ORIGIN, OTHER_HOST, NO_UPGRADE = "REG-245", "REG-246", "REG-247"
NO_PROTO, UNKNOWN_VISITORS, OPEN_TEXT = "REG-251", "REG-252", "REG-253"


class Door:
    """The app's own address, and what has been seen to be wrong with the way in."""

    def __init__(self, settings: Settings) -> None:
        self._origin, self._proxies = settings.adresse, settings.proxies
        parts = urlsplit(self._origin)
        self._host, self._netloc, self._https = parts.hostname or "", parts.netloc, parts.scheme == "https"
        self._wrong: set[str] = set()
        self._logged: set[tuple[str, str]] = set()
        if self._origin and not self._https and self._host not in LOCAL:
            self.tell(OPEN_TEXT, True)

    def settle(self, scope: Scope) -> Scope | None:
        """The request as the rest of the app sees it: the visitor's own address, and the app's own host and scheme,
        whatever the proxy calls them. None when Host is not one of the app's.
        """
        headers = Headers(scope=scope)
        host = _name(headers.getlist("host"))
        if not host or host not in LOCAL | {self._host}:
            self._refuse(OTHER_HOST, _kind_of_host(host))
            return None
        trusted, given = self._trusts(scope), headers.get(FOR)
        named = self._host not in LOCAL and headers.get("origin") == self._origin
        outside = host not in LOCAL or given is not None or named
        proto = headers.get(PROTO, "").strip()
        if outside:
            self._wrong.discard(OTHER_HOST)
            self.tell(NO_PROTO, self._https and proto != "https")
            self.tell(UNKNOWN_VISITORS, not (trusted and given))
        settled = {**scope, "headers": list(scope["headers"])}
        if self._https or (trusted and proto == "https"):
            settled["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        if trusted and given:
            settled["client"] = (self._visitor(given) or scope["client"][0], 0)
        if outside and self._netloc:
            MutableHeaders(scope=settled)["host"] = self._netloc
        return settled

    def own_origin(self, headers: Headers) -> bool:
        """Whether a settled request's Origin is the app's own address or, on this machine, the host that was asked.

        An Origin that is not is kept for `findings` until the app's own address has been seen.
        """
        origin, host = headers.get("origin", ""), headers.get("host", "")
        if self._origin and origin == self._origin:
            self._wrong.discard(OTHER_ORIGIN)
            return True
        if _name([host]) in LOCAL and _parts(origin).netloc == host:
            return True
        self._refuse(OTHER_ORIGIN, self._kind_of_origin(origin))
        return False

    def tell(self, code: str, wrong: bool) -> None:
        """Keep for `findings`, and log when it begins, that something is wrong with the way in; or that it no longer is."""
        if wrong and code not in self._wrong:
            log.warning(CATALOGUE[code], extra={"kode": code})
        (self._wrong.add if wrong else self._wrong.discard)(code)

    def _refuse(self, code: str, kind: str) -> None:
        """Keep for `findings`, and log the first time of each kind, that a request was refused. Anyone may send the next, so
        it is not logged when it begins anew, and what stood in the header is never logged.
        """
        if (code, kind) not in self._logged:
            self._logged.add((code, kind))
            log.warning(CATALOGUE[code], extra={"kode": code, "hvor": kind})
        self._wrong.add(code)

    def _kind_of_origin(self, origin: str) -> str:
        if origin in ("", "null"):
            return f"Origin er {origin}" if origin else "Origin mangler"
        same = bool(self._host) and _parts(origin).hostname == self._host
        return "Origin har annen port eller protokoll" if same else "Origin er et annet nettsted"

    def findings(self) -> list[str]:
        """What is wrong with the way in, as far as requests have shown, each as a sentence that says what to set."""
        return [CATALOGUE[code] for code in sorted(self._wrong)]

    def _trusts(self, scope: Scope) -> bool:
        return bool(scope.get("client")) and self._is_proxy(scope["client"][0])

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)

    def _visitor(self, given: str) -> str:
        """The last address in X-Forwarded-For that is no trusted proxy's: what stands before it, anyone may have written.
        Empty when it is no address.
        """
        for part in reversed(given.split(",")):
            address = _bare(part.strip())
            if not self._is_proxy(address):
                try:
                    return str(ip_address(address))
                except ValueError:
                    return ""
        return ""


def forwarded(headers: Headers) -> bool:
    """Whether a proxy has said that it sends the request on, so that it does not come from this machine's programs."""
    return any(name in headers for name in (FOR, PROTO, "forwarded", "x-real-ip", "via"))


def from_here(request: HTTPConnection) -> bool:
    """Whether the request comes from a program on this machine, and through no proxy."""
    return request.client is not None and request.client.host in LOOPBACK and not forwarded(request.headers)


def _name(hosts: list[str]) -> str:
    """The name in the one Host header, without its port; empty when there are none, several, or it is no host."""
    try:
        parts = urlsplit(f"//{hosts[0]}") if len(hosts) == 1 else urlsplit("")
        whole = parts.netloc == (hosts or [""])[0] and "@" not in parts.netloc and (parts.port or 1) > 0
    except ValueError:
        return ""
    return (parts.hostname or "") if whole else ""


def _kind_of_host(name: str) -> str:
    if not name:
        return "Host mangler eller er ingen vert"
    try:
        ip_address(name)
    except ValueError:
        return "Host er et annet navn"
    return "Host er en IP-adresse"


def _parts(origin: str) -> SplitResult:
    """The parts of an Origin; empty ones when it is no address."""
    try:
        parts = urlsplit(origin)
        return parts if parts.hostname else urlsplit("")
    except ValueError:
        return urlsplit("")


def _bare(text: str) -> str:
    """An address without the port that some proxies add: «1.2.3.4:5» and «[::1]:5»."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
