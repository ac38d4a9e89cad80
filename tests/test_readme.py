"""Every command in the README is run, and says what the README shows."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from samenhang.release import Release
from tests.pictures import PICTURES
from tests.support import ROOT
from tests.test_web import served

README = (ROOT / "README.md").read_text(encoding="utf-8")
PUBLIC = "http://127.0.0.1:8000"
BIN = Path(sys.executable).parent


def blocks(kind: str) -> Iterator[str]:
    yield from re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(kind: str = "console") -> list[tuple[str, list[str]]]:
    """Each command of a block of that kind with the lines that the README shows of its output."""
    found = []
    for block in blocks(kind):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append((command, [line.strip() for line in shown.splitlines() if line.strip() not in ("", "...")]))
    return found


@pytest.fixture(scope="module")
def environment(release: Release) -> dict[str, str]:
    """The environment of somebody in the checkout, with the session's release as the published one."""
    return os.environ | {"SAMENHANG_VAR": str(release.folder.parent.parent), "PATH": f"{BIN}:{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def client(release: Release) -> Iterator[httpx.Client]:
    """A client of the service, as it runs after ``samenhang serve``."""
    yield from served(release)


@pytest.mark.parametrize(("command", "shown"), commands(), ids=[command for command, _ in commands()])
def test_command_says_what_the_readme_shows(
    command: str, shown: list[str], environment: dict[str, str], client: httpx.Client
) -> None:
    assert shown
    if command.startswith("curl "):
        output = curl(client, command)
    else:
        answer = subprocess.run(
            shlex.split(command), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        output = answer.stdout
    lines = iter(line.strip() for line in output.splitlines())
    for expected in shown:
        start = expected.removesuffix("...")
        assert any(line == expected or (start != expected and line.startswith(start)) for line in lines), (
            f"not in the output, or not in this order: {expected}"
        )


def curl(client: httpx.Client, command: str) -> str:
    """What curl would write; it is not on every machine."""
    options = argparse.ArgumentParser()
    options.add_argument("-H", action="append", default=[], dest="headers")
    options.add_argument("-I", action="store_true", dest="head")
    options.add_argument("-L", action="store_true", dest="follow")
    options.add_argument("--data-urlencode", action="append", default=[], dest="data")
    options.add_argument("--data-binary", default="", dest="body")
    options.add_argument("address")
    asked = options.parse_args(shlex.split(command)[1:])
    headers = {"accept": "*/*"}
    for header in asked.headers:
        name, value = re.split(r":\s*", header, maxsplit=1)
        headers[name.lower()] = value
    method = "HEAD" if asked.head else "POST" if asked.data or asked.body else "GET"
    data = dict(field.split("=", 1) for field in asked.data) or None
    body = (ROOT / asked.body.removeprefix("@")).read_bytes() if asked.body else None
    answer = client.request(
        method, asked.address.removeprefix(PUBLIC), headers=headers, data=data, content=body, timeout=120
    )
    while asked.follow and answer.is_redirect:
        answer = client.request(method, answer.headers["location"].removeprefix(PUBLIC), headers=headers)
    told = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
    told += [f"{name}: {value}" for name, value in sorted(answer.headers.items())]
    return "\n".join(told) if asked.head else answer.text


def test_every_curl_of_the_readme_is_run() -> None:
    # Those of the other kind are run in tests/harvest/test_journey.py.
    run = [name for kind in ("console", "shell-session") for name, _ in commands(kind) if name.startswith("curl ")]
    assert len(run) >= 4
    elsewhere = re.findall(r"^    curl .* http://127\.0\.0\.1:8000/catalog$", README, re.MULTILINE)  # test_catalogue.py
    assert len(run) + len(elsewhere) == len(re.findall(r"^.*\bcurl .*$", README, re.MULTILINE))


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


def test_the_readme_shows_the_pictures_that_a_command_takes() -> None:
    assert set(re.findall(r"!\[[^\]]+\]\(docs/pictures/([a-z]+)\.png\)", README)) == set(PICTURES)


def test_every_file_that_the_readme_names_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
