"""A picture of one thing or class among others: left of it what leads to it, right of it what it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from fastapi import Request, Response

from samenhang import drawing
from samenhang.errors import NotFound
from samenhang.web import pages
from samenhang.web.naming import Text

DRAWN: Final = 16
"""Neighbours in a picture, at most: more cannot be read. A table beside it has the others."""
_CUT: Final = 32
"""Characters of a line in a box."""


class Tie(NamedTuple):
    """What stands at the other end of a line, what the line says, whether it comes in, and its row in the table."""

    name: Text
    words: str
    inward: bool
    row: str


def picture(middle: Text, ties: Sequence[Tie]) -> dict[str, Any] | None:
    """What ``drawing.html`` draws of *middle* and the first of *ties*; None when there is nothing around it."""
    some = ties[:DRAWN]
    if not some:
        return None
    left, right = [tie for tie in some if tie.inward], [tie for tie in some if not tie.inward]
    plan = drawing.star(len(left), len(right))
    placed = [*zip(left, plan.left, strict=True), *zip(right, plan.right, strict=True)]
    blocks = [
        {
            "name": f"{tie.name.text}: {tie.words}",
            "lines": [_cut(tie.name.text), _cut(tie.words)],
            "href": tie.name.href,
            "box": box,
            "beside": False,
            "role": "tied",
        }
        for tie, box in placed
    ]
    own = {"name": middle.text, "lines": drawing.lines(middle.text), "href": "", "box": plan.middle, "beside": False}
    lines = [
        {
            "kind": "depends",
            "path": drawing.line(box, plan.middle) if tie.inward else drawing.line(plan.middle, box),
            "href": f"#{tie.row}",
            "ends": (tie.name.text, middle.text) if tie.inward else (middle.text, tie.name.text),
            "words": tie.words,
        }
        for tie, box in placed
    ]
    return {
        "width": round(plan.width),
        "height": round(plan.height),
        "owners": [],
        "blocks": [{**own, "role": "middle"}, *blocks],
        "lines": lines,
    }


def answer(request: Request, middle: Text, ties: Sequence[Tie]) -> Response:
    """That picture by itself. Raises NotFound (404) when there is nothing around it."""
    found = picture(middle, ties)
    if found is None:
        raise NotFound(
            f"Er is geen beeld van '{middle.text}': niets is ermee verbonden.",
            f"There is no picture of '{middle.text}': nothing is tied to it.",
            status=404,
        )
    return pages.drawn(request, "neighbours.svg", picture=found, title=middle.text)


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else text[: _CUT - 1].rstrip() + "…"
