"""``/openapi.json``: what the routes say, the endpoint in front of them, and each question by its own name."""

from __future__ import annotations

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


def extended(paths: dict[str, Any], questions: dict[str, Query], findings: Query) -> dict[str, Any]:
    """*paths* of an OpenAPI document with the endpoint, an operation for each of *questions*, and all that tells more.

    *findings* is the query behind ``/findings``.
    """
    paths = {
        **paths,
        "/findings": {"get": {**paths["/findings"]["get"], **_findings(findings)}},
        **{path: {**paths[path], "post": {**paths[path]["post"], **_report()}} for path in ("/validate", "/assess")},
    }
    found = {f"/questions/{name}": {"get": _question(query)} for name, query in questions.items()}
    for path, methods in (paths := {**paths, "/sparql": {"get": _sparql()}, **found}).items():
        if "get" in methods and not memento.steady(path):
            methods["get"] = {**methods["get"], "parameters": [*methods["get"].get("parameters", ()), _AS_OF]}
    return paths


def _sparql() -> dict[str, Any]:
    asked = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    return {
        "operationId": "sparql",
        "summary": "SPARQL 1.1 Protocol, query only; POST too, as a form or as the body itself",
        "parameters": [asked, _SCOPE, _format(_ANSWERED)],
        "responses": _responses(_ANSWERED, "400", "406", "413", "429", "503", "504"),
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
        "responses": _responses(forms, "406", "422", "429", "503", "504"),
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
        "responses": _responses(forms, "400", "404", "406", "429", "503", "504"),
    }


def _report() -> dict[str, Any]:
    written: dict[str, dict[str, Any]] = {form.media.partition(";")[0]: {} for form in REPORTS.values()}
    answer = {"description": "The report", "content": written}
    return {
        "parameters": [_format(tuple(REPORTS))],
        "responses": {**_responses(DOCUMENT, "400", "406", "413", "415", "429", "503", "504"), "200": answer},
    }


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


def _responses(forms: tuple[str, ...], *refusals: str) -> dict[str, Any]:
    answer = {"description": "The answer", "content": {FORMS[form].media.partition(";")[0]: {} for form in forms}}
    told = {"description": "Why not", "content": {"application/problem+json": {}}}
    return {"200": answer, **dict.fromkeys(refusals, told)}
