"""Errands come back with what they were sent for, or with what is wrong, and none is left when one fails."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from samenhang.engine.errand import Errand, Say, sent
from samenhang.errors import SamenhangError, SyntaxProblem, Unreadable
from tests.service import alive, children, until
from tests.support import ROOT


def errand(work: object) -> Errand[object]:
    return Errand("een proef", "a trial", work)  # type: ignore[arg-type]


def test_what_they_bring_comes_in_the_order_of_sending() -> None:
    def late(seconds: float, _: Say) -> tuple[float, int]:
        time.sleep(seconds)
        return seconds, os.getpid()

    brought = sent([errand(functools.partial(late, seconds)) for seconds in (0.2, 0.1, 0)], most=3)
    assert [one[0] for one in brought] == [0.2, 0.1, 0]  # type: ignore[index]
    assert len({os.getpid(), *(one[1] for one in brought)}) == 4  # type: ignore[index]
    assert children(os.getpid()) == []


def test_what_is_large_comes_whole() -> None:
    assert sent([errand(lambda _: b"x" * 50_000_000)]) == [b"x" * 50_000_000]


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_than_so_many_are_under_way(most: int) -> None:
    """Of four that each say when they begin and end."""

    def work(say: Say) -> None:
        say(1)
        time.sleep(0.2)
        say(-1)

    said: list[int] = []
    sent([errand(work)] * 4, most, said.append)
    assert max(sum(said[:end]) for end in range(len(said) + 1)) == most
    assert (len(said), sum(said)) == (8, 0)


@pytest.mark.parametrize(
    "problem",
    [
        SyntaxProblem("fout", "wrong", where="a.ttl", line=3, column=4),
        Unreadable("'/x': de schijf is vol.", "'/x': the disk is full."),
        SamenhangError("niet zo", "not so", exit_code=1),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_a_problem_is_raised_here_and_ends_the_others(problem: SamenhangError) -> None:
    def fail(_: Say) -> None:
        raise problem

    with pytest.raises(type(problem)) as raised:
        sent([errand(lambda _: time.sleep(600)), errand(fail)], most=2)
    assert vars(raised.value) == vars(problem)
    assert children(os.getpid()) == []


def test_what_the_system_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_: Say) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def overflow(_: Say) -> None:
        raise MemoryError

    for work, how in ((end, "SIGKILL"), (overflow, "MemoryError")):
        with pytest.raises(SamenhangError, match=rf"a trial was ended \({how}\).*too little memory") as raised:
            sent([errand(lambda _: time.sleep(600)), errand(work)], most=2)
        assert (raised.value.exit_code, children(os.getpid())) == (2, [])

    def full() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", full)
    with pytest.raises(SamenhangError, match="No process can be started for a trial: Resource temporarily"):
        sent([errand(end)])


def test_a_defect_is_told_with_its_trace() -> None:
    def wrong(_: Say) -> None:
        raise AssertionError("ours")

    with pytest.raises(RuntimeError, match=r"(?s)in wrong.*AssertionError: ours"):
        sent([errand(wrong)])


SENDER = """
import signal
import time
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell ignores for what it runs in the background
from samenhang.engine.errand import Errand, sent
sent([Errand("", "", lambda _: time.sleep(600))] * 2, most=2)
"""


@pytest.mark.parametrize("signalled", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_none_outlives_who_sent_it(signalled: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", SENDER], cwd=ROOT, stderr=subprocess.DEVNULL) as sender:
        until(lambda: len(children(sender.pid)) == 2)
        under_way = children(sender.pid)
        sender.send_signal(signalled)
    until(lambda: not any(map(alive, under_way)))
    assert [Path(f"/proc/{pid}").exists() and alive(pid) for pid in under_way] == [False, False]
