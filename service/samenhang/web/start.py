"""``/``: what there is to ask, and what was found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from samenhang import settings
from samenhang.namespaces import SCOPES
from samenhang.questions import Words, by_theme
from samenhang.release.shelf import QUERIES
from samenhang.web import asking, negotiation, pages

router = APIRouter()


@router.get("/", response_class=HTMLResponse, summary="Start page")
async def start(
    request: Request,
    scope: Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")] = SCOPES[0],
) -> HTMLResponse:
    """Questions by theme, findings of a scope by outcome."""
    release, lang = pages.release(request), negotiation.language(request)
    themes = by_theme(settings.content() / QUERIES, release.questions)
    findings: dict[str, dict[str, str]] = {}
    for row in await asking.ask(request.app.state.pool, release.questions["findings"], scope):
        words = Words(row["nl"].value, row["en"].value)
        findings[row["finding"].value] = {
            "text": words[lang],
            "rule": row["rule"].value.rsplit("/", 1)[1],
            "outcome": row["outcome"].value.rsplit("-", 1)[1],
        }
    return pages.answer(request, "start.html", themes=themes, findings=findings, scope=scope)
