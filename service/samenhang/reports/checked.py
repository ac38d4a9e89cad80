"""What every report needs to know beside the flaws: what was looked at, for whom, and what counts as failing."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from samenhang.inspection import CHECKS, Flaw, Inspection
from samenhang.namespaces import shorten
from samenhang.reports.places import Places
from samenhang.settings import Lang
from samenhang.validation import Result, Severity

_TABLE: Final = re.compile(r"\.(?:xlsx|csv)#", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """An inspection of *files* of (or beside) *content*, told in *lang*; from *level* on it fails, never when None."""

    inspection: Inspection
    files: Sequence[Path]
    content: Path
    lang: Lang
    level: Severity | None

    def say(self, nl: str, en: str) -> str:
        """The text in the language of the report."""
        return nl if self.lang == "nl" else en

    def fails(self, flaw: Flaw) -> bool:
        """Whether *flaw* is bad enough to fail."""
        return self.level is not None and flaw.result.severity.rank >= self.level.rank

    @cached_property
    def _places(self) -> dict[Path, Places]:
        return {}

    def _in(self, path: Path) -> Places:
        if path not in self._places:
            self._places[path] = Places.read(path)
        return self._places[path]

    def place(self, iris: Sequence[str]) -> tuple[Path, int] | None:
        """The file and line where the first of *iris* that any file speaks of is described, else named."""
        for iri in iris:
            for path in self.files:
                if line := self._in(path).named(iri):
                    return path, line
        return None

    def places(self, flaw: Flaw) -> list[str]:
        """Where *flaw* is to be mended in a file that is no RDF: as people there find it, a cell by its column too."""
        column = flaw.asked and self.say(f", kolom “{flaw.asked.nl}”", f", column “{flaw.asked.en}”")
        return [f"{one}{column or ''}" if _TABLE.search(one) else one for one in flaw.places]

    def line(self, flaw: Flaw, path: Path) -> int | None:
        """The line of the file at *path*, from 1, that *flaw* is about; None where that cannot be told."""
        result = flaw.result
        return self._in(path).line(result.focus, result.path, None if result.value is None else str(result.value))


def rule(result: Result) -> str:
    """The name of what found *result*: ``Exchange-provider`` for a shape, ``blank-node`` for a check."""
    name = result.shape or result.component
    return name.removeprefix(CHECKS) if name.startswith(CHECKS) else shorten(name).rpartition(":")[2].strip("<>")


def thing(result: Result) -> str:
    """What *result* is about, in short."""
    iri = ":" in result.focus and not result.focus.startswith(("_:", '"'))
    return shorten(result.focus) if iri else result.focus


def told(path: Path) -> str:
    """*path* as seen from the current folder, where it stands below it: that is how a reader of reports finds it."""
    absolute = Path(os.path.abspath(path))
    return absolute.relative_to(Path.cwd()).as_posix() if absolute.is_relative_to(Path.cwd()) else absolute.as_posix()
