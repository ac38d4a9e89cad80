"""Whether a client has an answer already: validators of what a release says, and the conditions of a request."""

from __future__ import annotations

import functools
import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Final

from samenhang import settings
from samenhang.release import Release, Shelf
from samenhang.release.shelf import QUERIES
from samenhang.web.negotiation import FORMS

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_KEYS: Final = {form.media.partition(";")[0]: key for key, form in FORMS.items()}
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
_MADE: Final = ("text/html", "image/svg+xml", "application/json", FORMS["xlsx"].media)
"""What the application makes of a release: it changes with the application too."""
_LONGEST: Final = 100
"""Characters of a date that are looked at."""


def _digest(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:8]


def _code() -> list[Path]:
    """The files that pages are made by."""
    return [p for p in _PACKAGE.rglob("*") if p.suffix in (".py", ".html", ".css", ".js")]


@functools.cache
def _build() -> tuple[str, int]:
    """This build of the application, and when it last changed."""
    files = _code()
    return _digest(files), int(max(file.stat().st_mtime for file in files))


@dataclass(frozen=True)
class Freshness:
    """The validators of one release: its name with that of the queries that are asked, and when it was published.

    Moments are in seconds since 1970.
    """

    name: str
    published: int

    @classmethod
    def of(cls, release: Release) -> Freshness:
        """That of *release*."""
        told = Shelf(release.folder.parents[1]).published().get(release.name)
        moment = datetime.fromisoformat(told).timestamp() if told else release.folder.stat().st_mtime
        return cls(
            f"{release.name}-{_digest((settings.content() / QUERIES).rglob('*.rq'))}", int(min(moment, time.time()))
        )

    def tag(self, media: str, lang: str) -> str:
        """The strong entity tag of an answer of the type *media*, for a page in *lang*.

        Empty for a page or sheet of which the language is not known. The address itself need not be in it.
        """
        plain = media.partition(";")[0]
        key = _KEYS.get(plain) or re.sub(r"[^a-z0-9]+", "-", plain)
        if key in ("html", "xlsx") and not lang:
            return ""
        if plain in _MADE:
            key = "-".join(filter(None, (_build()[0], key, lang)))
        return f'"{self.name}-{key}"'

    def modified(self, media: str) -> int:
        """When an answer of the type *media* last changed: some also change with the application."""
        return max(self.published, _build()[1]) if media.startswith(_MADE) else self.published


@functools.lru_cache(maxsize=16)
def http_date(moment: int) -> str:
    """*moment* as HTTP writes it.

    >>> http_date(0)
    'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    return formatdate(moment, usegmt=True)


def unchanged(tag: str, modified: int, none_match: str, since: str) -> bool:
    """Whether the conditions of a request say that it has what *tag* and *modified* stand for (RFC 9110 §13).

    >>> unchanged('"a"', 0, 'W/"b", W/"a"', ""), unchanged('"a"', 1, "", "Thu, 01 Jan 1970 00:00:00 GMT")
    (True, False)
    """
    if none_match:
        return none_match.strip() == "*" or tag in _TAG.findall(none_match)
    moment = _moment(since[:_LONGEST]) if since else None
    return moment is not None and modified <= moment


@functools.lru_cache(maxsize=64)
def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
