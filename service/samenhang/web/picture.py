"""A picture of the answer to a question, as its header asks for it: bars, or things with arrows between them.

The table of the answer holds the same in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import pyoxigraph as ox

from samenhang import drawing
from samenhang.drawing import Box
from samenhang.engine.embedded import Row
from samenhang.questions import Query
from samenhang.web.naming import Naming, Text

BARS: Final = 40
"""Bars in a picture, at most: the longest."""
NODES: Final = 60
"""Things in a picture, at most: those with most arrows."""
LINES: Final = 90
"""Arrows in a picture, at most: of more none can be followed, and the table says it better."""
_ROW: Final = 26
_LABEL: Final = 280
_BAR: Final = 460
_MARGIN: Final = 8
_COLUMN: Final = drawing.WIDE + 80
_LINE: Final = drawing.HIGH + 14
_LETTERS: Final = 34
"""Of a name beside a bar."""


class Part(NamedTuple):
    """A part of a bar: which of the series, where it begins and how long it is in pixels, and its value."""

    series: int
    x: float
    width: float
    value: float


class Bar(NamedTuple):
    """A bar: what it is of, where it stands, its parts, and their values or sum as a reader sees it."""

    name: Text
    label: str
    y: float
    parts: list[Part]
    told: str


class Bars(NamedTuple):
    """Bars under each other: size, bars, the headings of the series, and how many were left out."""

    width: float
    height: float
    bars: list[Bar]
    series: list[str]
    left_out: int
    kind: str = "bar"


class Graph(NamedTuple):
    """Things in columns with arrows to the right: size, boxes with name and lines, paths, how many were left out."""

    width: float
    height: float
    boxes: list[tuple[Box, Text, list[str]]]
    paths: list[str]
    left_out: int
    kind: str = "graph"


def made(question: Query, rows: Sequence[Row], naming: Naming) -> Bars | Graph | None:
    """The picture of *rows* that the header of *question* asks for; none when it asks none or there is nothing."""
    asked = question.header.get("picture")
    if not asked or not rows:
        return None
    if asked["kind"] == "graph":
        return _graph(
            [(row[asked["from"]], row[asked["to"]]) for row in rows if {asked["from"], asked["to"]} <= {*row}], naming
        )
    return _bars(rows, asked["label"], _listed(asked.get("value")), question.headings(naming.lang), naming)


def _listed(value: object) -> list[str]:
    return [] if value is None else [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _bars(
    rows: Sequence[Row], label: str, values: Sequence[str], headings: Mapping[str, str], naming: Naming
) -> Bars | None:
    """A bar for each thing in the column *label*: its *values* one behind the other, or how many rows it has."""
    sums: dict[object, list[float]] = {}
    for row in rows:
        if label in row:
            found = sums.setdefault(row[label], [0.0] * max(1, len(values)))
            for place, number in enumerate([_number(row.get(name)) for name in values] or [1.0]):
                found[place] += number
    kept = sorted(((one, parts) for one, parts in sums.items() if sum(parts) > 0), key=lambda pair: -sum(pair[1]))
    most = max((sum(parts) for _, parts in kept), default=0.0)
    if len(kept) < 2:
        return None
    bars = []
    for place, (one, parts) in enumerate(kept[:BARS]):
        name, at, drawn = naming.term(one), float(_LABEL), []
        for series, value in enumerate(parts):
            width = round(_BAR * value / most, 1)
            drawn.append(Part(series, at, width, value))
            at += width
        # Of two parts both are told, for their sum says little; of more the table does.
        told = " · ".join(map(_written, parts if len(parts) == 2 else [sum(parts)]))
        bars.append(Bar(name, _cut(name.text), _MARGIN + place * _ROW, drawn, told))
    height = 2 * _MARGIN + len(bars) * _ROW
    return Bars(_LABEL + _BAR + 60, height, bars, [headings[name] for name in values], len(kept) - len(bars))


def _graph(pairs: Iterable[tuple[ox.NamedNode | ox.Literal | ox.BlankNode, ...]], naming: Naming) -> Graph | None:
    """Each thing right of all that leads to it, as far as that can be."""
    arrows = list(dict.fromkeys((start.value, end.value) for start, end in pairs if start != end))
    degree: dict[str, int] = {}
    for pair in arrows:
        for end in pair:
            degree[end] = degree.get(end, 0) + 1
    kept = sorted(degree, key=lambda one: (-degree[one], one))[:NODES]
    arrows = [pair for pair in arrows if pair[0] in kept and pair[1] in kept]
    if not 0 < len(arrows) <= LINES:
        return None
    rank = dict.fromkeys(kept, 0)
    # A circle would push its things on and on; no way is longer than there are things.
    for _ in range(len(kept)):
        later = [(end, rank[start] + 1) for start, end in arrows if rank[end] <= rank[start] < len(kept) - 1]
        if not later or max(rank.values()) > 5:
            break
        for end, place in later:
            rank[end] = max(rank[end], place)
    lanes: dict[int, list[str]] = {}
    for one in sorted(kept, key=lambda one: (-degree[one], one)):
        lanes.setdefault(rank[one], []).append(one)
    places: dict[str, Box] = {}
    for column, lane in enumerate(lanes[number] for number in sorted(lanes)):
        before = {one: [places[start].y for start, end in arrows if end == one and start in places] for one in lane}
        lane.sort(key=lambda one: sum(before[one]) / len(before[one]) if before[one] else 0.0)
        for row, one in enumerate(lane):
            x, y = _MARGIN + column * _COLUMN, _MARGIN + row * _LINE
            places[one] = Box(x, y, drawing.WIDE, drawing.HIGH)
    boxes = [(box, naming.named(one), drawing.lines(naming.plain(one).text)) for one, box in places.items()]
    return Graph(
        max(box.x + box.width for box in places.values()) + 80,
        max(box.y + box.height for box in places.values()) + _MARGIN,
        boxes,
        [drawing.line(places[start], places[end]) for start, end in arrows],
        len(degree) - len(kept),
    )


def _number(term: object) -> float:
    try:
        return max(0.0, float(term.value)) if isinstance(term, ox.Literal) else 0.0
    except ValueError:
        return 0.0


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.1f}"


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1].rstrip() + "…"
