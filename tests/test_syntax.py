"""Where a query stops being SPARQL: the word itself, though the engine points elsewhere."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenhang.engine import EmbeddedEngine
from samenhang.errors import SyntaxProblem
from samenhang.syntax import Mistake, mistake
from tests.support import ROOT


@pytest.mark.parametrize(
    ("query", "line", "column", "word"),
    [
        ("SELEC * {}", 1, 1, "SELEC"),
        ("SELECT ?a, ?b WHERE { ?a ?b ?c }", 1, 10, ","),
        ("SELECT a WHERE { ?a ?b ?c }", 1, 8, "a"),
        ("SELECT COUNT(?a) { ?a ?b ?c }", 1, 8, "COUNT"),
        ("SELECT ?a WHERE ?a ?b ?c", 1, 17, "?a"),
        ("SELECT ?a {\n  ?a foo:b ?c }", 2, 6, "foo:b"),
        ("SELECT ?a {\n  FILTER (?a = )\n}", 2, 16, ")"),
        ('SELECT * {\n  ?s ?p ?o .\n  FILTER regex(?s "x")\n}', 3, 19, '"x"'),
        ("# één {\nSELECT ?a { ?a b ?c }", 2, 16, "b"),
        ("SELECT ?a {\r\n\t?a ?b ?c\r\n\t?d ?e ?f\r\n}", 3, 2, "?d"),
        ('SELECT ?a { ?a ?b """een\ntwee # drie""" ?d }', 2, 16, "?d"),
        ('SELECT ?a { FILTER(LANG(?a) == "nl") }', 1, 29, "=="),
        ("SELECT ?a { ?a ?b ?c FILTR(?c) }", 1, 22, "FILTR"),
        ("SELECT ?a { ?a ?b ?c . OPTIONAL ?a ?d ?e }", 1, 33, "?a"),
        ("SELECT ?a WHERE { ?a ?b ?c } ORDER ?a", 1, 36, "?a"),
        ("SELECT ?a WHERE { ?a ?b ?c } LIMIT tien", 1, 36, "tien"),
        ("SELECT ?a WHERE { ?a ?b ?c } }", 1, 30, "}"),
        ("PREFIX sam <http://example.org/>\nSELECT ?a {}", 1, 8, "sam"),
        ("INSERT DATA { <x:a> <x:b> 1 }", 1, 1, "INSERT"),
        # Nothing is wrong with a word; something lacks at the end.
        ("SELECT ?a WHERE { ?a ?b ?c", 1, 27, ""),
        ("SELECT ?a WHERE { ?a ?b ?c\n\n", 1, 27, ""),
        ("SELECT ?a { ?a ?b ?c } GROUP BY", 1, 32, ""),
        ("ASK {", 1, 6, ""),
    ],
)
def test_the_word_where_it_goes_wrong(query: str, line: int, column: int, word: str) -> None:
    assert mistake(query) == Mistake(line, column, word)


@pytest.mark.parametrize("query", ["ASK {}", "SELECT * { ?s ?p ?o } # SELECT", ""])
def test_nothing_is_told_of_what_has_no_mistake_or_no_words(query: str) -> None:
    assert mistake(query) is None


@settings(deadline=None)
@given(st.data())
def test_every_query_of_ours_broken_anywhere_has_a_place(data: st.DataObject) -> None:
    """One character more, less or other: either it still parses, or the mistake is at most where the text was changed
    on, and never before the beginning or after the end."""
    path = data.draw(st.sampled_from(sorted((ROOT / "queries").rglob("*.rq"))))
    text = path.read_text(encoding="utf-8")
    at = data.draw(st.integers(0, len(text) - 1))
    broken = text[:at] + data.draw(st.sampled_from(["", "(", "}", ".", "?", "'", "<", "x", "#", "\n"])) + text[at + 1 :]
    try:
        EmbeddedEngine(ox.Store()).query(broken)
    except SyntaxProblem as problem:
        assert problem.line is not None
        assert problem.column is not None
        lines = broken.split("\n")
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert f"regel {problem.line}, kolom {problem.column}" in problem.nl
