"""The engine behind the service: inquiries in, whole answers out, nothing that an inquiry does reaches the service.

The service itself holds no data. One process holds the release; workers forked from it answer, within limits, and are
ended and replaced when they exceed these (:mod:`samenhang.engine.crew`). Linux only.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from samenhang.engine import disk
from samenhang.engine.archive import Archive
from samenhang.engine.body import Body
from samenhang.engine.budget import Budget
from samenhang.engine.crew import Crew, gone
from samenhang.engine.holding import Holding
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.lane import Lane
from samenhang.engine.tally import Tally
from samenhang.errors import SamenhangError

_POLL = 0.1
"""Seconds."""
_WAITING = 8
"""Queries that a SPARQL server gets at once, at most."""


class Pool:
    """Answers inquiries over one release; another release gets a pool of its own. The limits are those of the settings.

    It starts loading at once, and belongs to the event loop in which it is asked. *tally*: that of the pool which it
    takes the place of, so that the numbers go on. Raises Unreadable when the data are gone.
    """

    def __init__(self, holding: Holding, budget: Budget | None = None, tally: Tally | None = None) -> None:
        budget = budget or Budget.set()
        self.archive = Archive()
        """What was answered before any of this."""
        self.engine = "embedded" if holding.elsewhere is None else "sparql"
        """What answers: ``embedded``, or ``sparql`` for a server elsewhere."""
        self.on_disk = holding.elsewhere is None and disk.place(holding) is not None
        """Whether workers read the data from disk, and not from memory that they share."""
        light = 1
        if holding.elsewhere is not None:  # then a worker mostly waits, and another can ask meanwhile
            budget, light = replace(budget, workers=_WAITING), _WAITING // 2
        self.tally = tally or Tally()
        self._crew = Crew(holding, budget, self.tally)
        # Documents are asked by ourselves, as if by one client; what others ask does not push them out of what is kept.
        own, lose = replace(budget, waiting=budget.crowd), self._crew.lose
        self._documents = Lane("documents", light, False, own, lose, self.tally)
        self._queries = Lane("queries", budget.workers, True, budget, lose, self.tally)
        self._crew.man(self.lanes)

    def wait(self) -> None:
        """Until the data are loaded, before the loop runs. Raises SyntaxProblem or Unreadable about them."""
        self._crew.wait()

    @property
    def lanes(self) -> tuple[Lane, Lane]:
        """The workers for documents and pages of our own, and those for what others ask."""
        return self._documents, self._queries

    def attach(self) -> asyncio.AbstractEventLoop:
        """Listen to its processes from now on, in the loop that runs, which is given back."""
        loop = asyncio.get_running_loop()
        if loop is not self._crew.loop:
            self._crew.attach(loop)
        return loop

    @property
    def template(self) -> int:
        """The number of the process that holds the data; the workers are its children."""
        return self._crew.template

    @property
    def trouble(self) -> SamenhangError | None:
        """Why nothing can be answered at the moment; None when all is well."""
        return gone() if self._crew.closed else self._crew.trouble

    async def answer(self, inquiry: Inquiry, client: str = "") -> Body:
        """The whole answer to what somebody asks, written as its form says. The guard has seen its text.

        ``client`` tells those who ask apart, so that one cannot crowd out the others. When the task that waits here is
        cancelled, because its client went away, the work stops too. Raises SyntaxProblem, WrongValue (400, 406, 413),
        NotFound (an unknown scope), TooMuch (time 504, memory or size 413), Busy (429, 503).
        """
        body = self._queries.known(inquiry) or self.archive.get(inquiry)
        return await self._ask(self._queries, inquiry, client) if body is None else body

    async def own(self, inquiry: Inquiry) -> Body:
        """The same for queries of our own that are light: they do not wait behind those of others."""
        body = self._documents.known(inquiry) or self.archive.get(inquiry)
        return await self._ask(self._documents, inquiry, "") if body is None else body

    async def document(self, inquiry: Inquiry) -> bytes:
        """The same as bytes: documents of things, what pages are made of."""
        return bytes(await self.own(inquiry))

    async def retire(self, after: float = 1) -> None:
        """Close when nobody waits for an answer any more, but not before *after* seconds: someone may be about to."""
        try:
            await asyncio.sleep(after)
            while self._documents.busy or self._queries.busy:
                await asyncio.sleep(_POLL)
        finally:
            self.close()

    def close(self) -> None:
        """End its processes; what was asked and not answered yet fails with Busy."""
        self.archive.close()
        self._crew.close()

    async def _ask(self, lane: Lane, inquiry: Inquiry, client: str) -> Body:
        if self._crew.closed:
            raise gone()
        return await lane.ask(inquiry, client, self.attach())
