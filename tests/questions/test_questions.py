"""Each question, on tiny data of its own and on the real mapping, against answers written by hand from the facts.

``{question}.ttl`` holds the tiny data, ``{question}.yaml`` the cases: a case where it finds, one where it must not,
one where it must say unknown (``tiny``), and the facts' answers in a scope of the real mapping (``real``). A row lists
the cells in the order of ``columns`` (all columns when absent): short names, plain texts, null for nothing. Of a real
answer ``where`` keeps the rows with these cells, and ``among: true`` asks only that the rows are among those found: for
sources that grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from samenhang import questions
from samenhang.engine import EmbeddedEngine
from samenhang.release import Release
from tests.support import ROOT, cells, tiny

HERE = Path(__file__).parent
QUESTIONS = questions.questions(ROOT / "queries")


def cases(kind: str) -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")).get(kind) or ()):
            label = f"{path.stem}-{case.get('competency') or case.get('why') or number}-{case.get('scope', '')}"
            yield pytest.param(path.stem, case, id=label)


Row = tuple[str | None, ...]


def in_order(found: Iterable[Row]) -> list[Row]:
    return sorted(found, key=lambda row: tuple(cell or "" for cell in row))


def rows(case: dict[str, Any]) -> list[Row]:
    return in_order(tuple(None if cell is None else str(cell) for cell in row) for row in case["rows"])


@cache
def data_of(question: str) -> EmbeddedEngine:
    """The tiny data of a question; without the rules, so that findings too are the file's."""
    return tiny(HERE / f"{question}.ttl", rules=False)


@pytest.mark.parametrize("name", QUESTIONS)
def test_has_tiny_data_that_finds_that_must_not_find_and_that_is_unknown(name: str) -> None:
    assert (HERE / f"{name}.ttl").is_file()
    told = " ".join(case["why"] for case in yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))["tiny"])
    for word in ("found", "not found", "unknown"):
        assert word in told


@pytest.mark.parametrize("name", QUESTIONS)
def test_has_a_real_case_for_every_competency_question_that_it_answers(name: str) -> None:
    cases = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")).get("real") or ()
    assert {case["competency"] for case in cases if "competency" in case} == set(
        QUESTIONS[name].header.get("competency", ())
    )


def test_each_question_that_registers_elsewhere_answer_has_a_file_here() -> None:
    """FQ1 to FQ11 of section 5 of the facts of the field; the twelfth compares releases, which no one release can."""
    asked = [fq for question in QUESTIONS.values() for fq in question.header.get("competency", ()) if fq[:2] == "FQ"]
    assert sorted(asked) == sorted(f"FQ{number}" for number in range(1, 12))


@pytest.mark.parametrize(("name", "case"), list(cases("tiny")))
def test_tiny(name: str, case: dict[str, Any]) -> None:
    answer = data_of(name).query(QUESTIONS[name].bind(case.get("params", {})))
    assert cells(answer, case.get("columns")) == rows(case)


@pytest.mark.parametrize(("name", "case"), list(cases("real")))
def test_real(name: str, case: dict[str, Any], release: Release) -> None:
    answer = release.ask(name, scope=case["scope"], **case.get("params", {}))
    columns, where = case.get("columns") or answer.columns, case.get("where", {})
    wanted = tuple(None if value is None else str(value) for value in where.values())
    found = {row[len(where) :] for row in cells(answer, [*where, *columns]) if row[: len(where)] == wanted}
    if case.get("among"):
        found &= set(rows(case))
    assert in_order(found) == rows(case)
