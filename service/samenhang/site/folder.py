"""The folder of a site: only what changed is written, only what an earlier run wrote is removed.

A list of what was written, with checksums, stands in the folder, and while it is being written the names of what may be
half done. A file is put in its place in one step, so that whenever it ends, every file is one that was or one that is.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

from samenhang import lock
from samenhang.errors import Unreadable, WrongValue
from samenhang.sources import unreadable

LISTED: Final = ".samenhang-site.sha256"
"""What was written, as ``sha256sum`` writes and checks it."""
BEGUN: Final = ".samenhang-site.begun"
"""The names of what is being written."""
_PART: Final = ".part"
_WELCOME: Final = (".git", ".gitignore", ".nojekyll", "CNAME", "lost+found")
"""What may stand in a folder that is otherwise empty: how hosts are told which site it is."""


def put(path: Path, content: bytes) -> bool:
    """Let the file at *path* hold *content*; whether it did not yet. Raises Unreadable."""
    try:
        if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + _PART)
        try:
            part.write_bytes(content)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)  # of a disk that is full, too, nothing half is left
            raise
    except OSError as problem:
        raise unreadable(path, problem) from None
    return True


class Folder:
    """The folder at *path* while one site is written in it; use :func:`opened`."""

    def __init__(self, path: Path, known: Mapping[str, str], begun: IO[str]) -> None:
        self.path = path
        self._known = dict(known)
        self._begun = begun
        self._files: dict[str, str] = {}

    def begin(self, names: Iterable[str]) -> None:
        """Note that the files *names* are about to be written. Raises WrongValue for one that is somebody else's."""
        fresh = [name for name in names if name not in self._known]
        for name in fresh:
            if (self.path / name).exists():
                raise WrongValue(
                    f"'{self.path / name}' is niet door een eerdere 'export site' geschreven. Zet dat bestand elders, "
                    "of kies een andere map.",
                    f"'{self.path / name}' was not written by an earlier 'export site'. Put that file elsewhere, "
                    "or choose another folder.",
                )
            self._known[name] = ""
        try:
            self._begun.writelines(f"{name}\n" for name in fresh)
            self._begun.flush()
        except OSError as problem:
            raise unreadable(self.path / BEGUN, problem) from None

    def note(self, name: str, digest: str) -> None:
        """The file *name* is written, and has the SHA-256 *digest*."""
        self._files[name] = digest

    def put(self, name: str, content: bytes) -> bool:
        """Write the file *name*; whether it changed."""
        self.begin([name])
        changed = put(self.path / name, content)
        self.note(name, hashlib.sha256(content).hexdigest())
        return changed

    @property
    def names(self) -> frozenset[str]:
        """What was written in this run."""
        return frozenset(self._files)

    def finish(self) -> int:
        """Remove what earlier runs wrote and this one did not, and list what it wrote. How many were removed."""
        left = sorted(self._known.keys() - self._files.keys())
        try:
            for name in left:
                (self.path / name).unlink(missing_ok=True)
                for above in list((self.path / name).parents)[: name.count("/")]:
                    with contextlib.suppress(OSError):
                        above.rmdir()  # one that is not empty stays
            lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._files.items()))
            put(self.path / LISTED, lines.encode())
            (self.path / BEGUN).unlink()
        except OSError as problem:
            raise unreadable(self.path, problem) from None
        return len(left)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """The folder at *path*, made when it is not there, for nobody else meanwhile.

    Raises WrongValue for one that holds what no site of ours is, Unreadable for one where nothing can be written.
    """
    if path.exists() and not path.is_dir():
        raise WrongValue(f"'{path}' is een bestand; geef een map.", f"'{path}' is a file; give a folder.")
    try:
        path.mkdir(parents=True, exist_ok=True)
        with lock.alone(path):
            known = _known(path)
            for name in known:
                if not known[name]:
                    (path / f"{name}{_PART}").unlink(missing_ok=True)
            with (path / BEGUN).open("a", encoding="utf-8") as begun:
                yield Folder(path, known, begun)
    except OSError as problem:
        raise unreadable(path, problem) from None


def _known(path: Path) -> dict[str, str]:
    """What earlier runs wrote in *path*, with its checksum; empty where one was ended. Raises WrongValue, OSError."""
    listed, begun = path / LISTED, path / BEGUN
    if not listed.exists() and not begun.exists():
        if foreign := sorted({each.name for each in path.iterdir()} - set(_WELCOME)):
            raise WrongValue(
                f"In '{path}' staat al iets anders ({foreign[0]}). Geef een lege map, of een waarin 'export site' "
                "eerder schreef.",
                f"'{path}' holds something else already ({foreign[0]}). Give an empty folder, or one where "
                "'export site' wrote before.",
            )
        return {}
    known = dict.fromkeys(_lines(begun), "")
    known |= {name: digest for digest, _, name in (line.partition("  ") for line in _lines(listed))}
    if any(not name or name.startswith("/") or ".." in name.split("/") for name in known):
        raise Unreadable(
            f"'{listed}' is beschadigd: wat eerder geschreven werd, is niet meer te weten. Geef een lege map.",
            f"'{listed}' is damaged: what was written before can no longer be known. Give an empty folder.",
        )
    return known


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
