"""Which queries may be answered differently each time, so that no answer is kept."""

from __future__ import annotations

import pytest

from samenhang.engine.inquiry import Inquiry


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT (now () AS ?n) {}",
        "SELECT * { ?known ?p ?o BIND (Rand() AS ?r) }",
        "SELECT (STRUUID() AS ?x) {}",
        "SELECT (uuid\n() AS ?x) {}",
        "SELECT (1+NOW() AS ?n) {}",
        # An escape may stand for any of these letters.
        r"SELECT (N\u004FW() AS ?n) {}",
        r"SELECT (\U0000004EOW() AS ?n) {}",
    ],
)
def test_what_depends_on_the_moment_or_on_chance(text: str) -> None:
    assert Inquiry(text, "json").volatile


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?known ?p ?nowhere }",
        "SELECT * { ?brand ?random ?now_ }",
        "SELECT * { ?uuids ?p 'snow' }",
        "SELECT * { ?s ?p ?o }",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert not Inquiry(text, "json").volatile
