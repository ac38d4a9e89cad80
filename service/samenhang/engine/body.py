"""A whole answer on its way to whoever asked."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Final

CHUNK: Final = 256 * 1024
"""Bytes sent at a time."""


class Body:
    """The bytes of an answer, complete: a small one in memory of our own, a large one in a nameless file mapped here.

    The file lives as long as this does, whatever becomes of the process that wrote it. Several clients can be sent
    one body at the same time.
    """

    __slots__ = ("_content",)

    def __init__(self, content: bytes | mmap.mmap) -> None:
        self._content = content

    def __len__(self) -> int:
        return len(self._content)

    def __bytes__(self) -> bytes:
        return self._content[:]

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, in pieces of at most :data:`CHUNK`; a client is sent a large answer piece by piece.

        >>> [bytes(chunk) for chunk in Body(b"abc").chunks()]
        [b'abc']
        """
        content = self._content
        for start in range(0, len(content), CHUNK):
            yield content[start : start + CHUNK]
