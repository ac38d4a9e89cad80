"""Who is next, when many wait."""

from __future__ import annotations

import pytest

from samenhang.engine.queue import FairQueue
from samenhang.errors import Busy


def taken(queue: FairQueue[str]) -> list[str]:
    found = []
    while (waiting := queue.take()) is not None:
        found.append(waiting)
    return found


def test_each_client_in_turn_and_each_in_its_own_order() -> None:
    queue = FairQueue[str](own=9, crowd=9, after=1)
    for name in ("a1", "a2", "a3", "b1", "c1", "b2"):
        queue.put(name[0], name)
    assert taken(queue) == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert len(queue) == 0


def test_who_comes_later_does_not_wait_for_all_of_another() -> None:
    queue = FairQueue[str](own=9, crowd=9, after=1)
    for name in ("a1", "a2", "a3"):
        queue.put("a", name)
    assert queue.take() == "a1"
    queue.put("b", "b1")
    assert taken(queue) == ["a2", "b1", "a3"]


def test_who_had_less_work_done_goes_first() -> None:
    queue = FairQueue[str](own=9, crowd=9, after=1)
    for name in ("a1", "a2", "b1", "b2", "b3"):
        queue.put(name[0], name)
    assert queue.take() == "a1"
    queue.charge("a", 10)
    for name in ("b1", "b2"):
        assert queue.take() == name
        queue.charge("b", 4)
    queue.put("c", "c1")
    assert taken(queue) == ["c1", "b3", "a2"]


def test_who_stays_away_saves_nothing_up() -> None:
    queue = FairQueue[str](own=9, crowd=9, after=1)
    for name in ("a1", "a2", "a3"):
        queue.put("a", name)
    for _ in range(2):
        queue.take()
        queue.charge("a", 10)
    for name in ("b1", "b2", "b3"):
        queue.put("b", name)
    assert queue.take() == "b1"
    queue.charge("b", 11)
    assert queue.take() == "a3"


def test_what_was_long_ago_is_forgotten() -> None:
    queue = FairQueue[str](own=9, crowd=9, after=1)
    queue.charge("a", 10)
    assert queue.take() is None
    queue.put("a", "a1")
    queue.put("b", "b1")
    assert taken(queue) == ["a1", "b1"]


def test_one_client_and_all_together_have_a_bound() -> None:
    queue = FairQueue[str](own=2, crowd=3, after=7)
    for name in ("a1", "a2", "b1"):
        queue.put(name[0], name)
    for client, status in (("a", 429), ("b", 503), ("c", 503)):
        with pytest.raises(Busy) as caught:
            queue.put(client, "x")
        assert (caught.value.status, caught.value.after) == (status, 7)
    assert taken(queue) == ["a1", "b1", "a2"]


def test_who_went_away_makes_room() -> None:
    queue = FairQueue[str](own=1, crowd=2, after=1)
    queue.put("a", "a1")
    queue.put("b", "b1")
    assert queue.drop("a", "a1")
    assert not queue.drop("a", "a1")
    assert not queue.drop("b", "b2")
    queue.put("a", "a2")
    assert taken(queue) == ["b1", "a2"]
