"""What is served at the moment, and how it makes way for something newer while requests go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from fastapi import FastAPI

from samenhang.engine.pool import Pool
from samenhang.errors import SamenhangError
from samenhang.release import Release
from samenhang.web.antechamber import Antechamber


class Edition(NamedTuple):
    """A pool, and the release that it is over; none when it is over other people's files.

    ``doubts``: why it is this one, and not what was published since.
    """

    pool: Pool
    release: Release | None
    doubts: tuple[SamenhangError, ...] = ()

    def antechamber(self) -> Antechamber | None:
        """What is to stand ready for descriptions beside the release."""
        return Antechamber(self.release) if self.release else None


def install(app: FastAPI, edition: Edition) -> None:
    """Let *app* serve *edition*, once its data are loaded. Raises SyntaxProblem or Unreadable about these."""
    edition.pool.wait()
    app.state.pool, app.state.release, app.state.doubts = edition
    _remember(edition)
    app.state.preparing = []
    app.state.antechamber = edition.antechamber()
    app.state.loaded = 1
    app.state.retiring = set()


async def succeed(app: FastAPI, make: Callable[[], Edition]) -> None:
    """Let what *make* gives back take the place of what *app* serves.

    It is made and loaded beside the old one, which finishes what was asked of it. When it cannot be made or loaded,
    the old one stays, and what is wrong is raised and kept as a doubt. Meanwhile the loop runs on.
    """

    def loaded() -> Edition:
        edition = make()
        try:
            edition.pool.wait()
        except BaseException:
            edition.pool.close()
            raise
        return edition

    try:
        fresh = await asyncio.to_thread(loaded)
    except SamenhangError as problem:
        app.state.doubts = (problem,)
        raise
    fresh.pool.attach()
    leaving: list[Pool | Antechamber] = [app.state.pool]
    _remember(fresh)
    app.state.pool, app.state.release, app.state.doubts = fresh
    prepare(app)
    app.state.loaded += 1
    known: Antechamber | None = app.state.antechamber
    app.state.antechamber = fresh.antechamber()
    if known is not None:
        leaving.append(known)
        if known.started:
            app.state.antechamber.prepare()
    for old in leaving:
        retiring = asyncio.create_task(old.retire())
        app.state.retiring.add(retiring)
        retiring.add_done_callback(app.state.retiring.discard)


def prepare(app: FastAPI) -> None:
    """Begin with what takes long to make of a release, before somebody needs it and waits."""
    for each in app.state.preparing:
        making = asyncio.create_task(each(app))
        app.state.retiring.add(making)
        making.add_done_callback(app.state.retiring.discard)


def _remember(edition: Edition) -> None:
    if edition.release is not None:
        edition.pool.archive = edition.release.archive()


def stop(app: FastAPI) -> None:
    """End the processes of *app*; who still waits for an answer is told to come back."""
    for retiring in app.state.retiring:
        retiring.cancel()  # it is closed at once
    app.state.pool.close()
    app.state.past.close()
    if app.state.antechamber is not None:
        app.state.antechamber.close()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """While *app* runs; afterwards its processes are gone."""
    prepare(app)
    try:
        app.state.pool.attach()
        yield
    finally:
        stop(app)
        await asyncio.gather(*app.state.retiring, return_exceptions=True)
