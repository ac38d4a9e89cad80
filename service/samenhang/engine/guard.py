"""What a query may not do, found without parsing it: call out to other servers, or be built to hurt a parser.

Everything here takes time in proportion to the length of the text, and none of it recurses: it runs in the process
that must never fall. What cannot be seen from outside (a cross product, a large sort) the workers' own limits stop.

Only a parser knows for certain which part of a text is string, comment or IRI (``1<2&&'>'='x'``), and engines differ
(``trueSERVICE<...>``; unicode escapes). Hence two rules: what looks like a SERVICE clause is refused wherever it
stands, except in a line of comment; and counts are first made over the whole text, strings and all, which no reading
can exceed. Only a query that has much of something is taken apart, and refused when that can be done in two ways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, cast
from urllib.parse import urljoin

from samenhang.engine.inquiry import Inquiry
from samenhang.engine.limits import LENGTH, LIMITS
from samenhang.errors import WrongValue
from samenhang.lexis import OPAQUE
from samenhang.namespaces import SCOPES

Kind = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]


class Guarded(NamedTuple):
    """What is known of a query before it is parsed: its kind (None: it is no query), and its FROM clauses."""

    kind: Kind | None
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SKIP_OR_WORD: Final = re.compile(OPAQUE.pattern + r"|[?$:@]?[A-Za-z_][\w.:-]*", re.DOTALL)
_SPACE: Final = r"(?:\s|#[^\n\r]*+)*+"
_GAP: Final = r"(?:\s|#[^\n\r]*+[\n\r])*+"
_SERVICE: Final = re.compile(
    rf"SERVICE{_GAP}(?:SILENT{_GAP})?+"
    r"(?:<[^<>\x00-\x20]*+>|[?$][^\s{}#]++|[^\x00-\x20{}()\[\]<>?$\"'#\\:;,]*+:(?:[^\s{}#\\]++|\\.)*+)"
    rf"{_GAP}\{{",
    re.IGNORECASE,
)
_PROLOGUE: Final = re.compile(
    rf"{_SPACE}(?:PREFIX{_SPACE}(?P<name>[^\s:<>#]*+):{_SPACE}<(?P<iri>[^<>]*+)>|BASE{_SPACE}<(?P<base>[^<>]*+)>)",
    re.IGNORECASE,
)
_KIND: Final = re.compile(rf"{_SPACE}(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:.-])", re.IGNORECASE)
_FROM: Final = re.compile(
    rf"(?P<skip>\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+'|#[^\n\r]*+|[?$]\w++)"
    rf"|(?P<end>\{{)|(?<![\w:.-])FROM{_SPACE}(?P<only>NAMED(?![\w:.-]){_SPACE})?+"
    r"(?:<(?P<iri>[^<>]*+)>|(?P<name>[^\s:<>{}#]*+):(?P<local>[^\s<>{}#]*+))",
    re.IGNORECASE,
)
_GROUPS: Final = ("UNION", "OPTIONAL", "MINUS", "BIND", "AS", "GRAPH", "EXISTS", "FILTER", "VALUES")
_GROUP: Final = re.compile(rf"\b(?:{'|'.join(_GROUPS)})\b", re.IGNORECASE)
_CODE: Final = re.compile(
    rf"(?P<opaque>{OPAQUE.pattern})|(?P<number>[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)"
    r"|(?P<word>[?$@]?\w[\w.:-]*+(?<!\.)|:[\w:-]*+)|(?P<mark>[^\s\w])",
    re.DOTALL,
)
_OPERAND: Final = re.compile(r"[\w)\"'?$>.]\Z")


def read(query: str) -> Guarded:
    """What *query* is. Raises WrongValue when it may not be asked (400; 413 when it has too much of something)."""
    if len(query) > LENGTH:
        raise WrongValue(
            f"De query telt {len(query)} tekens; meer dan {LENGTH} wordt niet aanvaard.",
            f"The query has {len(query)} characters; more than {LENGTH} is not accepted.",
            status=413,
        )
    decoded = _ESCAPE.sub(_character, query) if "\\" in query else query
    for text in {query, decoded}:
        _refuse_service(text)
        _refuse_weight(text)
    return _shape(decoded)


def inquiry(
    text: str,
    form: str = "",
    scope: str = SCOPES[0],
    graphs: Sequence[str] = (),
    named: Sequence[str] = (),
    *,
    most: int | None = None,
) -> Inquiry:
    """What *text* asks, once it was read here; its own FROM holds where the protocol (*graphs*, *named*) names none.

    Raises WrongValue as :func:`read` does.
    """
    found = read(text)
    if not (graphs or named):
        graphs, named = found.default, found.named
    return Inquiry(text, form, scope, tuple(graphs), tuple(named), most)


def words(query: str) -> list[str]:
    """The names and keywords of *query* in order, without what stands in IRIs, strings and comments.

    >>> words("SELECT ?a { ?a <http://x/SERVICE> 'SERVICE' } # SERVICE")
    ['SELECT', '?a', '?a']
    """
    found = (match[0] for match in _SKIP_OR_WORD.finditer(_ESCAPE.sub(_character, query)))
    return [text for text in found if text[0] not in "<\"'#\\"]


def _refuse_service(text: str) -> None:
    if "service" not in text.lower():
        return
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


def _refuse_weight(text: str) -> None:
    """Refuse *text* when it has too much of something."""
    count = text.count
    most = {
        "depth": count("(") + count("{") + count("["),
        "patterns": count(";") + count(",") + count(".") + count("{"),
        "path": count("/"),
        "operator": sum(map(count, "|&+-*=")),
    }
    heavy = any(number > LIMITS[name].most for name, number in most.items())
    if not heavy and len(text) < LIMITS["group"].most * 4:
        return
    groups = sum(1 for _ in _GROUP.finditer(text))
    if not heavy and groups <= LIMITS["group"].most:
        return
    counted, certain = _weigh(text)
    for name, limit in LIMITS.items():
        if counted[name] > limit.most:
            raise _too_much(counted[name], limit.most, limit.nl, limit.en)
    if not certain:
        raise WrongValue(
            "In deze lange query is niet te zien of '<' een adres begint of 'kleiner dan' betekent. Zet spaties rond "
            "elke vergelijking.",
            "In this long query one cannot see whether '<' begins an address or means 'less than'. Put spaces around "
            "every comparison.",
        )


def _weigh(text: str) -> tuple[Counter[str], bool]:
    """How much of each limited thing is in the code of *text*, and whether it can be read in one way only."""
    counted: Counter[str] = Counter()
    certain = True
    depth = parentheses = 0
    for match in _CODE.finditer(text):
        piece, part = match[0], match.lastgroup
        if part == "mark":
            if piece in "({[":
                depth += 1
                parentheses += piece == "("
                counted["patterns"] += piece == "{"
                counted["depth"] = max(counted["depth"], depth)
            elif piece in ")}]":
                depth -= 1
                parentheses -= piece == ")"
            elif piece in ".;" or (piece == "," and not parentheses):
                counted["patterns"] += 1
            elif piece == "/":
                counted["path"] += 1
            elif piece in "|&+-*=":
                counted["operator"] += 1
        elif part == "word":
            counted["group"] += piece.upper() in _GROUPS
        elif part == "opaque" and piece[0] == "<":
            # After an operand, and with what would begin a string or a comment in it: perhaps a comparison.
            before = text[: match.start()].rstrip()[-1:] if "'" in piece or "#" in piece else ""
            certain &= not (_OPERAND.match(before) and text[match.start() - 1] == before)
    return counted, certain


def _too_much(number: int, most: int, nl: str, en: str) -> WrongValue:
    return WrongValue(
        f"De query heeft te veel {nl}: {number}; meer dan {most} wordt niet aanvaard.",
        f"The query has too many {en}: {number}; more than {most} is not accepted.",
        status=413,
    )


def _shape(text: str) -> Guarded:
    """The kind of the query and its FROM clauses, read from its start up to the first brace."""
    prefixes: dict[str, str] = {}
    base, at = "", 0
    while found := _PROLOGUE.match(text, at):
        at = found.end()
        if found["base"] is not None:
            base = urljoin(base, found["base"])
        else:
            prefixes[found["name"]] = urljoin(base, found["iri"]) if base else found["iri"]
    kind = _KIND.match(text, at)
    if kind is None:
        return Guarded(None)
    default: list[str] = []
    named: list[str] = []
    # The template of a CONSTRUCT stands before FROM.
    at = _after_template(text, kind.end()) if kind[1].upper() == "CONSTRUCT" else kind.end()
    for clause in _FROM.finditer(text, at) if "FROM" in text.upper() else ():
        if clause["end"]:
            break
        if clause["skip"]:
            continue
        iri = clause["iri"] if clause["iri"] is not None else prefixes.get(clause["name"], "") + clause["local"]
        (named if clause["only"] else default).append(urljoin(base, iri) if base else iri)
    return Guarded(cast(Kind, kind[1].upper()), tuple(default), tuple(named))


def _after_template(text: str, at: int) -> int:
    """Where the template of a CONSTRUCT ends; *at* when there is none (CONSTRUCT FROM <g> WHERE, CONSTRUCT WHERE)."""
    start = re.compile(rf"{_SPACE}\{{").match(text, at)
    if start is None:
        return at
    for match in re.compile(OPAQUE.pattern + r"|\}", re.DOTALL).finditer(text, start.end()):
        if match[0] == "}":
            return match.end()
    return len(text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]
