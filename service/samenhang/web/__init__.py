"""A release over HTTP, read-only: ``/sparql``, ``/health`` and a start page. Built by :func:`application`."""

from __future__ import annotations

from fastapi import FastAPI

from samenhang import __version__
from samenhang.engine.pool import Pool
from samenhang.release import Release
from samenhang.web import health, problems, sparql, start
from samenhang.web.sharing import Sharing


def application(release: Release) -> FastAPI:
    """The application that serves *release*. It is loaded at once, so that a damaged one fails at the start."""
    app = FastAPI(
        title="Samenhang",
        version=__version__,
        summary="Linked data on the digital infrastructure of the cultural sector in Flanders",
        docs_url=None,
        redoc_url=None,
    )
    app.state.release = release
    app.state.pool = Pool(release.holding())
    app.state.pool.wait()
    app.add_middleware(Sharing)
    problems.install(app)
    for part in (start, sparql, health):
        app.include_router(part.router)
    return app
