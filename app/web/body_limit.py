"""How much a request may bring: one limit for every address, counted while the body arrives.

What forms say of themselves (Content-Length, the kind of encoding) is not trusted: a body in chunks has no length.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

# Ample for the longest form and for the numbers of every forløp of a printed list.
MOST_BYTES = 1_000_000
# Streamlit counts what comes here, up to the size that app/server.py gives it.
UPLOADS = "/_stcore/upload_file/"


class TooLarge(Exception):
    """More has come than a request may bring."""


def announced(scope: Scope) -> bool:
    """Whether a request says itself that it is too large, so that nothing of it need be read."""
    said = Headers(scope=scope).get("content-length", "")
    return said.isdecimal() and int(said[:20]) > MOST_BYTES and not scope["path"].startswith(UPLOADS)


def limited(scope: Scope, receive: Receive) -> Receive:
    """`receive` that raises TooLarge as soon as more than MOST_BYTES have come."""
    if scope["path"].startswith(UPLOADS):
        return receive
    come = 0

    async def counted() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > MOST_BYTES:
            raise TooLarge
        return message

    return counted
