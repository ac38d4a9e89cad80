"""Weighted lists in header fields of a request (Accept, Accept-Language ...), read as RFC 9110 §12 says."""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_ELEMENT: Final = re.compile(rf"(?:{_QUOTED}|[^,\"])+")
_PIECE: Final = re.compile(rf"(?:{_QUOTED}|[^;\"])+")
_PARAMETER: Final = re.compile(rf"({_TOKEN})\s*=\s*({_TOKEN}|{_QUOTED})\Z")
_WEIGHT: Final = re.compile(r"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)\Z")
LONGEST: Final = 50
"""Elements of a list that are looked at; no client of good will sends more."""


class Choice(NamedTuple):
    """One element of a list: its value and parameters in lower case, and its weight from 0 (never) to 1."""

    value: str
    parameters: frozenset[tuple[str, str]]
    weight: float


@functools.lru_cache(maxsize=512)
def choices(header: str) -> tuple[Choice, ...]:
    """The elements of a weighted list, in the order in which they stand; what is not well formed is left out.

    >>> [(choice.value, choice.weight) for choice in choices("text/turtle;q=0.5, */*")]
    [('text/turtle', 0.5), ('*/*', 1.0)]
    """
    found = []
    for element in _ELEMENT.findall(header)[:LONGEST]:
        value, *pieces = (piece.strip() for piece in _PIECE.findall(element))
        weight, parameters = 1.0, set()
        for piece in pieces:
            match = _PARAMETER.match(piece)
            if match is None:
                continue
            name, told = match[1].lower(), match[2].strip('"')
            if name == "q":
                # What follows the weight are extensions of Accept, which nobody defined.
                weight = float(told) if _WEIGHT.match(told) else 0.0
                break
            parameters.add((name, told.lower()))
        if value:
            found.append(Choice(value.lower(), frozenset(parameters), weight))
    return tuple(found)


def media(header: str, offered: str) -> tuple[float, int]:
    """How much *header* (an Accept) wants the media type *offered*: its weight, and how precisely it was named.

    0 precision: not at all or ``*/*``; 1: ``text/*``; 2: by name. The most precise range that fits decides. A charset
    of UTF-8 is what we send, so it fits.

    >>> media("text/*;q=0.3, text/html;q=0.7", "text/html")
    (0.7, 2)
    """
    return _media(header, offered.partition(";")[0].strip())


@functools.lru_cache(maxsize=4096)
def _media(header: str, offered: str) -> tuple[float, int]:
    best, weight = -1, 0.0
    for choice in choices(header):
        wanted = choice.parameters - {("charset", "utf-8"), ("charset", "utf8")}
        if choice.value == offered and not wanted:
            precision = 2
        elif choice.value == offered.partition("/")[0] + "/*" and not wanted:
            precision = 1
        elif choice.value == "*/*" and not wanted:
            precision = 0
        else:
            continue
        if precision > best or (precision == best and choice.weight > weight):
            best, weight = precision, choice.weight
    return weight, max(best, 0)
