"""An ArchiMate model, in the Open Group's exchange file format (3.x), read as descriptions with evidence.

What was written from the map is read again as it was: each element and relationship with the property ``iri`` says in
its properties what it is, in Turtle's notation; a name or a documentation that was changed in a tool replaces that of
its language. Of other elements and relationships is read what can be read without guessing:

====================================================  =======================================================
``ApplicationComponent``                              a building block
``Flow`` between components                           an exchange that exists
``Realization`` of a capability by a component        that it realises the capability
``Access`` of a component to data                     that it uses them (read) or creates them (write)
``Association`` called *eigenaar*, *owner* ...        that a business actor owns or operates a component
====================================================  =======================================================

Each piece of evidence points at the identifier in the file. That a flow is an exchange, and so on, is our reading
(``sam:derived``). Capabilities, information and actors are looked for on the map, by their names: a model describes its
components, not what all share. All else stays out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from samenhang.errors import SyntaxProblem
from samenhang.exchange.archimate import ADDRESS, FINDING, INSTANCE, SPACE
from samenhang.exchange.terms import code, slug, triple
from samenhang.namespaces import ID, PREFIXES, expand
from samenhang.questions import is_iri

_LARGEST: Final = 20_000_000
"""Bytes; a model of thousands of elements with all their properties has a quarter of that."""
_SPACES: Final = "http://www.opengroup.org/xsd/archimate"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGES: Final = ("nl", "en")
_KINDS: Final[Mapping[str, str]] = {
    "ApplicationComponent": "building-block",
    "BusinessActor": "actor",
    "Capability": "capability",
    "DataObject": "information-object",
    "BusinessObject": "information-object",
}
_ACCESS: Final[Mapping[str, tuple[str, ...]]] = {
    "Read": ("information-uses",),
    "Write": ("information-creates",),
    "ReadWrite": ("information-uses", "information-creates"),
}
_HOLDERS: Final[Mapping[str, str]] = {
    "eigenaar": "responsibility-owns",
    "is eigenaar": "responsibility-owns",
    "is eigenaar van": "responsibility-owns",
    "owner": "responsibility-owns",
    "owns": "responsibility-owns",
    "uitbater": "responsibility-operates",
    "baat uit": "responsibility-operates",
    "operator": "responsibility-operates",
    "operates": "responsibility-operates",
}
"""What an association is called that tells who owns or operates a component."""
_TERM: Final = re.compile(
    r"""<[^<>"{}|^`\\\s]*>|[a-z][a-z0-9-]*:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"""
    r"""|"(?:[^"\\\n\r]|\\["\\nrtbf'])*"(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*|\^\^[a-z]+:[A-Za-z]+)?"""
)
"""One term in the notation of Turtle; anything else is a text."""
_NOTED: Final = (PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "definition")
"""What stands in a file as the name of an element, and as its documentation."""


class _Part(NamedTuple):
    """An element or relationship of the file."""

    key: str
    kind: str
    names: dict[str, str]
    texts: dict[str, str]
    told: list[tuple[str, str]]
    source: str
    target: str
    access: str

    @property
    def address(self) -> str:
        """The IRI that it says it has; nothing when it does not."""
        return next((expand(value) or "" for name, value in self.told if name == ADDRESS), "")


Finder = Callable[[str, str], str]
"""The address of the thing of a kind (as in addresses) that a name is of; nothing when there is none, or not one."""


def read(text: bytes, where: str, find: Finder = lambda kind, name: "") -> list[ox.Triple]:
    """The triples that the model *text* gives; *where* is its name, for evidence and messages. Raises SyntaxProblem."""
    root = _parsed(text, where)
    defined = {
        one.get("identifier", ""): "".join(one.itertext()).strip()
        for one in root.iterfind("{*}propertyDefinitions/{*}propertyDefinition")
    }
    elements = _unique(where, [_part(one, defined) for one in root.iterfind("{*}elements/{*}element")])
    relations = _unique(where, [_part(one, defined) for one in root.iterfind("{*}relationships/{*}relationship")])
    for one in (*elements.values(), *relations.values()):
        if one.address and not is_iri(one.address):
            raise _problem(
                where,
                f"de eigenschap '{ADDRESS}' van '{one.key}' is geen adres: '{one.address[:200]}'.",
                f"the property '{ADDRESS}' of '{one.key}' is no address: '{one.address[:200]}'.",
            )
    for one in relations.values():
        for end in (one.source, one.target):
            if end not in elements and end not in relations:
                raise _problem(
                    where,
                    f"relatie '{one.key}' verwijst naar '{end}', dat er niet is.",
                    f"relationship '{one.key}' refers to '{end}', which is not there.",
                )
    model = root.find("{*}name")
    title = (model.text or "").strip() if model is not None else ""
    known = [*_restated(where, [*elements.values(), *relations.values()])]
    return [*known, *_Reading(title or where, where.rpartition("/")[2], elements, relations, find).triples()]


