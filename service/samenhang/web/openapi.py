"""``/openapi.json``: what the routes say, the endpoint in front of them, and each question by its own name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from samenhang.namespaces import SCOPES
from samenhang.questions import Query
from samenhang.web import memento, order
from samenhang.web.negotiation import DOCUMENT, FORMS, REPORTS, ROWS, TABLES, TRIPLES

_SCOPE: Final = {"name": "scope", "in": "query", "schema": {"type": "string", "enum": list(SCOPES)}}
_AS_OF: Final = {
    "name": memento.NAME,
    "in": "query",
    "description": "The state of then: a date, a moment, or the name of a release or the beginning of it",
    "schema": {"type": "string"},
}
_ANSWERED: Final = tuple(dict.fromkeys((*ROWS, *TRIPLES)))
_PAGE: Final = (FORMS["html"].media,)
_RDF: Final = tuple(FORMS[form].media for form in DOCUMENT)
_JSON: Final = ("application/json",)
_GIVEN: Final[Mapping[str, Sequence[str]]] = {
    "/": _RDF,
    "/.well-known/void": _RDF,
    "/assess/template.xlsx": (FORMS["xlsx"].media,),
    "/catalog": _RDF,
    "/changes": _RDF,
    "/changes/{page}": _RDF,
    "/doc/{kind}/{name}": _RDF,
    "/doc/{kind}/{slug}.svg": ("image/svg+xml",),
    "/dumps": _RDF,
    "/dumps/{file}": ("application/gzip", "text/plain"),
    "/graph": _RDF,
    "/graph/{name}": _RDF,
    "/harvest": (*_JSON, *_PAGE),
    "/health": _JSON,
    "/map.json": _JSON,
    "/map.svg": ("image/svg+xml",),
    "/matrices/{name}": tuple(FORMS[form].media for form in ("html", "csv", "xlsx")),
    "/metrics": ("text/plain",),
    "/ns": _RDF,
    "/ns/classes/{name}.svg": ("image/svg+xml",),
    "/ns/{version}": _RDF,
    "/questions": _RDF,
    "/releases": (*_JSON, FORMS["ttl"].media, *_PAGE),
    "/releases/{a}..{b}": (*_JSON, FORMS["patch"].media, *_RDF),
    "/roadmap.svg": ("image/svg+xml",),
    "/robots.txt": ("text/plain",),
    "/rules": tuple(FORMS[form].media for form in (*TABLES, *DOCUMENT)),
    "/rules/{name}": _RDF,
    "/search.json": _JSON,
    "/shapes": _RDF,
    "/sitemap.xml": ("application/xml",),
    "/vocabulary.json": _JSON,
}
"""What an address is answered in, where that is not a page only; for the framework all that says nothing is JSON."""
_REFUSALS: Final = ("400", "404", "406", "410", "413", "415", "422", "429", "503", "504")
"""Why an address may not be answered: any, since any may be asked with a scope or a form that there is not."""


def extended(paths: dict[str, Any], questions: dict[str, Query], findings: Query) -> dict[str, Any]:
    """*paths* of an OpenAPI document with the endpoint, an operation for each of *questions*, and all that tells more.

    *findings* is the query behind ``/findings``.
    """
    paths = {path: {method: _told(path, said) for method, said in methods.items()} for path, methods in paths.items()}
    paths |= {
        "/findings": {"get": {**paths["/findings"]["get"], **_findings(findings)}},
        **{path: {**paths[path], "post": {**paths[path]["post"], **_report()}} for path in ("/validate", "/assess")},
    }
    found = {f"/questions/{name}": {"get": _question(query)} for name, query in questions.items()}
    for path, methods in (paths := {**paths, "/sparql": {"get": _sparql()}, **found}).items():
        if "get" in methods and not memento.steady(path):
            methods["get"] = {**methods["get"], "parameters": [*methods["get"].get("parameters", ()), _AS_OF]}
    return paths


def _told(path: str, said: dict[str, Any]) -> dict[str, Any]:
    """An operation at *path* with what it is answered in, and that it may be refused."""
    redirects = {status: answer for status, answer in said["responses"].items() if status.startswith("3")}
    given = redirects or {"200": {"description": "The answer", "content": _content(_GIVEN.get(path, _PAGE))}}
    return {**said, "responses": {**given, **_refused()}}


def _sparql() -> dict[str, Any]:
    asked = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    return {
        "operationId": "sparql",
        "summary": "SPARQL 1.1 Protocol, query only; POST too, as a form or as the body itself",
        "parameters": [asked, _SCOPE, _format(_ANSWERED)],
        "responses": _responses(_ANSWERED),
    }


def _question(query: Query) -> dict[str, Any]:
    forms = (*TABLES, *DOCUMENT) if query.form == "SELECT" else DOCUMENT
    return {
        "operationId": query.name,
        "tags": [query.theme],
        "summary": query.title["en"],
        "description": query.summary["en"],
        "parameters": [
            *_parameters(query),
            *(_order(query) if query.form == "SELECT" else ()),
            _SCOPE,
            _format(forms),
        ],
        "responses": _responses(forms),
    }


def _findings(query: Query) -> dict[str, Any]:
    forms, part = (*TABLES, *DOCUMENT), {"type": "integer", "minimum": 1}
    return {
        "parameters": [
            *_parameters(query),
            {"name": "page", "in": "query", "schema": part},
            {"name": "size", "in": "query", "schema": part},
            _SCOPE,
            _format(forms),
        ],
        "responses": _responses(forms),
    }


def _report() -> dict[str, Any]:
    answer = {"description": "The report", "content": _content(form.media for form in REPORTS.values())}
    return {"parameters": [_format(tuple(REPORTS))], "responses": {"200": answer, **_refused()}}


def _parameters(query: Query) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter.name,
            "in": "query",
            "description": parameter.about["en"],
            # Several values mean any of them.
            "schema": {"type": "array", "items": {"type": "string"}},
        }
        for parameter in query.parameters
    ]


def _order(query: Query) -> list[dict[str, Any]]:
    """By which column the rows can stand, and which way."""
    columns = [column.name for column in query.columns]
    allowed = zip(order.RESERVED, (columns, list(order.WAYS)), strict=True)
    return [{"name": name, "in": "query", "schema": {"type": "string", "enum": values}} for name, values in allowed]


def _format(forms: tuple[str, ...]) -> dict[str, Any]:
    return {"name": "format", "in": "query", "schema": {"type": "string", "enum": list(forms)}}


def _responses(forms: Iterable[str]) -> dict[str, Any]:
    content = _content(FORMS[form].media for form in forms)
    return {"200": {"description": "The answer", "content": content}, **_refused()}


def _refused() -> dict[str, Any]:
    """The refusals: data for a program, a page for a browser."""
    told = {"description": "Why not", "content": _content(("application/problem+json", *_PAGE))}
    return dict.fromkeys(_REFUSALS, told)


def _content(media: Iterable[str]) -> dict[str, dict[str, Any]]:
    return {each.partition(";")[0]: {} for each in media}
