"""How a release stands in a SPARQL server beside others: each of its graphs under a name that carries the release.

So a release is loaded beside the one that is served, and what somebody reads cannot be half of each. What is asked
names graphs as the release does; :func:`relocate` writes it so that it reads those of one release and no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from samenhang.engine import guard, weight
from samenhang.errors import WrongValue
from samenhang.lexis import OPAQUE
from samenhang.namespaces import BASE, GRAPH

if TYPE_CHECKING:
    from samenhang.engine.endpoint import Endpoint

RELEASES: Final = f"{BASE}releases"
"""The graph that tells which releases a server holds, whole and compared with what they were made from."""
NOWHERE: Final = f"{BASE}release/none"
"""A graph that is never there: what a query reads that names a graph it may not read."""

_TOKEN: Final = re.compile(rf"(?P<opaque>{OPAQUE.pattern})|(?P<word>{weight.NAME.pattern})|[{{}}]", re.DOTALL)
_NAMED: Final = re.compile(
    rf"{guard.GAP}(?P<term><(?P<iri>[^<>]*+)>|(?P<variable>[?$]\w++)|"
    rf"(?P<prefix>[^\s:<>{{}}#]*+):(?P<local>(?:[^\s<>{{}}#\\]|\\.)*+)){guard.GAP}\{{"
)
_SELECT: Final = re.compile(rf"{guard.GAP}SELECT(?![\w:-])", re.IGNORECASE)


@dataclass(frozen=True)
class Lodging:
    """The place of one release, known by its name and the checksum of its whole, in any server."""

    release: str
    sha256: str

    @property
    def iri(self) -> str:
        """The release itself, and the graph that describes it there."""
        return f"{BASE}release/{self.release}"

    def place(self, graph: str) -> str:
        """The name that a *graph* of the release has in a server.

        >>> Lodging("a1", "").place("https://w3id.org/samenhang/graph/ontology")
        'https://w3id.org/samenhang/release/a1/graph/ontology'
        """
        return f"{self.iri}/graph/{graph.removeprefix(GRAPH)}"


@dataclass(frozen=True)
class Elsewhere:
    """A release that a server holds, and where that is asked."""

    endpoint: Endpoint
    lodging: Lodging


def relocate(text: str, places: Mapping[str, str]) -> tuple[str, list[str]]:
    """The query *text*, which parses, over the graphs of *places* (name: name in the server); those that it may read.

    Its FROM clauses are left out: which graphs they name is said beside it, as the protocol has it. A variable that
    stands for a graph keeps the names that the release uses, by a table that is joined with it. Raises WrongValue where
    only a parser could tell code from text.
    """
    text = _without_from(text)
    if "GRAPH" not in text.upper():
        return text, []
    if weight.DOUBTFUL.search(text):
        raise WrongValue(
            "In deze query is niet te zien of '<' een adres begint of 'kleiner dan' betekent. Zet spaties rond elke "
            "vergelijking.",
            "In this query one cannot see whether '<' begins an address or means 'less than'. Put spaces around every "
            "comparison.",
        )
    mark = "?samenhang"
    while mark in text or f"${mark[1:]}" in text:
        mark += "_"
    edits: list[tuple[int, int, str]] = []
    used: dict[str, None] = {}
    table = " ".join(f"(<{place}> <{graph}>)" for graph, place in places.items())
    closing: list[str] = []  # what stands before the end of each group that is open
    pending = ""
    for token in _TOKEN.finditer(text):
        if token[0] == "{":
            closing.append(pending)
            pending = ""
        elif token[0] == "}":
            if before := closing.pop():
                edits.append((token.start(), token.start(), before))
        elif token["word"] and token[0].upper() == "GRAPH" and (named := _NAMED.match(text, token.end())):
            if named["variable"]:
                place, hidden = f"?{named['variable'][1:]}", f"{mark}{len(edits)}"
                edits.append((*named.span("variable"), hidden))
                inner = f" VALUES ({hidden} {place}) {{ {table} }} "
                if _SELECT.match(text, named.end()):
                    inner, pending = f"{inner}{{ ", " }"
                edits.append((named.end(), named.end(), inner))
                used |= dict.fromkeys(places.values())
            else:
                target = places.get(guard.iri(text, named), NOWHERE)
                edits.append((*named.span("term"), f"<{target}>"))
                if target != NOWHERE:
                    used[target] = None
    pieces, at = [], 0
    for begin, end, put in edits:
        pieces += [text[at:begin], put]
        at = end
    return "".join((*pieces, text[at:])), list(used)


def capped(text: str, most: int) -> str:
    """The query *text*, which parses, with ``LIMIT`` *most* where it sorts and has none; else as it is.

    >>> capped("SELECT ?s { ?s ?p ?o } ORDER BY ?s", 9)
    'SELECT ?s { ?s ?p ?o } ORDER BY ?s\\nLIMIT 9\\n'
    """
    depth, at = 0, len(text)
    words: set[str] = set()
    for token in _TOKEN.finditer(text):
        if token[0] in "{}":
            depth += 1 if token[0] == "{" else -1
        elif token["word"] and not depth:
            word = token[0].upper()
            if word == "VALUES" and "ORDER" in words:
                at = token.start()
            words.add(word)
    if "ORDER" not in words or "LIMIT" in words:
        return text
    return f"{text[:at]}\nLIMIT {most}\n{text[at:]}"


def _without_from(text: str) -> str:
    """*text* without its FROM clauses, each as spaces."""
    for begin, end in guard.clauses(text):
        text = text[:begin] + " " * (end - begin) + text[end:]
    return text
