"""Every command in the README is run, and says what the README shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from samenhang.release import Release
from tests.support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def blocks(kind: str) -> Iterator[str]:
    yield from re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, list[str]]]:
    """Each command of a console block with the lines that the README shows of its output."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append((command, [line.strip() for line in shown.splitlines() if line.strip() not in ("", "...")]))
    return found


@pytest.fixture(scope="module")
def environment(release: Release) -> dict[str, str]:
    """The environment of somebody in the checkout, with the session's release as the published one."""
    return os.environ | {"SAMENHANG_VAR": str(release.folder.parent.parent), "PATH": f"{BIN}:{os.environ['PATH']}"}


@pytest.mark.parametrize(("command", "shown"), commands(), ids=[command for command, _ in commands()])
def test_command_says_what_the_readme_shows(command: str, shown: list[str], environment: dict[str, str]) -> None:
    assert shown
    answer = subprocess.run(
        shlex.split(command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    lines = iter(line.strip() for line in answer.stdout.splitlines())
    for expected in shown:
        assert expected in lines, f"not in the output, or not in this order: {expected}"


def test_python_of_the_readme_runs(environment: dict[str, str]) -> None:
    (code,) = blocks("python")
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "https://w3id.org/samenhang/id/actor/publiq" in answer.stdout


def test_make_commands_of_the_readme_exist() -> None:
    named = set(re.findall(r"^    make (\w+)", README, re.MULTILINE))
    assert {"run", "test"} <= named
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in named:
        assert f"make {name}" in listed


def test_every_file_that_the_readme_names_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
