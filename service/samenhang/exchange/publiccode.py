"""``publiccode.yml``, by which public bodies describe their software, as a building block with claims and evidence.

https://yml.publiccode.tools, 0.4 and later. What is read: the name, the description in Dutch and English, the pages,
the state of development, and the owner, which is looked for in the map by its name. Nothing that is about persons is
read. Each piece of evidence points at the line of the file. What the file does not say, or says in one language,
stays out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
import yaml

from samenhang.exchange import tree
from samenhang.exchange.terms import code, slug, triple
from samenhang.namespaces import ID, PREFIXES

_LARGEST: Final = 200_000
"""Bytes; the largest known are a tenth of that."""
_DEEPEST: Final = 20
_VERSION: Final = re.compile(r"0\.([4-9]|[1-9][0-9])(\.[0-9]+)?\Z")
_STATES: Final[Mapping[str, str]] = {
    "concept": "proposed",
    "development": "in-development",
    "beta": "in-development",
    "stable": "live",
    "obsolete": "phasing-out",
}
_OWNERS: Final = ("organisation.name", "legal.repoOwner", "legal.mainCopyrightOwner")
"""Where the owner is named, the newest key first."""


@dataclass(frozen=True)
class _Said:
    """A value and its line in the file, from 1."""

    text: str
    line: int


def read(text: bytes, where: str) -> list[ox.Triple]:
    """The triples that the file *text* gives; *where* is its name, for evidence and messages. Raises SyntaxProblem."""
    said = dict(_flat(_composed(text, where)))
    version = said.get("publiccodeYmlVersion")
    if version is None or not _VERSION.match(version.text):
        raise tree.problem(
            where,
            version.line if version else 1,
            f"'publiccodeYmlVersion' is {_quoted(version)}; gelezen worden versies vanaf 0.4.",
            f"'publiccodeYmlVersion' is {_quoted(version)}; read are versions from 0.4 on.",
        )
    name = said.get("name")
    if name is None or not slug(name.text):
        raise tree.problem(
            where,
            name.line if name else 1,
            f"'name' is {_quoted(name)}; gevraagd is de naam van de software, met letters of cijfers.",
            f"'name' is {_quoted(name)}; wanted is the name of the software, with letters or digits.",
        )
    return list(_Writer(said, name, where.rpartition("/")[2]).triples())


def _quoted(said: _Said | None) -> str:
    return "-" if said is None else f"'{said.text}'"


def _composed(text: bytes, where: str) -> yaml.Node:
    node = tree.composed(text, where, _LARGEST, _DEEPEST)
    if not isinstance(node, yaml.MappingNode):
        raise tree.problem(
            where, 1, "Geen publiccode.yml: er staan geen sleutels in.", "Not a publiccode.yml: it has no keys."
        )
    return node


def _flat(node: yaml.Node, path: str = "") -> Iterator[tuple[str, _Said]]:
    """Each scalar with its path, ``description.nl.shortDescription``; what stands in a list is not read."""
    if isinstance(node, yaml.ScalarNode):
        yield path, _Said(node.value.strip(), node.start_mark.line + 1)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield from _flat(value, f"{path}.{key.value}" if path else key.value)


class _Writer:
    def __init__(self, said: Mapping[str, _Said], name: _Said, file: str) -> None:
        self._said, self._name, self._file, self._slug = said, name, file, slug(name.text)
        # After the file, so that what two files say of one thing does not get one address.
        self._mark = slug(file.rpartition(".")[0]) or "publiccode"
        self._block, self._source = self._iri("building-block"), self._iri("source", self._mark)
        self._lines: dict[int, ox.NamedNode] = {}

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._thing()
        yield from self._state()
        yield from self._owner()
        yield from self._sources()

    def _iri(self, kind: str, *parts: str) -> ox.NamedNode:
        return ox.NamedNode(f"{ID}{kind}/{'-'.join((self._slug, *parts))}")

    def _evidence(self, said: _Said) -> ox.NamedNode:
        return self._lines.setdefault(said.line, self._iri("evidence", self._mark, f"regel-{said.line}"))

    def _thing(self) -> Iterator[ox.Triple]:
        yield triple(self._block, "rdf:type", code("BuildingBlock"))
        yield triple(self._block, "sam:modality", code("fact"))
        yield triple(self._block, "sam:evidence", self._evidence(self._name))
        for lang in ("nl", "en"):
            local = self._said.get(f"description.{lang}.localisedName", self._name)
            yield triple(self._block, "skos:prefLabel", ox.Literal(local.text, language=lang))
            if short := self._said.get(f"description.{lang}.shortDescription"):
                yield triple(self._block, "skos:definition", ox.Literal(" ".join(short.text.split()), language=lang))
        for key, path in (("landingURL", "foaf:homepage"), ("url", "rdfs:seeAlso")):
            if (page := self._said.get(key)) and re.match(r"https?://[^\s<>\"{}|\\^`]+\Z", page.text):
                yield triple(self._block, path, ox.NamedNode(page.text))

    def _claim(self, kind: str, said: _Said, modality: str) -> Iterator[tuple[str, ox.NamedNode]]:
        yield from (("rdf:type", code(kind)), ("sam:modality", code(modality)), ("sam:polarity", code("holds")))
        yield "sam:evidence", self._evidence(said)

    def _state(self) -> Iterator[ox.Triple]:
        told = self._said.get("developmentStatus")
        if told is None or told.text not in _STATES:
            return
        claim = self._iri("claim", self._mark, "levensloop")
        # That what is called stable is in use, and so on, is our reading.
        for path, value in self._claim("Lifecycle", told, "derived"):
            yield triple(claim, path, value)
        yield triple(claim, "sam:block", self._block)
        yield triple(claim, "sam:lifecycleState", code(f"lifecycle-{_STATES[told.text]}"))

    def _owner(self) -> Iterator[ox.Triple]:
        told = next((self._said[key] for key in _OWNERS if key in self._said), None)
        if told is None or not slug(told.text):
            return
        claim = self._iri("claim", self._mark, "eigenaar")
        for path, value in self._claim("Responsibility", told, "fact"):
            yield triple(claim, path, value)
        yield triple(claim, "sam:responsibilityType", code("responsibility-owns"))
        yield triple(claim, "sam:responsible", ox.NamedNode(f"{ID}actor/{slug(told.text)}"))
        yield triple(claim, "sam:responsibleFor", self._block)

    def _sources(self) -> Iterator[ox.Triple]:
        for line, evidence in self._lines.items():
            yield triple(evidence, "rdf:type", code("Evidence"))
            yield triple(evidence, "sam:confidence", code("A"))
            yield triple(evidence, "sam:path", ox.Literal(f"{self._file}#L{line}"))
            yield triple(evidence, "sam:source", self._source)
        yield triple(self._source, "rdf:type", code("Source"))
        for lang, of in (("nl", "van"), ("en", "of")):
            label = f"publiccode.yml {of} {self._name.text}"
            yield triple(self._source, "skos:prefLabel", ox.Literal(label, language=lang))
        issued = self._said.get("releaseDate")
        if issued and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", issued.text):
            date = ox.Literal(issued.text, datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))
            yield triple(self._source, "dct:issued", date)
