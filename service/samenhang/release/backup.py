"""A copy of a shelf in one file, and back: every whole release, when each was published, and which is current."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from samenhang.errors import SamenhangError, Unreadable
from samenhang.release import folders
from samenhang.release.collection import Collection
from samenhang.release.folders import BESIDE, MANIFEST, sync
from samenhang.release.shelf import LOG, Release, Shelf
from samenhang.sources import HARVEST, unreadable

_COLLECTED: Final = f"{HARVEST}/"
"""In a backup: before the folders of what was collected."""
_CURRENT: Final = "current"
"""In a backup: a file with the name of the published release."""


@dataclass(frozen=True)
class Moved:
    """What was copied: the ``names`` of releases; the one that is ``current``; the sources that were ``collected``; the
    ``problems`` on the way.
    """

    names: tuple[str, ...]
    current: str
    collected: tuple[str, ...] = ()
    problems: tuple[SamenhangError, ...] = ()


def save(shelf: Shelf, to: Path) -> Moved:
    """Write all whole releases of *shelf* into the file *to*, which appears when it is whole.

    What is damaged is not copied, and told. Raises NotFound when there is nothing, Unreadable (disk full, no
    permission).
    """
    names: list[str] = []
    problems: list[SamenhangError] = []
    collection = Collection(shelf.folder / HARVEST)
    current, doubts = shelf.sound()
    problems += doubts
    draft: str | None = None
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{to.name}-", dir=to.parent)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                for name in shelf.names():
                    try:
                        release = shelf.get(name)
                        release.verify()
                    except SamenhangError as problem:
                        if problem.en not in [known.en for known in problems]:
                            problems.append(problem)
                        continue
                    for path in _files(release):
                        archive.add(path, f"{name}/{path.name}", recursive=False)
                    names.append(name)
                for path in collection.files():
                    archive.add(path, f"{HARVEST}/{path.parent.name}/{path.name}", recursive=False)
                log = shelf.folder / LOG
                _add(archive, LOG, log.read_bytes() if log.is_file() else b"")
                _add(archive, _CURRENT, current.name.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, to)
        draft = None
        sync(to.parent)
    except OSError as problem:
        raise unreadable(Path(problem.filename or to), problem) from None
    finally:
        if draft is not None:
            os.unlink(draft)
    return Moved(tuple(names), current.name, tuple(collection.names()), tuple(problems))


def restore(shelf: Shelf, source: Path) -> Moved:
    """Put the releases in the file *source* on *shelf*, each held against its checksums; what is there stays.

    When nothing whole is published on *shelf*, the release that was current in the backup is. Raises Unreadable.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            held: dict[str, dict[str, bytes]] = {}
            for member in archive:
                folder, _, name = member.name.rpartition("/")
                read = archive.extractfile(member)
                if read is None or "/" in folder.removeprefix(_COLLECTED):
                    raise _strange(source, member.name)
                held.setdefault(folder, {})[name] = read.read()
        beside = held.pop("", {})
        current, log = beside[_CURRENT].decode("ascii"), beside[LOG]
    except OSError as problem:
        raise unreadable(source, problem) from None
    except (tarfile.TarError, EOFError, KeyError, UnicodeDecodeError) as problem:
        raise _strange(source, str(problem)) from None
    collected = {folder: held.pop(folder) for folder in [*held] if folder.startswith(_COLLECTED)}
    for name, files in held.items():
        _put(shelf, name, files, source)
    collection = Collection(shelf.folder / HARVEST)
    names = [folder.removeprefix(_COLLECTED) for folder in collected]
    restored = tuple(name for name in names if collection.restore(name, collected[_COLLECTED + name]))
    shelf.remember(log)
    try:
        published = shelf.current()
        published.verify()
    except SamenhangError:
        published = shelf.get(current)
        shelf.publish(published)
    return Moved(tuple(held), published.name, restored)


def _files(release: Release) -> Sequence[Path]:
    known = (*release.manifest["files"], *release.manifest.get(BESIDE, {}), MANIFEST)
    return [release.folder / name for name in known]


def _add(archive: tarfile.TarFile, name: str, text: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text)
    archive.addfile(entry, io.BytesIO(text))


def _put(shelf: Shelf, name: str, files: dict[str, bytes], source: Path) -> None:
    """Keep one release of a backup; its name follows from what is in it, so what changed on the way is found."""
    try:
        manifest: dict[str, Any] = json.loads(files.pop(MANIFEST))
        about = {key: value for key, value in manifest.items() if key not in ("release", "sha256", "files", BESIDE)}
        kept = {known: files[known] for known in manifest["files"]}
        beside = {known: files[known] for known in manifest.get(BESIDE, {})}
    except (KeyError, ValueError, TypeError) as problem:
        raise _strange(source, f"{name}: {problem}") from None
    if folders.name(folders.listing(kept))[:16] != name or folders.listing(beside) != manifest.get(BESIDE, {}):
        raise _strange(source, name)
    shelf.put(kept, about, beside)


def _strange(source: Path, what: str) -> Unreadable:
    return Unreadable(
        f"'{source}' is geen (hele) reservekopie van samenhang backup: {what}.",
        f"'{source}' is no (whole) backup of samenhang backup: {what}.",
    )
