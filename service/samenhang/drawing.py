"""Where blocks and the lines between them stand in a picture: a box per owner, or all of them around one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

WIDE: Final = 190.0
HIGH: Final = 40.0
BROAD: Final = 250.0
"""Pixels that a block of a star is wide."""
_GAP: Final = 12.0
_LANE: Final = 48.0
"""Between the columns of a box: room for lines."""
_HEAD: Final = 34.0
_GUTTER: Final = 90.0
_MARGIN: Final = 20.0
_TALL: Final = 9
"""Blocks under each other in a box, at most; more stand beside these."""
_SHAPE: Final = 1.2
"""How much wider than high a picture is, about."""


class Box(NamedTuple):
    """A rectangle: its left upper corner and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def __html__(self) -> str:
        """What a template writes of it: the attributes of its element in SVG."""
        return f'x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}"'


class Drawing(NamedTuple):
    """A picture: its size, the boxes of owners and those of blocks."""

    width: float
    height: float
    owners: dict[str, Box]
    blocks: dict[str, Box]


def drawn(groups: Mapping[str, Sequence[str]], links: Iterable[tuple[str, str]]) -> Drawing:
    """The picture of *groups* (owner to blocks); what is linked most stands first in its box, and its box first."""
    degree: dict[str, int] = {}
    for pair in links:
        for end in pair:
            degree[end] = degree.get(end, 0) + 1
    ordered = {
        owner: sorted(blocks, key=lambda block: (-degree.get(block, 0), block)) for owner, blocks in groups.items()
    }
    weight = {owner: sum(degree.get(block, 0) for block in blocks) for owner, blocks in ordered.items()}
    sizes = {owner: _size(len(blocks)) for owner, blocks in ordered.items()}
    area = sum((width + _GUTTER) * (height + _GAP * 2) for width, height in sizes.values())
    most = max([(area / _SHAPE) ** 0.5, *(height for _, height in sizes.values())], default=0.0)
    owners: dict[str, Box] = {}
    x, y, wide = _MARGIN, _MARGIN, 0.0
    for owner in sorted(ordered, key=lambda one: (-weight[one], one)):
        width, height = sizes[owner]
        if y > _MARGIN and y + height > most + _MARGIN:
            x, y, wide = x + wide + _GUTTER, _MARGIN, 0.0
        owners[owner] = Box(x, y, width, height)
        y, wide = y + height + _GAP * 2, max(wide, width)
    blocks: dict[str, Box] = {}
    for owner, several in ordered.items():
        box, rows = owners[owner], _rows(len(several))
        for place, block in enumerate(several):
            column, row = divmod(place, rows)
            left = box.x + _GAP + column * (WIDE + _LANE)
            blocks.setdefault(block, Box(left, box.y + _HEAD + row * (HIGH + _GAP), WIDE, HIGH))
    return Drawing(
        max((box.x + box.width for box in owners.values()), default=0) + _MARGIN + _GUTTER / 2,
        max((box.y + box.height for box in owners.values()), default=0) + _MARGIN,
        owners,
        blocks,
    )


class Star(NamedTuple):
    """A picture of one block between others: its size, that block, those to the left and those to the right."""

    width: float
    height: float
    middle: Box
    left: list[Box]
    right: list[Box]


def star(left: int, right: int) -> Star:
    """The picture of a block with so many to its *left* and to its *right*; a side with none takes no room.

    >>> star(0, 2).middle, star(0, 2).right[0]
    (Box(x=20.0, y=46.0, width=250.0, height=40.0), Box(x=360.0, y=20.0, width=250.0, height=40.0))
    """
    rows = max(left, right, 1)
    height = rows * (HIGH + _GAP) - _GAP

    def column(x: float, number: int) -> list[Box]:
        top = _MARGIN + (height - number * (HIGH + _GAP) + _GAP) / 2
        return [Box(x, top + row * (HIGH + _GAP), BROAD, HIGH) for row in range(number)]

    middle = _MARGIN + (BROAD + _GUTTER if left else 0)
    last = middle + (BROAD + _GUTTER if right else 0)
    return Star(
        last + BROAD + _MARGIN,
        height + 2 * _MARGIN,
        column(middle, 1)[0],
        column(_MARGIN, left),
        column(last, right),
    )


def line(start: Box, end: Box, lower: float = 0) -> str:
    """The path from one block to another, out of a side and into a side, so that it passes between boxes.

    *lower*: pixels below the middle of the sides, so that two lines between the same blocks stay two.
    """
    y1, y2 = start.y + start.height / 2 + lower, end.y + end.height / 2 + lower
    if end.x > start.x + start.width:
        x1, x2, bend = start.x + start.width, end.x, max(40.0, (end.x - start.x - start.width) / 2)
        return f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    if end.x + end.width < start.x:
        x1, x2, bend = start.x, end.x + end.width, max(40.0, (start.x - end.x - end.width) / 2)
        return f"M{x1:.0f} {y1:.0f}C{x1 - bend:.0f} {y1:.0f} {x2 + bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    # One above the other: round the right side.
    x1, x2 = start.x + start.width, end.x + end.width
    bend = 30 + min(40.0, abs(y2 - y1) / 6)
    right = max(x1, x2) + bend
    return f"M{x1:.0f} {y1:.0f}C{right:.0f} {y1:.0f} {right:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"


def lines(text: str, most: int = 24) -> list[str]:
    """*text* in two lines at most, each of *most* characters.

    >>> lines("Data-uitwisselingsplatform (DDT)")
    ['Data-', 'uitwisselingsplatform …']
    """
    return textwrap.wrap(text, most, max_lines=2, placeholder=" …")


def _rows(blocks: int) -> int:
    columns = -(-blocks // _TALL)
    return -(-blocks // columns)


def _size(blocks: int) -> tuple[float, float]:
    rows = _rows(blocks)
    columns = -(-blocks // rows)
    return columns * (WIDE + _LANE) - _LANE + 2 * _GAP, _HEAD + rows * (HIGH + _GAP)
