"""``/health``: whether it answers, what it serves, how old that is, and what is wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import State

from samenhang import __version__
from samenhang.engine.pool import Pool
from samenhang.errors import SamenhangError
from samenhang.release import Release, Shelf
from samenhang.release.collection import Collection
from samenhang.sources import HARVEST
from samenhang.web import negotiation

router = APIRouter()


@router.get("/health", summary="Whether the service answers, which release it serves, and what is wrong")
async def health(request: Request) -> Response:
    """The state of the service: ``ok``, ``degraded`` (it answers, and not all is well), ``down`` (503)."""
    state, lang = request.app.state, negotiation.language(request)
    pool: Pool = state.pool
    trouble, problems = pool.trouble, wrong(state)
    told: dict[str, Any] = {
        "status": "down" if trouble else "degraded" if problems else "ok",
        "version": __version__,
        "engine": pool.engine,
        "loaded": state.loaded,
        "problems": [problem.message(lang) for problem in problems],
    }
    if pool.engine == "embedded":
        told["store"] = "disk" if pool.on_disk else "memory"
    if state.release is not None:
        told |= _about(state.release) | _stale(state.release)
    headers = {"Cache-Control": "no-store", "Content-Language": lang, "Vary": "Accept-Language"}
    return JSONResponse(told, 503 if trouble else 200, headers | ({"Retry-After": "1"} if trouble else {}))


def _stale(release: Release) -> dict[str, Any]:
    """The registered sources of which nothing was heard for long, when there are any: what they say may be old."""
    stale = Collection(release.folder.parents[1] / HARVEST).stale(datetime.now(UTC))
    return {"stale": stale} if stale else {}


def wrong(state: State) -> list[SamenhangError]:
    """What is wrong with the service of this *state*: why it cannot answer, why it serves no later release."""
    pool: Pool = state.pool
    return [*([pool.trouble] if pool.trouble else ()), *state.doubts]


def published(release: Release) -> str | None:
    """When *release* was last published (UTC, ISO 8601); None when it never was."""
    return Shelf(release.folder.parents[1]).published().get(release.name)


def age(release: Release) -> int | None:
    """How many seconds ago *release* was published; None when it never was."""
    moment = published(release)
    if moment is None:
        return None
    return max(0, int(time.time() - datetime.fromisoformat(moment).astimezone(UTC).timestamp()))


def _about(release: Release) -> dict[str, Any]:
    told = {"release": release.name, "quads": release.manifest["quads"]}
    moment = published(release)
    return told if moment is None else told | {"published": moment, "age": age(release)}
