"""Answers made smaller on their way, for clients that ask for it."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Final

from samenhang.web import accept

LEAST: Final = 1000
"""Bytes; smaller answers hardly get smaller still."""
_APART: Final = 100_000
"""Bytes from which it is done in a thread, so that others do not wait."""
_LEVEL: Final = 5
_TEXTS: Final = ("text/", "application/json", "application/xml", "application/problem+json", "image/svg+xml")
_ENDS: Final = ("+json", "+xml", "/n-triples", "/n-quads", "/trig")


def compressible(media: str) -> bool:
    """Whether an answer of the type *media* is text."""
    plain = media.partition(";")[0]
    return plain.startswith(_TEXTS) or plain.endswith(_ENDS)


def wanted(header: str) -> bool:
    """Whether an Accept-Encoding *header* asks for gzip.

    >>> wanted("gzip;q=0, *"), wanted("br, GZIP"), wanted("*"), wanted("")
    (False, True, False, False)
    """
    return any(choice.value in ("gzip", "x-gzip") and choice.weight > 0 for choice in accept.choices(header))


async def compressed(body: bytes) -> bytes:
    """The whole *body* in gzip; the same bytes for the same body."""
    if len(body) < _APART:
        return gzip.compress(body, _LEVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)


class Stream:
    """A body in gzip, piece by piece."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    async def piece(self, data: bytes, last: bool) -> bytes:
        """What can be sent once *data* came; all that is left when it was the last."""

        def work() -> bytes:
            return self._compressor.compress(data) + (self._compressor.flush() if last else b"")

        return work() if len(data) < _APART else await asyncio.to_thread(work)
