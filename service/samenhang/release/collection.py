"""The last good descriptions that were collected, and how each registered address stands: ``var/harvest/{name}``.

A source has a file with what it said last that could be used, named by its digest, and ``state.json``, which names that
file. Replacing the latter, in one rename, is what makes anything so; a file that no state names is left over.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Collection as Names
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from samenhang import settings
from samenhang.errors import Unreadable
from samenhang.lock import alone
from samenhang.questions import Words
from samenhang.release import folders
from samenhang.sources import HARVEST, SourceFile, collected, unreadable

Standing = Literal["valid", "invalid", "gone", "away"]
"""``valid``: what was there last is used; ``invalid``: it cannot be; ``gone``: the server says that there is nothing;
``away``: nothing could be had, which says nothing of whether there is anything."""
STATE: Final = "state.json"
_PATIENCE: Final = 3
"""Intervals without word of an address after which what is kept of it is called stale."""
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class State:
    """How a registered address stands.

    *since*: when it came to stand so; *checked*: when it was last gone to; *heard*: when it last gave a description
    that could be used, or said that this is what it was; all moments are ISO 8601 in UTC, empty when never. *words*:
    what there was to say last; *flaws*: what was wrong with what was there. *file*: the last good description, of which
    *digest* is that of what was there, and *collected* since when; *repeated*: what it only names (IRIs) and is told of
    in it as the map does. *said* of *wanted*: how complete it is; *missing*: what not, a text for each building block.
    *tag* and *modified*: by what to ask for it again; *until*: when the server lets us come again. *interval*: seconds
    between two visits; *dropped*: it is registered no longer, so that nobody waits for word of it.
    """

    address: str
    standing: Standing
    since: str
    checked: str
    words: Words
    heard: str = ""
    flaws: tuple[Words, ...] = ()
    file: str = ""
    digest: str = ""
    collected: str = ""
    tag: str = ""
    modified: str = ""
    until: str = ""
    said: int = 0
    wanted: int = 0
    missing: tuple[Words, ...] = ()
    repeated: tuple[str, ...] = ()
    interval: int = 86_400
    dropped: bool = False

    def stale(self, now: datetime) -> bool:
        """Whether nothing was heard for so long that one may doubt what is kept."""
        patience = timedelta(seconds=_PATIENCE * self.interval)
        return not self.dropped and now - datetime.fromisoformat(self.heard or self.since) > patience


class Collection:
    """What was collected, in one folder (``harvest`` in that of the releases, by default)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.var() / HARVEST

    def names(self) -> list[str]:
        """The sources of which there is a state, sorted."""
        return sorted(p.parent.name for p in self.folder.glob(f"*/{STATE}") if _NAME.match(p.parent.name))

    def state(self, name: str) -> State | None:
        """How the source *name* stands; None when it was never gone to, or when that cannot be read any more."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            return _read(json.loads((self.folder / name / STATE).read_text(encoding="utf-8")))
        return None

    def path(self, name: str, text: str) -> Path:
        """Where the description *text* of the source *name* is kept."""
        return self.folder / name / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.ttl"

    def stale(self, now: datetime) -> list[str]:
        """The sources of which nothing was heard for long, sorted."""
        return [name for name in self.names() if (state := self.state(name)) is not None and state.stale(now)]

    def good(self, names: Names[str]) -> dict[str, SourceFile]:
        """The last good descriptions of those *names* that have one."""
        found = {}
        for name in sorted(names):
            state = self.state(name)
            if state is not None and state.file:
                found[name] = collected(self.folder / name / state.file, name)
        return found

    def whole(self, name: str) -> bool:
        """Whether the last good description of the source *name* is there as it was written."""
        state = self.state(name)
        try:
            return (
                state is not None
                and self.path(name, (self.folder / name / state.file).read_text("utf-8")).name == state.file
            )
        except (OSError, UnicodeDecodeError):
            return False

    def keep(self, name: str, state: State, text: str | None = None) -> State:
        """Let the source *name* stand so; with *text*, that is its last good description. Raises Unreadable."""
        folder = self.folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with alone(folder):
                if text is not None:
                    path = self.path(name, text)
                    folders.write(path.with_suffix(".new"), text.encode())
                    os.replace(path.with_suffix(".new"), path)
                    state = dataclasses.replace(state, file=path.name)
                folders.write(folder / ".state", json.dumps(_written(state), ensure_ascii=False, indent=1).encode())
                os.replace(folder / ".state", folder / STATE)
                folders.sync(folder)
                for left in folder.glob("*.ttl"):
                    if left.name != state.file:
                        left.unlink()
        except OSError as problem:
            raise unreadable(Path(problem.filename or folder), problem) from None
        return state

    def files(self) -> list[Path]:
        """All that makes it up, for a copy."""
        return [
            path
            for name in self.names()
            if (state := self.state(name)) is not None
            for path in (self.folder / name / STATE, *([self.folder / name / state.file] if state.file else ()))
        ]

    def restore(self, name: str, files: Mapping[str, bytes]) -> bool:
        """Put the source *name* back from *files* of a copy, unless it is here; whether it was. Raises Unreadable."""
        if not _NAME.match(name):
            raise Unreadable(f"'{name}' is geen naam van een bron.", f"'{name}' is no name of a source.")
        if self.state(name) is not None:
            return False
        try:
            state = _read(json.loads(files[STATE]))
            text = files[state.file].decode() if state.file else None
        except (KeyError, ValueError, TypeError) as problem:
            raise Unreadable(
                f"De opgehaalde bron '{name}' is in deze reservekopie beschadigd: {problem}.",
                f"The collected source '{name}' is damaged in this backup: {problem}.",
            ) from None
        self.keep(name, state, text)
        return True


def _written(state: State) -> dict[str, Any]:
    return dataclasses.asdict(state)


def _read(told: dict[str, Any]) -> State:
    told["words"] = Words(**told["words"])
    told["flaws"] = tuple(Words(**one) for one in told["flaws"])
    told["missing"] = tuple(Words(**one) for one in told["missing"])
    told["repeated"] = tuple(told["repeated"])
    state = State(**told)
    if state.file and not re.match(r"[0-9a-f]{16}\.ttl\Z", state.file):
        raise ValueError(state.file)
    for moment in (state.since, state.checked, state.heard or state.since, state.until or state.since):
        datetime.fromisoformat(moment)
    return state
