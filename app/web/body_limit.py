"""A limit to the size of requests, the same for every address, counted while the body arrives.

A request's own Content-Length is not trusted, and a body that is sent in chunks has none.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

# More than enough for the longest form, and for the numbers of every forløp of a printed list.
MOST_BYTES = 1_000_000
# Streamlit limits the files that are uploaded here, to the size that app/server.py sets.
UPLOADS = "/_stcore/upload_file/"


class TooLarge(Exception):
    """The request is larger than a request may be."""


def announced(scope: Scope) -> bool:
    """Whether the request's own Content-Length is too large, so that its body need not be read."""
    said = Headers(scope=scope).get("content-length", "")
    return said.isdecimal() and int(said[:20]) > MOST_BYTES and not scope["path"].startswith(UPLOADS)


def limited(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that raises TooLarge as soon as more than MOST_BYTES have come."""
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
