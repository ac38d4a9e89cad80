"""The scores of the W3C suites, said aloud at the end of a run."""

from __future__ import annotations

import pytest

SCORES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def scores(pytestconfig: pytest.Config) -> list[str]:
    """Add a line, and it is printed at the end."""
    return pytestconfig.stash.setdefault(SCORES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash.get(SCORES, [])
    if lines:
        terminalreporter.section("W3C suites")
    for line in lines:
        terminalreporter.write_line(line)
