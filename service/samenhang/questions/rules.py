"""A rule as data: what its header says of it, so that its page and its findings are explained from the graph alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from samenhang.errors import SyntaxProblem
from samenhang.namespaces import NS, PREFIXES, expand
from samenhang.questions.files import file_problem
from samenhang.questions.query import Query

Described = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]

_CODES: Final = ("layer", "severity", "principle")


def described_rule(rule: Query) -> Iterator[Described]:
    """The triples that describe *rule*: its words, why it matters, the problem of the report that it answers, what its
    findings can be, what makes their identity and which modalities it reads.

    Raises SyntaxProblem when the header does not say one of these.
    """
    header, node = rule.header, ox.NamedNode(f"{PREFIXES['rule']}{rule.name}")
    why, problem, key, modalities = (header.get(name) for name in ("why", "problem", "key", "modalities"))
    if not isinstance(why, dict) or not {"nl", "en"} <= why.keys():
        raise _lacks(rule, "why: {nl: ..., en: ...}")
    if not isinstance(problem, str):
        raise _lacks(rule, "problem: parallelle-projecten")
    if not isinstance(key, list) or not key:
        raise _lacks(rule, "key: [...]")
    if not isinstance(modalities, dict) or not all(isinstance(words, list) for words in modalities.values()):
        raise _lacks(rule, "modalities: {...: [...]}")
    yield node, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(NS + "Rule")
    for property_, words in (
        (PREFIXES["skos"] + "prefLabel", rule.title),
        (PREFIXES["skos"] + "definition", rule.summary),
        (NS + "why", why),
    ):
        for lang in ("nl", "en"):
            yield node, ox.NamedNode(property_), ox.Literal(words[lang], language=lang)
    yield node, ox.NamedNode(NS + "answersProblem"), ox.NamedNode(PREFIXES["problem"] + problem)
    yield node, ox.NamedNode(NS + "key"), ox.Literal(", ".join(key))
    for name in _CODES:
        codes = header.get(name)
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise _lacks(rule, f"{name}: [...]")
        for code in codes:
            yield node, ox.NamedNode(NS + name), ox.NamedNode(_expanded(rule, code))
    for word in sorted({word for words in modalities.values() for word in words}):
        yield node, ox.NamedNode(NS + "readsModality"), ox.NamedNode(NS + word)


def _expanded(rule: Query, name: str) -> str:
    iri = expand(name)
    if iri is None:
        raise file_problem(rule.path, f"'{name}' in de kop is geen adres", f"'{name}' in the header is no address")
    return iri


def _lacks(rule: Query, form: str) -> SyntaxProblem:
    return file_problem(
        rule.path, f"in de kop van deze regel ontbreekt '{form}'", f"the header of this rule lacks '{form}'"
    )
