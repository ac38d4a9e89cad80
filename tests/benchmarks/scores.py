"""What was measured of ours beside something else in the same run, as one table, with what was aimed at."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import ROOT

_PACKAGES: Final = (
    "pyoxigraph",
    "oxigraph",
    "rdflib",
    "rdflib-endpoint",
    "pyshacl",
    "pyshifty",
    "maplib",
    "uvicorn",
    "uvloop",
)


class Score(NamedTuple):
    """One comparison: *ours* and the *other*, as a reader wants them, and the *ratio* of the two.

    ``aimed``: what the ratio is to be at most, or with ``least`` at least; None: nothing was aimed at, such as for a
    floor. Where there is nothing beside it, the ratio is the number itself.
    """

    what: str
    ours: str
    other: str
    ratio: float
    aimed: float | None = None
    least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it is what was aimed at; None when nothing was."""
        if self.aimed is None:
            return None
        return self.ratio >= self.aimed if self.least else self.ratio <= self.aimed

    def row(self) -> str:
        """It as a row of the table; what was not reached stands out."""
        aimed = "" if self.aimed is None else f"{'≥' if self.least else '≤'} {self.aimed:,g}"
        met = {None: "", True: "yes", False: "**no**"}[self.met]
        return f"| {self.what} | {self.ours} | {self.other} | {brief(self.ratio)} | {aimed} | {met} |"


def grown(what: str, taken: Mapping[int, float], small: int, large: int, aimed: float) -> Score:
    """How many times as long *what* took at the size *large* as at *small*; *taken*: seconds, by size."""
    sizes = f"{what}, from {small:,} to {large:,}"
    return Score(sizes, f"{taken[large]:.3g} s", f"{taken[small]:.3g} s", taken[large] / taken[small], aimed)


def brief(number: float) -> str:
    """*number* with as many decimals as it has meaning.

    >>> brief(0.1589), brief(8.15), brief(66.2), brief(12972.3)
    ('0.16', '8.2', '66', '12,972')
    """
    return f"{number:,.{2 if number < 2 else 1 if number < 20 else 0}f}"


def table(scores: Iterable[Score]) -> Iterator[str]:
    """The lines of the one table of *scores*, in Markdown."""
    yield "| | ours | beside it | ratio | aimed | reached |"
    yield "|---|---:|---:|---:|---:|---|"
    yield from (score.row() for score in scores)


def machine() -> Iterator[str]:
    """On what, when and with which versions this was measured, line by line."""
    commit = _told("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    cpu = next(
        (line.partition(":")[2].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next(int(line.split()[1]) >> 20 for line in _read("/proc/meminfo") if line.startswith("MemTotal"))
    yield f"- {datetime.now(UTC):%Y-%m-%d}, commit {commit or 'unknown'}; load when it began {os.getloadavg()[0]:.1f}"
    yield f"- {os.cpu_count()} cores ({cpu}), {memory} GB, {platform.system()} {platform.release()}"
    known = [f"Python {platform.python_version()}", *filter(None, map(_package, _PACKAGES))]
    if shutil.which("virtuoso-t"):
        told = _told("virtuoso-t", "+version")
        number = told.partition("Version ")[2].split("-")[0].split()
        known.append(f"Virtuoso {number[0] if number else ''}".strip())
    yield f"- {', '.join(known)}"


def _package(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def _told(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def _read(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()
