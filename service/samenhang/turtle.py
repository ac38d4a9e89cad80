"""Turtle written in one way: sorted subjects, one predicate a line, one object a line where there are several.

``python -m samenhang.turtle [--check] FILE...`` rewrites files in place (or only says which differ, exit status 1).
A file keeps the comment block at its top; comments elsewhere would be lost, so they are refused: reasons belong in
``rdfs:comment`` or ``skos:editorialNote``, where readers of the data see them too.
"""

from __future__ import annotations

import functools
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import lexis
from samenhang.namespaces import LOCAL, PREFIXES

_RDF: Final = PREFIXES["rdf"]
_FIRST, _REST, _NIL = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil"))
_TYPE: Final = ox.NamedNode(_RDF + "type")
_LEADING: Final = [
    PREFIXES[prefix] + name
    for prefix, name in (
        ("rdf", "type"),
        ("skos", "prefLabel"),
        ("rdfs", "label"),
        ("skos", "altLabel"),
        ("skos", "definition"),
        ("sh", "targetClass"),
        ("sh", "path"),
        ("rdf", "subject"),
        ("rdf", "predicate"),
        ("rdf", "object"),
    )
]
"""What a reader wants first; every other predicate follows in the order of its prefixed name."""

_BARE: Final = {
    PREFIXES["xsd"] + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    PREFIXES["xsd"] + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    PREFIXES["xsd"] + "boolean": re.compile(r"(true|false)\Z"),
}
_ESCAPES: Final = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Subject = ox.NamedNode | ox.BlankNode


class _Writer:
    def __init__(self, triples: Iterable[ox.Triple | ox.Quad], prefixes: dict[str, str]) -> None:
        self.by_subject: dict[Node, dict[ox.NamedNode, set[Node]]] = defaultdict(lambda: defaultdict(set))
        self.prefixes = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self.used: set[str] = set()
        self.short: dict[str, str] = {}
        self.references: dict[Node, int] = defaultdict(int)
        for triple in triples:
            values = self.by_subject[triple.subject][triple.predicate]
            if triple.object not in values:
                values.add(triple.object)
                if isinstance(triple.object, ox.BlankNode):
                    self.references[triple.object] += 1
        self.nested = self.within_another()

    def within_another(self) -> set[Node]:
        """The blank nodes that can be written where they are named: named once, and not within themselves."""
        nested: set[Node] = {n for n in self.by_subject if isinstance(n, ox.BlankNode) and self.references[n] == 1}
        parent = {
            value: subject
            for subject, by_predicate in self.by_subject.items()
            for values in by_predicate.values()
            for value in values
            if value in nested
        }
        settled: set[Node] = set()
        for node in sorted(nested, key=str):
            path: list[Node] = []
            while node in nested and node not in settled and node not in path:
                path.append(node)
                node = parent[node]
            if node in path:
                nested.remove(node)  # a circle: here it begins
            settled.update(path)
        return nested

    def write(self, header: str) -> str:
        named = [s for s in self.by_subject if isinstance(s, ox.NamedNode)]
        loose = [s for s in self.by_subject if isinstance(s, ox.BlankNode) and s not in self.nested]
        blocks = [self.block(s) for s in sorted(named, key=lambda s: (self.iri(s), s.value))]
        blocks += sorted(self.block(s) for s in loose)
        prefixes = "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in sorted(self.prefixes) if p in self.used)
        return "\n".join(part for part in (header, prefixes, "\n".join(blocks)) if part)

    def block(self, subject: Subject) -> str:
        name = self.iri(subject) if isinstance(subject, ox.NamedNode) else f"_:{subject.value}"
        return f"{name}{self.predicates(subject, '    ', first_on_line=True)} .\n"

    def predicates(self, subject: Subject, indent: str, *, first_on_line: bool = False) -> str:
        by_predicate = self.by_subject[subject]
        lines = []
        for predicate in sorted(by_predicate, key=self.predicate_order):
            objects = [self.term(o, indent) for o in by_predicate[predicate]]
            verb = "a" if predicate == _TYPE else self.iri(predicate)
            separator = f" ,\n{indent}    "
            values = separator.join(sorted(objects))
            gap = f"\n{indent}    " if len(objects) > 1 else " "
            lines.append(f"{verb}{gap}{values}")
        opening = " " if first_on_line and lines[0].startswith("a ") else f"\n{indent}"
        return opening + f" ;\n{indent}".join(lines)

    def predicate_order(self, predicate: ox.NamedNode) -> tuple[int, str]:
        leading = _LEADING.index(predicate.value) if predicate.value in _LEADING else len(_LEADING)
        return leading, self.iri(predicate)

    def term(self, node: Node, indent: str) -> str:
        if isinstance(node, ox.NamedNode):
            return "()" if node == _NIL else self.iri(node)
        if isinstance(node, ox.Literal):
            return self.literal(node)
        if isinstance(node, ox.BlankNode):
            if node not in self.nested:
                return f"_:{node.value}"
            items = self.items(node)
            if items is not None:
                return f"( {' '.join(self.term(item, indent) for item in items)} )"
            return f"[{self.predicates(node, indent + '    ')}\n{indent}]"
        raise ValueError("triple terms are not written in Turtle 1.1")

    def items(self, node: ox.BlankNode) -> list[Node] | None:
        """The members when *node* is the head of a well-formed list, else None."""
        members: list[Node] = []
        here: Node = node
        while here != _NIL:
            cell = self.by_subject.get(here) if here in self.nested else None
            if cell is None or set(cell) != {_FIRST, _REST} or len(cell[_FIRST]) != 1 or len(cell[_REST]) != 1:
                return None
            members.append(next(iter(cell[_FIRST])))
            here = next(iter(cell[_REST]))
        return members

    def literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        if (bare := _BARE.get(datatype)) and bare.match(literal.value):
            return literal.value
        text = '"' + "".join(_ESCAPES.get(c, c) for c in literal.value) + '"'
        if literal.language:
            if literal.direction:
                raise ValueError("a text with a direction is not written in Turtle 1.1")
            return f"{text}@{literal.language}"
        return text if datatype == PREFIXES["xsd"] + "string" else f"{text}^^{self.iri(literal.datatype)}"

    def iri(self, node: ox.NamedNode) -> str:
        if node.value not in self.short:  # most stand there many times
            self.short[node.value] = self.shortened(node)
        return self.short[node.value]

    def shortened(self, node: ox.NamedNode) -> str:
        for prefix, namespace in self.prefixes:
            if node.value.startswith(namespace) and LOCAL.match(node.value[len(namespace) :]):
                self.used.add(prefix)
                return f"{prefix}:{node.value[len(namespace) :]}"
        return f"<{node.value}>"


