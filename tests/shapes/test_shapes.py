"""The shapes against their examples: good descriptions pass, and each bad one is refused by the one shape it names.

``ontology/examples/<class>.ttl`` are complete, good descriptions. ``tests/shapes/bad/<Class>-<what>[.<scenario>].ttl``
hold one mistake each; the name says which shape must fire, and no other may. Both engines see every file, and must
say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox
import pytest

from samenhang.inspection import shapes_text
from samenhang.namespaces import NS, PREFIXES, shorten
from samenhang.sources import COMMON, find
from samenhang.validation import Report, Result, Severity, validate
from samenhang.validation.engines import Choice
from tests.support import kebab

ROOT: Final = Path(__file__).resolve().parent.parent.parent
BAD: Final = sorted((ROOT / "tests" / "shapes" / "bad").glob("*.ttl"))
EXAMPLES: Final = sorted((ROOT / "ontology" / "examples").glob("*.ttl"))
ENGINES: Final[tuple[Choice, ...]] = ("compiled", "reference") if find_spec("shacl") else ("reference",)

Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal

SH: Final = PREFIXES["sh"]
RDF: Final = PREFIXES["rdf"]
RDFS: Final = PREFIXES["rdfs"]
TYPE: Final = RDF + "type"
LABEL: Final = PREFIXES["skos"] + "prefLabel"
SUBCLASS: Final = RDFS + "subClassOf"

UNUSED: Final = {"Rule"}
"""Classes with an address of their own that data do not use yet."""


class Statement(NamedTuple):
    """A triple whose parts are known not to be triples themselves."""

    subject: Node
    predicate: ox.NamedNode
    object: Term


def _triples(path: Path) -> list[Statement]:
    quads = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    return [
        Statement(q.subject, q.predicate, q.object)
        for q in quads
        if not isinstance(q.subject, ox.Triple) and not isinstance(q.object, ox.Triple)
    ]


def _file_of(name: str) -> str:
    return "scheme" if name == "ConceptScheme" else kebab(name)


@cache
def _shapes() -> bytes:
    return shapes_text(ROOT / "shapes")


@cache
def _ontology() -> tuple[Statement, ...]:
    files = [f.path for f in find(ROOT) if f.source == "ontology"]
    return tuple(t for path in files for t in _triples(path))


@cache
def _terms() -> tuple[Statement, ...]:
    """What shapes need of the ontology: what is a class or property, and what is a kind of what."""
    return tuple(t for t in _ontology() if t.predicate.value in (TYPE, SUBCLASS))


@cache
def _code_lists() -> tuple[tuple[Statement, ...], ...]:
    files = [f.path for f in find(ROOT) if f.source == COMMON and not f.path.stem.endswith(("-report", "-field"))]
    return tuple(tuple(_triples(path)) for path in files if path.parent.name == COMMON)


def _check(own: Iterable[Statement], engine: Choice) -> Report:
    """The report on these triples beside the ontology and those code lists that they use a code from."""
    data = list(own)
    named = {t.object for t in data}
    data += [t for codes in _code_lists() if any(c.subject in named for c in codes) for t in codes]
    triples = [ox.Triple(*t) for t in dict.fromkeys((*data, *_terms()))]
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert written is not None  # no output file was given
    return validate(written, _shapes(), engine=engine)


def _agreed(path: Path) -> tuple[Result, ...]:
    """The results on a file, after seeing that the engines agree about every one of them."""
    reports = [_check(_triples(path), engine) for engine in ENGINES]
    for report in reports[1:]:
        assert report.results == reports[0].results, f"{report.engine} and {reports[0].engine} differ"
    return reports[0].results


@cache
def _described() -> dict[str, list[Statement]]:
    """Shape or constraint (its name behind ``shapes:``) to what is said of it."""
    found: dict[str, list[Statement]] = {}
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        for t in _triples(path):
            if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(PREFIXES["shapes"]):
                found.setdefault(_name(t.subject), []).append(t)
    return found


def _name(term: Term) -> str:
    return term.value.removeprefix(PREFIXES["shapes"])


def _values(name: str, predicate: str) -> list[Term]:
    return [t.object for t in _described()[name] if t.predicate.value == predicate]


def _texts(name: str, predicate: str) -> list[ox.Literal]:
    return [v for v in _values(name, predicate) if isinstance(v, ox.Literal)]


def _is(name: str, *kinds: str) -> bool:
    return any(ox.NamedNode(SH + kind) in _values(name, TYPE) for kind in kinds)


def _naming() -> list[str]:
    """The shapes and constraints that a result can name: those with a hyphen."""
    return sorted(n for n in _described() if "-" in n and _is(n, "NodeShape", "PropertyShape", "SPARQLConstraint"))


def _languages(name: str, predicate: str) -> list[str]:
    return sorted(text.language or "" for text in _texts(name, predicate))


def _severity(name: str) -> str:
    if _is(name, "SPARQLConstraint"):  # a constraint has the severity of the shape that it stands in
        (name,) = [shape for shape in _described() if name in map(_name, _values(shape, SH + "sparql"))]
    (severity,) = _values(name, SH + "severity")
    return severity.value


def _stem(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", EXAMPLES, ids=_stem)
def test_a_good_example_passes(path: Path) -> None:
    assert _agreed(path) == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=_stem)
def test_a_good_example_shows_its_class(path: Path) -> None:
    if path.stem == "scheme":
        wanted = PREFIXES["skos"] + "ConceptScheme"
    else:
        names = {c.removeprefix(NS) for c in _classes()}
        wanted = NS + next(name for name in names if kebab(name) == path.stem)
    kinds = {wanted} | {t.subject.value for t in _terms() if t.predicate.value == SUBCLASS and t.object.value == wanted}
    assert any(t.predicate.value == TYPE and t.object.value in kinds for t in _triples(path))


@pytest.mark.parametrize("path", BAD, ids=_stem)
def test_a_bad_example_is_refused_by_the_shape_that_it_names(path: Path) -> None:
    expected = path.stem.split(".")[0]
    results = _agreed(path)
    assert {shorten(r.shape) for r in results} == {f"shapes:{expected}"}
    for result in results:
        assert result.severity.iri == _severity(expected)
        assert result.messages == {text.language: text.value for text in _texts(expected, SH + "message")}


def test_every_shape_that_can_refuse_or_warn_has_a_bad_example() -> None:
    shown = {path.stem.split(".")[0] for path in BAD}
    needed = {n for n in _naming() if _severity(n) in (Severity.VIOLATION.iri, Severity.WARNING.iri)}
    assert needed - shown == set()
    assert shown - set(_naming()) == set(), "a bad example names a shape that does not exist"


def _classes() -> set[str]:
    """The classes that data may use: those with an address of their own, and the two that carry the patterns."""
    with_kind = {t.subject.value for t in _ontology() if t.predicate.value == NS + "kind"}
    return (with_kind | {NS + "Thing", NS + "Claim", NS + "Code"}) - {NS + name for name in UNUSED}


def test_every_class_that_data_may_use_has_a_shape_and_an_example() -> None:
    names = {c.removeprefix(NS) for c in _classes()} | {"ConceptScheme"}
    assert {n for n in names if not (ROOT / "shapes" / f"{_file_of(n)}.ttl").is_file()} == set()
    assert {n for n in names if not _values(n, SH + "targetClass")} == set()
    assert {path.stem for path in EXAMPLES} == {_file_of(n) for n in names}


def test_every_shape_targets_a_class_that_exists() -> None:
    declared = {t.subject.value for t in _ontology() if t.object.value == PREFIXES["owl"] + "Class"}
    targets = {v.value for name in _described() for v in _values(name, SH + "targetClass")}
    assert {t for t in targets if t.startswith(NS)} - declared == set()


def test_an_address_shape_asks_for_the_kind_of_the_ontology() -> None:
    for t in _ontology():
        if t.predicate.value == NS + "kind" and t.subject.value in _classes():
            name = f"{t.subject.value.removeprefix(NS)}-address"
            expected = rf"^https://w3id\.org/samenhang/id/{t.object.value}/[a-z0-9]+(-[a-z0-9]+)*$"
            assert [v.value for v in _values(name, SH + "pattern")] == [expected], name


@pytest.mark.parametrize("name", _naming())
def test_what_a_result_can_name_says_what_to_do(name: str) -> None:
    assert _languages(name, SH + "message") == ["en", "nl"]
    assert _severity(name) in {severity.iri for severity in Severity}
    if _is(name, "PropertyShape"):
        assert _languages(name, SH + "name") == ["en", "nl"]
    if _is(name, "NodeShape"):
        assert _languages(name, RDFS + "label") == ["en", "nl"]


def test_every_other_shape_is_named_and_explained() -> None:
    for name in sorted(_described()):
        if "-" in name or not _is(name, "NodeShape", "PropertyShape"):
            continue
        assert _languages(name, RDFS + "label") == ["en", "nl"], name
        if _values(name, SH + "targetClass") or _values(name, SH + "targetSubjectsOf"):
            assert _languages(name, SH + "description") == ["en", "nl"], name


def test_a_shape_stands_in_the_file_of_its_class() -> None:
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        subjects = {_name(t.subject) for t in _triples(path) if isinstance(t.subject, ox.NamedNode)}
        files = {_file_of(name.split("-")[0]) for name in subjects if "-" in name and not name.startswith("prefix-")}
        assert files <= {path.stem}, path.name


def test_every_shape_has_an_iri() -> None:
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        triples = _triples(path)
        nameless = {t.subject for t in triples if isinstance(t.subject, ox.BlankNode)}
        parts = (RDF + "first", RDF + "rest", SH + "zeroOrMorePath")
        within = {t.subject for t in triples if t.predicate.value in parts}  # lists and paths, which have no name
        assert nameless <= within, f"{path.name} has a shape or constraint without an IRI"


def test_every_shortcut_of_the_ontology_is_known_as_one() -> None:
    shortcuts = _triples(ROOT / "ontology" / "shortcuts.ttl")
    properties: set[Term] = {t.subject for t in shortcuts if t.object.value == PREFIXES["owl"] + "ObjectProperty"}
    marked: set[Term] = {t.subject for t in shortcuts if t.object.value == PREFIXES["sam"] + "Shortcut"}
    assert properties == marked


def _labels(paths: Iterable[Path]) -> dict[str, set[Term]]:
    found: dict[str, set[Term]] = {}
    for path in paths:
        for t in _triples(path):
            if t.predicate.value == LABEL:
                found.setdefault(t.subject.value, set()).add(t.object)
    return found


def test_an_example_calls_a_thing_as_the_map_does() -> None:
    real = _labels((ROOT / "data").rglob("*.ttl"))
    examples = _labels(EXAMPLES)
    assert {thing: labels for thing, labels in examples.items() if labels != real.get(thing, labels)} == {}


def test_examples_quote_the_report_verbatim(shared: Path) -> None:
    text = (shared / "facts" / "vbh-eindverslag-2021.txt").read_text(encoding="utf-8")
    lines = [" ".join(line.replace("*", "").split()) for line in text.splitlines()]
    triples = {t for path in EXAMPLES for t in _triples(path)}
    report = {t.subject for t in triples if t.object.value == PREFIXES["source"] + "eindverslag-2021"}
    fragments = {t.object.value for t in triples if t.subject in report and t.predicate.value == NS + "fragment"}
    assert len(fragments) > 20
    assert {fragment for fragment in fragments if not any(fragment in line for line in lines)} == set()


def test_the_code_lists_themselves_are_well_described() -> None:
    codes = [t for codes in _code_lists() for t in codes]
    assert _check(codes, ENGINES[0]).results == ()
