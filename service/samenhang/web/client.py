"""Who asks, as far as one can tell: so that the questions of one do not delay those of others."""

from __future__ import annotations

import ipaddress
from typing import Final

from starlette.requests import Request

_HELD: Final = 64
"""The bits of an IPv6 address that one client holds still; the rest it chooses."""


def of(request: Request) -> str:
    """Who sent the *request*."""
    return name(request.client.host) if request.client else ""


def name(host: str) -> str:
    """What tells the client at the address *host* from others: of IPv6 a whole network is one.

    >>> name("192.0.2.7"), name("::ffff:192.0.2.7"), name("2001:db8::7"), name("2001:db8::8:0:0:1")
    ('192.0.2.7', '192.0.2.7', '2001:db8::/64', '2001:db8::/64')
    """
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
        return str(address.ipv4_mapped or ipaddress.IPv6Network((address, _HELD), strict=False))
    except ValueError:
        return host
