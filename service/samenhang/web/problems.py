"""Errors over HTTP: ``application/problem+json`` for programs, a page for people, never a stack trace."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from samenhang.errors import Busy, NotAllowed, SamenhangError, SyntaxProblem, Withdrawn
from samenhang.web import links, memento, negotiation, pages

_WORDS: Final = {
    404: ("Hier is niets. Begin bij /.", "There is nothing here. Begin at /."),
    405: ("Deze methode kan hier niet.", "This method is not possible here."),
}


def install(app: FastAPI) -> None:
    """Let every error of *app* be answered here; what nobody foresaw is logged by whoever runs the application."""
    app.add_exception_handler(SamenhangError, _ours)
    app.add_exception_handler(HTTPException, _theirs)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def refused(request: Request, error: SamenhangError) -> Response:
    """The answer to a request that a person can do something about: a sentence, and what we know beside that."""
    extra: dict[str, Any] = {}
    headers: dict[str, str] = {}
    instead: list[str] = []
    last = ""
    if isinstance(error, SyntaxProblem) and error.line is not None:
        extra = {"line": error.line, "column": error.column}
    if isinstance(error, Withdrawn):
        extra, instead = {"replacedBy": list(error.successors)}, list(error.successors)
        if error.last and (place := links.place(error.thing, f"?{memento.NAME}={error.last}")):
            last = place
            extra |= {"goneSince": error.since, "lastState": request.app.state.public + place}
            headers["Link"] = f'<{request.app.state.public}{place}>; rel="memento"'
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.after)
    if isinstance(error, NotAllowed):
        headers["Allow"] = error.allow
    return _answer(request, error.status, error.message(negotiation.language(request)), extra, headers, instead, last)


def defect(request: Request) -> Response:
    """The answer to what is a mistake of ours, or what an earlier release has not got of what a page needs today."""
    if memento.of(request.scope):
        nl = (
            "Van die release kan dit niet gemaakt worden: er ontbreekt iets in dat de dienst vandaag nodig heeft. Haar "
        )
        nl += "gegevens zijn er met /sparql en /dumps."
        en = "This cannot be made of that release: it lacks something that the service needs today. Its data are there "
        en += "by /sparql and /dumps."
        return _answer(request, 501, nl if negotiation.language(request) == "nl" else en)
    nl, en = "Er ging bij ons iets mis; het is genoteerd.", "Something went wrong on our side; it was noted."
    return _answer(request, 500, nl if negotiation.language(request) == "nl" else en)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, SamenhangError)
    return refused(request, error)


async def _unforeseen(request: Request, _error: Exception) -> Response:
    return defect(request)


async def _theirs(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    nl, en = _WORDS.get(error.status_code, (str(error.detail), str(error.detail)))
    text = nl if negotiation.language(request) == "nl" else en
    return _answer(request, error.status_code, text, headers=error.headers or {})


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    nl, en = "De parameter '{}' heeft geen bruikbare waarde.", "The parameter '{}' has no usable value."
    names = ", ".join(sorted({str(problem["loc"][-1]) for problem in error.errors()}))
    return _answer(request, 422, (nl if negotiation.language(request) == "nl" else en).format(names))


def _answer(
    request: Request,
    status: int,
    detail: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    instead: list[str] | None = None,
    last: str = "",
) -> Response:
    """A problem with its *detail*; IRIs that came *instead* of what was asked, and where its *last* state is."""
    if negotiation.wants_page(request.headers.get("accept")):
        values = {
            "code": status,
            "detail": detail,
            "instead": [(iri, links.place(iri)) for iri in instead or ()],
            "last": last,
        }
        return pages.answer(request, "problem.html", status=status, headers=headers, **values)
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    spoken = {"Content-Language": negotiation.language(request), "Vary": "Accept, Accept-Language"}
    return JSONResponse(body | dict(extra or {}), status, spoken | dict(headers or {}), "application/problem+json")
