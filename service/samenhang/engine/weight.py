"""What a query weighs: how much it has of what the engine's parser and optimiser handle badly.

Counts are first made over the whole text, strings and all, which no reading of it can exceed. Only a text that has much
of something is taken apart, and refused when that can be done in two ways (``1<2&&'>'='x'``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from samenhang.engine.limits import LIMITS
from samenhang.errors import WrongValue
from samenhang.lexis import OPAQUE

_OPERATORS: Final = "|&+-*=!"
_GROUPS: Final = frozenset({"UNION", "OPTIONAL", "MINUS", "BIND", "AS", "GRAPH", "EXISTS", "FILTER", "VALUES"})
_LOCAL: Final = r"(?:\.*+[\w:-]++)*+"
NAME: Final = re.compile(
    rf"[\w?$:](?:(?<=\d)\d*+(?:\.\d++)?+|(?<=[?$])\w*+|(?<=:){_LOCAL}|(?<![\d?$:])\w*+(?::{_LOCAL})?+)"
)
"""A number, a variable, a prefixed name or a word, whole: a dot in it ends no pattern."""
_BRACKET: Final = re.compile(r"[(){}\[\],]")
DOUBTFUL: Final = re.compile(r"[\w)\"'?$>.]<[^<>\"{}|^`\\\x00-\x20'#]*+['#][^<>\"{}|^`\\\x00-\x20]*+>")
"""After an operand, with what would begin a string or a comment in it: an IRI, or a comparison."""


def refuse(text: str) -> None:
    """Raise WrongValue (413) when *text* has too much of something, or (400) when that cannot be told."""
    count = text.count
    if (
        count("(") + count("{") + count("[") <= LIMITS["depth"].most
        and count(";") + count(",") + count(".") + count("{") <= LIMITS["patterns"].most
        and count("/") <= LIMITS["path"].most
        and sum(map(count, _OPERATORS)) <= LIMITS["operator"].most
        and (len(text) < LIMITS["group"].most * 3 or _groups(text) <= LIMITS["group"].most)
    ):
        return
    for name, number in weigh(text):
        refuse_number(number, name)
    if DOUBTFUL.search(text):
        raise WrongValue(
            "In deze lange query is niet te zien of '<' een adres begint of 'kleiner dan' betekent. Zet spaties rond "
            "elke vergelijking.",
            "In this long query one cannot see whether '<' begins an address or means 'less than'. Put spaces around "
            "every comparison.",
        )


def weigh(text: str) -> Iterator[tuple[str, int]]:
    """How much of each limited thing is in the code of *text*: without what stands in IRIs, strings and comments.

    What is soon known comes first; the depth comes with each step down.

    >>> dict(weigh("SELECT * { ?s ?p 1.5 , '((((' }"))["patterns"]
    2
    """
    words = OPAQUE.sub(" ", text)
    code = NAME.sub("a", words)
    yield "path", code.count("/")
    yield "operator", sum(map(code.count, _OPERATORS))
    deepest = depth = parentheses = commas = 0
    for mark in _BRACKET.findall(code):
        if mark == ",":  # between arguments it begins no pattern
            commas += not parentheses
        elif mark in "({[":
            depth += 1
            parentheses += mark == "("
            if depth > deepest:
                deepest = depth
                yield "depth", deepest
        else:
            depth -= 1
            parentheses -= mark == ")"
    yield "group", _groups(words)
    yield "patterns", commas + code.count(".") + code.count(";") + code.count("{")


def refuse_number(number: int, name: str) -> None:
    """Raise WrongValue (413) when *number* is more than the limit called *name*."""
    most, nl, en = LIMITS[name]
    if number > most:
        raise WrongValue(
            f"De query heeft te veel {nl}: {number}; meer dan {most} wordt niet aanvaard.",
            f"The query has too many {en}: {number}; more than {most} is not accepted.",
            status=413,
        )


def _groups(text: str) -> int:
    return sum(map(_GROUPS.__contains__, NAME.findall(text.upper())))
