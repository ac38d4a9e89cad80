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
from samenhang.release.answers import ANSWERS, asked
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


@pytest.mark.parametrize("content", [b"", b"PK nothing"])
def test_what_was_kept_and_is_damaged_is_not_believed(release: Release, tmp_path: Path, content: bytes) -> None:
    copy = replace(release, folder=tmp_path)
    inquiry = Inquiry(release.questions["things-per-kind"].text, "json")
    assert copy.archive().get(inquiry) is None
    shutil.copy(release.folder / ANSWERS, tmp_path)
    assert copy.archive().get(inquiry) is not None
    (tmp_path / ANSWERS).write_bytes(content)
    assert copy.archive().get(inquiry) is None
