"""A release over HTTP, read-only, each group of addresses in a module of its own. Built by :func:`application`.

Files that are no release are served by :func:`plain`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any, Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from samenhang import __version__, journal, settings
from samenhang.engine.pool import Pool
from samenhang.errors import SamenhangError
from samenhang.release import Release
from samenhang.web import (
    asking,
    assets,
    catalogue,
    comparison,
    documents,
    drafts,
    dumps,
    edition,
    elsewhere,
    feed,
    findings,
    graphs,
    harvest,
    health,
    letters,
    map,
    matrices,
    metrics,
    ontology,
    openapi,
    problems,
    proposals,
    questions,
    reference,
    releases,
    roadmap,
    rules,
    search,
    sitemap,
    sparql,
    start,
    vocabulary,
    words,
)
from samenhang.web.documents import Documents
from samenhang.web.edition import Edition
from samenhang.web.habits import Habits
from samenhang.web.memory import MOST
from samenhang.web.past import KEPT, Past
from samenhang.web.record import Record, Recorded
from samenhang.web.sparql import Sparql

_SERVED: Final = (proposals, drafts, vocabulary, reference, health, metrics)
"""What works something out for who asks, or tells of the service itself."""


class Service(FastAPI):
    """An application with what is asked most in front of its routes, where nothing of the framework slows it down."""

    def __init__(self, kept: int = MOST, still: bool = False, **about: Any) -> None:
        """*kept*: bytes of answers that are remembered; *about*: what FastAPI is told; *still*: see ``application``."""
        super().__init__(**about)
        self.state.record, self.state.still = Record(journal.level()), still
        routed = Documents(super().__call__)
        self.habits = Habits(routed if still else Sparql(routed), kept)
        self.state.past = Past(self.habits)
        self._front = Recorded(self.state.past, self.state.record)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        scope["app"] = self
        await self._front(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """What can be asked, as OpenAPI: the routes, the endpoint, and each question of the release by its name."""
        document, release = super().openapi(), self.state.release
        assert release is not None  # plain files are served without this document
        return {
            **document,
            "paths": openapi.extended(document["paths"], release.questions, asking.own("pages")["chosen"]),
        }


def application(
    release: Release,
    pool: Pool | None = None,
    public: str = "",
    doubts: tuple[SamenhangError, ...] = (),
    still: bool = False,
) -> FastAPI:
    """The application that serves *release*. It is loaded at once, so that a damaged one fails at the start.

    *pool*: the one over it, when that was started before; its end is up to this application. *public*: the address
    where people reach it, by default that of the settings. *doubts*: why it is not a later release, for ``/health``.
    *still*: its answers become files of a site without a server, so it has no address where something is worked out.
    """
    app = _over(Edition(pool or Pool(release.holding()), release, doubts), public, still=still)
    app.state.preparing.append(search.prepare)

    def earlier(release: Release, pool: Pool) -> tuple[FastAPI, ASGIApp]:
        app = _over(Edition(pool, release), public, KEPT)
        return app, app.habits

    app.state.past.found(earlier)
    return app


def _over(edition_: Edition, public: str, kept: int = MOST, still: bool = False) -> Service:
    """An application of all addresses over what is in the edition, once that is loaded; it remembers *kept* bytes."""
    app = Service(
        kept,
        still,
        title="Samenhang",
        version=__version__,
        summary="Linked data on the digital infrastructure of the cultural sector in Flanders",
        docs_url=None,
        redoc_url=None,
        openapi_url=None if still else "/openapi.json",
        lifespan=edition.lifespan,
        # It would take the address for the redirect from the Host header.
        redirect_slashes=False,
    )
    edition.install(app, edition_)
    parts: tuple[ModuleType, ...] = (
        start,
        documents,
        questions,
        findings,
        rules,
        letters,
        harvest,
        proposals,
        drafts,
        search,
        map,
        matrices,
        roadmap,
        ontology,
        graphs,
        catalogue,
        comparison,
        feed,
        dumps,
        releases,
        sitemap,
        vocabulary,
        reference,
        health,
        metrics,
        assets,
    )
    if still:
        parts = (*(part for part in parts if part not in _SERVED), elsewhere, words)
    return _assembled(app, parts, public)


def plain(pool: Pool, public: str = "") -> FastAPI:
    """The application that serves RDF files as they are: ``/sparql``, ``/health`` and ``/metrics``, no more."""
    app = Service(
        title="SPARQL", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=edition.lifespan
    )
    edition.install(app, Edition(pool, None))
    return _assembled(app, (health, metrics, assets), public)


def _assembled(app: Service, parts: Iterable[ModuleType], public: str) -> Service:
    app.state.public = public or settings.public()
    app.state.addresses = {*(() if app.state.still else sparql.PATHS), *((app.openapi_url,) if app.openapi_url else ())}
    problems.install(app)
    for part in parts:
        app.include_router(part.router)
        app.state.addresses |= {route.path for route in part.router.routes}
    app.state.record.know(app.state.addresses)
    return app
