"""What was answered at the build: the same as the engine says, for what everybody asks; damaged, it is asked anew."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from samenhang.engine.inquiry import Inquiry
from samenhang.namespaces import SCOPES
from samenhang.questions import collect, matrices
from samenhang.release import Release
from samenhang.release.answers import ANSWERS, asked, of_any
from tests.support import ROOT


@pytest.mark.parametrize("scope", SCOPES)
def test_what_everybody_asks_is_kept_as_the_engine_says_it(release: Release, scope: str) -> None:
    archive, questions = release.archive(), release.questions
    pages, on_map = collect(ROOT / "queries" / "pages"), collect(ROOT / "queries" / "map")
    texts = [
        pages["attention"].text,
        pages["wording"].text,
        on_map["exchanges"].text,
        questions["coverage-per-aspect"].text,
        questions["leverage"].text + "LIMIT 500 OFFSET 0\n",
        asked(questions["open-questions"]),
        *matrices(questions.values())["standards-of-blocks"].heads(questions["standards-of-blocks"].text),
    ]
    for text in texts:
        kept = archive.get(Inquiry(text, "json", scope))
        assert kept is not None, text
        assert bytes(kept) == release.query(text, scope=scope).serialize("json")
    matrix = matrices(questions.values())["capability-matrix"]
    first = [row["block"].value for row in release.query(matrix.heads(matrix.query.text)[1], scope=scope).rows()]
    assert archive.get(Inquiry(matrix.body(matrix.query.text, first), "json", scope)) is not None
    assert archive.get(Inquiry(questions["owners"].text, "json", scope)) is None


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_asked_of_whatever_graph_is_answered_of_those_of_all_scopes(release: Release, scope: str) -> None:
    """Though each scope is made by itself."""
    text = collect(ROOT / "queries" / "catalogue")["graphs"].text
    kept = release.archive().get(Inquiry(text, "nt", scope))
    assert kept is not None
    lines = bytes(kept).splitlines()
    assert len(lines) == len(set(lines))
    assert set(lines) == set(release.query(text, scope=scope).serialize("nt").splitlines())
    for other in SCOPES:
        assert any(f"/graph/findings/{other}> <".encode() in line for line in lines)


def test_what_is_kept_of_whatever_graph_are_triples() -> None:
    asked_of_any = [
        query
        for path in sorted((ROOT / "queries").glob("*/"))
        for query in collect(path).values()
        if query.kept is not None and of_any(query.text)
    ]
    assert {query.form for query in asked_of_any} == {"CONSTRUCT"}


@pytest.mark.parametrize("content", [b"", b"PK nothing"])
def test_what_was_kept_and_is_damaged_is_not_believed(release: Release, tmp_path: Path, content: bytes) -> None:
    copy = replace(release, folder=tmp_path)
    inquiry = Inquiry(release.questions["things-per-kind"].text, "json")
    assert copy.archive().get(inquiry) is None
    shutil.copy(release.folder / ANSWERS, tmp_path)
    assert copy.archive().get(inquiry) is not None
    (tmp_path / ANSWERS).write_bytes(content)
    assert copy.archive().get(inquiry) is None