def _parsed(text: bytes, where: str) -> ElementTree.Element:
    """The tree of *text*: small, without a document type, in the namespace of ArchiMate 3."""
    if len(text) > _LARGEST:
        raise _problem(where, f"groter dan {_LARGEST} bytes.", f"larger than {_LARGEST} bytes.")
    try:
        root: ElementTree.Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise _problem(
            where,
            "een documenttype of entiteiten (<!DOCTYPE ...>) worden niet gelezen; haal ze weg.",
            "a document type or entities (<!DOCTYPE ...>) are not read; take them out.",
        ) from None
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        line, column = getattr(problem, "position", (1, 0))
        raise SyntaxProblem(
            f"{where}:{line}: geen geldige XML: {problem}.",
            f"{where}:{line}: not valid XML: {problem}.",
            where=where,
            line=line,
            column=column + 1,
            status=422,
        ) from None
    if root.tag != f"{{{SPACE}}}model":
        space = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
        old = space.startswith(_SPACES)
        raise _problem(
            where,
            f"geen ArchiMate-model in versie 3 ('{root.tag}')"
            + ("; exporteer het opnieuw als 'Open Exchange File' 3." if old else "; in Archi: Bestand, Export, Model."),
            f"not an ArchiMate model of version 3 ('{root.tag}')"
            + ("; export it again as 'Open Exchange File' 3." if old else "; in Archi: File, Export, Model."),
        )
    return root


def _problem(where: str, nl: str, en: str) -> SyntaxProblem:
    return SyntaxProblem(f"{where}: {nl}", f"{where}: {en}", where=where, line=1, column=1, status=422)


def _unique(where: str, parts: list[_Part]) -> dict[str, _Part]:
    found: dict[str, _Part] = {}
    for one in parts:
        if one.key in found:
            raise _problem(
                where,
                f"'{one.key}' staat er twee keer; een identifier is uniek.",
                f"'{one.key}' is there twice; an identifier is unique.",
            )
        found[one.key] = one
    return found


def _part(element: ElementTree.Element, defined: Mapping[str, str]) -> _Part:
    def spoken(tag: str) -> dict[str, str]:
        return {
            (one.get(_XML_LANG) or "").partition("-")[0]: one.text.strip()
            for one in element.iterfind("{*}" + tag)
            if one.text and one.text.strip()
        }

    told = [
        (defined.get(one.get("propertyDefinitionRef", ""), ""), (value.text or "").strip())
        for one in element.iterfind("{*}properties/{*}property")
        for value in one.iterfind("{*}value")
    ]
    return _Part(
        element.get("identifier", ""),
        element.get(f"{{{INSTANCE}}}type", "").rpartition(":")[2],
        spoken("name"),
        spoken("documentation"),
        told,
        element.get("source", ""),
        element.get("target", ""),
        element.get("accessType", ""),
    )


