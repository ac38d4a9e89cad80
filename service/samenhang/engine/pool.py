"""The engine behind the service: inquiries in, whole answers out, nothing that an inquiry does reaches the service.

For now the answers are made by threads of this process; the names here are what the service builds on.
"""

from __future__ import annotations

import asyncio

from samenhang.engine.body import Body
from samenhang.engine.embedded import EmbeddedEngine
from samenhang.engine.inquiry import Inquiry


class Pool:
    """Answers inquiries over one release; another release gets a pool of its own."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine

    async def answer(self, inquiry: Inquiry, client: str = "") -> Body:
        """The whole answer to what somebody asks, written as its form says.

        ``client`` tells those who ask apart, so that one cannot crowd out the others. When the task that waits here is
        cancelled, because its client went away, the work stops too. Raises SyntaxProblem, WrongValue (400, 406, 413),
        NotFound (an unknown scope), TooMuch (time 504, memory or size 413), Busy (429, 503).
        """
        return Body(await asyncio.to_thread(self._answer, inquiry))

    async def document(self, inquiry: Inquiry) -> bytes:
        """The same for queries of our own (documents of things, pages): they do not wait behind those of others."""
        return await asyncio.to_thread(self._answer, inquiry)

    def _answer(self, inquiry: Inquiry) -> bytes:
        answer = self._engine.query(inquiry.text, inquiry.scope, graphs=inquiry.graphs, named=inquiry.named)
        return answer.serialize(inquiry.form)
