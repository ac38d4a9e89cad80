"""Words as the reader of a page needs them: of a question names where it has codes for who writes queries; moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from samenhang.questions import Query
from samenhang.web import asking

_TERM: Final = re.compile(r" \((?:sam|dct):[\w-]+\)")
_NAMED: Final = re.compile(r"\b(?P<what>regel|rule|kolom|column) (?P<name>[A-Za-z-]+)")

_MONTHS: Final = {
    "nl": ("jan.", "feb.", "maart", "april", "mei", "juni", "juli", "aug.", "sept.", "okt.", "nov.", "dec."),
    "en": ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}


def plainly(question: Query, lang: str) -> str:
    """The summary of *question* with rules and columns by their names, and without the terms behind its words."""
    rules, headings = asking.own("rules"), question.headings(lang)

    def named(found: re.Match[str]) -> str:
        known = rules[found["name"]].title[lang] if found["name"] in rules else headings.get(found["name"])
        return f"{found['what']} ‘{known}’" if known else found[0]

    return _NAMED.sub(named, _TERM.sub("", question.summary[lang]))


def moment(at: datetime, lang: str) -> str:
    """*at* as a reader expects it, in UTC.

    >>> moment(datetime(2026, 11, 5, 9, 30, tzinfo=UTC), "nl")
    '5 nov. 2026, 9.30 uur (UTC)'
    >>> moment(datetime(2026, 11, 5, 9, 30, tzinfo=UTC), "en")
    '5 Nov 2026, 09:30 (UTC)'
    """
    at = at.astimezone(UTC)
    day = f"{at.day} {_MONTHS[lang][at.month - 1]} {at.year}"
    return f"{day}, {at.hour}.{at:%M} uur (UTC)" if lang == "nl" else f"{day}, {at:%H:%M} (UTC)"
