"""A long list in pages: which one is asked, how many there are, and where the others stand (RFC 8288)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlencode

from fastapi import Request

from samenhang.errors import NotFound, WrongValue
from samenhang.questions import limits

RESERVED: Final = ("page", "size")
"""What in the address of a list says which part of it."""
_DIGITS: Final = 7


class Slice(NamedTuple):
    """One page of a list of ``total`` rows: its number, from 1, and how many rows a page has."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one page."""
        return max(1, -(-self.total // self.size))

    @property
    def limits(self) -> str:
        """What SPARQL is told."""
        return limits(self.number, self.size)

    def others(self) -> dict[str, int]:
        """The pages to go to from here, by their relation to this one."""
        found = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.last}
        return {name: page for name, page in found.items() if 1 <= page <= self.last}

    def links(self, address: str, values: Mapping[str, Sequence[str]], usual: int) -> dict[str, str]:
        """Where those stand, below *address*; *values* go along, and the size where it is not the *usual* one."""
        sized = {"size": [str(self.size)]} if self.size != usual else {}
        return {
            name: address + query({**values, **({"page": [str(page)]} if page > 1 else {}), **sized})
            for name, page in self.others().items()
        }


def query(values: Mapping[str, Sequence[str]]) -> str:
    """*values* as the query of an address, ``?`` included; empty when there are none.

    >>> query({"rule": ["funding", "closed-data"], "scope": []})
    '?rule=funding&rule=closed-data'
    """
    pairs = [(name, value) for name, several in values.items() for value in several]
    return f"?{urlencode(pairs)}" if pairs else ""


def number(request: Request, name: str, usual: int, most: int) -> int:
    """The whole number from 1 to *most* that the address gives for *name*, else *usual*. Raises WrongValue."""
    asked = request.query_params.get(name) or str(usual)
    if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS and 1 <= int(asked) <= most:
        return int(asked)
    raise WrongValue(
        f"'{asked[:40]}' kan niet voor {name}; gevraagd is een geheel getal van 1 tot {most}.",
        f"'{asked[:40]}' is not possible for {name}; wanted is a whole number from 1 to {most}.",
    )


def absent(part: Slice) -> NotFound:
    """The error for a page behind the last one."""
    return NotFound(
        f"Er is geen bladzijde {part.number}; de laatste is {part.last}.",
        f"There is no page {part.number}; the last one is {part.last}.",
        status=404,
    )
