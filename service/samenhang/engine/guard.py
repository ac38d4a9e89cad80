"""What a query may not do, found without parsing it: call out to other servers, or be absurdly long.

The embedded engine would follow ``SERVICE`` to any address. The text is read once, from left to right, with IRIs,
strings and comments skipped, after unicode escapes are decoded, because a keyword may be written with them.
"""

from __future__ import annotations

import re
from typing import Final

from samenhang.errors import WrongValue

LONGEST: Final = 100_000
"""Characters; the longest question of ours has a few thousand."""

_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SKIP_OR_WORD: Final = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>"
    r'|"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'
    r"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r"|#[^\n\r]*"
    r"|[?$:@]?[A-Za-z_][\w.:-]*",
    re.DOTALL,
)


def refuse(query: str) -> None:
    """Raise WrongValue when *query* may not be asked."""
    if len(query) > LONGEST:
        raise WrongValue(
            f"De query telt {len(query)} tekens; meer dan {LONGEST} wordt niet aanvaard.",
            f"The query has {len(query)} characters; more than {LONGEST} is not accepted.",
            status=413,
        )
    if any(word.upper() == "SERVICE" for word in words(query)):
        raise WrongValue(
            "SERVICE wordt geweigerd: deze dienst stelt geen vragen aan andere servers.",
            "SERVICE is refused: this service sends no queries to other servers.",
        )


def words(query: str) -> list[str]:
    """The names and keywords of *query* in order, without what stands in IRIs, strings and comments.

    >>> words("SELECT ?a { ?a <http://x/SERVICE> 'SERVICE' } # SERVICE")
    ['SELECT', '?a', '?a']
    """
    found = (match[0] for match in _SKIP_OR_WORD.finditer(_ESCAPE.sub(_character, query)))
    return [text for text in found if text[0] not in "<\"'#"]


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]
