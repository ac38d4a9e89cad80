"""Every answer is there for pages of other sites too: CORS for all, without credentials, also on errors."""

from __future__ import annotations

from typing import Final

Header = tuple[bytes, bytes]

ALWAYS: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Allow, Content-Language, Content-Location, ETag, Last-Modified, Link, Location, "
        b"Memento-Datetime, Retry-After",
    ),
)
"""What goes along with every answer."""


def preflight(allow: bytes) -> list[Header]:
    """What a browser is told that asks beforehand whether it may use a method; *allow* are those there are."""
    return [
        (b"access-control-allow-methods", allow),
        (
            b"access-control-allow-headers",
            b"Accept, Accept-Datetime, Accept-Language, Content-Type, If-None-Match, If-Modified-Since",
        ),
        (b"access-control-max-age", b"86400"),
    ]
