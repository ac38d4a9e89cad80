"""``SECURITY.md`` says what is so: the limits of the code, and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from samenhang.changes import clerk
from samenhang.engine.budget import Budget
from samenhang.engine.limits import LENGTH, LIMITS
from samenhang.web import bureau, examination, protocol
from samenhang.web.connection import Connection


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    """The document."""
    return (root / "SECURITY.md").read_text(encoding="utf-8")


def limits() -> list[str]:
    """The rows of its table of limits."""
    budget = Budget(workers=1)
    rows: list[tuple[str, str, str]] = [
        ("characters of a query", f"{LENGTH:,}", "413"),
        *((limit.en, f"{limit.most:,}", "413") for limit in LIMITS.values()),
        ("bytes of a request's body", f"{protocol.LARGEST:,}", "413"),
        ("bytes of a request before its body", f"{Connection.head:,}", "414, 431"),
        ("time of a query, from parsing to the last byte (`SAMENHANG_SECONDS`)", f"{budget.seconds} s", "504"),
        ("memory of a query, beside the data (`SAMENHANG_MEMORY`)", f"{budget.memory >> 20} MB", "413"),
        ("size of an answer", f"{budget.answer >> 20} MB", "413"),
        ("queries of one client that wait", f"{budget.waiting}", "429"),
        ("queries of all clients that wait", f"{budget.crowd}", "503"),
        ("time that a query waits for its turn", f"{budget.patience:g} s", "503"),
        ("time of an examination (`/validate`, `/assess`)", f"{examination.SECONDS} s", "504"),
        ("memory of an examination", f"{examination.MEMORY >> 20:,} MB", "413"),
        ("descriptions of one client that wait", f"{examination.OWN}", "429"),
        ("descriptions of all clients that wait", f"{examination.CROWD}", "503"),
        ("time that a description waits for its turn", f"{examination.PATIENCE} s", "503"),
        ("time of a comparison (`/releases/{a}..{b}`, `/changes`), made once", f"{bureau.SECONDS} s", "504"),
        ("memory of a comparison", f"{clerk.MEMORY >> 20:,} MB", "413"),
        ("requests that wait for a comparison", f"{bureau.CROWD}", "503"),
        ("connections of one client", f"{Connection.own:,}", "429"),
        ("connections of all clients", f"{Connection.crowd:,}", "dropped"),
        ("time to send a request, to begin with one", f"{Connection.receiving:g} s", "dropped"),
        ("time to take the next part of an answer", f"{Connection.sending:g} s", "dropped"),
    ]
    return ["| {} | {} | {} |".format(what.replace("|", "\\|"), most, then) for what, most, then in rows]


def test_the_limits_are_those_of_the_code(text: str) -> None:
    table = text.partition("| What, at most | | Beyond it |\n|---|---:|---|\n")[2].partition("\n\n")[0].strip()
    assert table.split("\n") == limits()


def test_every_promise_has_a_test_that_exists(text: str, root: Path) -> None:
    threats = text.partition("| Threat | What stands against it | Test |\n|---|---|---|\n")[2].partition("\n\n")[0]
    for row in threats.strip().split("\n"):
        *_, tests, _ = re.split(r" ?\| ?", row)
        named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", tests)
        assert named, row
        for file, name in named:
            assert f"def {name}" in (root / "tests" / file).read_text(encoding="utf-8"), (file, name)


def test_every_file_it_names_is_there(text: str, root: Path) -> None:
    for file in re.findall(r"`((?:engine|web|cli|harvest)/\w+\.py)`", text):
        assert (root / "service" / "samenhang" / file).is_file(), file
