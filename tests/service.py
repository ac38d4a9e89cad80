"""``samenhang serve`` as a process of its own, for tests that look at it from outside: by HTTP, and in ``/proc``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx


@contextmanager
def served(
    *arguments: str, var: Path | None = None, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The command, and a client of it once it told where it is."""
    environment = os.environ | {"SAMENHANG_LANG": "en"} | ({"SAMENHANG_VAR": str(var)} if var else {}) | settings
    process = subprocess.Popen(
        [sys.executable, "-m", "samenhang", "serve", "--port", "0", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://[0-9.]+:\d+", line)
            assert found, process.communicate()
            with httpx.Client(base_url=found[0], timeout=30) as client:
                yield process, client
        finally:
            process.kill()


def until(condition: Callable[[], Any]) -> Any:
    """What *condition* gives once it is true; a failure when that takes very long."""
    end = time.monotonic() + 30
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def children(pid: int) -> list[int]:
    """The processes that *pid* started, from any of its threads, and those that these started."""
    try:
        own = [number for told in Path(f"/proc/{pid}/task").glob("*/children") for number in told.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [found for child in map(int, own) for found in (child, *children(child))]


def alive(pid: int) -> bool:
    """Whether the process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def command(pid: int) -> bytes:
    """What *pid* was started with; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def memory(pid: int) -> int:
    """Bytes of memory of the process, what it shares counted for its share (PSS); 0 when it has ended."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"^Pss: +(\d+) kB$", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
