"""``/health``: whether it answers, and what it serves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from samenhang.web import pages

router = APIRouter()


@router.api_route(
    "/health", methods=["GET", "HEAD"], summary="Whether the service answers, and which release it serves"
)
def health(request: Request) -> dict[str, Any]:
    """The state of the service, the release and its size in quads."""
    release = pages.release(request)
    return {"status": "ok", "release": release.name, "quads": release.manifest["quads"], "engine": "embedded"}
