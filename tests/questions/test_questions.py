"""Each question, on tiny data of its own and on the real mapping, against answers written by hand from the facts.

``{question}.ttl`` holds the tiny data, ``{question}.yaml`` the cases: a case where it finds, one where it must not,
one where it must say unknown (``tiny``), and the facts' answers in a scope of the real mapping (``real``). A row lists
the cells in the order of ``columns`` (all columns when absent): short names, plain texts, null for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from samenhang import questions
from samenhang.release import Release
from tests.support import ROOT, cells, tiny

HERE = Path(__file__).parent
QUESTIONS = questions.questions(ROOT / "queries")


def cases(kind: str) -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")).get(kind) or ()):
            label = f"{path.stem}-{case.get('competency') or case.get('why') or number}-{case.get('scope', '')}"
            yield pytest.param(path.stem, case, id=label)


def rows(case: dict[str, Any]) -> list[tuple[str | None, ...]]:
    found = [tuple(None if cell is None else str(cell) for cell in row) for row in case["rows"]]
    return sorted(found, key=lambda row: tuple(cell or "" for cell in row))


@pytest.mark.parametrize("name", QUESTIONS)
def test_has_tiny_data_that_finds_that_must_not_find_and_that_is_unknown(name: str) -> None:
    assert (HERE / f"{name}.ttl").is_file()
    told = " ".join(case["why"] for case in yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))["tiny"])
    for word in ("found", "not found", "unknown"):
        assert word in told


@pytest.mark.parametrize(("name", "case"), list(cases("tiny")))
def test_tiny(name: str, case: dict[str, Any]) -> None:
    engine = tiny(HERE / f"{name}.ttl")
    answer = engine.query(QUESTIONS[name].bind(case.get("params", {})))
    assert cells(answer, case.get("columns")) == rows(case)


@pytest.mark.parametrize(("name", "case"), list(cases("real")))
def test_real(name: str, case: dict[str, Any], release: Release) -> None:
    answer = release.ask(name, scope=case["scope"], **case.get("params", {}))
    found = cells(answer, case.get("columns"))
    if "where" in case:
        answer = release.ask(name, scope=case["scope"], **case.get("params", {}))
        wanted = {column: str(value) for column, value in case["where"].items()}
        both = cells(answer, [*wanted, *(case.get("columns") or answer.columns)])
        found = [row[len(wanted) :] for row in both if row[: len(wanted)] == tuple(wanted.values())]
    assert sorted(set(found), key=lambda row: tuple(cell or "" for cell in row)) == rows(case)
