"""A pool over a few hundred triples of its own, for tests that do to it what a hostile client would."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from samenhang.engine.budget import Budget
from samenhang.engine.holding import Holding
from samenhang.engine.pool import Pool

Result = TypeVar("Result")
SMALL = Budget(seconds=0.5, memory=64 << 20, answer=8 << 20, waiting=4, crowd=8, patience=5, workers=1)


class Client:
    """One event loop and a pool in it, for tests that are not coroutines themselves."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.loop = asyncio.new_event_loop()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What *work* gives back."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 20))


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 300 triples: the numbers up to 300, each with its text."""
    path = tmp_path_factory.mktemp("numbers") / "numbers.nt"
    path.write_text("".join(f'<http://x/{n}> <http://x/text> "{n}" .\n' for n in range(300)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def client(numbers: Path) -> Iterator[Client]:
    """A client of a pool over the numbers, with small limits."""
    pool = Pool(Holding((numbers,), scoped=False), SMALL)
    pool.wait()
    made = Client(pool)
    yield made
    pool.close()
    made.loop.close()
