"""Where faults happen: a shelf with published releases, builds that can be killed, and what must be true afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from samenhang.errors import SamenhangError
from samenhang.release import Release, Shelf
from tests.faults import maker
from tests.service import alive, children, served, until
from tests.small import AGENDA, content
from tests.support import ROOT

VARIANTS = 3
"""Contents that builds are made of, each another release."""


class Scene:
    """A folder with a shelf; ``problems`` is what was found that must not be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf(folder / "var")
        self.problems: list[str] = []
        self.known: set[str] = set()
        """The releases that were published: none of them may be lost."""
        self._maker: subprocess.Popen[str] | None = None
        self.contents = [
            content(
                folder / f"content{n}", {"data/field/blocks.ttl": AGENDA.replace("Verzonnen bouwblok", f"Blok {n}")}
            )
            for n in range(VARIANTS)
        ]

    def __enter__(self) -> Scene:
        self.put(3)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._maker is not None:
            self._maker.communicate()

    def put(self, size: int) -> Release:
        """Publish a release of *size* triples that say nothing."""
        release = maker.put(self.shelf, size)
        self.known.add(release.name)
        return release

    def build(self, number: int, whole: bool = True, **limits: int) -> tuple[int, Iterator[str]]:
        """Begin a build of content *number* in a process of its own: its number, and what it says when it ends.

        Not *whole*: only its end, where a release is kept and published, of some data.
        """
        if self._maker is None:
            self._maker = subprocess.Popen(
                [sys.executable, "-m", maker.__name__],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        asks, tells = self._maker.stdin, self._maker.stdout
        assert asks is not None
        assert tells is not None
        made = {"content": str(self.contents[number % VARIANTS])} if whole else {"size": 5_000 + number % VARIANTS}
        order = {"var": str(self.shelf.folder), **made, **limits}
        asks.write(json.dumps(order) + "\n")
        asks.flush()
        return int(tells.readline()), tells

    @contextmanager
    def service(self, **settings: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
        """The published release, served; afterwards no process of it is left."""
        with served(var=self.shelf.folder, **settings) as (process, client):
            try:
                yield process, client
            finally:
                left = children(process.pid)
                process.kill()
        until(lambda: not any(map(alive, left)))

    def expect(self, client: httpx.Client, release: Release, status: str = "ok") -> None:
        """The service says that it serves *release*, and does."""
        told = client.get("/health").json()
        if (told["release"], told["status"]) != (release.name, status):
            self.problems.append(f"served is {told['release']} ({told['status']}), not {release.name} ({status})")
        query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        answer = client.get("/sparql", params={"query": query, "format": "csv"})
        if answer.text != f"n\r\n{release.manifest['quads']}\r\n":
            self.problems.append(f"{answer.status_code} {answer.text!r} instead of {release.manifest['quads']} quads")

    def look(self) -> list[str]:
        """What is wrong with the shelf: a release that is lost, or half there; nothing that is current."""
        found: list[str] = []
        names = set(self.shelf.names())
        found += [f"release {name} is lost" for name in self.known - names]
        for folder in (self.shelf.folder / "releases").iterdir():
            if folder.name not in names:
                found.append(f"half a release: {folder.name}")
        for name in names:
            try:
                self.shelf.get(name).verify()
            except SamenhangError as problem:
                found.append(str(problem))
        try:
            self.known.add(self.shelf.current().name)
        except SamenhangError as problem:
            found.append(str(problem))
        return found

    def note(self, **seen: Any) -> None:
        """Add what is wrong now, with what was going on."""
        self.problems += [f"{problem} ({seen})" for problem in self.look()]
