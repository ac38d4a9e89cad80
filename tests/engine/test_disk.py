"""Data that are too large for memory are on disk, and a query cannot tell."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from samenhang.engine.body import Body
from samenhang.engine.budget import Budget
from samenhang.engine.holding import Holding
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import SyntaxProblem, TooMuch

COUNT = Inquiry("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv")
ENDLESS = Inquiry("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?z) }", "csv")


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holding:
    """A file of more than one MB, where that is large."""
    monkeypatch.setenv("SAMENHANG_LARGE", "1")
    path = tmp_path / "large.nt"
    path.write_text("".join(f'<http://x/{n}> <http://x/text> "{n:0100d}" .\n' for n in range(10_000)), encoding="utf-8")
    return Holding((path,), scoped=False, store=tmp_path / "store")


def answers(holding: Holding, budget: Budget, on_disk: bool = True) -> list[Body | BaseException]:
    """What a pool over *holding* says to a query, to one that is too much, and to the same again."""
    pool = Pool(holding, budget)
    assert pool.on_disk is on_disk
    try:
        pool.wait()

        async def ask() -> list[Body | BaseException]:
            again = COUNT._replace(text=COUNT.text + " ")
            return [
                (await asyncio.gather(pool.answer(inquiry), return_exceptions=True))[0]
                for inquiry in (COUNT, ENDLESS, again)
            ]

        return asyncio.run(asyncio.wait_for(ask(), 30))
    finally:
        pool.close()


def test_it_is_made_once_and_answers_within_the_same_limits(large: Holding) -> None:
    assert large.store is not None
    for _ in range(2):
        first, endless, again = answers(large, Budget(seconds=1, workers=1))
        assert isinstance(first, Body) and bytes(first) == b"n\r\n10000\r\n"
        assert isinstance(endless, TooMuch)
        assert isinstance(again, Body) and bytes(again) == b"n\r\n10000\r\n"
        assert sorted(path.name for path in large.store.parent.iterdir()) == ["large.nt", "store"]
        large.files[0].write_text("# read no more" + " " * 2_000_000, encoding="utf-8")


def test_what_is_not_large_stays_in_memory(large: Holding) -> None:
    assert large.store is not None
    large.files[0].write_text("<http://x/a> <http://x/b> <http://x/c> .", encoding="utf-8")
    first, _, _ = answers(large, Budget(seconds=1, workers=1), on_disk=False)
    assert isinstance(first, Body) and bytes(first) == b"n\r\n1\r\n"
    assert not large.store.exists()


def test_a_mistake_in_the_data_is_told_and_leaves_nothing(large: Holding) -> None:
    assert large.store is not None
    with large.files[0].open("a", encoding="utf-8") as file:
        file.write("<http://x/a> <http://x/b> .\n")
    with pytest.raises(SyntaxProblem, match=r"large\.nt"):
        answers(large, Budget())
    assert [path.name for path in large.store.parent.iterdir()] == ["large.nt"]