def _restated(where: str, parts: list[_Part]) -> Iterator[ox.Triple]:
    """What elements and relationships that the map knows say of themselves."""
    lines: dict[str, None] = {}
    for one in parts:
        if not one.address:
            continue
        said = [(path, _term(value)) for name, value in one.told if (path := expand(name)) and name != FINDING]
        for path, texts in zip(_NOTED, (one.names, one.texts) if not one.source else ({}, {}), strict=True):
            said = _renamed(said, path, texts)
        for path, value in said:
            lines[f"<{one.address}> <{path}> {value} ."] = None
    heads = [f"@prefix {prefix}: <{space}> ." for prefix, space in PREFIXES.items()]
    try:
        for quad in ox.parse("\n".join([*heads, *lines]).encode(), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                yield ox.Triple(quad.subject, quad.predicate, quad.object)
    except SyntaxError as problem:
        line = [*heads, *lines][(problem.lineno or 1) - 1][:200]
        raise _problem(
            where, f"een eigenschap is niet te lezen: {line}", f"a property cannot be read: {line}"
        ) from None


def _term(value: str) -> str:
    """*value* in the notation of Turtle: as it stands when it is one term, else as a text."""
    known = value.partition(":")[0] in PREFIXES or value[:1] in '<"'
    return value if known and _TERM.fullmatch(value) else str(ox.Literal(value))


def _renamed(said: list[tuple[str, str]], path: str, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is *said*, with *texts* by language in the place of what the properties say of *path*, where they differ.

    A tool keeps one language and may call it by another name: a text that the properties have too was not changed.
    """
    old = [value for name, value in said if name == path]
    known = {next(iter(_literals(value))).value for value in old if value.startswith('"')}
    for lang, text in texts.items():
        if old and lang in _LANGUAGES and text not in known and text != "\n\n".join(_in(old, lang)):
            fresh = str(ox.Literal(text, language=lang))
            said = [one for one in said if one[0] != path or not one[1].endswith(f"@{lang}")] + [(path, fresh)]
    return said


def _in(values: list[str], lang: str) -> list[str]:
    return [one.value for value in values if value.endswith(f"@{lang}") for one in _literals(value)]


def _literals(value: str) -> Iterator[ox.Literal]:
    for quad in ox.parse(f"<x:x> <x:x> {value} .".encode(), format=ox.RdfFormat.N_TRIPLES):
        if isinstance(quad.object, ox.Literal):
            yield quad.object


class _Reading:
    """What a model says that was not written from the map."""

    def __init__(
        self, title: str, file: str, elements: Mapping[str, _Part], relations: Mapping[str, _Part], find: Finder
    ) -> None:
        self._find = find
        self._title, self._file, self._slug = title, file, slug(title) or "model"
        self._elements, self._relations = elements, relations
        self._proofs: dict[str, ox.NamedNode] = {}

    def triples(self) -> Iterator[ox.Triple]:
        for one in self._elements.values():
            if one.kind == "ApplicationComponent" and one.names and not one.address:
                yield from self._thing(one)
        for one in self._relations.values():
            if not one.address:
                yield from self._claims(one)
        yield from self._evidence()

    def _claims(self, one: _Part) -> Iterator[ox.Triple]:
        source, target = self._elements.get(one.source), self._elements.get(one.target)
        if source is None or target is None:
            return
        ends = (one.kind, source.kind, target.kind)
        words = one.names.get("nl") or next(iter(one.names.values()), "")
        if ends == ("Flow", "ApplicationComponent", "ApplicationComponent"):
            yield from self._claim(one, "Exchange", {"provider": source, "consumer": target, "need": "existing"})
        elif ends == ("Realization", "ApplicationComponent", "Capability"):
            yield from self._claim(one, "CapabilityRealisation", {"block": source, "capability": target})
        elif ends[:2] == ("Access", "ApplicationComponent") and ends[2] in ("DataObject", "BusinessObject"):
            for number, role in enumerate(_ACCESS.get(one.access, _ACCESS["Read"])):
                told: dict[str, _Part | str] = {"block": source, "informationObject": target, "informationRole": role}
                yield from self._claim(one, "InformationUse", told, number)
        elif ends[0] in ("Association", "Assignment") and {source.kind, target.kind} == {
            "ApplicationComponent",
            "BusinessActor",
        }:
            kind = _HOLDERS.get(words.casefold())
            actor, block = (source, target) if source.kind == "BusinessActor" else (target, source)
            if kind:
                held: dict[str, _Part | str] = {
                    "responsible": actor,
                    "responsibleFor": block,
                    "responsibilityType": kind,
                }
                yield from self._claim(one, "Responsibility", held)

    def _claim(self, one: _Part, kind: str, told: Mapping[str, _Part | str], number: int = 0) -> Iterator[ox.Triple]:
        name = f"{self._slug}-archimate-{slug(one.key)}" + (f"-{number + 1}" if number else "")
        claim = ox.NamedNode(f"{ID}claim/{name}")
        yield triple(claim, "rdf:type", code(kind))
        yield triple(claim, "sam:modality", code("derived"))
        yield triple(claim, "sam:polarity", code("holds"))
        yield triple(claim, "sam:evidence", self._proof(one))
        for role, end in told.items():
            if isinstance(end, str):
                yield triple(claim, f"sam:{role}", code(end))
            else:
                yield triple(claim, f"sam:{role}", self._iri(end))

    def _iri(self, one: _Part) -> ox.NamedNode:
        name = one.names.get("nl") or next(iter(one.names.values()), one.key)
        kind = _KINDS[one.kind]
        known = one.address or ("" if kind == "building-block" else self._find(kind, name))
        return ox.NamedNode(known or f"{ID}{kind}/{slug(name) or slug(one.key)}")

    def _thing(self, one: _Part) -> Iterator[ox.Triple]:
        """The component *one*. A name in one language is its name in the other too."""
        thing = self._iri(one)
        yield triple(thing, "rdf:type", code("BuildingBlock"))
        yield triple(thing, "sam:modality", code("fact"))
        yield triple(thing, "sam:evidence", self._proof(one))
        for lang in _LANGUAGES:
            name = one.names.get(lang) or next(iter(one.names.values()))
            yield triple(thing, "skos:prefLabel", ox.Literal(name, language=lang))
            if text := one.texts.get(lang):
                yield triple(thing, "skos:definition", ox.Literal(" ".join(text.split()), language=lang))

    def _proof(self, one: _Part) -> ox.NamedNode:
        return self._proofs.setdefault(
            one.key, ox.NamedNode(f"{ID}evidence/{self._slug}-archimate-{slug(one.key) or 'x'}")
        )

    def _evidence(self) -> Iterator[ox.Triple]:
        if not self._proofs:
            return
        source = ox.NamedNode(f"{ID}source/{self._slug}-archimate")
        for key, proof in self._proofs.items():
            yield triple(proof, "rdf:type", code("Evidence"))
            yield triple(proof, "sam:confidence", code("A"))
            yield triple(proof, "sam:path", ox.Literal(f"{self._file}#{key}"))
            yield triple(proof, "sam:source", source)
        yield triple(source, "rdf:type", code("Source"))
        for lang, word in (("nl", "ArchiMate-model"), ("en", "ArchiMate model")):
            yield triple(source, "skos:prefLabel", ox.Literal(f"{word} {self._title}", language=lang))
