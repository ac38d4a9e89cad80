"""The engine in this process: pyoxigraph over a release held in memory, read only."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

import pyoxigraph as ox

from samenhang import syntax
from samenhang.engine import guard
from samenhang.engine.holding import Holding
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import SyntaxProblem, WrongValue, unknown
from samenhang.namespaces import BASE, PREFIXES, SCOPES, scope_graph

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Row = dict[str, Term]

_RESULTS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}
_PREFIXED: Final = ("ttl", "rdf", "trig")
_FEW: Final = 1000
"""Triples that are looked at for the prefixes they use."""
_LABEL: Final = ox.NamedNode(PREFIXES["rdfs"] + "label")
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH")


class Answer:
    """What an engine gave back: rows of a SELECT, triples of a CONSTRUCT or DESCRIBE, or the yes or no of an ASK.

    It can be read once, as rows or as bytes.
    """

    def __init__(self, result: ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]) -> None:
        self._result = result

    @property
    def is_graph(self) -> bool:
        """Whether the answer consists of triples."""
        return not isinstance(self._result, ox.QuerySolutions | ox.QueryBoolean)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order of the SELECT; none for a graph or a yes or no."""
        return [v.value for v in self._result.variables] if isinstance(self._result, ox.QuerySolutions) else []

    @property
    def yes(self) -> bool:
        """The yes or no of an ASK; no for any other answer."""
        return isinstance(self._result, ox.QueryBoolean) and bool(self._result)

    @property
    def forms(self) -> tuple[str, ...]:
        """What it can be written as."""
        if self.is_graph:
            return tuple(_GRAPHS)
        return ("json", "xml") if isinstance(self._result, ox.QueryBoolean) else tuple(_RESULTS)

    def rows(self) -> Iterator[Row]:
        """The rows of a SELECT; an unbound variable is absent from its row."""
        if isinstance(self._result, ox.QuerySolutions):
            names = self.columns
            for solution in self._result:
                yield {name: _term(term) for name in names if (term := solution[name]) is not None}

    def triples(self) -> Iterator[ox.Triple]:
        """The triples of a CONSTRUCT or DESCRIBE."""
        if not isinstance(self._result, ox.QuerySolutions | ox.QueryBoolean):
            yield from self._result

    def serialize(self, form: str) -> bytes:
        """The whole answer as ``json``, ``xml``, ``csv``, ``tsv`` (rows, yes or no) or ``ttl``, ``nt`` ... (triples).

        Raises WrongValue when the form does not fit the answer.
        """
        written = io.BytesIO()
        self.write(form, written)
        return written.getvalue()

    def write(self, form: str, to: IO[bytes], most: int | None = None) -> None:
        """Write the answer to *to* as *form*, piece by piece as the engine makes it; at most *most* rows or triples.

        Raises WrongValue when the form does not fit the answer.
        """
        if form not in self.forms:
            raise unfit(form, self.forms)
        result = self._result
        if isinstance(result, ox.QueryTriples) and most is None and form not in _PREFIXED:
            result.serialize(to, format=_GRAPHS[form])
        elif not isinstance(result, ox.QuerySolutions | ox.QueryBoolean):
            _write_triples(itertools.islice(result, most), form, to)
        elif most is not None and isinstance(result, ox.QuerySolutions):
            beginning = ox.parse_query_results(_beginning(result, most), format=ox.QueryResultsFormat.JSON)
            beginning.serialize(to, format=_RESULTS[form])
        else:
            result.serialize(to, format=_RESULTS[form])


def _write_triples(triples: Iterator[ox.Triple], form: str, to: IO[bytes]) -> None:
    """Triples in the form called *form*, with the prefixes that the first of them use: each one costs time."""
    few = list(itertools.islice(triples, _FEW))
    iris = (term.value for triple in few for term in triple if isinstance(term, ox.NamedNode))
    spaces = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris}
    used = {prefix: space for prefix, space in PREFIXES.items() if space in spaces} if form in _PREFIXED else None
    ox.serialize(itertools.chain(few, triples), to, format=_GRAPHS[form], prefixes=used)


