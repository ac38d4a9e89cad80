"""The map as an ArchiMate model, in the Open Group's exchange file format (3.x), which Archi and other tools read.

Which thing is which element, and which claim which relationship, say ``queries/archimate``. What sources say of either
stands in its properties, in Turtle's notation, so that a model can be read again without loss; so do its findings.
The views are laid out by :mod:`samenhang.drawing`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree

import pyoxigraph as ox

from samenhang import questions
from samenhang.drawing import Box, drawn
from samenhang.engine import EmbeddedEngine
from samenhang.engine.embedded import Row
from samenhang.namespaces import ID, NS, PREFIXES, SCOPES, shorten
from samenhang.questions import Words
from samenhang.settings import Lang

SPACE: Final = "http://www.opengroup.org/xsd/archimate/3.0/"
SCHEMA: Final = "http://www.opengroup.org/xsd/archimate/3.1/archimate3_Diagram.xsd"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
ADDRESS, FINDING = "iri", "finding"
"""Properties that are no terms of ours: the address of a thing or claim, and its findings."""
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_LANGUAGES: Final[tuple[Lang, ...]] = ("nl", "en")
_LABEL, _DEFINITION = PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "definition"
_TITLE: Final = Words("Samenhang: digitale infrastructuur van de cultuursector", "Samenhang: digital culture sector")
_NOT: Final = Words("niet", "not")
_OWNERLESS: Final = Words("geen eigenaar bekend", "no owner known")
_COLOURS: Final[Mapping[str, tuple[int, int, int]]] = {
    "fits": (0, 114, 60),
    "bespoke": (178, 107, 0),
    "gap": (179, 0, 27),
    "conflicting": (179, 0, 27),
    "unknown": (90, 90, 90),
}
"""Of the lines between blocks, by whether the exchange fits; as on the map."""


class Relation(NamedTuple):
    """A relationship as it stands in the file: its identifier, its type, and those of its ends."""

    key: str
    type: str
    source: str
    target: str


def write(engine: EmbeddedEngine, content: Path, lang: Lang, scope: str = SCOPES[0]) -> bytes:
    """The model of what *engine* holds in *scope*, by the queries in *content*; names in both languages, *lang* first.

    Raises NotFound for a scope that there is not.
    """
    return _Writer(engine, content / "queries", lang, scope).model()


class _Writer:
    def __init__(self, engine: EmbeddedEngine, queries: Path, lang: Lang, scope: str) -> None:
        self._engine, self._scope = engine, scope
        self._languages = (lang, *(other for other in _LANGUAGES if other != lang))
        self._own = questions.collect(queries / "archimate")
        self._map = questions.collect(queries / "map")
        self._types = {row["element"].value: _text(row["type"]) for row in self._rows("elements")}
        self._said: dict[str, list[tuple[str, str]]] = {}
        self._names: dict[str, dict[str, str]] = {}
        self._about: dict[str, dict[str, list[str]]] = {}
        self._properties: set[str] = {ADDRESS}
        self._relations: dict[str, list[Relation]] = {}
        """By the address of the claim."""
        self._able: dict[str, list[str]] = {}
        """The blocks that realise a capability, by its address."""
        for row in self._rows("statements"):
            self._state(row)

    def model(self) -> bytes:
        ElementTree.register_namespace("", SPACE)
        ElementTree.register_namespace("xsi", INSTANCE)
        model = ElementTree.Element(_tag("model"), {"identifier": "samenhang"})
        model.set(f"{{{INSTANCE}}}schemaLocation", f"{SPACE} {SCHEMA}")
        self._words(model, "name", {lang: _TITLE[lang] for lang in _LANGUAGES})
        for row in self._rows("findings"):
            told = [row["finding"], row["outcome"], *([row["severity"]] if "severity" in row else [])]
            self._say(row["subject"].value, FINDING, " ".join(shorten(term.value) for term in told))
        elements = ElementTree.SubElement(model, _tag("elements"))
        for thing, kind in self._types.items():
            self._element(elements, thing, kind)
        relationships = ElementTree.SubElement(model, _tag("relationships"))
        for row in self._rows("relationships"):
            self._relationship(relationships, row)
        self._organise(ElementTree.SubElement(model, _tag("organizations")))
        definitions = ElementTree.SubElement(model, _tag("propertyDefinitions"))
        for name in sorted(self._properties):
            attributes = {"identifier": _property(name), "type": "string"}
            definition = ElementTree.SubElement(definitions, _tag("propertyDefinition"), attributes)
            ElementTree.SubElement(definition, _tag("name")).text = name
        self._views(ElementTree.SubElement(model, _tag("views")))
        ElementTree.indent(model)
        written: bytes = ElementTree.tostring(model, encoding="utf-8", xml_declaration=True)
        return written + b"\n"

    def _rows(self, name: str) -> Iterator[Row]:
        return self._engine.query(self._own[name].text, self._scope).rows()

    def _state(self, row: Row) -> None:
        subject, path, value = row["subject"].value, row["property"].value, row["value"]
        self._say(subject, shorten(path), notation(value))
        if isinstance(value, ox.Literal) and value.language and path == _LABEL:
            self._names.setdefault(subject, {}).setdefault(value.language, value.value)
        elif isinstance(value, ox.Literal) and value.language and path == _DEFINITION:
            self._about.setdefault(subject, {}).setdefault(value.language, []).append(value.value)

    def _say(self, subject: str, name: str, value: str) -> None:
        self._said.setdefault(subject, []).append((name, value))

    def _words(self, parent: ElementTree.Element, tag: str, texts: Mapping[str, str]) -> None:
        for lang in self._languages:
            if lang in texts:
                ElementTree.SubElement(parent, _tag(tag), {_XML_LANG: lang}).text = texts[lang]

    def _tell(self, parent: ElementTree.Element, subject: str) -> None:
        """The properties of *subject*."""
        properties = ElementTree.SubElement(parent, _tag("properties"))
        for name, value in [(ADDRESS, shorten(subject)), *self._said.get(subject, [])]:
            self._properties.add(name)
            one = ElementTree.SubElement(properties, _tag("property"), {"propertyDefinitionRef": _property(name)})
            ElementTree.SubElement(one, _tag("value")).text = value

    def _element(self, parent: ElementTree.Element, thing: str, kind: str) -> None:
        element = ElementTree.SubElement(parent, _tag("element"), {"identifier": identifier(thing)})
        element.set(f"{{{INSTANCE}}}type", kind)
        self._words(element, "name", self._names.get(thing) or {self._languages[0]: shorten(thing)})
        about = {lang: "\n\n".join(texts) for lang, texts in self._about.get(thing, {}).items()}
        self._words(element, "documentation", about)
        self._tell(element, thing)

    def _relationship(self, parent: ElementTree.Element, row: Row) -> None:
        source, target = row["source"].value, row["target"].value
        if source not in self._types or target not in self._types:
            return
        claim = row["claim"].value if "claim" in row else ""
        several = self._relations.setdefault(claim or f"{source} {target}", [])
        key = identifier(claim) if claim else f"{identifier(source)}..{identifier(target)}"
        key += f".{len(several) + 1}" if several else ""
        relation = Relation(key, _text(row["type"]), identifier(source), identifier(target))
        several.append(relation)
        if relation.type == "Realization" and self._types[target] == "Capability":
            self._able.setdefault(target, []).append(source)
        one = ElementTree.SubElement(parent, _tag("relationship"), {"identifier": key})
        one.set("source", relation.source)
        one.set("target", relation.target)
        one.set(f"{{{INSTANCE}}}type", relation.type)
        if "access" in row:
            one.set("accessType", _text(row["access"]))
        self._words(one, "name", {lang: self._called(row, lang) for lang in _LANGUAGES})
        if claim:
            self._tell(one, claim)

    def _called(self, row: Row, lang: Lang) -> str:
        """The name of a relationship: of what it tells, and how sure that is."""
        word = self._label(row["word"].value, lang) if "word" in row else ""
        if "hedge" not in row:
            return word
        hedge = _NOT[lang] if row["hedge"].value == f"{NS}fails" else self._label(row["hedge"].value, lang)
        return f"{word} ({hedge})" if word else hedge

    def _label(self, iri: str, lang: Lang) -> str:
        return self._engine.name(iri, lang, self._scope) or shorten(iri)

    def _organise(self, parent: ElementTree.Element) -> None:
        """The elements in a folder for each type."""
        for kind in dict.fromkeys(self._types.values()):
            folder = ElementTree.SubElement(parent, _tag("item"))
            ElementTree.SubElement(folder, _tag("label"), {_XML_LANG: "en"}).text = kind
            for thing, type in self._types.items():
                if type == kind:
                    ElementTree.SubElement(folder, _tag("item"), {"identifierRef": identifier(thing)})

    def _views(self, parent: ElementTree.Element) -> None:
        diagrams = ElementTree.SubElement(parent, _tag("diagrams"))
        owned: dict[str, list[str]] = {}
        for row in self._asked("blocks"):
            owned.setdefault(row["by"].value if "by" in row else "", []).append(row["block"].value)
        fits: dict[str, tuple[int, str]] = {}
        for row in self._asked("exchanges"):
            claim = row["exchange"].value
            fits[claim] = max(fits.get(claim, (-1, "")), (int(_text(row["weight"])), _text(row["fit"])))
        exchanges = {claim: fit for claim, (_, fit) in fits.items()}
        dependencies = {row["claim"].value: "" for row in self._asked("dependencies")}
        self._view(diagrams, "kaart", Words("Kaart", "Map"), owned, exchanges | dependencies)
        busy = {
            end for claim in exchanges for one in self._relations.get(claim, ()) for end in (one.source, one.target)
        }
        some = {owner: [block for block in blocks if identifier(block) in busy] for owner, blocks in owned.items()}
        title = Words("Interoperabiliteit van uitwisselingen", "Interoperability of exchanges")
        self._view(diagrams, "interoperabiliteit", title, {o: b for o, b in some.items() if b}, exchanges)
        self._view(diagrams, "functies", Words("Functies", "Capabilities"), self._able, {})

    def _asked(self, name: str) -> Iterator[Row]:
        return self._engine.query(self._map[name].text, self._scope).rows()

    def _view(
        self,
        parent: ElementTree.Element,
        key: str,
        title: Words,
        groups: Mapping[str, list[str]],
        lines: Mapping[str, str],
    ) -> None:
        """A picture of *groups*, each the blocks in a thing, with the relationships of the claims in *lines*.

        Of each claim it says whether the exchange fits, or nothing.
        """
        view = ElementTree.SubElement(parent, _tag("view"), {"identifier": f"view.{key}"})
        view.set(f"{{{INSTANCE}}}type", "Diagram")
        self._words(view, "name", {lang: title[lang] for lang in _LANGUAGES})
        relations = [(one, fit) for claim, fit in lines.items() for one in self._relations.get(claim, ())]
        # A block may stand in several groups: each place of it is one of its own.
        placed = {group: [f"{group} {block}" for block in blocks] for group, blocks in groups.items()}
        picture = drawn(placed, ((one.source, one.target) for one, _ in relations))
        nodes: dict[str, str] = {}
        for number, (group, box) in enumerate(picture.owners.items()):
            outer = self._node(view, f"view.{key}.{number}", group, box)
            for place, name in enumerate(placed[group]):
                block = name.rpartition(" ")[2]
                node = f"view.{key}.{number}.{place}"
                self._node(outer, node, block, picture.blocks[name])
                nodes.setdefault(identifier(block), node)
        for number, (one, fit) in enumerate(relations):
            if one.source in nodes and one.target in nodes:
                line = ElementTree.SubElement(view, _tag("connection"), {"identifier": f"view.{key}.line.{number}"})
                line.set(f"{{{INSTANCE}}}type", "Relationship")
                line.set("relationshipRef", one.key)
                line.set("source", nodes[one.source])
                line.set("target", nodes[one.target])
                if fit:
                    style = ElementTree.SubElement(line, _tag("style"), {"lineWidth": "2"})
                    red, green, blue = _COLOURS[fit]
                    ElementTree.SubElement(style, _tag("lineColor"), {"r": str(red), "g": str(green), "b": str(blue)})

    def _node(self, parent: ElementTree.Element, key: str, thing: str, box: Box) -> ElementTree.Element:
        node = ElementTree.SubElement(parent, _tag("node"), {"identifier": key})
        for name, size in (("x", box.x), ("y", box.y), ("w", box.width), ("h", box.height)):
            node.set(name, str(round(size)))
        node.set(f"{{{INSTANCE}}}type", "Element" if thing else "Container")
        if thing:
            node.set("elementRef", identifier(thing))
        else:
            self._words(node, "label", {lang: _OWNERLESS[lang] for lang in _LANGUAGES})
        return node


def identifier(iri: str) -> str:
    """What stands for *iri* in a file: its kind and name, or a digest where XML does not take those.

    >>> identifier("https://w3id.org/samenhang/id/building-block/uitid")
    'building-block.uitid'
    """
    name = iri.removeprefix(ID).replace("/", ".")
    return name if _NAME.match(name) else "id." + hashlib.sha256(iri.encode()).hexdigest()[:16]


def notation(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """*term* as Turtle writes it, with a prefix where one fits.

    >>> notation(ox.NamedNode("https://w3id.org/samenhang/ns#fact")), notation(ox.Literal("kaart", language="nl"))
    ('sam:fact', '"kaart"@nl')
    """
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if isinstance(term, ox.Literal) and not term.language and term.datatype.value != PREFIXES["xsd"] + "string":
        return f"{ox.Literal(term.value)}^^{shorten(term.datatype.value)}"
    return str(term)


def _property(name: str) -> str:
    plain = name.replace(":", ".")
    return f"property.{plain if _NAME.match(plain) else identifier(name)}"


def _tag(name: str) -> str:
    return f"{{{SPACE}}}{name}"


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    return term.value
