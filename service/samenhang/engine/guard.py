"""What a query may not do, found without parsing it: call out to other servers, or be absurdly long.

The embedded engine would follow ``SERVICE`` to any address. Only a parser knows for certain which part of a text is
string, comment or IRI (``1<2&&'>'='x'``), and engines differ (``trueSERVICE<...>``; unicode escapes). So what looks
like a SERVICE clause is refused wherever it stands, however the escapes are read; only in a line of comment it may.
"""

from __future__ import annotations

import re
from typing import Final

from samenhang.errors import WrongValue
from samenhang.lexis import OPAQUE

LONGEST: Final = 100_000
"""Characters; the longest question of ours has a few thousand."""

_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SKIP_OR_WORD: Final = re.compile(OPAQUE.pattern + r"|[?$:@]?[A-Za-z_][\w.:-]*", re.DOTALL)
_GAP: Final = r"(?:\s|#[^\n\r]*+[\n\r])*+"
_SERVICE: Final = re.compile(
    rf"SERVICE{_GAP}(?:SILENT{_GAP})?+"
    r"(?:<[^<>\x00-\x20]*+>|[?$][^\s{}#]++|[^\x00-\x20{}()\[\]<>?$\"'#\\:;,]*+:(?:[^\s{}#\\]++|\\.)*+)"
    rf"{_GAP}\{{",
    re.IGNORECASE,
)


def refuse(query: str) -> None:
    """Raise WrongValue when *query* may not be asked."""
    if len(query) > LONGEST:
        raise WrongValue(
            f"De query telt {len(query)} tekens; meer dan {LONGEST} wordt niet aanvaard.",
            f"The query has {len(query)} characters; more than {LONGEST} is not accepted.",
            status=413,
        )
    for text in {query, _ESCAPE.sub(_character, query)}:
        at = -1
        while found := _SERVICE.search(text, at + 1):
            at = found.start()
            if not _in_comment_line(text, at):
                raise WrongValue(
                    "SERVICE wordt geweigerd: deze dienst stelt geen vragen aan andere servers.",
                    "SERVICE is refused: this service sends no queries to other servers.",
                )


def _in_comment_line(text: str, at: int) -> bool:
    line = text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at]
    # Within a long string a line that begins with # is no comment; then the string may end in that line.
    return line.lstrip(" \t").startswith("#") and '"""' not in line and "'''" not in line


def words(query: str) -> list[str]:
    """The names and keywords of *query* in order, without what stands in IRIs, strings and comments.

    >>> words("SELECT ?a { ?a <http://x/SERVICE> 'SERVICE' } # SERVICE")
    ['SELECT', '?a', '?a']
    """
    found = (match[0] for match in _SKIP_OR_WORD.finditer(_ESCAPE.sub(_character, query)))
    return [text for text in found if text[0] not in "<\"'#\\"]


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]
