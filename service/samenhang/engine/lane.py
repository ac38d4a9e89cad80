"""Workers that take from one queue: those for what others ask, and those for documents of our own."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable

from samenhang.engine.body import Body
from samenhang.engine.budget import Budget
from samenhang.engine.cache import Cache
from samenhang.engine.deadline import Deadline
from samenhang.engine.frames import State
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.link import Job, Link
from samenhang.engine.queue import FairQueue
from samenhang.engine.tally import Tally
from samenhang.errors import Busy, SamenhangError, TooMuch

_GRACE = 0.1
"""Seconds that a worker has to finish what nobody waits for any more."""


def weary(seconds: float) -> Busy:
    """The error for a question that waited *seconds* for its turn."""
    return Busy(
        f"Het was te druk: de vraag wachtte {seconds:g} seconden. Probeer het later opnieuw.",
        f"It was too busy: the question waited for {seconds:g} seconds. Try again later.",
        after=max(1, round(seconds)),
    )


def overrun(seconds: float) -> TooMuch:
    """The error for a query that takes longer than *seconds*."""
    return TooMuch(
        f"De query duurt langer dan {seconds:g} seconden en is gestopt. Vraag minder, of begin bij iets bepaalds.",
        f"The query takes longer than {seconds:g} seconds and was stopped. Ask for less, or start from something "
        "specific.",
    )


def deserted() -> Busy:
    """The error for a question that nobody waits for any more; nobody hears it."""
    return Busy("Niemand wacht nog op dit antwoord.", "Nobody waits for this answer any more.")


class Lane:
    """A queue, ``size`` workers, and the answers that are kept.

    *polite*: the workers give way to everything else on the machine. *replace* is called with one that was ended.
    """

    def __init__(
        self, name: str, size: int, polite: bool, budget: Budget, replace: Callable[[Link], None], tally: Tally
    ) -> None:
        self.name = name
        self.size = size
        self.links: set[Link] = set()
        self._polite = polite
        self._budget = budget
        self._tally = tally
        self._cache = Cache(budget.cached)
        self._replace = replace
        self._idle: list[Link] = []
        self._jobs: dict[object, Job] = {}
        self._queue: FairQueue[Job] = FairQueue(budget.waiting, budget.crowd, max(1, round(budget.seconds)))
        self._in_queue = Deadline(budget.patience, self._give_up)
        self._at_work = Deadline(budget.seconds, self._overrun)

    @property
    def busy(self) -> bool:
        """Whether anybody waits for an answer."""
        return bool(self._jobs)

    @property
    def running(self) -> int:
        """How many workers are at work."""
        return sum(link.job is not None for link in self.links)

    @property
    def waiting(self) -> int:
        """How many inquiries wait for a worker."""
        return len(self._queue)

    @property
    def kept(self) -> int:
        """The bytes of the answers that are kept."""
        return self._cache.size

    def known(self, inquiry: Inquiry) -> Body | None:
        """The answer, when it is kept."""
        self._tally.asked[self.name] += 1
        body = self._cache.get(inquiry)
        if body is not None:
            self._tally.remembered[self.name] += 1
        return body

    async def ask(self, inquiry: Inquiry, client: str, loop: AbstractEventLoop) -> Body:
        """The answer; what is asked twice at the same time is computed once. Raises what the worker tells, Busy."""
        # What is answered differently each time is never the same as what was asked before.
        key = object() if inquiry.volatile else inquiry
        job = self._jobs.get(key)
        if job is None:
            job = Job(inquiry, client, key)
            try:
                self._begin(job, loop)
            except Busy as problem:
                self._tally.refused["client" if problem.status == 429 else "crowd"] += 1
                raise
            self._jobs[key] = job
        future: Future[Body] = loop.create_future()
        job.waiting.append(future)
        try:
            return await future
        finally:
            if future.cancelled():
                job.waiting.remove(future)
                if not job.waiting:
                    self._desert(job, loop)

    def add(self, link: Link, loop: AbstractEventLoop) -> None:
        """A worker more."""
        link.lane = self
        self.links.add(link)
        self._free(link, loop)

    def finish(self, link: Link, outcome: Body | SamenhangError, state: State, loop: AbstractEventLoop) -> None:
        """*link* answered; unless that was its last, it takes the next job before those who wait are told."""
        job, link.job = link.job, None
        assert job is not None
        self._at_work.end(link)
        self._end(job)
        if state is not State.LAST:
            self._free(link, loop)
            if state is State.TIRED and link.job is None:
                link.rest = loop.call_later(self._budget.rest, self._relieve, link)
        if isinstance(outcome, Body) and job.key is job.inquiry:
            self._cache.put(job.inquiry, outcome)
        self._refuse(job, outcome)

    def lose(self, link: Link) -> None:
        """*link* takes no more jobs. What becomes of the one that it has is told by :meth:`fail`."""
        self.links.discard(link)
        if link in self._idle:
            self._idle.remove(link)
        if link.rest is not None:
            link.rest.cancel()

    def fail(self, link: Link, because: SamenhangError) -> None:
        """The job of a worker that is gone has no answer, *because* of something."""
        job, link.job = link.job, None
        self._at_work.end(link)
        if job is not None:
            self._end(job)
            self._refuse(job, because)

    def fail_all(self, because: SamenhangError) -> None:
        """Nobody here gets an answer, *because* of something."""
        while self._queue.take():
            pass
        self._in_queue.clear()
        self._at_work.clear()
        for job in list(self._jobs.values()):
            self._end(job)
            self._tally.refused["restart"] += 1
            job.answer(because)

    def _refuse(self, job: Job, outcome: Body | SamenhangError) -> None:
        """Tell those who wait for *job*; when it is that they get nothing, count why."""
        if isinstance(outcome, TooMuch):
            self._tally.refused["time" if outcome.status == 504 else "large"] += 1
        elif isinstance(outcome, Busy):
            self._tally.refused["left"] += 1
        elif isinstance(outcome, SamenhangError):
            self._tally.refused["crash" if type(outcome) is SamenhangError else "wrong"] += 1
        job.answer(outcome)

    def _begin(self, job: Job, loop: AbstractEventLoop) -> None:
        if self._idle and not len(self._queue):
            self._start(self._idle.pop(), job, loop)
        else:
            self._queue.put(job.client, job)
            self._in_queue.begin(job, loop)

    def _free(self, link: Link, loop: AbstractEventLoop) -> None:
        job = self._queue.take()
        if job is None:
            self._idle.append(link)
        else:
            self._start(link, job, loop)

    def _start(self, link: Link, job: Job, loop: AbstractEventLoop) -> None:
        self._in_queue.end(job)
        if link.rest is not None:
            link.rest.cancel()
            link.rest = None
        self._at_work.begin(link, loop)
        job.begun = time.monotonic()
        link.ask(job, self._polite, loop)

    def _give_up(self, job: Job) -> None:
        self._queue.drop(job.client, job)
        self._end(job)
        self._tally.refused["waited"] += 1
        job.answer(weary(self._budget.patience))

    def _relieve(self, link: Link) -> None:
        link.kill()
        self._replace(link)

    def _overrun(self, link: Link) -> None:
        self._stop(link, overrun(self._budget.seconds))

    def _desert(self, job: Job, loop: AbstractEventLoop) -> None:
        if self._queue.drop(job.client, job):
            self._tally.refused["left"] += 1
            self._end(job)
            return
        for link in self.links:
            if link.job is job:
                if job.grace is not None:
                    job.grace.cancel()
                job.grace = loop.call_later(_GRACE, self._abandon, link, job)

    def _abandon(self, link: Link, job: Job) -> None:
        if not job.waiting:  # else somebody asked the same since
            self._stop(link, deserted())

    def _stop(self, link: Link, because: SamenhangError) -> None:
        link.kill()
        self.fail(link, because)
        self._replace(link)

    def _end(self, job: Job) -> None:
        self._in_queue.end(job)
        if job.grace is not None:
            job.grace.cancel()
        if job.begun is not None:
            self._queue.charge(job.client, time.monotonic() - job.begun)
            job.begun = None
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
