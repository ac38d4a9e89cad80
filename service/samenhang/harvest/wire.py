"""The way to somebody else's server: an address that was looked at first, and a moment at which it all has to be over.

A name is looked up once, what it stands for is looked at, and that very address is connected to. So whoever owns the
name cannot send us into the network that we stand in, not by a second answer either. The moment holds for connecting,
for the head and for the body, however slowly these come.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import httpcore

from samenhang.errors import WrongValue

Lookup = Callable[[str, int], list[str]]
"""The addresses that a host name stands for, with the port that is wanted. It raises OSError."""

_EMBEDDED: Final = ipaddress.ip_network("64:ff9b::/96")
"""Where a network without IPv4 puts the addresses of IPv4."""


class Closed(WrongValue):
    """A host that is not to be gone to: it stands for an address that is not on the public internet."""


class Late(Exception):
    """It took longer than it may."""


def lookup(host: str, port: int) -> list[str]:
    """The addresses that the system knows for *host*, each once. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def public(address: str) -> bool:
    """Whether *address* is on the public internet, also where it is written as another kind of address.

    >>> [public(one) for one in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")]
    [True, False, False, False, False]
    """
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address):
        inside = known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else None)
        if inside is None and known in _EMBEDDED:
            inside = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
        if inside is not None:
            return public(str(inside))
    return known.is_global and not known.is_multicast


class Wire(httpcore.NetworkBackend):
    """Connects to hosts by what *look* finds, until *end* (of ``time.monotonic``).

    *loopback*: whether this machine may be connected to, which is for trials.
    """

    def __init__(self, end: float, *, loopback: bool = False, look: Lookup = lookup) -> None:
        self._end, self._loopback, self._look = end, loopback, look
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to *host*. Raises Closed, Late, and httpcore.ConnectError."""
        try:
            addresses = self._look(host, port)
        except OSError as problem:
            raise httpcore.ConnectError(f"{host}: {problem.strerror or problem}") from None
        if refused := [one for one in addresses if not (public(one) or (self._loopback and _here(one)))]:
            raise Closed(
                f"'{host}' staat voor {refused[0]}, en dat is geen adres op het openbare internet.",
                f"'{host}' stands for {refused[0]}, which is no address on the public internet.",
            )
        failed: Exception = httpcore.ConnectError(f"{host}: no address")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(address, port, _left(self._end), local_address, socket_options)
                return _Stream(stream, self._end)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failed = problem
        raise failed

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never."""
        raise httpcore.UnsupportedProtocol(path)

    def sleep(self, seconds: float) -> None:
        """Wait so long."""
        time.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection of which every step ends in time."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._end))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(self._end)), self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(end: float) -> float:
    """Seconds until *end*. Raises Late."""
    left = end - time.monotonic()
    if left <= 0:
        raise Late
    return left


def _here(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
