"""``?asOf=``: what an address says of an earlier state, and how that is told (RFC 7089, Memento).

Whatever is asked as of a moment leads on to what else there was then: addresses on a page and in the head of an answer
get the same ``asOf``; the canonical one stays that of the present.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_plus

from starlette.types import Scope

from samenhang.errors import WrongValue
from samenhang.release.history import Publication
from samenhang.web.freshness import http_date
from samenhang.web.sharing import Header

NAME: Final = "asOf"
THEN: Final = "samenhang.then"
"""Where in the scope of a request it is noted as of when it is answered."""
_NAME: Final = NAME.lower().encode()
_STEADY: Final = frozenset(
    [
        "assets",
        "health",
        "metrics",
        "robots",
        "openapi",
        "api",
        "releases",
        "changes",
        "harvest",
        "sitemap",
        "assess",
        "validate",
        "describe",
    ]
)
"""First parts of addresses that speak of no one release, or of the current one only: no ``asOf`` goes along to them."""
_CURRENT_ONLY: Final = frozenset(("assess", "validate", "describe"))
_LINK: Final = re.compile(
    r'(?<!rel="latest-version" )\b(href|action|data-source|data-vocabulary)="(/(?!/)[^"#]*|\?[^"#]*)(#[^"]*)?"'
)
_FORM: Final = re.compile(r'<form\b[^>]*\baction="(/[^"]*)"[^>]*\bmethod="get"[^>]*>')
_FIELD: Final = re.compile(r'<([^>]*)>((?:; [a-z]+="[^"]*")*)')
_PATH: Final = "/:@!$&'()*+,;=~-._"
_UNTOUCHED: Final = ('rel="canonical"', 'rel="license"', 'rel="describes"')


class Then(NamedTuple):
    """As of when a request is answered: as it was *asked*, and what was published."""

    asked: str
    publication: Publication

    @property
    def key(self) -> bytes:
        """What tells an answer apart from those as of other moments, the same release or not."""
        return f"{self.asked}\n{self.publication.told()}".encode()

    def carried(self, address: str) -> str:
        """*address* as of the same moment.

        >>> Then("2026-11-25", Publication("0f8fad5bd9cb469f", None)).carried("/ns?lang=nl#fact")
        '/ns?lang=nl&asOf=2026-11-25#fact'
        """
        before, hash_, fragment = address.partition("#")
        return f"{before}{'&' if '?' in before else '?'}{NAME}={quote(self.asked, safe=':')}{hash_}{fragment}"


def of(scope: Scope) -> Then | None:
    """As of when the request of *scope* is answered; None for the present."""
    found = scope.get(THEN)
    return found if isinstance(found, Then) else None


def present(scope: Scope) -> str:
    """The path and query of the request of *scope*, without what it says of a moment, as an address is written.

    They are what somebody sent: nothing in them can end a field of a head, or be another host.
    """
    path = quote("/" + scope["path"].lstrip("/"), safe=_PATH)
    query = quote(scope["query_string"].decode("latin-1"), safe=_PATH + "?%")
    return f"{path}?{query}" if query else path


def split(query: bytes) -> tuple[str, bytes]:
    """What the *query* of an address asks as of, and the rest of it. Empty: it does not say. Raises WrongValue."""
    if _NAME not in query.lower():
        return "", query
    asked: list[str] = []
    rest: list[bytes] = []
    for field in query.split(b"&"):
        name, _, value = field.partition(b"=")
        # Written otherwise it would not be understood, and the answer would be one of today without saying so.
        if name.lower() == _NAME:
            asked.append(unquote_plus(value.decode("latin-1")).strip())
        else:
            rest.append(field)
    given = list(dict.fromkeys(filter(None, asked)))
    if len(given) > 1:
        raise WrongValue(
            f"Geef {NAME} één keer; er kwamen: {', '.join(one[:40] for one in given[:5])}.",
            f"Give {NAME} once; what came in: {', '.join(one[:40] for one in given[:5])}.",
        )
    return "".join(given), b"&".join(rest)


def steady(path: str) -> bool:
    """Whether the address *path* is not one of a release: it is the same as of any moment."""
    first = path[1:].partition("/")[0].partition(".")[0]
    return first in _STEADY or first.startswith("sitemap-")


def refuse(path: str) -> None:
    """Raise WrongValue where only the current release can be asked."""
    if path[1:].partition("/")[0] in _CURRENT_ONLY:
        raise WrongValue(
            f"Een beschrijving of voorstel wordt naast de huidige toestand gelegd, niet naast een vroegere. Vraag het "
            f"zonder {NAME}.",
            "A description or proposal is held against the present state, not against an earlier one. Ask it without "
            f"{NAME}.",
        )


def page(text: str, then: Then) -> str:
    """The page *text* with addresses and forms that lead on as of the same moment."""

    def carried(found: re.Match[str]) -> str:
        name, address, fragment = found[1], found[2], found[3] or ""
        # What leads to a moment of its own stays so.
        if (address[0] == "/" and steady(address.partition("?")[0])) or f"{NAME}=" in address:
            return found[0]
        return f'{name}="{escape(then.carried(address.replace("&amp;", "&") + fragment))}"'

    def filled(found: re.Match[str]) -> str:
        if steady(found[1].partition("?")[0]):
            return found[0]
        return f'{found[0]}\n<input type="hidden" name="{NAME}" value="{escape(then.asked)}">'

    return _LINK.sub(carried, _FORM.sub(filled, text))


def data(triples: bytes, then: Then, public: str) -> bytes:
    """*triples* (N-Triples) that tell addresses of *public*, with those as of the same moment; a dump has its own."""

    def carried(found: re.Match[bytes]) -> bytes:
        address = found[1].decode()
        path = address.removeprefix(public)
        own = not steady(path) and not path.startswith("/dumps/") and f"{NAME}=" not in path
        return f"<{then.carried(address) if own else address}>".encode()

    return re.sub(rb"<(" + re.escape(public.encode()) + rb"/[^>]*)>", carried, triples)


def head(headers: Iterable[Header], status: int, then: Then, public: str, address: str) -> list[Header]:
    """The *headers* of an answer of that *status*, as those of *address* (of the present) as of *then*."""
    told: list[Header] = []
    original = f'<{public}{address}>; rel="original timegate"'.encode()
    for name, value in headers:
        if name == b"link":
            told.append((name, _links(value.decode("latin-1"), then, public).encode("latin-1") + b", " + original))
            original = b""
        elif name in (b"location", b"content-location"):
            told.append((name, then.carried(value.decode("latin-1")).encode("latin-1")))
        else:
            told.append((name, value))
    if original:
        told.append((b"link", original))
    if then.publication.at and status in (200, 304):
        told.append((b"memento-datetime", http_date(int(then.publication.at.timestamp())).encode()))
    return told


def _links(field: str, then: Then, public: str) -> str:
    def carried(found: re.Match[str]) -> str:
        address, about = found[1], found[2]
        own = address.startswith((public + "/", "/", "?"))
        if not own or any(each in about for each in _UNTOUCHED):
            return found[0]
        return f"<{then.carried(address)}>{about}"

    return _FIELD.sub(carried, field)


def address(moment: datetime) -> str:
    """*moment* as ``asOf`` takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
