"""The way back of an answer: CORS, a strict policy, validators and 304, gzip where asked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from starlette.types import Message, Send

from samenhang.web import encoding, sharing
from samenhang.web.freshness import Freshness, http_date, unchanged
from samenhang.web.memory import Kept
from samenhang.web.sharing import Header

_POLICY: Final = {
    b"content-security-policy": (
        b"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
_SHARED: Final = dict(sharing.ALWAYS)
_BRIEF: Final = {
    *(b"etag", b"last-modified", b"vary", b"cache-control", b"content-location", b"link"),
    *_SHARED,
}
"""What of an answer goes along when a client has it already."""
_PLACES: Final = {
    name: place
    for place, name in enumerate(
        (
            b"accept",
            b"accept-language",
            b"accept-encoding",
            b"if-none-match",
            b"if-modified-since",
            b"access-control-request-method",
        )
    )
}


class Asked(NamedTuple):
    """The headers of a request that the habits depend on, as their bytes; empty where there is none."""

    accept: bytes
    language: bytes
    encoding: bytes
    none_match: bytes
    since: bytes
    preflight: bytes

    @classmethod
    def of(cls, headers: Iterable[Header]) -> Asked:
        """Those of *headers*; fields with one name are one list."""
        found = [b""] * len(_PLACES)
        for name, value in headers:
            place = _PLACES.get(name)
            if place is not None:
                found[place] = found[place] + b", " + value if found[place] else value
        return cls(*found)

    def has(self, tag: str, modified: int) -> bool:
        """Whether the client has the answer with these validators already."""
        if not self.none_match and not self.since:
            return False
        return unchanged(tag, modified, self.none_match.decode("latin-1"), self.since.decode("latin-1"))


async def resend(send: Send, kept: Kept, asked: Asked, silent: bool) -> None:
    """Send an answer that was *kept*, or that the client has it; without its body when *silent* (HEAD)."""
    if kept.tag and asked.has(kept.tag, kept.modified):
        brief = [header for header in kept.headers if header[0] in _BRIEF]
        await send({"type": "http.response.start", "status": 304, "headers": brief})
        await send({"type": "http.response.body"})
        return
    await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
    await send({"type": "http.response.body", "body": b"" if silent else kept.body})


class Reply:
    """Takes the messages of an application and sends what becomes of them.

    The head of an answer is held until its first bytes are there, for these decide about it. ``whole`` is the answer
    when it can be kept. Without *fresh* there are no validators: files that are no release stay the same too, but only
    as long as they are served. *allow* says what a refused method is told.
    """

    def __init__(
        self, send: Send, asked: Asked, fresh: Freshness | None, silent: bool, allow: Callable[[], bytes]
    ) -> None:
        self.begun = self._over = False
        self.whole: Kept | None = None
        self._send, self._asked, self._fresh, self._silent, self._allow = send, asked, fresh, silent, allow
        self._head: Message = {}
        self._stream: encoding.Stream | None = None

    async def __call__(self, message: Message) -> None:
        """Take one message, as ASGI has it."""
        if self._over:
            return
        if message["type"] == "http.response.start":
            self._head = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self.begun:
            await self._pass_on(message.get("body", b""), message.get("more_body", False))
        else:
            self.begun = True
            await self._begin(message.get("body", b""), message.get("more_body", False))

    async def _begin(self, body: bytes, more: bool) -> None:
        status, told, length = self._head["status"], [], b""
        for name, value in self._head.get("headers", ()):
            if name == b"content-length":
                length = value
            else:
                told.append((name, value))
        if status == 405 and (allow := self._allow()):
            told = [*(header for header in told if header[0] != b"allow"), (b"allow", allow)]
        worth = more or len(body) >= encoding.LEAST
        head = _head(self._fresh, status, tuple(told), self._asked.encoding, worth)
        if head.zipped and more:
            self._stream, length = encoding.Stream(), b""
        elif head.zipped:
            body = await encoding.compressed(body)
            length = b"%d" % len(body)
        headers = [*head.headers, (b"content-length", length)] if length else [*head.headers]
        kept = Kept(status, headers, body, head.tag, head.modified)
        steady = self._fresh is None and status == 200 and not any(b"no-store" in value for _, value in told)
        if not more and (head.tag or status == 303 or steady):
            self.whole = kept
        if not more or (head.tag and self._asked.has(head.tag, head.modified)):
            await resend(self._send, kept, self._asked, self._silent)
            self._over = True
            return
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._pass_on(body, more)

    async def _pass_on(self, body: bytes, more: bool) -> None:
        """Send a piece of a long answer, unless all that the client wanted is sent."""
        if self._stream is not None and not self._silent:
            body = await self._stream.piece(body, not more)
        await self._send({"type": "http.response.body", "body": b"" if self._silent else body, "more_body": more})


class _Head(NamedTuple):
    """What an answer begins with but for its length; its validators, and whether it is compressed."""

    headers: tuple[Header, ...]
    tag: str
    modified: int
    zipped: bool


@functools.lru_cache(maxsize=256)
def _head(fresh: Freshness | None, status: int, told: tuple[Header, ...], codings: bytes, worth: bool) -> _Head:
    """What becomes of the headers *told*, for who takes the *codings*; *worth*: large enough to be compressed.

    Kept, because the answers to many queries begin with the same.
    """
    headers: dict[bytes, bytes] = {}
    for name, value in told:  # fields with one name are one list
        headers[name] = headers[name] + b", " + value if name in headers else value
    media = headers.get(b"content-type", b"").decode("latin-1")
    zipped = _encode(headers, media, codings, worth)
    tag, modified = _validate(fresh, status, headers, media, "gzip" if zipped else "")
    return _Head(tuple((_POLICY | headers | _SHARED).items()), tag, modified, zipped)


def _encode(headers: dict[bytes, bytes], media: str, codings: bytes, worth: bool) -> bool:
    """Note in *headers* that the answer depends on Accept-Encoding, and whether it is compressed."""
    if b"content-encoding" in headers or not encoding.compressible(media):
        return False
    varying = headers.get(b"vary", b"")
    headers[b"vary"] = varying + b", Accept-Encoding" if varying else b"Accept-Encoding"
    if not worth or not encoding.wanted(codings.decode("latin-1")):
        return False
    headers[b"content-encoding"] = b"gzip"
    return True


def _validate(
    fresh: Freshness | None, status: int, headers: dict[bytes, bytes], media: str, coded: str
) -> tuple[str, int]:
    """Add validators to *headers* where the answer is one of the release; what they are, or nothing."""
    control = headers.get(b"cache-control", b"")
    if fresh is None or status != 200 or b"no-store" in control:
        return "", 0
    tag = headers.get(b"etag", b"").decode("latin-1")
    if not tag:
        tag = fresh.tag(media, headers.get(b"content-language", b"").decode("latin-1"))
    if not tag:
        return "", 0
    # Another coding is another representation.
    tag = f'{tag[:-1]}-{coded}"' if coded else tag
    modified = fresh.modified(media)
    headers[b"etag"] = tag.encode("latin-1")
    headers.setdefault(b"last-modified", http_date(modified).encode())
    headers.setdefault(b"cache-control", b"no-cache")
    return tag, modified
