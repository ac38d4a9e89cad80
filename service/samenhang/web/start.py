"""``/``: what there is to ask, and what was found."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from samenhang import settings
from samenhang.namespaces import SCOPES
from samenhang.questions import Words, by_theme
from samenhang.release.shelf import QUERIES
from samenhang.web import asking, negotiation, pages, sending

router = APIRouter()


_FORMS: Final = ("html", *(form for form in negotiation.DOCUMENT if form != "html"))
"""A page where nothing is asked; the address is that of the project too, which the catalogue describes as data."""


@router.get("/", response_class=HTMLResponse, summary="Start page")
async def start(
    request: Request,
    scope: Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")] = SCOPES[0],
) -> Response:
    """Questions by theme, findings of a scope by outcome."""
    chosen = sending.form(request, _FORMS)
    if chosen != "html":
        return RedirectResponse(f"{request.app.state.public}/catalog.{chosen}", 303)
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