def _labelled(triples: Iterable[ox.Triple | ox.Quad]) -> Iterable[ox.Quad]:
    """The *triples* with labels of blank nodes that follow from what they say, so that the form is always the same."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    if any(isinstance(term, ox.BlankNode) for quad in dataset for term in (quad.subject, quad.object)):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def write(triples: Iterable[ox.Triple | ox.Quad], *, header: str = "", prefixes: dict[str, str] | None = None) -> str:
    """The *triples* as Turtle; *header* is a comment block that is put on top as it is.

    It is the one form when blank nodes have canonical labels, as :func:`reformat` gives them.
    """

    return _Writer(triples, PREFIXES if prefixes is None else prefixes).write(header)


def reformat(text: str) -> str:
    """The same Turtle in the one form. Raises SyntaxError (of the parser), ValueError when a comment would be lost."""
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    below = re.sub(r"\A(?:#.*(?:\n|\Z))*", "", text)
    if lost := lexis.comments(below):
        raise ValueError(
            f"the comment '{lost[0]}' below the header would be lost; write it as rdfs:comment or skos:editorialNote"
        )
    return write(_labelled(quads), header=text.removesuffix(below))


def abbreviated(document: bytes) -> bytes:
    """A *document* (N-Triples as the engine writes them) as Turtle, with the prefixes that it uses.

    What stands below each other about one subject or property is told in one go; the order stays, so sort the lines
    before. It is done by text, line by line: by triples it takes more than twice as long.
    """
    short = _Abbreviations()
    parts: list[bytes] = []
    last = subject = verb = b""
    for line in document.splitlines():
        about, said, value = line[:-2].split(b" ", 2)
        if value[:1] != b'"' or value[-1:] == b">":
            value = short[value]
        if about != subject:
            parts += (last, short[about], b" ", b"a" if said == _VERB else short[said], b" ", value)
        elif said != verb:
            parts += (b" ;\n\t", b"a" if said == _VERB else short[said], b" ", value)
        else:
            parts += (b" , ", value)
        last, subject, verb = b" .\n", about, said
    spaces = sorted((-len(space), PREFIX_OF[space], space) for space in short.spaces if space)
    return b"".join([*(b"@prefix %b: <%b> .\n" % (prefix, space) for _, prefix, space in spaces), *parts, last])


_VERB: Final = str(_TYPE).encode()
PREFIX_OF: Final = {space.encode(): prefix.encode() for prefix, space in PREFIXES.items()}
"""The prefix of each namespace, both as bytes."""
_PLAIN: Final = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""What stands behind a prefix as it is: LOCAL, of bytes."""


class _Abbreviations(dict[bytes, bytes]):
    """What the terms of one document are in Turtle, each worked out when it is wanted; and whose prefixes they have."""

    def __init__(self) -> None:
        self.spaces: set[bytes] = set()

    def __missing__(self, term: bytes) -> bytes:
        self[term], space = found = _abbreviation(term)
        self.spaces.add(space)
        return found[0]


@functools.lru_cache(maxsize=4096)
def _abbreviation(term: bytes) -> tuple[bytes, bytes]:
    """A term of N-Triples, no plain text, as it stands in Turtle; and the namespace of which it has the prefix."""
    if term[:1] == b'"':
        text, _, datatype = term.rpartition(b"^^<")
        bare = _BARE.get(datatype[:-1].decode())
        if bare and bare.match(text[1:-1].decode()):
            return text[1:-1], b""
        name, space = _abbreviation(b"<" + datatype)
        return text + b"^^" + name, space
    end = max(term.rfind(b"/"), term.rfind(b"#")) + 1
    prefix = PREFIX_OF.get(term[1:end])
    if prefix is None or not _PLAIN.fullmatch(term, end, len(term) - 1):
        return term, b""
    return prefix + b":" + term[end:-1], term[1:end]


def main(arguments: Sequence[str]) -> int:
    """Rewrite the files named in *arguments*, or with ``--check`` say which are not in the one form.

    Gives the exit status: 0 fine, 1 not in the one form, 2 not Turtle or not readable.
    """
    check = "--check" in arguments
    status = 0
    for name in (a for a in arguments if a != "--check"):
        path = Path(name)
        try:
            before = path.read_text(encoding="utf-8")
            after = reformat(before)
        except (OSError, SyntaxError, ValueError) as problem:
            print(f"{name}: {problem}", file=sys.stderr)
            status = 2
            continue
        if after != before:
            status = max(status, int(check))
            print(f"{name}: {'is not in the one form' if check else 'rewritten'}", file=sys.stderr)
            if not check:
                path.write_text(after, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
