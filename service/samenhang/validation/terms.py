"""RDF 1.1 statements between pyoxigraph (fast, keeps what was written) and rdflib (what pySHACL and callers use)."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Final, NamedTuple

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from samenhang.namespaces import PREFIXES

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

SH: Final = PREFIXES["sh"]
TYPE: Final = NamedNode(f"{PREFIXES['rdf']}type")
SUBCLASS: Final = NamedNode(f"{PREFIXES['rdfs']}subClassOf")


# Values that do not fit their datatype are what validation is to find; rdflib would log a traceback for each.
logging.getLogger("rdflib.term").addFilter(lambda record: "Failed to convert" not in record.msg)


class Statement(NamedTuple):
    """One triple of plain terms."""

    subject: Subject
    predicate: NamedNode
    object: Term


def statements(text: bytes, format: RdfFormat = RdfFormat.N_TRIPLES) -> Iterator[Statement]:
    """The triples of *text*, as written. Raises SyntaxError, also for the triple terms of RDF 1.2."""
    for quad in parse(text, format=format):
        if isinstance(quad.object, Triple) or isinstance(quad.subject, Triple):
            raise SyntaxError("a triple term (RDF 1.2) is not supported")
        yield Statement(quad.subject, quad.predicate, quad.object)


def ntriples(triples: Iterable[Statement]) -> bytes:
    """The inverse of :func:`statements`."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()


def to_rdflib(term: Term) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """The rdflib term with the same lexical form (rdflib alone would rewrite "01" to "1") and blank node label."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == f"{PREFIXES['xsd']}string"
    with warnings.catch_warnings(action="ignore") if _weird(term) else nullcontext():
        return rdflib.Literal(
            term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value), normalize=False
        )


def _weird(term: Literal) -> bool:
    return term.datatype.value == f"{PREFIXES['xsd']}boolean" and term.value not in {"true", "false", "1", "0"}
