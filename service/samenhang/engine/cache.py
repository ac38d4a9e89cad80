"""Answers that were given before, by what was asked: bounded in bytes, the least recently used ones leave first."""

from __future__ import annotations

from samenhang.engine.body import Body
from samenhang.engine.inquiry import Inquiry

_ENTRY = 1024
"""Bytes that an entry takes beside its text and its answer, roughly."""


class Cache:
    """Bodies by inquiry, of one release. An answer of more than a quarter of ``most`` bytes is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._bodies: dict[Inquiry, Body] = {}

    @property
    def size(self) -> int:
        """The bytes that are kept."""
        return self._size

    def get(self, inquiry: Inquiry) -> Body | None:
        """What was answered to *inquiry*, if it is still here."""
        body = self._bodies.pop(inquiry, None)
        if body is not None:
            self._bodies[inquiry] = body
        return body

    def put(self, inquiry: Inquiry, body: Body) -> None:
        """Keep *body*, at the cost of what was not asked for the longest time."""
        weight = _weight(inquiry, body)
        if weight * 4 > self._most or inquiry in self._bodies:
            return
        self._bodies[inquiry] = body
        self._size += weight
        while self._size > self._most:
            oldest = next(iter(self._bodies))
            self._size -= _weight(oldest, self._bodies.pop(oldest))


def _weight(inquiry: Inquiry, body: Body) -> int:
    return len(body) + 4 * len(inquiry.text) + _ENTRY
