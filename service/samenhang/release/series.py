"""The releases of a shelf one by one: when each was published, how large it is, what it came after, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from samenhang.errors import SamenhangError
from samenhang.release import folders
from samenhang.release.dumps import DUMPS
from samenhang.release.folders import BESIDE
from samenhang.release.history import History
from samenhang.release.shelf import Shelf


@dataclass(frozen=True)
class Issue:
    """A release, as a list of releases tells it.

    ``published``: when, in order; empty when it never was. ``predecessor``: the other release that was the current one
    before it was published first. ``quads`` and ``dumps`` (sha256 and bytes by form) are not known of one that cannot
    be read: then ``problem`` says why, in Dutch and English. ``kept``: its folder is there.
    """

    release: str
    published: tuple[datetime, ...]
    predecessor: str | None
    current: bool
    kept: bool
    quads: int | None = None
    dumps: tuple[tuple[str, str, int], ...] = ()
    problem: tuple[str, str] | None = None

    def wrong(self, lang: str) -> str | None:
        """What is wrong with it, in a word or three of *lang*; None when nothing is."""
        return self.problem and self.problem[0 if lang == "nl" else 1]


def order(history: History) -> list[str]:
    """The names of the releases of *history*, the one that was published last first; those never published at the end.

    The current one is among them, also when it is not known when it was published.
    """
    published = dict.fromkeys(one.release for one in reversed(history.publications))
    return [*published, *(name for name in history.kept if name not in published)]


def issues(shelf: Shelf, history: History, names: Iterable[str]) -> list[Issue]:
    """The releases called *names*. A file that is gone or has another size is seen; that it holds the same is not."""
    return [_issue(shelf, history, name) for name in names]


def _issue(shelf: Shelf, history: History, name: str) -> Issue:
    told = name, tuple(history.moments(name)), history.predecessor(name), name == history.current
    if name not in history.kept:
        return Issue(*told, kept=False, problem=("niet meer bewaard", "no longer kept"))
    try:
        release = shelf.get(name)
        harmed = folders.cut(release.folder, release.manifest)
        if harmed is not None:
            raise folders.damaged(name, harmed)
    except SamenhangError:
        return Issue(*told, kept=True, problem=("beschadigd", "damaged"))
    beside = release.manifest.get(BESIDE, {})
    dumps = tuple(
        (form, beside[file]["sha256"], beside[file]["bytes"]) for form, file in DUMPS.items() if file in beside
    )
    return Issue(*told, kept=True, quads=release.manifest.get("quads"), dumps=dumps)
