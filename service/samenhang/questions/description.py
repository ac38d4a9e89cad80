"""A question as data: a SPARQL executable of SHACL, so that editors can offer it, and its prefixes, unconfigured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import BASE, PREFIXES
from samenhang.questions.parameters import Parameter, Words
from samenhang.questions.query import Query

QUESTIONS: Final = f"{BASE}questions"
"""The address of the list of questions; each stands below it, prefixes and parameters are fragments of it."""

_ONTOLOGY: Final = ox.NamedNode(f"{BASE}ns")
_ENDPOINT: Final = ox.NamedNode(f"{BASE}sparql")

Described = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def described(questions: Iterable[Query]) -> Iterator[Described]:
    """The triples that describe *questions*, their parameters, and the prefixes that they are written with."""
    for question in questions:
        yield from _question(question)
    for prefix, namespace in PREFIXES.items():
        node = ox.NamedNode(f"{QUESTIONS}#prefix-{prefix}")
        yield _ONTOLOGY, _name("sh", "declare"), node
        yield node, _name("rdf", "type"), _name("sh", "PrefixDeclaration")
        yield node, _name("sh", "prefix"), ox.Literal(prefix)
        yield node, _name("sh", "namespace"), ox.Literal(namespace, datatype=_name("xsd", "anyURI"))


def _question(question: Query) -> Iterator[Described]:
    node = ox.NamedNode(f"{QUESTIONS}/{question.name}")
    form = question.form.capitalize()
    yield node, _name("rdf", "type"), _name("sh", "SPARQLExecutable")
    yield node, _name("rdf", "type"), _name("sh", f"SPARQL{form}Executable")
    yield node, _name("sh", form.lower()), ox.Literal(question.sparql)
    yield node, _name("sh", "prefixes"), _ONTOLOGY
    yield node, _name("schema", "target"), _ENDPOINT
    yield node, _name("schema", "keywords"), ox.Literal(question.theme)
    yield from _words(node, _name("rdfs", "label"), question.title)
    yield from _words(node, _name("rdfs", "comment"), question.summary)
    for parameter in question.parameters:
        yield from _parameter(node, parameter)


def _parameter(question: ox.NamedNode, parameter: Parameter) -> Iterator[Described]:
    node = ox.NamedNode(f"{question.value}#{parameter.name}")
    yield question, _name("sh", "parameter"), node
    yield node, _name("rdf", "type"), _name("sh", "Parameter")
    # SHACL: the local name of the path is the name of the variable.
    yield node, _name("sh", "path"), ox.NamedNode(f"{QUESTIONS}#{parameter.name}")
    yield node, _name("sh", "name"), ox.Literal(parameter.name)
    yield node, _name("sh", "optional"), ox.Literal("true", datatype=_name("xsd", "boolean"))
    if parameter.type == "iri":
        yield node, _name("sh", "nodeKind"), _name("sh", "IRI")
    else:
        yield node, _name("sh", "datatype"), _name("xsd", parameter.type)
    yield from _words(node, _name("sh", "description"), parameter.about)


def _words(node: ox.NamedNode, property_: ox.NamedNode, words: Words) -> Iterator[Described]:
    for lang in ("nl", "en"):
        yield node, property_, ox.Literal(words[lang], language=lang)


def _name(prefix: str, local: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + local)
