"""Where a site without a server cannot do what the service does: pages that say so, and what works instead."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from samenhang.web import pages
from samenhang.web.menu import PARTS

router = APIRouter()

COMMANDS: Final = {
    "/sparql": ("samenhang query vraag.rq", "samenhang serve"),
    "/assess": ("samenhang assess voorstel.ttl",),
    "/validate": ("samenhang check beschrijving.ttl",),
    "/describe": ("samenhang export template sjabloon.xlsx", "samenhang assess sjabloon.xlsx"),
    "/api": ("samenhang serve",),
}
"""What a site has a page like this for, with the commands that do it."""


@router.get("/sparql")
@router.get("/assess")
@router.get("/validate")
@router.get("/describe")
@router.get("/api")
async def page(request: Request) -> Response:
    """Why it does not work here, and how it does."""
    path = request.url.path
    return pages.answer(request, "elsewhere.html", path=path, name=PARTS[path], commands=COMMANDS[path])
