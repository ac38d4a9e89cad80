"""Errors over HTTP: ``application/problem+json`` for programs, a page for people, never a stack trace."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from samenhang.errors import Busy, NotAllowed, SamenhangError, SyntaxProblem
from samenhang.web import negotiation, pages

log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Let every error of *app* be answered here."""
    app.add_exception_handler(SamenhangError, _ours)
    app.add_exception_handler(HTTPException, _theirs)
    app.add_exception_handler(Exception, _defect)


def refused(request: Request, error: SamenhangError) -> Response:
    """The answer to a request that a person can do something about."""
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if isinstance(error, SyntaxProblem) and error.line is not None:
        extra = {"line": error.line, "column": error.column}
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.after)
    if isinstance(error, NotAllowed):
        headers["Allow"] = error.allow
    return answer(request, error.status, error.message(negotiation.language(request)), extra, headers)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, SamenhangError)
    return refused(request, error)


async def _theirs(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {
        404: ("Hier is niets. Begin bij /.", "There is nothing here. Begin at /."),
        405: ("Deze methode kan hier niet.", "This method is not possible here."),
    }.get(error.status_code, (str(error.detail), str(error.detail)))
    text = words[0] if negotiation.language(request) == "nl" else words[1]
    return answer(request, error.status_code, text, {}, dict(error.headers or {}))


async def _defect(request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    nl, en = "Er ging bij ons iets mis; het is genoteerd.", "Something went wrong on our side; it was noted."
    return answer(request, 500, nl if negotiation.language(request) == "nl" else en, {})


def answer(
    request: Request, status: int, detail: str, extra: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    """The answer to a request that failed."""
    # A defect is answered outside of what adds the header for other sites.
    headers = {"Access-Control-Allow-Origin": "*", "Vary": "Accept, Accept-Language"} | (headers or {})
    if negotiation.wants_page(request):
        html = pages.render(request, "problem.html", status=status, detail=detail)
        return HTMLResponse(html, status, pages.HEADERS | headers)
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **extra}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
