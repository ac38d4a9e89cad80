"""A release on disk: its files with their checksums, whether it is whole, and how it gets its place in one step."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

import pyoxigraph as ox

from samenhang.errors import Unreadable
from samenhang.release.lines import Lines
from samenhang.sources import unreadable

DATA: Final = "data.nq"
MANIFEST: Final = "manifest.json"
BESIDE: Final = "beside"
"""In a manifest: the files that follow from the others, and have no part in the name of the release."""


class Sink(Protocol):
    """What a file of a release is written into."""

    def write(self, text: bytes, /) -> int:
        """Take *text*. Raises OSError."""


Part = bytes | Callable[[Sink, Path], None]
"""What a file of a release holds; or what writes it, with the folder of those that were written before it."""
_SOME: Final = 4096
"""Lines that are written at once."""


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise unreadable(path, problem) from None


def canonical(store: ox.Store, others: Iterable[IO[bytes]] = ()) -> Part:
    """Every quad of *store* as canonical N-Quads, sorted: the same quads give the same bytes.

    *others*: files with more quads, none of which it has, as that already.
    """

    def write(file: Sink, folder: Path) -> None:
        with Lines(folder) as lines:
            store.dump(cast(IO[bytes], lines), format=ox.RdfFormat.N_QUADS)
            for other in others:
                lines.join(other)
            for some in together(lines):
                file.write(some)

    return write


def together(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The *lines*, many at once."""
    rest = iter(lines)
    while some := b"".join(itertools.islice(rest, _SOME)):
        yield some


def damaged(name: str, path: Path) -> Unreadable:
    """The error for a release of which the file at *path* changed after it was made."""
    return Unreadable(
        f"Release {name} is beschadigd: '{path}' is niet meer wat het was. Bouw opnieuw: samenhang build.",
        f"Release {name} is damaged: '{path}' is no longer what it was. Build again: samenhang build.",
    )


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """What the manifest in *folder* says; None when there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    files = manifest.get("files") if isinstance(manifest, dict) else None
    return manifest if isinstance(files, dict) and DATA in files else None


def name(listed: Mapping[str, Mapping[str, object]]) -> str:
    """The whole name of a release of the files *listed*: the digest of what is said of them."""
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()


def harm(folder: Path) -> Path | None:
    """The first file of the release in *folder* that is not what it was; None when all of them are.

    Raises Unreadable when a file that is there cannot be read: that says nothing of what is in it.
    """
    manifest = read_manifest(folder)
    if manifest is None or name(manifest["files"])[:16] != folder.name:
        return folder / MANIFEST
    for known, about in (*manifest["files"].items(), *manifest.get(BESIDE, {}).items()):
        path: Path = folder / known
        if not path.is_file() or digest(path) != about["sha256"]:
            return path
    return None


def cut(folder: Path, manifest: Mapping[str, Any]) -> Path | None:
    """The first file of the release in *folder* that is gone or has another size than *manifest* says, at no cost."""
    for known, about in (*manifest["files"].items(), *manifest.get(BESIDE, {}).items()):
        path: Path = folder / known
        if not path.is_file() or path.stat().st_size != about["bytes"]:
            return path
    return None


def whole(folder: Path, listed: Mapping[str, Mapping[str, object]], beside: Collection[str] = ()) -> bool:
    """Whether *folder* holds a release of the files *listed* and has those *beside*, each as it was written.

    Raises Unreadable.
    """
    manifest = read_manifest(folder)
    if manifest is None or manifest["files"] != listed or manifest.get(BESIDE, {}).keys() != set(beside):
        return False
    return harm(folder) is None


def write(path: Path, part: Part) -> dict[str, object]:
    """Write a file, which has reached the disk when this ends; what a manifest says of it. Raises OSError."""
    with path.open("wb") as file:
        counted = _Counted(file)
        if isinstance(part, bytes):
            counted.write(part)
        else:
            part(counted, path.parent)
        file.flush()
        os.fsync(file.fileno())
    return {"sha256": counted.digest.hexdigest(), "bytes": counted.size}


def fill(folder: Path, parts: Mapping[str, Part]) -> dict[str, dict[str, object]]:
    """Write *parts* in *folder*, each file by its name; what a manifest says of them. Raises OSError."""
    return {name: write(folder / name, part) for name, part in parts.items()}


class _Counted:
    """A file that knows what was written into it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest, self.size = hashlib.sha256(), 0

    def write(self, text: bytes, /) -> int:
        self.digest.update(text)
        self.size += len(text)
        return self._file.write(text)


def sync(folder: Path) -> None:
    """Let the names in *folder* reach the disk, so that they outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(draft: Path, target: Path, listed: Mapping[str, Mapping[str, object]], beside: Collection[str] = ()) -> None:
    """Give *draft* its name, in the place of what may stand there damaged."""
    if target.exists() and not whole(target, listed, beside):
        target.rename(draft / "damaged")
    try:
        draft.rename(target)
        shutil.rmtree(target / "damaged", ignore_errors=True)
    except OSError:
        # Another build of the same content came first; its release is ours.
        if not whole(target, listed, beside):
            raise
