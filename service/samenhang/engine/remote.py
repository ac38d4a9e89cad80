"""The engine elsewhere: a SPARQL server that holds the release, asked so that it says what the one in memory says.

What is asked is read here first, so that mistakes are told as always and no dialect of a server gets through. What it
answers is held against what was asked, and against whether the release is still there; then it is written here.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

import pyoxigraph as ox

from samenhang.engine.embedded import Answer, EmbeddedEngine, name_of, no_graph, refuse_scope
from samenhang.engine.endpoint import Endpoint, Kind, away
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.lodging import NOWHERE, RELEASES, Elsewhere, Lodging, capped, relocate
from samenhang.errors import Busy, SamenhangError, TooMuch, Unreadable
from samenhang.namespaces import BASE, GRAPH, PREFIXES, SCOPES, scope_graph

HAS: Final = PREFIXES["dcat"] + "hasVersion"
"""Of the list of releases in a server: one that it holds."""
CURRENT: Final = PREFIXES["dcat"] + "hasCurrentVersion"
"""Of the same: the one that was brought last."""
_SKOS, _SPDX, _VOID = PREFIXES["skos"], PREFIXES["spdx"], PREFIXES["void"]
_OPENING: Final = 60.0
"""Seconds that a question takes at most while a release is opened."""
_MANY: Final = 200
"""Names that are asked at once."""
_ASK: Final = "__ASK_RETVAL"
"""What Virtuoso calls the column of a yes or no, which it gives as a table: a row means yes."""
_INI: Final = "SELECT {} WHERE {{}}".format(
    " ".join(
        f'(<bif:virtuoso_ini_item_value>("{section}","{item}") AS ?{name})'
        for section, item, name in (
            ("SPARQL", "ResultSetMaxRows", "most"),
            ("Parameters", "MaxSortedTopRows", "sorted"),
            ("Database", "DatabaseFile", "file"),
        )
    )
)
"""What Virtuoso alone can tell: how it was set up."""
_SORTED: Final = 10_000
"""Rows that Virtuoso sorts at most in an answer with LIMIT, unless it was set up otherwise."""
_BROKEN: Final = (SyntaxError, ValueError, OSError)
"""What the parsers of answers raise."""


Spelling = dict[ox.Literal, ox.Literal]
"""Literals as a server writes them, and as they are in the release."""


class Told(Answer):
    """What a server gave back."""

    def rows(self) -> Iterator[dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]]:
        """The rows. Raises Busy when one is not as it should be."""
        try:
            yield from super().rows()
        except _BROKEN:
            raise away("SPARQL JSON") from None

    def write(self, form: str, to: IO[bytes], most: int | None = None) -> None:
        """Write the answer, as any other. Raises Busy too, when what the server gave is not as it should be."""
        try:
            super().write(form, to, most)
        except _BROKEN:
            raise away("SPARQL JSON") from None


class RemoteEngine:
    """Asks queries of a release in a server. Nothing is kept here but which graphs there are."""

    def __init__(
        self,
        elsewhere: Elsewhere,
        graphs: Iterable[str],
        spelled: Spelling,
        proven: Iterable[str] | None,
        most: int,
        seconds: float = _OPENING,
    ) -> None:
        self._endpoint = elsewhere.endpoint
        self._lodging = elsewhere.lodging
        self._places = {graph: elsewhere.lodging.place(graph) for graph in graphs}
        self._spelled = spelled
        self._most = most
        self.proven = None if proven is None else frozenset(proven)
        """The marks of the queries that the server was seen to answer as it should; None: all of them were."""
        self.here: EmbeddedEngine | None = None
        """What answers the others, and what nobody tried."""
        self._seconds = seconds
        self._reader = EmbeddedEngine(ox.Store(), scoped=False)
        self._names: dict[tuple[str, str], list[ox.Literal]] = {}

    @classmethod
    def open(cls, elsewhere: Elsewhere, seconds: float) -> RemoteEngine:
        """The engine over the release, each question of which may take *seconds*; it must be there, and whole.

        Raises Unreadable when it is not, or when the server would not tell all of an answer; Busy when it is away.
        """
        lodging, endpoint = elsewhere.lodging, elsewhere.endpoint
        most = sorting(endpoint)
        if not registered(endpoint, lodging):
            raise _absent(lodging)
        listed = described(endpoint, lodging)
        if not listed or sizes(endpoint, list(listed)) != listed:
            raise _absent(lodging)
        start = lodging.place(GRAPH)
        graphs = [GRAPH + place.removeprefix(start) for place in sorted(listed)]
        return cls(elsewhere, graphs, spellings(endpoint, lodging), proofs(endpoint, lodging), most, seconds)

    def answer(self, inquiry: Inquiry) -> Answer:
        """The answer to *inquiry*, of which a guard has seen the text.

        Raises what the engine in memory raises about a query, and what asking a server does.
        """
        if self.here is not None and mark(inquiry) not in (self.proven or ()):
            return self.here.answer(inquiry)
        answer = self.ask(inquiry)
        if not registered(self._endpoint, self._lodging):
            raise Busy(*_sentences(self._lodging), after=60)
        return answer

    def ask(self, inquiry: Inquiry) -> Answer:
        """What the server answers to *inquiry*, whether the release is known there or not. Raises the same."""
        refuse_scope(inquiry.scope)
        read = self._reader.answer(inquiry._replace(graphs=(), named=()))
        if len(set(inquiry.graphs)) > 1:
            return self._gathered(inquiry)
        places = self._places
        graphs = [self._place(iri) for iri in inquiry.graphs]
        if inquiry.graphs or inquiry.named:
            places = {iri: self._place(iri) for iri in inquiry.named}
        else:
            graphs = [self._places[scope_graph(inquiry.scope)]]
        text, named = relocate(inquiry.text, places)
        kind: Kind = "CONSTRUCT" if read.is_graph else "SELECT" if read.columns or "csv" in read.forms else "ASK"
        # Of what is sorted without LIMIT, Virtuoso gives addresses as texts (openlink/virtuoso-opensource#41).
        limited = capped(text, self._most) if self._most else text
        body = self._endpoint.ask(f"BASE <{BASE}>\n{limited}", kind, graphs or [NOWHERE], named, seconds=self._seconds)
        answer = told(body, kind, read.columns, self._spelled)
        if limited != text and kind == "SELECT":
            _refuse_full(told(body, kind, read.columns), self._most)
        return answer

    def name(self, iri: str, lang: str, scope: str = SCOPES[0]) -> str | None:
        """The name of *iri* in *lang*, else in any other language, in *scope*."""
        if (scope, iri) not in self._names:
            self.learn([iri], scope)
        return name_of(self._names[scope, iri], lang)

    def learn(self, iris: Iterable[str], scope: str = SCOPES[0]) -> None:
        """Ask the names of all *iris* in a few questions, before they are wanted one by one."""
        wanted = [iri for iri in dict.fromkeys(iris) if (scope, iri) not in self._names]
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            for iri in some:
                self._names[scope, iri] = []
            listed = " ".join(f"<{iri}>" for iri in some)
            text = f"SELECT ?s ?o WHERE {{ VALUES ?s {{ {listed} }} ?s <{PREFIXES['rdfs']}label> ?o }}"
            for row in self.answer(Inquiry(text, "json", scope)).rows():
                if isinstance(row["o"], ox.Literal):
                    self._names[scope, row["s"].value].append(row["o"])

    def _place(self, iri: str) -> str:
        if iri not in self._places:
            raise no_graph(iri)
        return self._places[iri]

    def _gathered(self, inquiry: Inquiry) -> Answer:
        """The answer over several graphs as one, which servers count twice what stands in two of: they come here."""
        store = ox.Store()
        for iri in dict.fromkeys((*inquiry.graphs, *inquiry.named)):
            text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
            graph = ox.NamedNode(iri)
            found = self.answer(Inquiry(text, "nt", graphs=(iri,)))
            store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in found.triples())
        return EmbeddedEngine(store).answer(inquiry)


def told(body: bytes, kind: Kind, columns: Sequence[str], spelled: Spelling | None = None) -> Answer:
    """What a server answered to a query of a *kind* that asks for *columns*, its literals as they are *spelled* here.

    Raises Busy when it is no such answer.
    """
    other = {theirs: ours for theirs, ours in (spelled or {}).items() if theirs.datatype.value.encode() in body}
    if kind == "CONSTRUCT":
        return Told(_triples(body, other))
    try:
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if kind == "ASK":
            if isinstance(results, ox.QuerySolutions) and [v.value for v in results.variables] == [_ASK]:
                word = "true" if any(True for _ in results) else "false"
                results = ox.parse_query_results(f'{{"head":{{}},"boolean":{word}}}', format=ox.QueryResultsFormat.JSON)
            if not isinstance(results, ox.QueryBoolean):
                raise away("no yes or no")
            return Told(results)
        if not isinstance(results, ox.QuerySolutions):
            raise away("no rows")
        given = [variable.value for variable in results.variables]
        if given == [*columns] and not other:
            return Told(results)
        if not set(columns) <= set(given):
            raise away("other columns")
        return Told(_arranged(body, columns, other))
    except _BROKEN:
        raise away("SPARQL JSON") from None


def _refuse_full(answer: Answer, most: int) -> None:
    """Raise TooMuch when *answer* has as many rows as it may: there may be more."""
    if sum(1 for _ in answer.rows()) >= most:
        raise TooMuch(
            f"Deze SPARQL-server sorteert niet meer dan {most} rijen. Vraag minder, of in delen (LIMIT, OFFSET).",
            f"This SPARQL server sorts no more than {most} rows. Ask for less, or in parts (LIMIT, OFFSET).",
            status=413,
        )


def _arranged(body: bytes, columns: Sequence[str], spelled: Spelling) -> ox.QuerySolutions:
    """The rows of *body* with these *columns* in this order: for ``SELECT *`` a server has one of its own."""
    values = {(theirs.value, theirs.datatype.value): ours.value for theirs, ours in spelled.items()}
    found = json.loads(body)
    for row in found["results"]["bindings"]:
        for cell in row.values():
            cell["value"] = values.get((cell["value"], cell.get("datatype", "")), cell["value"])
    rows = [{name: row[name] for name in columns if name in row} for row in found["results"]["bindings"]]
    whole = json.dumps({"head": {"vars": [*columns]}, "results": {"bindings": rows}}).encode()
    results = ox.parse_query_results(whole, format=ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return results


def _triples(body: bytes, spelled: Spelling) -> Iterator[ox.Triple]:
    try:
        for quad in ox.parse(io.BytesIO(body), format=ox.RdfFormat.N_TRIPLES):
            value = quad.object
            other = spelled.get(value) if spelled and isinstance(value, ox.Literal) else None
            yield ox.Triple(quad.subject, quad.predicate, other) if other is not None else quad.triple
    except _BROKEN:
        raise away("N-Triples") from None


def mark(inquiry: Inquiry) -> str:
    """What a query is known by, in a scope and over its graphs: a checksum, whatever form the answer has."""
    asked = (inquiry.text, inquiry.scope, *inquiry.graphs, "", *inquiry.named)
    return hashlib.sha256("\n".join(asked).encode(errors="replace")).hexdigest()[:16]


def proofs(endpoint: Endpoint, lodging: Lodging) -> list[str] | None:
    """The marks of the queries that the server was seen to answer as it should; None: all that were tried.

    They were tried when the release was brought.
    """
    text = (
        f"SELECT ?proven ?doubted WHERE {{ {{ <{lodging.iri}> <{_SKOS}note> ?proven }} UNION "
        f"{{ <{lodging.iri}> <{_SKOS}editorialNote> ?doubted }} }}"
    )
    rows = list(_rows(endpoint, text, [lodging.iri], "proven", "doubted"))
    if not any("doubted" in row for row in rows):
        return None
    return [row["proven"].value for row in rows if "proven" in row]


def registered(endpoint: Endpoint, lodging: Lodging) -> bool:
    """Whether the server holds the release, whole. Asked after an answer, it was so during the answer too."""
    text = f"SELECT ?sum WHERE {{ <{RELEASES}> <{HAS}> <{lodging.iri}> . <{lodging.iri}> <{_SPDX}checksumValue> ?sum }}"
    return [row["sum"].value for row in _rows(endpoint, text, [RELEASES, lodging.iri], "sum")] == [lodging.sha256]


def releases(endpoint: Endpoint) -> dict[str, bool]:
    """The releases that the server holds, and whether each is the current one."""
    text = (
        f"SELECT ?release ?current WHERE {{ <{RELEASES}> <{HAS}> ?release . "
        f"OPTIONAL {{ <{RELEASES}> <{CURRENT}> ?current FILTER (?current = ?release) }} }}"
    )
    return {row["release"].value: "current" in row for row in _rows(endpoint, text, [RELEASES], "release", "current")}


def described(endpoint: Endpoint, lodging: Lodging) -> dict[str, int]:
    """The graphs that the release has in the server, by the name they have there, with their numbers of triples."""
    text = f"SELECT ?graph ?n WHERE {{ <{lodging.iri}> <{_VOID}subset> ?graph . ?graph <{_VOID}triples> ?n }}"
    rows = _rows(endpoint, text, [lodging.iri], "graph", "n")
    return {row["graph"].value: int(row["n"].value) for row in rows}


def spellings(endpoint: Endpoint, lodging: Lodging) -> Spelling:
    """The literals of the release that the server writes in another way: as it does, and as they are."""
    text = f"SELECT ?ours ?theirs WHERE {{ ?literal <{_SKOS}prefLabel> ?ours ; <{_SKOS}altLabel> ?theirs }}"
    return {
        _literal(row["theirs"].value): _literal(row["ours"].value)
        for row in _rows(endpoint, text, [lodging.iri], "ours", "theirs")
    }


def _literal(written: str) -> ox.Literal:
    (quad,) = ox.parse(f"<x:s> <x:p> {written} .", format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    return quad.object


def sizes(endpoint: Endpoint, places: Sequence[str]) -> dict[str, int]:
    """How many triples each graph of *places* holds; those that hold none are left out."""
    found: dict[str, int] = {}
    for place in places:
        rows = _rows(endpoint, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", [place], "n")
        number = sum(int(row["n"].value) for row in rows)
        if number:
            found[place] = number
    return found


def sorting(endpoint: Endpoint) -> int:
    """How many rows the server sorts at most in an answer with LIMIT, when it is Virtuoso; 0 for any other.

    Raises Unreadable when it leaves out what is beyond so many rows of any answer, which it does not always say.
    """
    try:
        rows = list(_rows(endpoint, _INI, [NOWHERE], "most", "sorted", "file"))
    except SamenhangError as problem:
        if problem.status == 502:  # any other server: there is no such function
            return 0
        raise
    for row in rows:
        if "most" in row and row["most"].value not in ("", "0"):
            limit = row["most"].value
            raise Unreadable(
                f"Deze Virtuoso geeft van een antwoord ten hoogste {limit} rijen, zonder het altijd te zeggen. Haal "
                "ResultSetMaxRows uit virtuoso.ini en start hem opnieuw.",
                f"This Virtuoso gives at most {limit} rows of an answer, and does not always say so. Take "
                "ResultSetMaxRows out of virtuoso.ini and start it again.",
            )
        if "file" in row:
            return int(row["sorted"].value) if "sorted" in row else _SORTED
    return 0


def _rows(
    endpoint: Endpoint, text: str, graphs: Sequence[str], *columns: str
) -> Iterator[dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]]:
    return told(endpoint.ask(text, "SELECT", graphs, seconds=_OPENING), "SELECT", columns).rows()


def _sentences(lodging: Lodging) -> tuple[str, str]:
    return (
        f"De SPARQL-server heeft release {lodging.release} niet, of niet helemaal. Breng ze er: samenhang load.",
        f"The SPARQL server does not hold release {lodging.release}, or not all of it. Bring it there: samenhang load.",
    )


def _absent(lodging: Lodging) -> Unreadable:
    return Unreadable(*_sentences(lodging), status=503)
