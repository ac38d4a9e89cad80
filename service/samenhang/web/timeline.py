"""Where steps stand on a time line: a band per track, a bar per step, months after T0 from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from samenhang.drawing import Box

HIGH: Final = 24.0
_GAP: Final = 8.0
_HEAD: Final = 30.0
"""Above the first band: the names of the months."""
_BAND: Final = 26.0
"""Above the bars of a band: its name."""
_NAMES: Final = 290.0
"""Left of the months: the names of the steps."""
_MONTH: Final = 58.0
_LATER: Final = 130.0
"""Right of the months: what has no distance from T0."""
_MARGIN: Final = 12.0


class Stage(NamedTuple):
    """A step as the line needs it: its address, its band, months after T0 (None: not told), and whether it goes on."""

    step: str
    track: str
    begin: int | None
    end: int | None
    open: bool


class Band(NamedTuple):
    """The band of a track: its address (empty: no track), and where it stands."""

    track: str
    box: Box


class Timeline(NamedTuple):
    """A picture: its size, where each month begins and what has no months stands, bands, and bars by step."""

    width: float
    height: float
    months: list[tuple[int, float]]
    later: float
    bands: list[Band]
    bars: dict[str, Box]


def drawn(stages: Iterable[Stage]) -> Timeline:
    """The picture of *stages*, in their order; a step stands once.

    >>> plan = drawn([Stage("a", "t", 0, 0, False), Stage("b", "t", 1, 2, True), Stage("c", "u", None, None, False)])
    >>> [month for month, _ in plan.months], [band.track for band in plan.bands]
    ([0, 1, 2, 3], ['t', 'u'])
    >>> plan.bars["b"].x + plan.bars["b"].width == plan.later, plan.bars["c"].x == plan.later
    (True, True)
    """
    once: dict[str, Stage] = {}
    for stage in stages:
        once.setdefault(stage.step, stage)
    last = max((stage.end or 0 for stage in once.values()), default=0) + 1
    left = _MARGIN + _NAMES
    later = left + (last + 1) * _MONTH
    bands: list[Band] = []
    bars: dict[str, Box] = {}
    y = _MARGIN + _HEAD
    for track in dict.fromkeys(stage.track for stage in once.values()):
        own = [stage for stage in once.values() if stage.track == track]
        height = _BAND + len(own) * (HIGH + _GAP)
        bands.append(Band(track, Box(_MARGIN, y, later + _LATER - _MARGIN, height)))
        _fill(own, left, later, y + _BAND, bars)
        y += height + _GAP
    return Timeline(
        later + _LATER + _MARGIN,
        y + _MARGIN,
        [(month, left + month * _MONTH) for month in range(last + 1)],
        later,
        bands,
        bars,
    )


def _fill(own: Sequence[Stage], left: float, later: float, y: float, bars: dict[str, Box]) -> None:
    """Put a bar of each of *own* in *bars*, from *y* down."""
    for place, stage in enumerate(own):
        at = y + place * (HIGH + _GAP)
        if stage.begin is None:
            bars[stage.step] = Box(later, at, _LATER - _GAP, HIGH)
            continue
        start = left + stage.begin * _MONTH
        end = later if stage.open else left + ((stage.end if stage.end is not None else stage.begin) + 1) * _MONTH
        bars[stage.step] = Box(start, at, end - start, HIGH)
