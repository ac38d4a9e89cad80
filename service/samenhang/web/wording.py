"""The words of a question as the reader of its page needs them: names where they have codes for who writes queries."""

from __future__ import annotations

import re
from typing import Final

from samenhang.questions import Query
from samenhang.web import asking

_TERM: Final = re.compile(r" \((?:sam|dct):[\w-]+\)")
_NAMED: Final = re.compile(r"\b(?P<what>regel|rule|kolom|column) (?P<name>[A-Za-z-]+)")


def plainly(question: Query, lang: str) -> str:
    """The summary of *question* with rules and columns by their names, and without the terms behind its words."""
    rules, headings = asking.own("rules"), question.headings(lang)

    def named(found: re.Match[str]) -> str:
        known = rules[found["name"]].title[lang] if found["name"] in rules else headings.get(found["name"])
        return f"{found['what']} ‘{known}’" if known else found[0]

    return _NAMED.sub(named, _TERM.sub("", question.summary[lang]))
