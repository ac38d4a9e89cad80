"""A scribe in a process of its own, for a machine with several cores: it reads addresses and says what came of them.

A line of JSON each way for several addresses at a time; it ends when its input does.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from samenhang.errors import SamenhangError, Unreadable
from samenhang.release import Release, Shelf
from samenhang.site.address import Address
from samenhang.site.scribe import Done, Scribe


class Clerk:
    """Writes the site of *release* at *base* into *folder* as a scribe does; it starts at once."""

    def __init__(self, release: Release, folder: Path, base: str) -> None:
        command = [sys.executable, "-m", "samenhang.site", str(release.folder.absolute()), str(folder.absolute()), base]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    @cached_property
    def seeds(self) -> list[Address]:
        """As those of a scribe; waits until the data are loaded."""
        return [_address(each) for each in self._heard()]

    def write(self, addresses: Iterable[Address]) -> list[Done]:
        """As a scribe does it."""
        _ = self.seeds  # that is what it says first
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([*addresses]) + "\n")
        self._process.stdin.flush()
        return [
            Done(_address(told), digest, changed, [_address(each) for each in found])
            for told, digest, changed, found in self._heard()
        ]

    def close(self) -> None:
        """Let it end, in the middle of its work if it must."""
        self._process.terminate()
        self._process.communicate()

    def _heard(self) -> list[Any]:
        """What it says next. Raises what it met, Unreadable when it ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Unreadable(
                "Een proces dat de site schreef, is geëindigd; voer dezelfde opdracht opnieuw uit.",
                "A process that wrote the site has ended; run the same command again.",
            )
        told = json.loads(line)
        if isinstance(told, dict):
            raise Unreadable(told["nl"], told["en"])
        assert isinstance(told, list)
        return told


def _address(told: Sequence[Any]) -> Address:
    path, form, lang, asked = told
    return Address(path, form, lang, tuple((name, value) for name, value in asked))


def _say(told: object) -> None:
    print(json.dumps(told), flush=True)


def main(release: str, folder: str, base: str) -> None:
    """Write into *folder* what the input asks, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on a terminal that is meant for who started it
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())
    try:
        kept = Path(release)
        scribe = Scribe(Shelf(kept.parent.parent).get(kept.name), Path(folder), base)
    except SamenhangError as problem:
        _say({"nl": problem.nl, "en": problem.en})
        return
    try:
        _say(scribe.seeds)
        for line in sys.stdin:
            try:
                _say(scribe.write(map(_address, json.loads(line))))
            except SamenhangError as problem:
                _say({"nl": problem.nl, "en": problem.en})
    finally:
        scribe.close()
