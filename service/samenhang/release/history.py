"""The history of a shelf: which release was published when, and which one was the current one at a moment.

Moments are those of ``published.jsonl``, in UTC; a day is a day in UTC too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from samenhang.errors import NotFound, WrongValue, unknown
from samenhang.sources import unreadable

CURRENT: Final = "current"
PREVIOUS: Final = "previous"
_NAME: Final = re.compile(r"[0-9a-f]{16}\Z")
_BEGIN: Final = re.compile(r"[0-9a-f]{4,16}\Z")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+ -][0-9]{2}:[0-9]{2})?\Z"
)
_LISTED: Final = 5
"""Releases that a message names, at most."""


class Publication(NamedTuple):
    """A release that became the current one, and when; None for one that is kept and was never published."""

    release: str
    at: datetime | None

    def told(self) -> str:
        """The moment as it is written (``2026-11-25T10:00:00+00:00``); empty when there is none."""
        return self.at.isoformat(timespec="seconds") if self.at else ""


def read(log: Path) -> tuple[list[Publication], int]:
    """The publications that *log* tells, in its order; and how many of its lines cannot be read.

    Without a list nothing was published. Raises Unreadable when it is there and may not be read.
    """
    found: list[Publication] = []
    lost = 0
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return [], 0
    except OSError as problem:
        raise unreadable(log, problem) from None
    for line in lines:
        try:
            entry = json.loads(line)
            moment = datetime.fromisoformat(entry["at"])
            if not _NAME.match(entry["release"]):
                raise ValueError(line)
            at = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
            found.append(Publication(entry["release"], at))
        except (ValueError, TypeError, KeyError, OverflowError):  # a line that was cut short
            lost += 1
    return found, lost


@dataclass(frozen=True)
class History:
    """The publications of a shelf in order (one release can be in it twice: it was published again).

    ``kept``: the names of the releases that are there. ``current``: the one that is published now, empty when there is
    none. ``lost``: lines of the list that cannot be read.
    """

    publications: tuple[Publication, ...]
    kept: tuple[str, ...]
    current: str = ""
    lost: int = 0

    def moments(self, release: str) -> list[datetime]:
        """When *release* was published, in order."""
        return [one.at for one in self.publications if one.release == release and one.at]

    def predecessor(self, release: str) -> str | None:
        """The other release that was the current one before *release* was published first; None for the first one."""
        before: str | None = None
        for one in self.publications:
            if one.release == release:
                return before
            before = one.release
        return None

    def find(self, asked: str, now: datetime | None = None) -> Publication:
        """What was published as *asked*: which is a moment, or a release.

        A date (``2026-11-25``): the last publication of that day or before, in UTC. A dateTime: the last one up to
        then, in UTC when it has no zone. The name of a release or the beginning of it, four characters at least: its
        first publication. ``current`` and ``previous``: the last one, and the one of another release before it.

        Raises WrongValue (400) for anything else, and for a beginning that several releases have; NotFound (404) before
        the first publication, after *now* (by default: now), and for a release that is not there or is not kept.
        """
        text = asked.strip()
        if text in (CURRENT, PREVIOUS):
            return self._kept(self._last(text))
        if _BEGIN.match(text.lower()):
            return self._kept(self._named(text.lower()))
        now = now or datetime.now(UTC)
        try:
            if _DAY.match(text):
                day = date.fromisoformat(text)
                if day > now.date():
                    raise self._future(text)
                until = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, microseconds=-1)
            elif moment := _MOMENT.match(text):
                # In an address a plus sign that was not escaped arrives as a space.
                zone = (moment[2] or "Z").replace(" ", "+")
                until = datetime.fromisoformat(moment[1] + zone).astimezone(UTC)
                if until > now:
                    raise self._future(text)
            else:
                raise ValueError(text)
        except (ValueError, OverflowError):
            raise self._senseless(text) from None
        return self._kept(self._as_of(until, text))

    def _last(self, word: str) -> Publication:
        if not self.current:
            raise NotFound("Er is nog niets gepubliceerd.", "Nothing was published yet.", status=404)
        known = [one for one in self.publications if one.release == self.current]
        last = known[-1] if known else Publication(self.current, None)
        if word == CURRENT:
            return last
        before = [one for one in self.publications if one.release != self.current]
        if not before:
            raise NotFound(
                "Er is geen vorige release: enkel de huidige werd gepubliceerd.",
                "There is no previous release: only the current one was published.",
                status=404,
            )
        return before[-1]

    def _named(self, begin: str) -> Publication:
        names = {one.release for one in self.publications} | set(self.kept)
        found = sorted(name for name in names if name.startswith(begin))
        if len(found) > 1:
            told = ", ".join(found[:_LISTED])
            raise WrongValue(
                f"Met '{begin}' beginnen {len(found)} releases: {told}. Geef meer tekens.",
                f"{len(found)} releases begin with '{begin}': {told}. Give more characters.",
            )
        if not found:
            raise unknown(("release", "release"), begin, names)
        moments = self.moments(found[0])
        return Publication(found[0], moments[0] if moments else None)

    def _as_of(self, until: datetime, text: str) -> Publication:
        before = [one for one in self.publications if one.at and one.at <= until]
        if before:
            return before[-1]
        if not self.publications:
            raise NotFound(
                f"Wat er op '{text}' was, is niet bekend: van geen release staat genoteerd wanneer ze gepubliceerd "
                "werd. Geef de naam van een release.",
                f"What there was at '{text}' is not known: of no release it is noted when it was published. Give the "
                "name of a release.",
                status=404,
            )
        first = self.publications[0]
        raise NotFound(
            f"Op '{text}' was er nog niets: de eerste release ({first.release}) werd gepubliceerd op {first.told()}. "
            "Geef die dag of een latere.",
            f"At '{text}' there was nothing yet: the first release ({first.release}) was published at {first.told()}. "
            "Give that day or a later one.",
            status=404,
        )

    def _kept(self, found: Publication) -> Publication:
        if found.release in self.kept:
            return found
        there = [name for name in dict.fromkeys(one.release for one in self.publications) if name in self.kept]
        near = ", ".join(there[-_LISTED:])
        nl, en = (f" Wel bewaard: {near}.", f" Kept are: {near}.") if near else ("", "")
        raise NotFound(
            f"Release {found.release}{f' van {found.told()}' if found.at else ''} wordt hier niet meer bewaard.{nl}",
            f"Release {found.release}{f' of {found.told()}' if found.at else ''} is not kept here any more.{en}",
            status=404,
        )

    def _future(self, text: str) -> NotFound:
        last = f" ({self.publications[-1].told()})" if self.publications else ""
        return NotFound(
            f"'{text}' is nog niet voorbij: hoe het dan is, weet niemand. Geef een eerder moment; het laatste waarop "
            f"iets gepubliceerd werd{last} is de huidige toestand.",
            f"'{text}' has not passed yet: nobody knows how things are then. Give an earlier moment; the last one at "
            f"which something was published{last} is the present state.",
            status=404,
        )

    def _senseless(self, text: str) -> WrongValue:
        example = self.publications[-1] if self.publications else None
        day = example.told()[:10] if example else "2026-11-25"
        name = example.release[:8] if example else "0f8fad5bd9cb469f"
        return WrongValue(
            f"'{text[:80]}' is geen moment en geen release. Geef een datum ({day}), een moment ({day}T12:00:00Z) of de "
            f"naam van een release of het begin ervan ({name}).",
            f"'{text[:80]}' is no moment and no release. Give a date ({day}), a moment ({day}T12:00:00Z), or the name "
            f"of a release or the beginning of it ({name}).",
        )
