"""``/health``: whether it answers, and what it serves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

router = APIRouter()


@router.api_route(
    "/health", methods=["GET", "HEAD"], summary="Whether the service answers, and which release it serves"
)
def health(request: Request) -> dict[str, Any]:
    """The state of the service, what it serves, and how often that was loaded since it started."""
    state = request.app.state
    told = {"status": "ok", "engine": "embedded", "loaded": state.loaded}
    return (
        told
        if state.release is None
        else told | {"release": state.release.name, "quads": state.release.manifest["quads"]}
    )
