"""What takes too long is told of once, and only that."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any, cast

from samenhang.engine.deadline import Deadline


class Clock:
    """A loop's time and timers, without waiting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, work: Callable[..., None], *values: Any) -> Clock:
        self.timers.append((self.now + seconds, work, values))
        return self

    def cancel(self) -> None:
        self.timers.clear()

    def pass_to(self, moment: float) -> None:
        """Let time pass until *moment*, and what is due happen when it is."""
        while due := [timer for timer in self.timers if timer[0] <= moment]:
            first = min(due, key=lambda timer: timer[0])
            self.timers.remove(first)
            self.now = first[0]
            first[1](*first[2])
        self.now = moment


def made() -> tuple[Clock, AbstractEventLoop, Deadline[str], list[str]]:
    clock, late = Clock(), list[str]()
    return clock, cast(AbstractEventLoop, clock), Deadline[str](10, late.append), late


def test_what_takes_longer_is_told_of_and_what_ended_is_not() -> None:
    clock, loop, deadline, late = made()
    deadline.begin("a", loop)
    clock.pass_to(3)
    deadline.begin("b", loop)
    clock.pass_to(4)
    deadline.begin("c", loop)
    deadline.end("b")
    clock.pass_to(9)
    assert late == []
    clock.pass_to(13)
    assert late == ["a"]
    clock.pass_to(100)
    assert late == ["a", "c"]
    assert clock.timers == []


def test_what_begins_again_has_all_of_its_time_again() -> None:
    clock, loop, deadline, late = made()
    deadline.begin("a", loop)
    clock.pass_to(9)
    deadline.end("a")
    deadline.begin("a", loop)
    clock.pass_to(18)
    assert late == []
    clock.pass_to(19)
    assert late == ["a"]


def test_there_is_one_timer_however_much_there_is() -> None:
    clock, loop, deadline, late = made()
    for moment in range(8):
        clock.pass_to(moment)
        deadline.begin(str(moment), loop)
        assert len(clock.timers) == 1
    clock.pass_to(12)
    assert (late, len(clock.timers)) == (["0", "1", "2"], 1)


def test_who_is_told_may_begin_something() -> None:
    clock = Clock()
    late = []

    def again(what: str) -> None:
        late.append(what)
        deadline.begin(what + "'", cast(AbstractEventLoop, clock))

    deadline = Deadline[str](10, again)
    deadline.begin("a", cast(AbstractEventLoop, clock))
    deadline.begin("b", cast(AbstractEventLoop, clock))
    clock.pass_to(20)
    assert late == ["a", "b", "a'", "b'"]
    assert len(clock.timers) == 1


def test_what_is_cleared_is_never_late() -> None:
    clock, loop, deadline, late = made()
    deadline.begin("a", loop)
    deadline.clear()
    clock.pass_to(5)
    deadline.begin("b", loop)
    clock.pass_to(14)
    assert late == []
    clock.pass_to(15)
    assert late == ["b"]