def _beginning(solutions: ox.QuerySolutions, most: int) -> bytes:
    """The first rows as SPARQL JSON. The engine's own writer cannot stop before the end."""
    names = [variable.value for variable in solutions.variables]
    rows = [
        {name: _json(term) for name in names if (term := solution[name]) is not None}
        for solution in itertools.islice(solutions, most)
    ]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def _json(term: Term | ox.Triple) -> dict[str, str]:
    term = _term(term)
    if isinstance(term, ox.Literal):
        kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}


def unfit(form: str, usable: Iterable[str]) -> WrongValue:
    """The error for a *form* that an answer cannot be written as, with those that it can."""
    names = ", ".join(usable)
    return WrongValue(
        f"Dit antwoord bestaat niet als '{form}'; wel als {names}.",
        f"This answer does not exist as '{form}'; it does as {names}.",
        status=406,
    )


def _term(term: Term | ox.Triple) -> Term:
    # A triple term (RDF 1.2) cannot stand in our data; a query can still make one, and then its text is shown.
    return ox.Literal(str(term)) if isinstance(term, ox.Triple) else term


class EmbeddedEngine:
    """Asks queries of a store. The named graphs are all there; the default graph is that of a scope.

    Not *scoped*: the default graph is the store's own.
    """

    def __init__(self, store: ox.Store, *, scoped: bool = True) -> None:
        self.store = store
        self.scoped = scoped

    @classmethod
    def load(cls, holding: Holding) -> EmbeddedEngine:
        """An engine over what stands in the files of *holding*, read into memory. Raises SyntaxProblem, Unreadable."""
        return cls(holding.load(), scoped=holding.scoped)

    def query(
        self, text: str, scope: str = SCOPES[0], *, graphs: Sequence[str] = (), named: Sequence[str] = ()
    ) -> Answer:
        """The answer to the SPARQL *text* in *scope*, after the guard has seen it.

        When any are given, the default graph is *graphs* merged and the only named graphs are *named*; else a query
        with FROM says so itself. Without a BASE of its own, what is relative in it is below the address of all our
        IRIs. Raises NotFound for an unknown scope, WrongValue for what may not be asked, SyntaxProblem with the
        position.
        """
        return self.answer(guard.read(text).inquiry(scope=scope, graphs=graphs, named=named))

    def answer(self, inquiry: Inquiry) -> Answer:
        """The answer to *inquiry*, of which a guard has seen the text. Raises what :meth:`query` raises."""
        text = inquiry.text
        if self.scoped:
            refuse_scope(inquiry.scope)
        store = self.store
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        named: list[ox.NamedNode | ox.BlankNode] | None = None
        if inquiry.graphs or inquiry.named:
            graphs = [self._graph(iri) for iri in dict.fromkeys(inquiry.graphs)]
            named = [self._graph(iri) for iri in inquiry.named]
            default = list(graphs)
            if len(graphs) > 1:
                store, default = self._merged(graphs, named), [ox.DefaultGraph()]
        elif self.scoped:
            default = [_SCOPE_GRAPHS[inquiry.scope]]
        try:
            return Answer(store.query(text, base_iri=BASE, default_graph=default, named_graphs=named))
        except SyntaxError as problem:
            raise syntax_problem(str(problem.msg), text) from None
        except (RuntimeError, UnicodeEncodeError) as problem:  # such as a function that the engine does not know
            raise WrongValue(
                f"De query kan niet uitgevoerd worden. De engine zegt: {problem}.",
                f"The query cannot be executed. The engine says: {problem}.",
            ) from None

    def name(self, iri: str, lang: str, scope: str = SCOPES[0]) -> str | None:
        """The name of *iri* in *lang*, else in any other language, in *scope*."""
        graph = _SCOPE_GRAPHS[scope] if self.scoped else ox.DefaultGraph()
        labels = [quad.object for quad in self.store.quads_for_pattern(ox.NamedNode(iri), _LABEL, None, graph)]
        return name_of((label for label in labels if isinstance(label, ox.Literal)), lang)

    def learn(self, iris: Iterable[str], scope: str = SCOPES[0]) -> None:
        """Nothing: all names are at hand."""

    def _graph(self, iri: str) -> ox.NamedNode:
        try:
            graph = ox.NamedNode(iri)
        except ValueError:
            raise WrongValue(
                f"'{iri}' is geen adres van een graaf.", f"'{iri}' is not the address of a graph."
            ) from None
        if not self.store.contains_named_graph(graph):
            raise no_graph(iri)
        return graph

    def _merged(self, graphs: Iterable[ox.NamedNode], named: Iterable[ox.NamedNode | ox.BlankNode]) -> ox.Store:
        """A store of its own with *graphs* as one default graph: the engine would count what stands in two twice."""
        store = ox.Store()
        for graph in graphs:
            quads = self.store.quads_for_pattern(None, None, None, graph)
            store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        for one in named:
            store.extend(self.store.quads_for_pattern(None, None, None, one))
        return store


