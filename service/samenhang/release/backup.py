"""A copy of a shelf in one file, and back: every whole release, when each was published, and which is current."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from samenhang.errors import SamenhangError, Unreadable
from samenhang.release import folders
from samenhang.release.collection import Collection
from samenhang.release.folders import BESIDE, MANIFEST, Sink, sync
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


def restore(shelf: Shelf, source: Path, opened: BinaryIO | None = None) -> Moved:
    """Put the releases in the file *source* on *shelf*, each held against its checksums; what is there stays.

    *opened* is read instead, when given; *source* is what it is called. When nothing whole is published on *shelf*, the
    release that was current in the backup is. Raises Unreadable.
    """
    try:
        with gzip.open(opened or source) as packed, _unpacked(packed, shelf.folder) as archive:
            held: dict[str, dict[str, _Member]] = {}
            for member in archive:
                folder, _, name = member.name.rpartition("/")
                if not member.isfile() or "/" in folder.removeprefix(_COLLECTED):
                    raise _strange(source, member.name)
                held.setdefault(folder, {})[name] = _Member(archive, member)
            beside = held.pop("", {})
            current, log = beside[_CURRENT].read().decode("ascii"), beside[LOG].read()
            collected = {folder: held.pop(folder) for folder in [*held] if folder.startswith(_COLLECTED)}
            for name, files in held.items():
                _put(shelf, name, files, source)
            collection, restored = Collection(shelf.folder / HARVEST), []
            for folder, files in collected.items():
                name = folder.removeprefix(_COLLECTED)
                if collection.restore(name, {known: each.read() for known, each in files.items()}):
                    restored.append(name)
    except (gzip.BadGzipFile, zlib.error, tarfile.TarError, EOFError, KeyError, UnicodeDecodeError) as problem:
        raise _strange(source, str(problem)) from None
    except OSError as problem:
        raise unreadable(source, problem) from None
    shelf.remember(log)
    try:
        published = shelf.current()
        published.verify()
    except SamenhangError:
        published = shelf.get(current)
        shelf.publish(published)
    return Moved(tuple(held), published.name, tuple(restored))


def _files(release: Release) -> Sequence[Path]:
    known = (*release.manifest["files"], *release.manifest.get(BESIDE, {}), MANIFEST)
    return [release.folder / name for name in known]


def _add(archive: tarfile.TarFile, name: str, text: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text)
    archive.addfile(entry, io.BytesIO(text))


@contextlib.contextmanager
def _unpacked(packed: gzip.GzipFile, folder: Path) -> Iterator[tarfile.TarFile]:
    """An archive, in a file without a name in *folder*: the manifest of a release comes last, and is wanted first."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as plain:
        shutil.copyfileobj(packed, plain)
        plain.seek(0)
        with tarfile.open(fileobj=plain, mode="r:") as archive:
            yield archive


@dataclass(frozen=True)
class _Member:
    """A file in a backup."""

    archive: tarfile.TarFile
    member: tarfile.TarInfo

    def open(self) -> io.BufferedReader:
        """Its bytes, from the beginning."""
        return cast(io.BufferedReader, self.archive.extractfile(self.member))

    def read(self) -> bytes:
        """All of it."""
        with self.open() as file:
            return file.read()

    def told(self) -> dict[str, object]:
        """What a manifest says of it."""
        with self.open() as file:
            return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": self.member.size}

    def write(self, file: Sink, _folder: Path) -> None:
        """Write it into a release."""
        with self.open() as opened:
            shutil.copyfileobj(opened, file)


def _put(shelf: Shelf, name: str, files: Mapping[str, _Member], source: Path) -> None:
    """Keep one release of a backup; its name follows from what is in it, so what changed on the way is found."""
    try:
        manifest: dict[str, Any] = json.loads(files[MANIFEST].read())
        about = {key: value for key, value in manifest.items() if key not in ("release", "sha256", "files", BESIDE)}
        kept = {known: files[known] for known in manifest["files"]}
        beside = {known: files[known] for known in manifest.get(BESIDE, {})}
    except (KeyError, ValueError, TypeError) as problem:
        raise _strange(source, f"{name}: {problem}") from None
    told, more = ({known: each.told() for known, each in part.items()} for part in (kept, beside))
    if folders.name(told)[:16] != name or more != manifest.get(BESIDE, {}):
        raise _strange(source, name)
    shelf.put(
        {known: each.write for known, each in kept.items()},
        about,
        {known: each.write for known, each in beside.items()},
    )


def _strange(source: Path, what: str) -> Unreadable:
    return Unreadable(
        f"'{source}' is geen (hele) reservekopie van samenhang backup: {what}.",
        f"'{source}' is no (whole) backup of samenhang backup: {what}.",
    )
