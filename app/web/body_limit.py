"""A limit to the size of requests, counted while the body arrives: one for every address, and one for uploads.

A request's own Content-Length is not trusted, and a body that is sent in chunks has none.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from ingest.lists import epj_import

# More than enough for the longest form, and for the numbers of every forløp of a printed list.
MOST_BYTES = 1_000_000
UPLOADS = "/_stcore/upload_file/"
# An upload is a file in a multipart body, whose own lines come in addition.
MOST_UPLOADED = epj_import.MOST_BYTES + 100_000


class TooLarge(Exception):
    """The request is larger than a request may be."""


def most(path: str) -> int:
    """How many bytes a request to an address may have."""
    return MOST_UPLOADED if path.startswith(UPLOADS) else MOST_BYTES


def announced(scope: Scope) -> bool:
    """Whether the request's own Content-Length is too large, so that its body need not be read."""
    said = Headers(scope=scope).get("content-length", "")
    return said.isdecimal() and int(said[:20]) > most(scope["path"])


def limited(scope: Scope, receive: Receive) -> Receive:
    """A `receive` that raises TooLarge as soon as more has come than the address may have."""
    come, limit = 0, most(scope["path"])

    async def counted() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > limit:
            raise TooLarge
        return message

    return counted
