"""Pictures of answers, on rows by hand."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.engine.embedded import Row
from samenhang.errors import SyntaxProblem
from samenhang.questions import Query, read
from samenhang.web import picture
from samenhang.web.naming import Naming

NAMING = Naming("nl", "all", {f"x:{name}": {"nl": name.upper()} for name in "abcdef"})


def question(folder: Path, asked: str) -> Query:
    path = folder / "vraag.rq"
    path.write_text(
        "#+ title: {nl: a, en: b}\n#+ summary: {nl: a, en: b}\n#+ picture: "
        + asked
        + "\n#+ columns:\n"
        + "".join(
            f"#+   - {{name: {name}, about: {{nl: {name}, en: {name}}}}}\n" for name in ("one", "two", "many", "few")
        )
        + "SELECT ?one ?two ?many ?few WHERE { ?one ?two ?many , ?few }\n",
        encoding="utf-8",
    )
    return read(path)


def row(one: str = "", two: str = "", many: int | None = None, few: int | None = None) -> Row:
    found: Row = {name: ox.NamedNode(f"x:{value}") for name, value in (("one", one), ("two", two)) if value}
    found.update({name: ox.Literal(value) for name, value in (("many", many), ("few", few)) if value is not None})
    return found


def test_a_bar_is_as_long_as_its_number_and_the_longest_stands_first(tmp_path: Path) -> None:
    asked = question(tmp_path, "{kind: bar, label: one, value: [many, few]}")
    made = picture.made(asked, [row("a", many=1, few=1), row("b", many=6, few=2), row("c"), row(many=9)], NAMING)
    assert isinstance(made, picture.Bars)
    assert [(bar.name.text, bar.told) for bar in made.bars] == [("B", "6 · 2"), ("A", "1 · 1")]  # nothing, no bar
    (six, two), (one, other) = (bar.parts for bar in made.bars)
    assert six.width == pytest.approx(3 * two.width, abs=0.3) and one.width == other.width == pytest.approx(
        six.width / 6, abs=0.3
    )
    assert two.x == six.x + six.width
    assert made.series == ["many", "few"]


def test_without_a_value_the_rows_are_counted(tmp_path: Path) -> None:
    made = picture.made(question(tmp_path, "{kind: bar, label: one}"), [row("a"), row("b"), row("a"), row("a")], NAMING)
    assert isinstance(made, picture.Bars)
    assert [(bar.name.text, bar.told) for bar in made.bars] == [("A", "3"), ("B", "1")]


def test_a_single_bar_is_no_picture(tmp_path: Path) -> None:
    assert picture.made(question(tmp_path, "{kind: bar, label: one}"), [row("a"), row("a")], NAMING) is None


def test_arrows_go_to_the_right_and_a_circle_ends(tmp_path: Path) -> None:
    asked = question(tmp_path, "{kind: graph, from: one, to: two}")
    made = picture.made(
        asked, [row("a", "b"), row("b", "c"), row("a", "c"), row("a", "b"), row("d"), row("a", "a")], NAMING
    )
    assert isinstance(made, picture.Graph)
    x = {name.text: box.x for box, name, _ in made.boxes}
    assert x["A"] < x["B"] < x["C"] and set(x) == {"A", "B", "C"}
    assert len(made.paths) == 3
    circle = picture.made(asked, [row("a", "b"), row("b", "c"), row("c", "a")], NAMING)
    assert isinstance(circle, picture.Graph) and len(circle.boxes) == 3
    assert len({(box.x, box.y) for box, _, _ in circle.boxes}) == 3
    assert picture.made(asked, [row("a")], NAMING) is None


def test_of_very_many_the_largest_are_drawn_and_the_rest_is_told(tmp_path: Path) -> None:
    rows = [row(f"a{number}", many=number + 1) for number in range(100)]
    made = picture.made(question(tmp_path, "{kind: bar, label: one, value: many}"), rows, NAMING)
    assert isinstance(made, picture.Bars)
    assert (len(made.bars), made.left_out, made.bars[0].told) == (picture.BARS, 100 - picture.BARS, "100")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("{kind: pie, label: one}", "{kind: bar, label: ...} of {kind: graph, from: ..., to: ...}"),
        ("{kind: graph, from: one}", "{kind: graph, from: ..., to: ...}"),
        ("bar", "{kind: bar, label: ...}"),
        ("{kind: bar, label: one, value: [many, fw]}", "'fw', wat geen kolom is"),
    ],
)
def test_a_picture_that_cannot_be_made_is_told_before_anybody_asks(tmp_path: Path, asked: str, told: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        question(tmp_path, asked)
    assert told in caught.value.nl
