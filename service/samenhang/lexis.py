"""What SPARQL and Turtle have in common to the eye: IRIs, strings and comments, in which nothing else can stand."""

from __future__ import annotations

import re
from typing import Final

OPAQUE: Final = re.compile(
    r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]+)*>"
    r'|"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'
    r"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r"|#[^\n\r]*"
    r"|\\.",  # an escaped character in a local name, such as ex:a\#b
    re.DOTALL,
)
"""An IRI, a string or a comment, found from left to right, in text that is known to parse; ``?a<?b`` can mislead it."""


def blanked(text: str) -> str:
    """*text* with every IRI, string and comment as spaces, so that what is found in it is code, at the same place.

    >>> blanked("?a <http://x> 'VALUES' # VALUES")
    '?a                             '
    """
    return OPAQUE.sub(lambda match: " " * len(match[0]), text)


def comments(text: str) -> list[str]:
    """The comments in *text*, each with its ``#``.

    >>> comments('<x#y> ex:p "# no" . # yes')
    ['# yes']
    """
    return [match[0] for match in OPAQUE.finditer(text) if match[0].startswith("#")]
