"""The guard: what it refuses, what it lets through, what it reads of a query without parsing it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.engine import guard, weight
from samenhang.engine.limits import LENGTH, LIMITS
from samenhang.errors import WrongValue
from samenhang.namespaces import BASE, GRAPH
from tests.support import ROOT

BUILT_TO_HURT = {
    "parentheses": ("SELECT * { FILTER (" + "(" * 5000 + "1" + ")" * 5000 + ") }", "brackets"),
    "braces": ("SELECT * " + "{" * 5000 + "}" * 5000, "brackets"),
    "empty lists": ("SELECT * { ?s ?p " + "(" * 200 + ")" * 200 + " }", "brackets"),
    "blank nodes": ("SELECT * { ?s ?p " + "[?p " * 200 + "1" + "]" * 200 + " }", "brackets"),
    "calls": ("SELECT * { FILTER (" + "STR(" * 1000 + "1" + ")" * 1000 + ") }", "brackets"),
    "exists": ("SELECT * { " + "FILTER EXISTS {" * 1000 + "}" * 1000 + " }", "brackets"),
    "sub-selects": ("SELECT * { " + "{ SELECT * {" * 1000 + "}}" * 1000 + " }", "brackets"),
    "or": ("SELECT * { FILTER (" + "||".join(["?a"] * 10_000) + ") }", "'||'"),
    "plus": ("SELECT * { FILTER (" + "+".join(["1"] * 10_000) + ") }", "'+'"),
    "union": ("SELECT * { " + " UNION ".join(["{}"] * 5_000) + " }", "UNION"),
    "optional": ("SELECT * { " + "OPTIONAL { }" * 5_000 + " }", "OPTIONAL"),
    "bind": ("SELECT * { " + "".join(f"BIND(1 AS ?x{i})" for i in range(4_000)) + " }", "BIND"),
    "projection": ("SELECT " + "".join(f"(1 AS ?x{i})" for i in range(4_000)) + " {}", "AS"),
    "path": ("SELECT * { ?s " + "/".join(["a"] * 10_000) + " ?o }", "'/'"),
    "chain": ("SELECT * { " + "".join(f"?v{i} ?p ?v{i + 1} ." for i in range(1_200)) + " }", "patterns"),
    "predicates": ("SELECT * { ?s " + ";".join(["?p ?o"] * 1_200) + " }", "patterns"),
    "objects": ("SELECT * { ?s ?p " + ",".join(["?o"] * 1_200) + " }", "patterns"),
    "length": ("SELECT * { } #" + "x" * LENGTH, "characters"),
    "escaped": ("SELECT * { FILTER (" + "\\u0028" * 5000 + "1" + ")" * 5000 + ") }", "brackets"),
    "behind a comparison": ("SELECT * { FILTER (1<2&&'>'='>' || " + "(" * 3000 + "1" + ")" * 3000 + ") }", "brackets"),
    "in a doubtful string": (
        "ASK { FILTER (1<2&&'>'='' || " + "(" * 3000 + "1" + ")" * 3000 + " || ''='') }",
        "spaces",
    ),
    "nots": ("ASK { FILTER (" + "!" * 20_000 + "true) }", "'!'"),
    "prefixes": ("PREFIX a: <b:> " * 5_000 + "ASK {}", "PREFIX"),
    "bases": ("BASE <a/> " * 9_000 + "ASK {}", "BASE"),
    "graphs": ("SELECT * " + "FROM <a:b> " * 5_000 + "{}", "FROM"),
    "address": ("BASE <a:" + "b" * 9_000 + "> SELECT * FROM <c> {}", "BASE"),
    "joined groups": ("SELECT * { " + "{ ?a ?b ?c }" * 1_000 + " }", "patterns"),
}


@pytest.mark.parametrize("name", BUILT_TO_HURT)
def test_what_is_built_to_hurt_is_refused_with_what_there_is_too_much_of(name: str) -> None:
    query, word = BUILT_TO_HURT[name]
    with pytest.raises(WrongValue) as caught:
        guard.read(query)
    assert caught.value.status in (400, 413)
    assert word in caught.value.en
    assert word in caught.value.nl or name in ("blank nodes", "in a doubtful string") or word in _SAID_IN_ENGLISH


_SAID_IN_ENGLISH = ("brackets", "patterns", "characters", "spaces")


def own_queries() -> list[Path]:
    return sorted((ROOT / "queries").rglob("*.rq"))


@pytest.mark.parametrize("path", own_queries(), ids=lambda path: path.stem)
def test_our_own_queries_are_far_from_every_limit(path: Path) -> None:
    """At most half of it, so that an organisation may write a longer one."""
    text = path.read_text(encoding="utf-8")
    assert guard.read(text).kind in ("SELECT", "CONSTRUCT")
    for name, number in weight.weigh(text):
        assert number <= LIMITS[name].most / 2, (name, number)
    assert len(text) < LENGTH / 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?x { " + " ".join(f"<http://example.org/{i}>" for i in range(2_000)) + " } ?x ?p ?o }",
        "SELECT * { VALUES (?x ?y) { " + '("a, (b" "c")' * 1_000 + " } }",
        "SELECT * { ?x ?p ?o FILTER (?x IN (" + ", ".join(str(i) for i in range(3_000)) + ")) }",
        'SELECT * { FILTER (?a = "' + "((((" * 2_000 + '") }',
        "SELECT * { ?s ?p 'UNION OPTIONAL BIND' }\n" + "# UNION { } ; , . ((((\n" * 1_000,
    ],
    ids=["iris", "rows", "numbers", "a long string", "comments"],
)
def test_much_of_what_does_not_hurt_is_let_through(query: str) -> None:
    assert guard.read(query).kind == "SELECT"


@pytest.mark.parametrize(
    ("query", "kind", "default", "named"),
    [
        ("SELECT * {}", "SELECT", (), ()),
        ("ask{}", "ASK", (), ()),
        ("# PREFIX\nPREFIX a: <b:#> # x\nBASE <http://e.org/>DESCRIBE a:x", "DESCRIBE", (), ()),
        ("CONSTRUCT { ?s ?p ?o } FROM <x:g> WHERE { ?s ?p ?o }", "CONSTRUCT", ("x:g",), ()),
        ("CONSTRUCT FROM <x:g> WHERE { ?s ?p ?o }", "CONSTRUCT", ("x:g",), ()),
        ("CONSTRUCT { ?s ?p '}' } FROM NAMED <x:g> { }", "CONSTRUCT", (), ("x:g",)),
        ("SELECT * FROM <a:b> FROM NAMED <c:d> from<e:f> { }", "SELECT", ("a:b", "e:f"), ("c:d",)),
        ("PREFIX g: <x:g/> PREFIX : <x:h/> ASK FROM g:x FROM NAMED :y {}", "ASK", ("x:g/x",), ("x:h/y",)),
        ("BASE <http://e/a/> SELECT * FROM <b> FROM <../c> {}", "SELECT", ("http://e/a/b", "http://e/c"), ()),
        ("BASE <http://e/a/> SELECT * FROM <http://f/g#> FROM <b#> {}", "SELECT", ("http://f/g#", "http://e/a/b#"), ()),
        ("PREFIX g: <graph/> SELECT * FROM <id/b> FROM g:c {}", "SELECT", (BASE + "id/b", GRAPH + "c"), ()),
        ("SELECT ('FROM <a:b>' AS ?x) # FROM <c:d>\n{ }", "SELECT", (), ()),
        ("SELECT ?FROM ?from { ?FROM <a:b> ?c }", "SELECT", (), ()),
        ("SELECT * { GRAPH <a:b> { } } # FROM <c:d>", "SELECT", (), ()),
        ("\\u0053ELECT * FROM <a:\\u0062> {}", "SELECT", ("a:b",), ()),
        ("SELECTED", None, (), ()),
        ("INSERT DATA { }", None, (), ()),
        ("", None, (), ()),
        ("PREFIX SELECT: <x:> ASK {}", "ASK", (), ()),
    ],
)  # fmt: skip
def test_kind_and_graphs_of_a_query(
    query: str, kind: str | None, default: tuple[str, ...], named: tuple[str, ...]
) -> None:
    found = guard.read(query)
    assert (found.kind, found.default, found.named) == (kind, default, named)


def test_the_kind_is_what_the_engine_makes_of_it(shared: Path) -> None:
    """Every query of the W3C suite that the engine parses: never refused, and of the kind that it is."""
    kinds = {ox.QuerySolutions: ("SELECT",), ox.QueryBoolean: ("ASK",), ox.QueryTriples: ("CONSTRUCT", "DESCRIBE")}
    seen, store = 0, ox.Store()
    for path in sorted((shared / "w3c" / "sparql11").rglob("*.rq")):
        text = path.read_text(encoding="utf-8")
        if "SERVICE" in text.upper():
            continue
        try:
            answer = store.query(text, base_iri="http://example.org/")
        except (SyntaxError, RuntimeError):
            continue
        assert guard.read(text).kind in kinds[type(answer)], path
        seen += 1
    assert seen > 250
