"""A graph as it was brought and as a server gives it back, held against each other line by line."""

from __future__ import annotations

from samenhang.release.loading import differing

A = b'<x:a> <x:p> "1"^^<x:i> .\n'
B = b'<x:a> <x:p> "01"^^<x:i> .\n'
C = b'<x:a> <x:pp> "a  b _:c" .\n'
D = b"<x:b> <x:p> <x:c> .\n"
E = b"<x:b> <x:p> <x:d> .\n"


def told(ours: list[bytes], theirs: list[bytes]) -> list[tuple[list[str], list[str]]]:
    return [([str(t) for t in missing], [str(t) for t in extra]) for missing, extra in differing(ours, theirs)]


def test_the_same_graph_differs_in_nothing_also_where_a_line_came_twice() -> None:
    assert told([A, C, D], [A, A, C, D]) == []


def test_what_one_of_them_has_is_told_by_subject_and_predicate() -> None:
    assert told([A, C, D], [B, E]) == [
        (['<x:a> <x:p> "1"^^<x:i>'], ['<x:a> <x:p> "01"^^<x:i>']),
        (['<x:a> <x:pp> "a  b _:c"'], []),
        (["<x:b> <x:p> <x:c>"], ["<x:b> <x:p> <x:d>"]),
    ]


def test_of_several_values_only_those_that_differ_are_told() -> None:
    assert told([D, E], [D]) == [(["<x:b> <x:p> <x:d>"], [])]
