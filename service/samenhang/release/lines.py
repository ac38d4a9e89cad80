"""Lines in order, also where they are more than fits in memory: sorted part by part, laid down on disk, and merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, Self

Key = Callable[[bytes], bytes]
"""What a line is sorted by."""

PART: Final = 64 * 1024 * 1024
"""Bytes that are sorted at once; as objects they are twice that."""
_MOST: Final = 128
"""Parts that are merged at once: each is an open file."""
_READ: Final = 128 * 1024
"""Bytes of a part that are read at once."""


class Lines:
    """A file of lines: written in any order, in pieces of any length, read sorted.

    By their bytes, or by *key*, and what has the same key in the order of writing. What is more than *part* bytes (by
    default PART) waits in *folder*, in files without a name: nothing is left of them, however this ends.
    """

    def __init__(self, folder: Path, key: Key | None = None, part: int = 0) -> None:
        self._folder, self._key, self._part = folder, key, part or PART
        self._pieces: list[bytes] = []
        self._size = 0
        self._parts: list[IO[bytes]] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, text: bytes) -> int:
        """Take *text*, which may begin and end within a line. Raises OSError."""
        self._pieces.append(bytes(text))
        self._size += len(text)
        if self._size >= self._part:
            lines = self._lines()
            rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
            self._pieces, self._size = [rest], len(rest)
            if lines:
                self._lay_down(sorted(lines, key=self._key))
        return len(text)

    def join(self, lines: IO[bytes]) -> None:
        """Take all of the file *lines*, which are sorted already, by the same key; it is read here from its beginning.

        It stays open for as long as these are read. Raises OSError.
        """
        lines.seek(0)
        self._parts.append(lines)

    def flush(self) -> None:
        """Nothing: the engine flushes whatever it writes into."""

    def __iter__(self) -> Iterator[bytes]:
        """All lines that were written, in their order, once. Raises OSError."""
        rest = sorted(self._lines(), key=self._key)
        return heapq.merge(*self._parts, rest, key=self._key) if self._parts else iter(rest)

    def _lines(self) -> list[bytes]:
        """Those in memory, the last one perhaps not whole."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole.splitlines(keepends=True)

    def _lay_down(self, lines: list[bytes]) -> None:
        if len(self._parts) == _MOST:
            merged = self._file()
            merged.writelines(heapq.merge(*self._parts, key=self._key))
            self._open.close()
            merged.seek(0)
            self._parts = [self._open.enter_context(merged)]
        part = self._open.enter_context(self._file())
        part.writelines(lines)
        part.seek(0)
        self._parts.append(part)

    def _file(self) -> IO[bytes]:
        return tempfile.TemporaryFile(dir=self._folder, buffering=_READ)
