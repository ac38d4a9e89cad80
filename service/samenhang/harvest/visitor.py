"""Who goes to somebody else's server for a description, as a guest: by name, within limits, taking no for an answer."""

from __future__ import annotations

import email.utils
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore
from protego import Protego

from samenhang import __version__, settings
from samenhang.harvest import wire
from samenhang.namespaces import BASE
from samenhang.questions import Words

AGENT: Final = "samenhang"
"""The name that ``robots.txt`` knows us by."""
_HOPS: Final = 5
_ROBOTS: Final = 500 << 10
"""Bytes of a ``robots.txt`` that are read, at most (RFC 9309)."""
_LONGEST_PAUSE: Final = 10.0
_LONGEST_WAIT: Final = 7 * 24 * 3600
"""Seconds that a server can ask us to stay away, at most."""
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FOR_GOOD: Final = (301, 308)
_ADDRESS: Final = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?([/?][!-~]*)?\Z")
_DECODED: Final = {b"": None, b"identity": None, b"gzip": 47, b"x-gzip": 47, b"deflate": 47}
"""What a body can be coded in, with the window that zlib wants to know; it tells gzip from deflate itself."""


class Answer(StrEnum):
    """What came of going there."""

    NEW = "new"
    """There is a description; whether it is another than before is not known yet."""
    SAME = "same"
    """The server says that it is what it was."""
    GONE = "gone"
    """The server says that there is nothing, and that it is no accident."""
    AWAY = "away"
    """No description could be had, which says nothing of whether there is one."""
    UNFIT = "unfit"
    """What is there cannot be used: it is too large, or comes in a way that was not asked for."""


@dataclass(frozen=True)
class Visit:
    """What one visit gave.

    *words*: what there is to say of it; *body*: the description, decoded; *media*: what the server says that it is;
    *tag* and *modified*: by what it can be asked for again; *wait*: seconds that the server wants us to stay away;
    *moved*: where it went for good.
    """

    answer: Answer
    words: Words
    body: bytes = b""
    media: str = ""
    tag: str = ""
    modified: str = ""
    wait: int = 0
    moved: str = ""


@dataclass(frozen=True)
class Limits:
    """How far it goes: *seconds* for one description, with all that it takes; *size*: bytes of it, decoded.

    *pause*: seconds between two requests to one host; *hosts*: where may be gone to; *loopback*: also to this machine;
    *contact*: the address where whoever runs a server can read who we are.
    """

    seconds: float
    size: int
    hosts: Collection[str]
    contact: str
    pause: float = 1.0
    loopback: bool = False

    @classmethod
    def set(cls, hosts: Iterable[str]) -> Limits:
        """Those of the settings; *hosts* are the ones where something is registered. Raises WrongValue."""
        return cls(
            seconds=settings.number("SAMENHANG_HARVEST_SECONDS"),
            size=settings.number("SAMENHANG_HARVEST_SIZE") << 20,
            hosts=frozenset((*hosts, *settings.text("SAMENHANG_HARVEST_HOSTS").lower().split())),
            contact=settings.public(BASE),
            loopback=settings.switch("SAMENHANG_HARVEST_LOOPBACK"),
        )


class _Refused(Exception):
    """Why a visit ends without a description."""

    def __init__(self, answer: Answer, nl: str, en: str, wait: int = 0) -> None:
        self.answer, self.words, self.wait = answer, Words(nl, en), wait


