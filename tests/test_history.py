"""The history of a shelf: which release was the current one at which moment, whatever happened to its list."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samenhang.errors import NotFound, WrongValue
from samenhang.release import Shelf
from samenhang.release.folders import DATA, MANIFEST
from samenhang.release.history import History, Publication, read

ONE, TWO, SIX = "aaaa000000000001", "aaaa000000000002", "cccc000000000006"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


# Published on the 10th, the 20th twice, and then the first one again on the 25th.
ORDER = (Publication(ONE, at(10, 8)), Publication(TWO, at(20, 9)), Publication(SIX, at(20, 23, 30)))
KNOWN = History((*ORDER, Publication(ONE, at(25, 10))), (ONE, TWO, SIX), ONE)


@pytest.mark.parametrize(
    ("asked", "release", "moment"),
    [
        ("2026-11-10", ONE, at(10, 8)),
        ("2026-11-19", ONE, at(10, 8)),
        ("2026-11-20", SIX, at(20, 23, 30)),
        ("2026-11-24", SIX, at(20, 23, 30)),
        ("2026-11-25", ONE, at(25, 10)),
        ("2026-11-30", ONE, at(25, 10)),
        ("2026-11-20T09:00:00Z", TWO, at(20, 9)),
        ("2026-11-20T08:59", ONE, at(10, 8)),
        # Half past midnight of the 21st in Brussels is the 20th in UTC.
        ("2026-11-21T00:30:00+01:00", SIX, at(20, 23, 30)),
        ("2026-11-21T00:29:59 01:00", TWO, at(20, 9)),
        (" 2026-11-20 12:00 ", TWO, at(20, 9)),
        (ONE, ONE, at(10, 8)),
        ("CCCC", SIX, at(20, 23, 30)),
        ("current", ONE, at(25, 10)),
        ("previous", SIX, at(20, 23, 30)),
    ],
)
def test_a_moment_or_a_name_is_a_publication(asked: str, release: str, moment: datetime) -> None:
    assert KNOWN.find(asked, NOW) == (release, moment)


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("2026-11-09", 404, f"first release ({ONE}) was published at 2026-11-10T08:00:00+00:00"),
        ("2026-11-10T07:59:59Z", 404, "Give that day or a later one"),
        ("2026-12-01", 404, "2026-11-25T10:00:00+00:00"),
        ("2026-11-30T12:00:01Z", 404, "has not passed yet"),
        ("9999-12-31", 404, "has not passed yet"),
        ("0001-01-01T00:00+14:00", 400, "2026-11-25T12:00:00Z"),
        ("2026-02-30", 400, "no moment and no release"),
        ("yesterday", 400, "Give a date (2026-11-25), a moment (2026-11-25T12:00:00Z), or the name of a release"),
        ("", 400, ONE[:8]),
        ("²026-11-25", 400, "no moment"),
        ("aaaa", 400, f"2 releases begin with 'aaaa': {ONE}, {TWO}"),
        ("dddd", 404, "There is no release 'dddd'"),
        ("cccc000000000007", 404, f"Did you mean: {SIX}"),
    ],
)
def test_what_is_no_moment_of_it_is_said_with_what_would_work(asked: str, status: int, told: str) -> None:
    with pytest.raises((NotFound, WrongValue)) as caught:
        KNOWN.find(asked, NOW)
    assert (caught.value.status, caught.value.exit_code) == (status, 2)
    assert told in caught.value.en
    assert caught.value.nl != caught.value.en


def test_a_release_that_is_not_kept_is_said_with_those_that_are() -> None:
    history = History(ORDER, (ONE, TWO), TWO)
    for asked in ("2026-11-20", "cccc"):
        with pytest.raises(NotFound, match=f"not kept here any more. Kept are: {ONE}, {TWO}") as caught:
            history.find(asked, NOW)
        assert caught.value.status == 404
    assert history.find("2026-11-19", NOW).release == ONE


def test_without_a_list_the_names_do() -> None:
    history = History((), (ONE, SIX), SIX)
    assert history.find("cccc") == history.find("current") == (SIX, None)
    with pytest.raises(NotFound, match="Give the name of a release"):
        history.find("2026-11-25", NOW)
    with pytest.raises(NotFound, match="only the current one"):
        history.find("previous")
    with pytest.raises(NotFound, match="Nothing was published"):
        History((), ()).find("current")


def test_which_release_went_before() -> None:
    assert [KNOWN.predecessor(name) for name in (ONE, TWO, SIX, "0" * 16)] == [None, ONE, TWO, None]
    assert KNOWN.moments(ONE) == [at(10, 8), at(25, 10)]


def test_damaged_lines_are_counted_and_spoil_no_other(tmp_path: Path) -> None:
    log = tmp_path / "published.jsonl"
    assert read(log) == ([], 0)
    lines = [json.dumps({"release": ONE, "at": "2026-11-10T08:00:00"}), '{"release": "../x", "at": "2026-11-10"}']
    lines += ["[1]", json.dumps({"release": TWO, "at": "2026-11-20T10:00:00+01:00"}), '{"release": "aaaa0000000']
    log.write_text("\n".join(lines), encoding="utf-8")
    assert read(log) == ([Publication(ONE, at(10, 8)), Publication(TWO, at(20, 9))], 3)


def test_the_history_of_a_shelf(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.history() == History((), ())
    first, second = (shelf.put({DATA: text}, {"quads": 0}) for text in (b"", b"# 2\n"))
    for release in (first, second, first):
        shelf.publish(release)
    history = shelf.history()
    assert [one.release for one in history.publications] == [first.name, second.name, first.name]
    assert (history.current, set(history.kept), history.lost) == (first.name, {first.name, second.name}, 0)
    moments = [one.at for one in history.publications if one.at]
    assert len(moments) == 3
    assert moments == sorted(set(moments))
    (second.folder / MANIFEST).unlink()
    with pytest.raises(NotFound, match="not kept"):
        shelf.history().find(second.name)
