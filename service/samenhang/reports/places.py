"""On which line of a Turtle file something is said: parsers give triples without their place, so words are looked at.

The text is known to parse. N-Triples and N-Quads are read the same; of JSON-LD, TriG and RDF/XML no line is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from samenhang.lexis import OPAQUE
from samenhang.namespaces import PREFIXES

_ENDINGS: Final = ("", ".ttl", ".nt", ".nq")
_WORD: Final = re.compile(
    rf"(?P<opaque>{OPAQUE.pattern})"
    r"|(?P<mark>[\[\](){};,]|\.(?![0-9A-Za-z_]))"
    r"|(?P<suffix>\^\^|@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<name>(?:[^\s\[\](){};,.\"'<>#^@\\]|\\.|\.(?=[0-9A-Za-z_:-]))+)",
    re.DOTALL,
)
_CLOSING: Final = {"]": -1, ")": -1, "[": 1, "(": 1}
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Places:
    """What a file says and where: (subject, predicate, object, line), each as IRI, blank node label or plain text."""

    said: tuple[tuple[str, str, str, int], ...]

    @classmethod
    def read(cls, path: Path) -> Places:
        """The places in the file at *path*; none for another format, or for what is no text."""
        if path.suffix not in _ENDINGS:
            return cls(())
        try:
            return cls(tuple(_said(path.read_text(encoding="utf-8-sig"))))
        except (OSError, UnicodeDecodeError):
            return cls(())

    def line(self, subject: str, predicate: str | None, value: str | None) -> int | None:
        """Where this value is given; else where the property is; else where the subject is first described."""
        about = [place for place in self.said if place[0] == subject]
        having = [place for place in about if place[1] == predicate]
        exact = [place for place in having if place[2] == value]
        return next((place[3] for place in (*exact, *having, *about)), None)

    def named(self, iri: str) -> int | None:
        """Where *iri* is first described; else where it is first named as a value."""
        described = [place for place in self.said if place[0] == iri]
        return next((place[3] for place in (*described, *(p for p in self.said if p[2] == iri))), None)


def _said(text: str) -> Iterator[tuple[str, str, str, int]]:
    prefixes: dict[str, str] = {}
    terms: list[str] = []
    line, position, depth = 1, 0, 0
    for kind, found, start in _words(text):
        line += text.count("\n", position, start)
        position = start
        depth += _CLOSING.get(found, 0) if kind == "mark" else 0
        if depth > 0 or (kind == "mark" and found in _CLOSING):
            # What stands between brackets has no name to be found by; a pair of them is one term.
            if found in ("]", ")") and depth == 0:
                terms.append("[]")
        elif kind == "mark":
            terms = terms[:1] if found == ";" else terms[:2] if found == "," else []
        elif kind == "suffix":
            continue
        elif (declared := _declared(terms, found)) is not None:
            prefixes[declared[0]] = declared[1]
            terms = []
        else:
            terms.append(_term(found, prefixes))
            if len(terms) == 3 and not terms[0].lower().endswith("prefix"):
                yield terms[0], terms[1], terms[2], line


def _words(text: str) -> Iterator[tuple[str, str, int]]:
    after_type = False
    for match in _WORD.finditer(text):
        kind, found = match.lastgroup or "", match[0]
        if kind == "opaque" and found.startswith("#"):
            continue
        if kind == "suffix" and found.lower() == "@prefix":
            kind = "name"
        if after_type:  # the datatype belongs to the literal before it
            after_type = False
            continue
        after_type = found == "^^"
        yield kind, found, match.start()


def _declared(terms: list[str], found: str) -> tuple[str, str] | None:
    """Prefix and namespace, when *found* ends a declaration."""
    if len(terms) == 2 and terms[0].lower() in ("@prefix", "prefix") and found.startswith("<"):
        return terms[1], found[1:-1]
    return None


def _term(found: str, prefixes: dict[str, str]) -> str:
    if found.startswith("<"):
        return _plain(found[1:-1])
    if found[0] in "\"'":
        marks = 3 if found[:3] in ('"""', "'''") else 1
        return _plain(found[marks:-marks])
    if found == "a":
        return PREFIXES["rdf"] + "type"
    prefix, colon, local = found.partition(":")
    if colon and f"{prefix}:" in prefixes:
        return prefixes[f"{prefix}:"] + re.sub(r"\\(.)", r"\1", local)
    return found


def _plain(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "uU" and len(code) > 1 else _LETTERS.get(code, code)

    return _ESCAPE.sub(one, text)
