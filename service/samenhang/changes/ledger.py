"""What was compared already, in the folder ``history`` beside the releases: it follows from them and can be made anew.

A difference appears under its name when it is whole. One that the queries have changed since is another one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from samenhang import settings
from samenhang.changes.difference import Answers, Difference, compare
from samenhang.lock import alone
from samenhang.questions import questions
from samenhang.release import Release, Shelf, folders
from samenhang.release.shelf import QUERIES
from samenhang.sources import unreadable

KEPT: Final = 500
"""Differences that are kept, at most; of more, those that were made first go."""
LARGE: Final = 2_000_000
"""Quads of a release up to which its answers are compared: to load a larger one takes minutes."""
FILES: Final = {"json": "difference.json", "patch": "difference.patch", "nt": "difference.nt"}
_SUMS: Final = "sums.json"
_DRAFT: Final = ".draft-"


@dataclass(frozen=True)
class Kept:
    """A difference on disk: its folder, and the checksum (SHA-256) and size in bytes of each of FILES."""

    folder: Path
    sums: dict[str, dict[str, Any]]

    def path(self, form: str) -> Path:
        """The file of the form ``json``, ``patch`` or ``nt``."""
        return self.folder / FILES[form]

    @functools.cached_property
    def difference(self) -> Difference:
        """What it says. Raises Unreadable when it is no longer what it was."""
        texts = {}
        for form in ("json", "nt"):
            try:
                texts[form] = self.path(form).read_bytes()
            except OSError as problem:
                raise unreadable(self.path(form), problem) from None
        return Difference(json.loads(texts["json"]), texts["nt"])


class Ledger:
    """The differences of the releases on *shelf*, each made when it is asked first."""

    def __init__(self, shelf: Shelf, content: Path | None = None) -> None:
        self.shelf = shelf
        self.folder = shelf.folder / "history"
        self._queries = (content or settings.content()) / QUERIES

    @functools.cached_property
    def _version(self) -> str:
        """What the queries say now, in short: another text can find another difference."""
        whole = hashlib.sha256()
        for path in sorted(self._queries.rglob("*.rq")):
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
        return whole.hexdigest()[:8]

    def get(self, before: str, after: str) -> Kept | None:
        """The difference between the releases called *before* and *after*, if it was made and is whole."""
        folder = self._place(before, after)
        try:
            sums = json.loads((folder / _SUMS).read_text(encoding="utf-8"))
            for form, name in FILES.items():
                path = folder / name
                if path.stat().st_size != sums[form]["bytes"]:
                    return None
                # A patch can be large; of the others one reads all of it anyway.
                if form != "patch" and folders.digest(path) != sums[form]["sha256"]:
                    return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Kept(folder, sums)

    def make(self, before: str, after: str) -> Kept:
        """The same, made now if need be. Raises NotFound, and Unreadable (a damaged release, a full disk)."""
        known = self.get(before, after)
        if known is not None:
            return known
        one, other = self.shelf.get(before), self.shelf.get(after)
        try:
            with self._alone():
                return self.get(before, after) or self._made(one, other)
        except OSError as problem:
            raise unreadable(Path(problem.filename or self.folder), problem) from None

    def _place(self, before: str, after: str) -> Path:
        return self.folder / f"{before}..{after}-{self._version}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While nobody else writes here; what somebody who was killed left half made is removed first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder):
            for left in self.folder.glob(_DRAFT + "*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    def _made(self, before: Release, after: Release) -> Kept:
        place = self._place(before.name, after.name)
        answers = self._answers(before), self._answers(after)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self.folder))
        try:
            with (draft / FILES["patch"]).open("wb") as patch:
                both = (answers[0], answers[1]) if answers[0] is not None and answers[1] is not None else None
                found = compare(before, after, self._queries, both, patch)
            written = json.dumps(found.document, ensure_ascii=False, indent=1).encode() + b"\n"
            folders.write(draft / FILES["json"], written)
            folders.write(draft / FILES["nt"], found.provenance)
            sums = {
                form: {"sha256": folders.digest(draft / name), "bytes": (draft / name).stat().st_size}
                for form, name in FILES.items()
            }
            folders.write(draft / _SUMS, json.dumps(sums, indent=1).encode() + b"\n")
            draft.chmod(0o755)
            self._tidy()
            shutil.rmtree(place, ignore_errors=True)  # not whole, else it would have been found
            os.rename(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return Kept(place, sums)

    def _tidy(self) -> None:
        """Make room for one more, and let go of what other queries made."""
        made = sorted(self.folder.glob("*..*"), key=lambda path: path.stat().st_mtime)
        stale = [path for path in made if not path.name.endswith(self._version)]
        whole = [path for path in made if path.name.endswith(self._version)]
        for path in (*stale, *whole[: max(0, len(whole) - KEPT + 1)]):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob("answers-*.json"):
            if not path.stem.endswith(self._version):
                path.unlink(missing_ok=True)

    def _answers(self, release: Release) -> Answers | None:
        """Of each question the digest and the number of rows of its answer, kept once they were asked; None of a
        release that is too large to load for it.
        """
        if int(release.manifest.get("quads", 0)) > LARGE:
            return None
        path = self.folder / f"answers-{release.name}-{self._version}.json"
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            return {name: (str(digest), int(rows)) for name, (digest, rows) in known.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            pass
        found: dict[str, tuple[str, int]] = {}
        for name, question in questions(self._queries).items():
            answer = release.engine.query(question.text).serialize("tsv" if question.form == "SELECT" else "nt")
            head, *rows = answer.splitlines() if question.form == "SELECT" else (b"", *answer.splitlines())
            # The order of rows with the same values of what is sorted by is not fixed.
            found[name] = (hashlib.sha256(b"\n".join([head, *sorted(rows)])).hexdigest()[:16], len(rows))
        folders.write(path, json.dumps(found).encode())
        return found
