"""Whole answers that were given before, by the bytes of what was asked: the fastest way to answer is to remember."""

from __future__ import annotations

from typing import Final, NamedTuple

from samenhang.web.sharing import Header

MOST: Final = 64_000_000
"""Bytes that are kept."""
LARGEST: Final = 500_000
"""Bytes of the largest answer that is kept."""
_ENTRY: Final = 2000
"""Bytes that an entry takes beside its body, roughly."""

Key = tuple[bytes, ...]


class Kept(NamedTuple):
    """An answer that is ready to be sent, with its validators."""

    status: int
    headers: list[Header]
    body: bytes
    tag: str
    modified: int


class Memory:
    """Answers by request, of one edition of the service at a time; the least recently used ones leave first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._edition: object = None
        self._kept: dict[Key, Kept] = {}
        self._size = 0

    def get(self, edition: object, key: Key) -> Kept | None:
        """What was answered to *key*, if it is still here; nothing of another *edition*."""
        if edition is not self._edition:
            self._edition, self._kept, self._size = edition, {}, 0
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._kept[key] = kept
        return kept

    def put(self, edition: object, key: Key, kept: Kept) -> None:
        """Keep an answer of *edition*, at the cost of what was not asked for the longest time."""
        if edition is not self._edition or key in self._kept or len(kept.body) > LARGEST:
            return
        self._kept[key] = kept
        self._size += _weight(key, kept)
        while self._size > self._most:
            oldest = next(iter(self._kept))
            self._size -= _weight(oldest, self._kept.pop(oldest))


def _weight(key: Key, kept: Kept) -> int:
    return sum(map(len, key)) + len(kept.body) + _ENTRY
