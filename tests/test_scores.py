"""The one table of all that is measured beside others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.scores import Score, brief, table
from tests.support import ROOT


@pytest.mark.parametrize(
    ("score", "row"),
    [
        (
            Score("rate", "345/s", "other 690/s", 0.5, 0.25, least=True),
            "| rate | 345/s | other 690/s | 0.50 | ≥ 0.25 | yes |",
        ),
        (
            Score("rate", "69/s", "other 690/s", 0.1, 0.25, least=True),
            "| rate | 69/s | other 690/s | 0.10 | ≥ 0.25 | **no** |",
        ),
        (Score("time", "12 s", "other 2 s", 6, 6), "| time | 12 s | other 2 s | 6.0 | ≤ 6 | yes |"),
        (Score("time", "13 s", "other 2 s", 6.5, 6), "| time | 13 s | other 2 s | 6.5 | ≤ 6 | **no** |"),
        (Score("floor", "1 s", "nothing else 1 s", 1), "| floor | 1 s | nothing else 1 s | 1.00 |  |  |"),
    ],
)
def test_a_row_says_what_was_aimed_at_and_whether_it_was_reached(score: Score, row: str) -> None:
    assert list(table([score]))[2:] == [row]


@pytest.mark.parametrize(("number", "told"), [(0.034, "0.03"), (19.96, "20.0"), (1234.5, "1,234"), (20, "20")])
def test_numbers_have_as_many_decimals_as_they_mean(number: float, told: str) -> None:
    assert brief(number) == told


def test_the_command_writes_the_table_with_the_machine_and_the_versions(tmp_path: Path) -> None:
    to = tmp_path / "RESULTS.md"
    command = [sys.executable, "-m", "tests.benchmarks", "--only", "guard", "--write", str(to)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    written = to.read_text(encoding="utf-8")
    assert "cores (" in written and "Python 3." in written and "pyoxigraph 0." in written
    rows = [line for line in written.splitlines() if line.startswith("| the guard, ")]
    assert len(rows) == 1 and "| ≤ 32 |" in rows[0]
