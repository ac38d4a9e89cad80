"""What a file tells, as things and claims, each with the place in the file as its evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from samenhang.exchange.rows import slug
from samenhang.exchange.terms import code, triple
from samenhang.namespaces import ID, PREFIXES
from samenhang.questions import Words

_LANGUAGES: Final = ("nl", "en")
Value = ox.NamedNode | ox.Literal


class Account:
    """The account that the file *name* gives: what it is called, and under which *key* its addresses stand."""

    def __init__(self, key: str, name: str, title: Words) -> None:
        self.key, self._name = slug(key), name
        self.source = ox.NamedNode(f"{ID}source/{self.key}")
        self._triples: dict[ox.Triple, None] = {}
        self._proofs: dict[ox.NamedNode, str] = {}
        self.add(self.source, "rdf:type", code("Source"))
        self._speak(self.source, "skos:prefLabel", title)

    def triples(self) -> list[ox.Triple]:
        """All of it, each triple once."""
        return list(self._triples)

    def add(self, subject: ox.NamedNode, path: str, *values: Value) -> None:
        """That *subject* has *values* for the prefixed name *path*."""
        self._triples.update((triple(subject, path, value), None) for value in values)

    def proof(self, key: str, place: str) -> ox.NamedNode:
        """The evidence that stands at *place* in the file, known by *key*, unless that is another place's."""
        proof = ox.NamedNode(f"{ID}evidence/{slug(f'{self.key}-{key}')}")
        if self._proofs.setdefault(proof, place) != place:
            proof = ox.NamedNode(f"{proof.value}-{hashlib.sha256(place.encode()).hexdigest()[:8]}")
            self._proofs[proof] = place
        self.add(proof, "rdf:type", code("Evidence"))
        self.add(proof, "sam:confidence", code("A"))
        self.add(proof, "sam:path", ox.Literal(f"{self._name}#{place}"))
        self.add(proof, "sam:source", self.source)
        return proof

    def thing(self, thing: ox.NamedNode, cls: str, label: Words, definition: Words, proof: ox.NamedNode) -> None:
        """That *thing* is a *cls*, called and defined so."""
        self.add(thing, "rdf:type", code(cls))
        self.add(thing, "sam:modality", code("fact"))
        self.add(thing, "sam:evidence", proof)
        self._speak(thing, "skos:prefLabel", label)
        self._speak(thing, "skos:definition", definition)

    def claim(
        self, name: str, cls: str, proof: ox.NamedNode, told: Mapping[str, Value], modality: str = "fact"
    ) -> ox.NamedNode:
        """The claim *name* of the class *cls*, which holds: what it tells by the prefixed names of its properties."""
        claim = ox.NamedNode(f"{ID}claim/{slug(f'{self.key}-{name}')}")
        self.add(claim, "rdf:type", code(cls))
        self.add(claim, "sam:modality", code(modality))
        self.add(claim, "sam:polarity", code("holds"))
        self.add(claim, "sam:evidence", proof)
        for path, value in told.items():
            self.add(claim, path, value)
        return claim

    def statement(
        self,
        name: str,
        subject: ox.NamedNode,
        path: str,
        value: Value,
        proof: ox.NamedNode,
        modality: str = "fact",
    ) -> ox.NamedNode:
        """The claim *name* that *subject* has *value* for the prefixed name *path*."""
        prefix, _, local = path.partition(":")
        told = {
            "rdf:subject": subject,
            "rdf:predicate": ox.NamedNode(PREFIXES[prefix] + local),
            "rdf:object": value,
        }
        return self.claim(name, "Statement", proof, told, modality)

    def anomaly(self, name: str, label: Words, what: Words, proof: ox.NamedNode) -> None:
        """That something is wrong with the file itself: *what* it is and what became of it. A check tells of it."""
        note = ox.NamedNode(f"{ID}source-note/{slug(f'{self.key}-{name}')}")
        self.thing(note, "SourceNote", label, what, proof)
        self.add(note, "sam:noteKind", code("note-anomaly"))

    def __contains__(self, thing: ox.NamedNode) -> bool:
        """Whether *thing* was described."""
        return triple(thing, "sam:modality", code("fact")) in self._triples

    def note(self, subject: ox.NamedNode, words: Words) -> None:
        """A note of ours with *subject*."""
        self._speak(subject, "skos:editorialNote", words)

    def _speak(self, subject: ox.NamedNode, path: str, words: Words) -> None:
        self.add(subject, path, *(ox.Literal(words[lang], language=lang) for lang in _LANGUAGES))


def date(text: str) -> ox.Literal:
    """*text* as a date, a month or a year, by its length."""
    kind = {10: "date", 7: "gYearMonth", 4: "gYear"}[len(text)]
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))


def pointer(*parts: str | int) -> str:
    """A place in a tree, as JSON Pointer (RFC 6901) writes it.

    >>> pointer("paths", "/events/{id}", "get")
    '/paths/~1events~1{id}/get'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def beneath(block: str, title: str) -> str:
    """The end of the address of what is called *title* and belongs to the *block* with that address, if to any.

    >>> beneath("https://w3id.org/samenhang/id/building-block/uitid", "Entry API"), beneath("", "Entry API")
    ('uitid-entry-api', 'entry-api')
    """
    own, ours = slug(title), block.rpartition("/")[2]
    return own if own.startswith(ours) else slug(f"{ours}-{own}")


def line(text: str) -> str:
    """*text* on one line, without signs that nobody sees.

    >>> line(" OSLO\\n Dienst\\x00 ")
    'OSLO Dienst'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
