"""Earlier releases, each served by an application of its own that is opened when it is asked for (``?asOf=``).

So many are open at once as ``SAMENHANG_PAST`` says. What nobody asks any more closes when another one is asked for, or
after a while; what is being answered is never cut off. Each has workers of its own, within the same limits as those of
the current release, and all of its processes make way for that one.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samenhang import settings
from samenhang.engine.budget import Budget
from samenhang.engine.pool import Pool
from samenhang.errors import Busy, NotFound, SamenhangError, Unreadable, WrongValue
from samenhang.release import Release, Shelf
from samenhang.release.history import History, Publication
from samenhang.release.shelf import LOG
from samenhang.web import memento, methods, problems
from samenhang.web.memento import Then
from samenhang.web.reply import Asked, Reply

log = logging.getLogger(__name__)

PATIENCE: Final = 20.0
"""Seconds that a request waits until a release is open; then it is told to come back."""
IDLE: Final = 600.0
"""Seconds after which a release that nobody asks is closed."""
KEPT: Final = 8 << 20
"""Bytes of answers that each of its stores keeps of a release."""
_AGAIN: Final = 60.0
"""Seconds until a damaged release is looked at again."""
_AFTER: Final = 5
"""Seconds after which it makes sense to ask again for a release that cannot be opened now."""
_NICER: Final = 10


@dataclass
class _Opened:
    """A release that is open: its application, what answers its requests, and how many of these are going on."""

    app: FastAPI
    answers: ASGIApp
    busy: int = 0
    closing: asyncio.TimerHandle | None = None


class Past:
    """Answers what is asked as of a moment, and passes everything else on to *app*, which answers for the present."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._make: Callable[[Release, Pool], tuple[FastAPI, ASGIApp]] | None = None
        self._most = 1
        self._open: dict[str, _Opened] = {}
        """By name, the least recently asked first."""
        self._opening: tuple[str, asyncio.Task[None]] | None = None
        self._loading: Pool | None = None
        self._damaged: dict[str, tuple[float, SamenhangError]] = {}
        self._known: tuple[list[tuple[int, int]], History] | None = None
        self._closed = False

    def found(self, make: Callable[[Release, Pool], tuple[FastAPI, ASGIApp]]) -> None:
        """From now on releases are opened, by *make*: an application over a release, and what answers its requests.

        Raises WrongValue when the settings say of no number how many.
        """
        self._make, self._most = make, settings.number("SAMENHANG_PAST")

    @property
    def names(self) -> list[str]:
        """The releases that are open, the least recently asked first."""
        return list(self._open)

    @property
    def busy(self) -> int:
        """Requests that they are answering."""
        return sum(opened.busy for opened in self._open.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http" or self._make is None:
            await self.app(scope, receive, send)
            return
        try:
            asked, query = memento.split(scope["query_string"])
            wanted = _wanted(scope) if not asked else ""
            steady = (asked or wanted) and memento.steady(scope["path"])
            # What is noted in the scope of a request is read by who stands around this: it is changed, not copied.
            scope["query_string"] = query
            if not asked and not wanted or steady or scope["method"] == "OPTIONS":
                if asked:
                    memento.refuse(scope["path"])
                await self.app(scope, receive, send)
                return
            history = self._history(scope["app"].state.release.folder.parents[1])
            if wanted:
                await _negotiated(scope, history, wanted)(scope, receive, _reply(scope, send))
                return
            await self._answer(scope, receive, send, Then(asked, history.find(asked)))
        except SamenhangError as problem:
            await problems.refused(Request(scope), problem)(scope, receive, _reply(scope, send))

    def _history(self, folder: Path) -> History:
        """The history of the shelf in *folder*, read again when something there changed."""
        mark: list[tuple[int, int]] = []
        for path in (folder, folder / LOG, folder / "releases"):
            with suppress(FileNotFoundError):
                told = path.stat()
                mark.append((told.st_mtime_ns, told.st_size))
        if self._known is None or self._known[0] != mark:
            self._known = mark, Shelf(folder).history()
        return self._known[1]

    async def _answer(self, scope: Scope, receive: Receive, send: Send, then: Then) -> None:
        name, public = then.publication.release, scope["app"].state.public
        present = memento.present(scope)
        current: Release = scope["app"].state.release

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = memento.head(message["headers"], message["status"], then, public, present)
                message = {**message, "headers": headers}
            await send(message)

        if name == current.name:
            scope[memento.THEN] = then
            await self.app(scope, receive, told)
            return
        opened = await self._opened(name, current)
        scope[memento.THEN], scope["app"] = then, opened.app
        try:
            await opened.answers(scope, receive, told)
        finally:
            self._left(name, opened)

    async def _opened(self, name: str, current: Release) -> _Opened:
        """The release called *name*, open, with one request more going on. Raises Busy (503), Unreadable, NotFound."""
        until = time.monotonic() + PATIENCE
        while (opened := self._open.pop(name, None)) is None:
            known = self._damaged.get(name)
            if known is not None and known[0] > time.monotonic():
                raise known[1]
            if self._closed:
                raise _unable(name)
            if self._opening is None:
                self._room(name)
                self._opening = name, asyncio.create_task(self._begin(name, current))
                # Who waited may all be gone.
                self._opening[1].add_done_callback(lambda done: done.cancelled() or done.exception())
            other, task = self._opening
            try:
                await asyncio.wait_for(asyncio.shield(task), until - time.monotonic())
            except TimeoutError:
                raise _unable(name) from None
            except SamenhangError:
                if other == name:
                    raise
        self._open[name] = opened
        opened.busy += 1
        if opened.closing is not None:
            opened.closing.cancel()
        return opened

    def _left(self, name: str, opened: _Opened) -> None:
        opened.busy -= 1
        if not opened.busy and not self._closed:
            opened.closing = asyncio.get_running_loop().call_later(IDLE, self._leave, name)

    def _room(self, name: str) -> None:
        """Close so many that one more can be open. Raises Busy when all of them are being asked."""
        while len(self._open) >= self._most:
            idle = next((each for each, opened in self._open.items() if not opened.busy), None)
            if idle is None:
                raise _unable(name)
            self._leave(idle)

    def _leave(self, name: str) -> None:
        opened = self._open.get(name)
        if opened is not None and not opened.busy:
            del self._open[name]
            if opened.closing is not None:
                opened.closing.cancel()
            opened.app.state.pool.close()

    async def _begin(self, name: str, current: Release) -> None:
        """Open the release called *name*. Meanwhile the loop runs on."""
        try:
            app, answers = await asyncio.to_thread(self._load, name, current)
            if self._closed:
                app.state.pool.close()
            else:
                self._open[name] = _Opened(app, answers)
        except Damaged as problem:
            self._damaged[name] = time.monotonic() + _AGAIN, problem
            raise
        except NotFound:  # it was removed meanwhile
            raise
        except Exception as problem:  # no memory, descriptors or place on disk, for the moment; or a mistake of ours
            log.warning("an earlier release cannot be opened: %s", problem, exc_info=True)
            raise _unable(name) from None
        finally:
            self._opening = None

    def _load(self, name: str, current: Release) -> tuple[FastAPI, ASGIApp]:
        """An application over the release called *name*, its data loaded. Raises Unreadable, NotFound."""
        try:
            release = Shelf(current.folder.parents[1]).get(name)
            holding = release.holding()
        except Unreadable as problem:
            log.warning("an earlier release is damaged: %s", problem)
            raise _damaged(name) from None
        assert self._make is not None
        self._loading = pool = Pool(holding, replace(Budget.set(), workers=1, cached=KEPT))
        try:
            with suppress(OSError):  # it has ended; that is told below
                os.setpriority(os.PRIO_PROCESS, pool.template, _NICER)
            return self._make(release, pool)
        except BaseException:
            pool.close()
            raise
        finally:
            self._loading = None

    def close(self) -> None:
        """End the processes of all that is open; who still waits for an answer is told to come back."""
        self._closed = True
        if self._loading is not None:
            self._loading.close()
        for opened in self._open.values():
            opened.app.state.pool.close()
        self._open.clear()


def _wanted(scope: Scope) -> str:
    """The moment that the header Accept-Datetime asks for; empty without one."""
    if scope["method"] not in ("GET", "HEAD"):
        return ""
    for name, value in scope["headers"]:
        if name == b"accept-datetime":
            return str(value.decode("latin-1"))
    return ""


def _negotiated(scope: Scope, history: History, wanted: str) -> Response:
    """Where the state of the moment *wanted* is (RFC 7089 §4.1); the first or the last one beyond both ends."""
    try:
        moment = parsedate_to_datetime(wanted)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise WrongValue(
            f"Accept-Datetime is '{wanted[:80]}'; gevraagd is een moment zoals 'Wed, 25 Nov 2026 10:00:00 GMT'.",
            f"Accept-Datetime is '{wanted[:80]}'; wanted is a moment such as 'Wed, 25 Nov 2026 10:00:00 GMT'.",
        ) from None
    at = _nearest(history, moment)
    public, present = scope["app"].state.public, memento.present(scope)
    then = Then(memento.address(at), Publication("", at))
    headers = {
        "Location": public + then.carried(present),
        "Link": f'<{public}{present}>; rel="original timegate"',
        "Vary": "Accept-Datetime",
        "Cache-Control": "no-store",
    }
    return Response(status_code=302, headers=headers)


def _nearest(history: History, moment: datetime) -> datetime:
    moments = [one.at for one in history.publications if one.at and one.release in history.kept]
    if not moments:
        raise NotFound(
            "Van geen release is bekend wanneer ze gepubliceerd werd.",
            "Of no release it is known when it was published.",
            status=404,
        )
    return next((at for at in reversed(moments) if at <= moment), moments[0])


class Damaged(Unreadable):
    """A release of which the data are not what they were."""


def _damaged(name: str) -> Damaged:
    return Damaged(
        f"Release {name} is beschadigd en kan niet meer gelezen worden. Vraag een ander moment; de huidige toestand "
        "staat op hetzelfde adres zonder asOf.",
        f"Release {name} is damaged and can no longer be read. Ask for another moment; the present state is at the "
        "same address without asOf.",
        status=503,
    )


def _unable(name: str) -> Busy:
    return Busy(
        f"Release {name} kan nu niet geopend worden: er worden al andere vroegere toestanden bevraagd. Probeer het "
        f"over {_AFTER} seconden opnieuw.",
        f"Release {name} cannot be opened now: other earlier states are being asked. Try again in {_AFTER} seconds.",
        after=_AFTER,
    )


def _reply(scope: Scope, send: Send) -> Reply:
    """What sends an answer of our own with the habits of all others."""
    allow = functools.partial(methods.allowed, scope["app"].routes, scope)
    return Reply(send, Asked.of(scope["headers"]), None, scope["method"] == "HEAD", allow)
