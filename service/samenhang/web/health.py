"""``/health``: whether it answers, what it serves, how old that is, and what is wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from samenhang import __version__
from samenhang.engine.pool import Pool
from samenhang.release import Release, Shelf
from samenhang.web import negotiation

router = APIRouter()


@router.get("/health", summary="Whether the service answers, which release it serves, and what is wrong")
async def health(request: Request) -> Response:
    """The state of the service: ``ok``, ``degraded`` (it answers, and not all is well), ``down`` (503)."""
    state, lang = request.app.state, negotiation.language(request)
    pool: Pool = state.pool
    trouble = pool.trouble
    wrong = [*([trouble] if trouble else ()), *state.doubts]
    told: dict[str, Any] = {
        "status": "down" if trouble else "degraded" if wrong else "ok",
        "version": __version__,
        "engine": pool.engine,
        "loaded": state.loaded,
        "problems": [problem.message(lang) for problem in wrong],
    }
    if state.release is not None:
        told |= _about(state.release)
    headers = {"Cache-Control": "no-store", "Content-Language": lang, "Vary": "Accept-Language"}
    return JSONResponse(told, 503 if trouble else 200, headers | ({"Retry-After": "1"} if trouble else {}))


def _about(release: Release) -> dict[str, Any]:
    """Which release it is, when it was published, and how many seconds ago."""
    published = Shelf(release.folder.parents[1]).published().get(release.name)
    told = {"release": release.name, "quads": release.manifest["quads"]}
    if published is None:
        return told
    age = time.time() - datetime.fromisoformat(published).astimezone(UTC).timestamp()
    return told | {"published": published, "age": max(0, int(age))}