@dataclass
class _Head:
    """One answer of a server, of which the body is read or not."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes = b""

    def text(self, name: bytes) -> str:
        """The header *name*, when it is one that can be sent back."""
        value = self.headers.get(name, b"").decode("latin-1")
        return value if value.isprintable() and len(value) < 500 else ""


@dataclass
class Visitor:
    """Visits one host after the other within *limits*; *look* finds the addresses of hosts, *sleep* waits."""

    limits: Limits
    look: wire.Lookup = wire.lookup
    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, Protego | _Refused] = field(default_factory=dict)

    def visit(self, address: str, *, tag: str = "", modified: str = "") -> Visit:
        """What there is at *address*, unless it still is what it was by *tag* and *modified*."""
        end = time.monotonic() + self.limits.seconds
        known = [(b"If-None-Match", tag), (b"If-Modified-Since", modified)]
        conditions = [(name, value.encode("latin-1")) for name, value in known if value]
        try:
            return self._visit(address, conditions, end)
        except _Refused as refused:
            return Visit(refused.answer, refused.words, wait=refused.wait)
        except wire.Closed as closed:
            return Visit(Answer.AWAY, Words(closed.nl, closed.en))
        except (wire.Late, httpcore.TimeoutException):
            seconds = f"{self.limits.seconds:g}"
            return Visit(Answer.AWAY, Words(f"Het duurde langer dan {seconds} s.", f"It took longer than {seconds} s."))
        except httpcore.ConnectError as problem:
            return Visit(Answer.AWAY, Words(f"Er antwoordt niemand: {problem}.", f"Nobody answers: {problem}."))
        except (httpcore.NetworkError, httpcore.ProtocolError) as problem:
            return Visit(
                Answer.AWAY,
                Words(
                    f"Het antwoord brak af of was geen HTTP: {problem}.",
                    f"The answer broke off or was no HTTP: {problem}.",
                ),
            )

    def _visit(self, address: str, conditions: list[tuple[bytes, bytes]], end: float) -> Visit:
        moved, seen = "", [address]
        while True:
            parts = self._checked(seen[-1])
            self._permitted(parts, end)
            head = self._get(parts, conditions, end, self.limits.size)
            if head.status not in _REDIRECTS:
                return self._told(head, bool(conditions), moved)
            target = self._target(seen, head)
            # Only where all that led there is for good, it moved.
            if head.status in _FOR_GOOD and moved == (seen[-1] if len(seen) > 1 else ""):
                moved = target
            seen.append(target)

    def _checked(self, address: str) -> SplitResult:
        """The parts of an *address* that may be gone to."""
        if not _usable(address):
            raise _Refused(
                Answer.AWAY,
                f"'{address[:200]}' is geen adres zoals https://voorbeeld.be/beschrijving.ttl.",
                f"'{address[:200]}' is no address such as https://example.org/description.ttl.",
            )
        parts = urlsplit(address)
        if (parts.hostname or "") not in self.limits.hosts:
            raise _Refused(
                Answer.AWAY,
                f"Het adres leidt naar '{parts.hostname}', en daar is niets aangemeld. Meld het nieuwe adres aan, of "
                "zet de naam in SAMENHANG_HARVEST_HOSTS.",
                f"The address leads to '{parts.hostname}', where nothing is registered. Register the new address, or "
                "put the name in SAMENHANG_HARVEST_HOSTS.",
            )
        return parts

    def _target(self, seen: list[str], head: _Head) -> str:
        target = urljoin(seen[-1], head.text(b"location")).partition("#")[0]
        if target in seen:
            raise _Refused(
                Answer.AWAY,
                f"Het adres verwijst in een kring: {' -> '.join((*seen, target))}.",
                f"The address redirects in a circle: {' -> '.join((*seen, target))}.",
            )
        if len(seen) > _HOPS:
            raise _Refused(
                Answer.AWAY,
                f"Het adres verwijst meer dan {_HOPS} keer door.",
                f"The address redirects more than {_HOPS} times.",
            )
        return target

    def _permitted(self, parts: SplitResult, end: float) -> None:
        """Raise unless ``robots.txt`` lets us; one that a server cannot give forbids all (RFC 9309)."""
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._rules(site, end)
        rules = self._robots[site]
        if isinstance(rules, _Refused):
            raise rules
        if not rules.can_fetch(parts.geturl(), AGENT):
            raise _Refused(
                Answer.AWAY,
                f"{site}/robots.txt laat '{AGENT}' dit niet ophalen.",
                f"{site}/robots.txt does not let '{AGENT}' collect this.",
            )

    def _rules(self, site: str, end: float) -> Protego | _Refused:
        seen = [f"{site}/robots.txt"]
        try:
            while True:
                head = self._get(self._checked(seen[-1]), [], end, _ROBOTS, cut=True)
                if head.status not in _REDIRECTS:
                    break
                seen.append(self._target(seen, head))
        except _Refused as refused:
            return refused
        if head.status >= 500 or head.status == 429:
            return _Refused(
                Answer.AWAY,
                f"{seen[0]} antwoordt met HTTP {head.status}; zolang niet bekend is wat mag, wordt niets opgehaald.",
                f"{seen[0]} answers HTTP {head.status}; while it is not known what is allowed, nothing is collected.",
                _wait(head),
            )
        return Protego.parse(head.body.decode("utf-8", "replace") if head.status == 200 else "")

    def _get(
        self, parts: SplitResult, conditions: list[tuple[bytes, bytes]], end: float, size: int, *, cut: bool = False
    ) -> _Head:
        """One request, after a pause for the host; of the body at most *size* bytes, or *cut* there."""
        self._rest(parts, end)
        headers = [
            (b"Host", parts.netloc.encode()),
            (b"User-Agent", f"{AGENT}/{__version__} (+{self.limits.contact})".encode()),
            (b"Accept", b"text/turtle, application/ld+json;q=0.9, */*;q=0.5"),
            (b"Accept-Encoding", b"gzip"),
            *conditions,
        ]
        network = wire.Wire(end, loopback=self.limits.loopback, look=self.look)
        try:
            with (
                httpcore.ConnectionPool(network_backend=network, max_connections=1) as pool,
                pool.stream("GET", parts.geturl(), headers=headers) as response,
            ):
                head = _Head(response.status, {name.lower(): value for name, value in response.headers})
                if head.status == 200:
                    head.body = b"".join(_read(head, response.iter_stream(), size, cut=cut))
                return head
        finally:
            self._last[parts.netloc] = time.monotonic()

    def _rest(self, parts: SplitResult, end: float) -> None:
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        asked = min((rules.crawl_delay(AGENT) or 0.0) if isinstance(rules, Protego) else 0.0, _LONGEST_PAUSE)
        left = self._last.get(parts.netloc, 0.0) + max(self.limits.pause, asked) - time.monotonic()
        if left > 0 and parts.netloc in self._last:
            if time.monotonic() + left > end:
                raise wire.Late
            self.sleep(left)

    def _told(self, head: _Head, conditional: bool, moved: str) -> Visit:
        """What the last answer says."""
        status = head.status
        if status == 200:
            words = Words("Opgehaald.", "Collected.")
            if moved:
                words = Words(
                    f"Opgehaald; het staat voortaan op {moved}: meld dat adres aan.",
                    f"Collected; it is at {moved} from now on: register that address.",
                )
            media = head.text(b"content-type").partition(";")[0].strip().lower()
            tag, modified = head.text(b"etag"), head.text(b"last-modified")
            return Visit(Answer.NEW, words, head.body, media, tag, modified, moved=moved)
        if status == 304 and conditional:
            return Visit(Answer.SAME, Words("Niet gewijzigd.", "Not changed."), moved=moved)
        if status in (404, 410):
            return Visit(
                Answer.GONE,
                Words(
                    f"Er staat niets meer (HTTP {status}).",
                    f"Nothing is there any more (HTTP {status}).",
                ),
            )
        wait = _wait(head) if status in (429, 503) else 0
        until = (f" De server vraagt {wait} s te wachten.", f" The server asks to wait {wait} s.") if wait else ("", "")
        return Visit(
            Answer.AWAY,
            Words(f"De server antwoordt met HTTP {status}.{until[0]}", f"The server answers HTTP {status}.{until[1]}"),
            wait=wait,
        )


def host(address: str) -> str:
    """The host of *address*; nothing when it is no address.

    >>> host("https://Example.org/a"), host("http://[nonsense/")
    ('example.org', '')
    """
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _usable(address: str) -> bool:
    try:
        return bool(_ADDRESS.match(address)) and urlsplit(address).port != 0
    except ValueError:  # no port, or no address between brackets
        return False


def _read(head: _Head, chunks: Iterable[bytes], size: int, *, cut: bool) -> Iterator[bytes]:
    """The body, decoded as it comes; never more than *size* bytes of it, nor much more in memory on the way."""
    coding = head.headers.get(b"content-encoding", b"").strip().lower()
    if coding not in _DECODED:
        name = coding.decode("latin-1")[:40]
        raise _Refused(
            Answer.UNFIT,
            f"De server stuurt het gecomprimeerd als '{name}', wat niet gevraagd was.",
            f"The server sends it compressed as '{name}', which was not asked for.",
        )
    length = head.headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > size and not cut:
        raise _large(size)
    window, total, received = _DECODED[coding], 0, 0
    inflate = zlib.decompressobj(window) if window else None
    for chunk in chunks:
        received += len(chunk)
        while chunk:
            if inflate is None:
                piece, chunk = chunk, b""
            else:
                try:
                    piece = inflate.decompress(chunk, size - total + 1)
                except zlib.error:
                    raise _broken() from None
                chunk = inflate.unconsumed_tail
            total += len(piece)
            if cut and total > size:
                yield piece[: len(piece) - (total - size)]
                return
            if max(total, received) > size:
                raise _large(size)
            yield piece
        if inflate is not None and inflate.eof:
            return
    if inflate is not None:
        raise _broken()


def _large(size: int) -> _Refused:
    told = f"{size / (1 << 20):g} MB"
    return _Refused(Answer.UNFIT, f"De beschrijving is groter dan {told}.", f"The description is larger than {told}.")


def _broken() -> _Refused:
    return _Refused(
        Answer.AWAY,
        "Wat de server comprimeerde, is niet volledig of niet te lezen.",
        "What the server compressed is not complete, or cannot be read.",
    )


def _wait(head: _Head) -> int:
    """The seconds that ``Retry-After`` asks for, as a number or a date."""
    told = head.text(b"retry-after").strip()
    if told.isdigit():
        return min(int(told[:9]), _LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - datetime.now(UTC)).total_seconds()) + 1, _LONGEST_WAIT))