_SCOPE_GRAPHS: Final = {scope: ox.NamedNode(scope_graph(scope)) for scope in SCOPES}


def refuse_scope(scope: str) -> None:
    """Raise NotFound when there is no *scope* of that name."""
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope, SCOPES)


def no_graph(iri: str) -> WrongValue:
    """The error for a graph that is not there."""
    return WrongValue(
        f"De graaf '{iri}' is hier niet. Welke er zijn: SELECT DISTINCT ?g {{ GRAPH ?g {{}} }}",
        f"There is no graph '{iri}' here. Which there are: SELECT DISTINCT ?g {{ GRAPH ?g {{}} }}",
    )


def name_of(labels: Iterable[ox.Literal], lang: str) -> str | None:
    """The one of *labels* in *lang*, else in any other language; none when there are none."""
    told = {label.language or "": label.value for label in labels}
    return told.get(lang) or (told[min(told)] if told else None)


def syntax_problem(message: str, query: str) -> SyntaxProblem:
    """The engine's *message* about *query* as a position, what stands there, and help.

    The engine's list of what could follow is left out: it names characters, and it is rarely the mistake.
    """
    if not query.strip():
        return SyntaxProblem("De query is leeg.", "The query is empty.")
    found = syntax.mistake(query)
    if found is None:
        return SyntaxProblem(f"De query is niet geldig: {message}", f"The query is not valid: {message}")
    help_nl, help_en = _help(query, found.word)
    nl = f"bij '{found.word[:40]}'" if found.word else "aan het einde; daar ontbreekt nog iets"
    en = f"at '{found.word[:40]}'" if found.word else "at the end; something is missing there"
    return SyntaxProblem(
        f"De query is niet geldig op regel {found.line}, kolom {found.column}, {nl}.{help_nl}",
        f"The query is not valid at line {found.line}, column {found.column}, {en}.{help_en}",
        line=found.line,
        column=found.column,
    )


def _help(query: str, word: str) -> tuple[str, str]:
    """What the most common mistakes need: an update, and a prefix that was not declared."""
    if word.upper() in _UPDATES:
        return (
            " Vragen kan met SELECT, ASK, CONSTRUCT of DESCRIBE; wijzigen kan niet.",
            " One can ask with SELECT, ASK, CONSTRUCT or DESCRIBE; one cannot change anything.",
        )
    words = guard.words(query)
    declared = {after.rstrip(":") for word, after in itertools.pairwise(words) if word.upper() == "PREFIX"}
    used = {word.partition(":")[0] for word in words if ":" in word[1:] and word[0] not in "?$@"}
    missing = sorted(used - declared - {"_"})
    if not missing:
        return "", ""
    lines = " ".join(f"PREFIX {name}: <{PREFIXES.get(name, '...')}>" for name in missing)
    return (
        f" Niet aangegeven prefixen: {', '.join(missing)}. Zet bovenaan: {lines}",
        f" Prefixes not declared: {', '.join(missing)}. Put on top: {lines}",
    )
