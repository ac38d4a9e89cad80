"""The addresses that are registered: where an organisation keeps its description, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import ID
from samenhang.questions import Query, Words, collect

_SOURCE: Final = f"{ID}source/"
_DAY: Final = timedelta(days=1)
_INTERVAL: Final = re.compile(r"P(?:(\d{1,4})D|T(\d{1,4})H)\Z")


@dataclass(frozen=True)
class Registration:
    """One registered source: *name* is the last part of its address; *speaker* speaks there."""

    name: str
    words: Words
    address: str
    speaker: str
    speakers: Words
    format: str
    interval: timedelta

    @property
    def iri(self) -> str:
        """The source itself."""
        return _SOURCE + self.name


def query(content: Path) -> Query:
    """What asks for the registered addresses."""
    return collect(content / "queries" / "harvest")["registrations"]


def read(rows: Iterable[ox.QuerySolution]) -> dict[str, Registration]:
    """The registrations that :func:`query` gave, by name; of two rows for one the first counts."""
    found: dict[str, Registration] = {}
    for row in rows:
        name = row["source"].value.removeprefix(_SOURCE)
        interval = row["interval"].value if row["interval"] is not None else ""
        one = Registration(
            name,
            Words(row["nl"].value, row["en"].value),
            row["address"].value,
            row["publisher"].value,
            Words(row["publisherNl"].value, row["publisherEn"].value),
            row["format"].value,
            duration(interval),
        )
        found.setdefault(name, one)
    return found


def duration(written: str) -> timedelta:
    """How long *written* says; a day when it says nothing.

    >>> duration("PT12H")
    datetime.timedelta(seconds=43200)
    """
    match = _INTERVAL.match(written)
    if match is None:
        return _DAY
    return timedelta(days=int(match[1] or 0), hours=int(match[2] or 0))
