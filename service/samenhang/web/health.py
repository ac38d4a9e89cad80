"""``/health``: whether it answers, and what it serves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

router = APIRouter()


@router.get("/health", summary="Whether the service answers, and which release it serves")
async def health(request: Request, response: Response) -> dict[str, Any]:
    """The state of the service, what it serves, and how often that was loaded since it started."""
    response.headers["Cache-Control"] = "no-store"
    state = request.app.state
    told = {"status": "ok", "engine": "embedded", "loaded": state.loaded}
    if state.release is not None:
        told |= {"release": state.release.name, "quads": state.release.manifest["quads"]}
    return told
