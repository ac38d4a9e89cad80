"""The addresses that are registered: where an organisation keeps its description, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from samenhang.exchange.columns import Layout
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


def known(layout: Layout, content: Path) -> dict[str, Registration]:
    """The sources that are registered in the store of *layout*, by name; *content* is the folder with the queries."""
    query: Query = collect(content / "queries" / "harvest")["registrations"]
    return read({column.name: row[column.name] for column in query.columns} for row in layout.rows(query))


def read(rows: Iterable[Mapping[str, Any]]) -> dict[str, Registration]:
    """The registrations that ``queries/harvest/registrations.rq`` gave, by name; of two for one the first counts."""
    found: dict[str, Registration] = {}
    for row in rows:
        name = row["source"].value.removeprefix(_SOURCE)
        interval = row.get("interval")
        one = Registration(
            name,
            Words(row["nl"].value, row["en"].value),
            row["address"].value,
            row["publisher"].value,
            Words(row["publisherNl"].value, row["publisherEn"].value),
            row["format"].value,
            duration(interval.value if interval is not None else ""),
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
