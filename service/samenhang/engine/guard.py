"""What a query may not do, found without parsing it: call out to other servers, or be built to hurt a parser.

Everything here takes time in proportion to the length of the text, and none of it recurses: it runs in the process
that must never fall. What cannot be seen from outside (a cross product, a large sort) the workers' own limits stop.

Only a parser knows for certain which part of a text is string, comment or IRI (``1<2&&'>'='x'``), and engines differ
(``trueSERVICE<...>``; unicode escapes). Hence what looks like a SERVICE clause is refused wherever it stands, except in
a line of comment; and :mod:`samenhang.engine.weight` counts what no reading can exceed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, cast
from urllib.parse import urljoin

from samenhang.engine import weight
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.limits import LENGTH
from samenhang.errors import WrongValue
from samenhang.lexis import OPAQUE
from samenhang.namespaces import BASE, SCOPES

Kind = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]


class Guarded(NamedTuple):
    """A query that may be asked, and what is known of it unparsed: its kind (None: it is none), its FROM clauses."""

    text: str
    kind: Kind | None
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def inquiry(
        self,
        form: str = "",
        scope: str = SCOPES[0],
        graphs: Sequence[str] = (),
        named: Sequence[str] = (),
        *,
        most: int | None = None,
    ) -> Inquiry:
        """What it asks: its own FROM holds where the protocol (*graphs*, *named*) names no graph."""
        if not (graphs or named):
            graphs, named = self.default, self.named
        return Inquiry(self.text, form, scope, tuple(graphs), tuple(named), most)


_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SKIP_OR_WORD: Final = re.compile(OPAQUE.pattern + r"|[?$:@]?[A-Za-z_][\w.:-]*", re.DOTALL)
_SPACE: Final = r"(?:\s|#[^\n\r]*+)*+"
GAP: Final = r"(?:\s|#[^\n\r]*+(?:[\n\r]|\Z))*+"
"""What may stand between two words: space, comments."""
_BACKSLASH: Final = re.compile(r"\\(?=.)")
_SERVICE: Final = re.compile("SERVICE", re.IGNORECASE)
_CLAUSE: Final = re.compile(
    rf"SERVICE{GAP}(?:SILENT{GAP})?+(?:\Z|"
    r"(?:<[^<>\x00-\x20]*+(?:>|\Z)|[?$][^\s{}#]++|[^\x00-\x20{}()\[\]<>?$\"'#\\:;,]*+(?::(?:[^\s{}#\\]++|\\.)*+|\Z))"
    rf"{GAP}(?:\{{|\Z))",
    re.IGNORECASE,
)
_WINDOW: Final = 300
"""Characters after SERVICE that are looked at; what is still undecided then is refused."""
_LINE_END: Final = re.compile(r"[\n\r]|\Z")
_COMMENT_LINE: Final = re.compile(r"[ \t]*+#")
_LONG_QUOTE: Final = re.compile("\"\"\"|'''")
_PROLOGUE: Final = re.compile(
    rf"{_SPACE}(?:PREFIX{_SPACE}(?P<name>[^\s:<>#]*+):{_SPACE}<(?P<iri>[^<>]*+)>|BASE{_SPACE}<(?P<base>[^<>]*+)>)",
    re.IGNORECASE,
)
_KIND: Final = re.compile(rf"{_SPACE}(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:.-])", re.IGNORECASE)
_FROM: Final = re.compile(
    rf"(?P<skip>\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+'|\\.|#[^\n\r]*+|[?$]\w++)"
    rf"|(?P<end>\{{)|(?<![\w:.-])FROM{_SPACE}(?P<only>NAMED(?![\w:.-]){_SPACE})?+"
    r"(?:<(?P<iri>[^<>]*+)>|(?P<name>[^\s:<>{}#]*+):(?P<local>[^\s<>{}#]*+))",
    re.IGNORECASE,
)
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:")


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
        weight.refuse(text)
    return Guarded(query, *_shape(decoded))


def words(query: str) -> list[str]:
    """The names and keywords of *query* in order, without what stands in IRIs, strings and comments.

    >>> words("SELECT ?a { ?a <http://x/SERVICE> 'SERVICE' } # SERVICE")
    ['SELECT', '?a', '?a']
    """
    found = (match[0] for match in _SKIP_OR_WORD.finditer(_ESCAPE.sub(_character, query)))
    return [text for text in found if text[0] not in "<\"'#\\"]


def _refuse_service(text: str) -> None:
    line_end = comment_end = 0
    for found in _SERVICE.finditer(text):
        at = found.start()
        if at >= line_end:
            begin = max(text.rfind("\n", line_end, at), text.rfind("\r", line_end, at), line_end - 1) + 1
            line_end = _end(_LINE_END, text, at, len(text))
            comment_end = begin
            if _COMMENT_LINE.match(text, begin):
                # Within a long string such a line is no comment; then the string may end in that line.
                comment_end = _end(_LONG_QUOTE, text, begin, line_end)
        if at < comment_end:
            continue
        end = min(at + _WINDOW, len(text))
        clause = _CLAUSE.match(text, at, end)
        if clause is not None and (text[clause.end() - 1] == "{" or end < len(text)):
            raise WrongValue(
                "SERVICE wordt geweigerd: deze dienst stelt geen vragen aan andere servers.",
                "SERVICE is refused: this service sends no queries to other servers.",
            )


def _end(pattern: re.Pattern[str], text: str, begin: int, end: int) -> int:
    """Where *pattern* is first found in a part of *text*; *end* when it is not."""
    found = pattern.search(text, begin, end)
    return found.start() if found else end


def iri(text: str, term: re.Match[str]) -> str:
    """The address that *term* of *text* stands for: a match with the groups ``iri``, or ``prefix`` and ``local``."""
    prefixes, base, _ = _prologue(text)
    if term["iri"] is not None:
        return _resolve(base, _ESCAPE.sub(_character, term["iri"]))
    return _resolve(*prefixes.get(term["prefix"], ("", ""))) + _BACKSLASH.sub("", term["local"])


def clauses(text: str) -> list[tuple[int, int]]:
    """Where each FROM clause of *text* begins and ends."""
    prologue = _prologue(text)[2]
    kind = _KIND.match(text, prologue)
    return [found.span() for found in _from(text, kind)] if kind else []


def _prologue(text: str) -> tuple[dict[str, tuple[str, str]], str, int]:
    """The prefixes, each with the base that holds where it is declared; the base; and where the query begins."""
    prefixes: dict[str, tuple[str, str]] = {}
    base, at = BASE, 0
    declared = bases = 0
    while found := _PROLOGUE.match(text, at):
        at = found.end()
        declared += 1
        if found["base"] is not None:
            bases += 1
            weight.refuse_number(bases, "base")
            base = _resolve(base, found["base"])
        else:
            prefixes[found["name"]] = base, found["iri"]
    weight.refuse_number(declared, "prefix")
    return prefixes, base, at


def _from(text: str, kind: re.Match[str]) -> Iterator[re.Match[str]]:
    """The FROM clauses of the query of a *kind*."""
    # The template of a CONSTRUCT stands before FROM.
    at = _after_template(text, kind.end()) if kind[1].upper() == "CONSTRUCT" else kind.end()
    for clause in _FROM.finditer(text, at) if "FROM" in text.upper() else ():
        if clause["end"]:
            return
        if not clause["skip"]:
            yield clause


def _shape(text: str) -> tuple[Kind | None, tuple[str, ...], tuple[str, ...]]:
    """The kind of the query and its FROM clauses, read from its start up to the first brace."""
    prefixes, base, at = _prologue(text)
    kind = _KIND.match(text, at)
    if kind is None:
        return None, (), ()
    default: list[str] = []
    named: list[str] = []
    for clause in _from(text, kind):
        if clause["iri"] is not None:
            found = _resolve(base, clause["iri"])
        else:
            found = _resolve(*prefixes.get(clause["name"], ("", ""))) + clause["local"]
        (named if clause["only"] else default).append(found)
        weight.refuse_number(len(default) + len(named), "from")
    return cast(Kind, kind[1].upper()), tuple(default), tuple(named)


def _resolve(base: str, iri: str) -> str:
    weight.refuse_number(max(len(base), len(iri)), "iri")
    if _ABSOLUTE.match(iri):
        return iri
    place, mark, fragment = iri.partition("#")  # urljoin would drop a fragment that is empty
    try:
        return urljoin(base.partition("#")[0], place) + mark + fragment
    except ValueError:  # such as a bracket where a host should be; what is wrong with it, the engine says
        return iri


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
