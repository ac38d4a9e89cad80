"""``/sparql``: the SPARQL 1.1 Protocol, query only; for a browser the same as a form and a table."""

from __future__ import annotations

from typing import Annotated, NamedTuple
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from samenhang import texts
from samenhang.engine import Answer
from samenhang.engine.embedded import Row
from samenhang.errors import SamenhangError, WrongValue
from samenhang.namespaces import SCOPES
from samenhang.web import negotiation, pages

router = APIRouter()

ROWS_ON_PAGE = 500
LARGEST = 1_000_000
"""Bytes of a request's body: the longest query, with every character escaped."""
_GRAPHS = ("default-graph-uri", "named-graph-uri")


class Graphs(NamedTuple):
    """The graphs that a request asks over, by the SPARQL Protocol; none: those of the scope."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


_EXAMPLE = """PREFIX sam: <https://w3id.org/samenhang/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?block ?name WHERE {
  ?block a sam:BuildingBlock ;
    skos:prefLabel ?name .
  FILTER (LANG(?name) = "nl")
}
ORDER BY ?name
"""


@router.api_route("/sparql", methods=["GET", "HEAD"], summary="Ask a SPARQL query")
async def get(
    request: Request,
    query: Annotated[list[str] | None, Query(description="The SPARQL text")] = None,
    scope: Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")] = SCOPES[0],
    form: Annotated[str | None, Query(alias="format", description="json, csv, tsv, xml; ttl, nt for a graph")] = None,
) -> Response:
    """The answer to a query, or for a browser without one the form to write it in."""
    if not query and negotiation.wants_page(request):
        return await run_in_threadpool(_page, request, _EXAMPLE, scope, None)
    graphs = Graphs(*(tuple(request.query_params.getlist(name)) for name in _GRAPHS))
    return await run_in_threadpool(_answer, request, query or [], scope, form, graphs)


@router.post("/sparql", summary="Ask a SPARQL query, as a form or as the body itself")
async def post(
    request: Request,
    scope: Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")] = SCOPES[0],
    form: Annotated[str | None, Query(alias="format")] = None,
) -> Response:
    """The answer to a query in the body: ``application/sparql-query`` or ``application/x-www-form-urlencoded``."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _body(request)
    values: dict[str, list[str]] = {}
    if media == "application/sparql-query":
        queries = [body]
    elif media == "application/x-www-form-urlencoded":
        values = parse_qs(body, keep_blank_values=True)
        queries = values.get("query", [])
        scope = values.get("scope", [scope])[-1]
        form = values.get("format", [form or ""])[-1] or None
    if media == "application/sparql-update" or "update" in values:
        raise WrongValue("Deze dienst is alleen-lezen.", "This service is read-only.", status=403)
    if media not in ("application/sparql-query", "application/x-www-form-urlencoded"):
        raise WrongValue(
            f"Inhoudstype '{media}' kan hier niet; wel application/sparql-query en application/x-www-form-urlencoded.",
            f"Content type '{media}' is not possible here; application/sparql-query and "
            "application/x-www-form-urlencoded are.",
            status=415,
        )
    named = (values.get(name) or request.query_params.getlist(name) for name in _GRAPHS)
    return await run_in_threadpool(_answer, request, queries, scope, form, Graphs(*map(tuple, named)))


async def _body(request: Request) -> str:
    """The body as text; refused before it fills the memory."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise WrongValue(
                f"Er kwam meer dan {LARGEST} bytes binnen; dat wordt niet aanvaard.",
                f"More than {LARGEST} bytes came in; that is not accepted.",
                status=413,
            )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongValue("De query is geen UTF-8.", "The query is not UTF-8.") from None


def _answer(request: Request, queries: list[str], scope: str, form: str | None, graphs: Graphs) -> Response:
    if len(queries) != 1:
        raise WrongValue(
            f"Geef precies één query (parameter 'query'); er kwamen er {len(queries)}.",
            f"Give exactly one query (parameter 'query'); {len(queries)} came in.",
        )
    page = form is None and negotiation.wants_page(request)
    try:
        engine = pages.release(request).engine
        answer = engine.query(queries[0], scope, graphs=graphs.default, named=graphs.named)
    except SamenhangError as problem:
        if page:
            return _page(request, queries[0], scope, None, problem)
        raise
    if page:
        return _page(request, queries[0], scope, answer)
    available = [key for key in negotiation.FORMS if key in answer.forms]
    try:
        chosen = negotiation.choose(request.headers.get("accept"), form, available)
        body = answer.serialize(chosen)
    except SamenhangError as problem:
        # An answer must end in the thread where it began, so no frame that outlives this one may hold it.
        del answer
        raise problem.with_traceback(None) from None
    return Response(body, media_type=negotiation.FORMS[chosen].media, headers={"Vary": "Accept"})


def _page(
    request: Request, query: str, scope: str, answer: Answer | None, problem: SamenhangError | None = None
) -> Response:
    release, lang = pages.release(request), negotiation.language(request)
    rows: list[Row] = []
    columns: list[str] = []
    graph = ""
    if answer is not None and answer.is_graph:
        graph = answer.serialize("ttl").decode()
    elif answer is not None and answer.columns:
        columns, rows = texts.shown(answer.columns, lang), list(answer.rows())
    elif answer is not None:
        true = b"true" in answer.serialize("json")
        graph = {"nl": ("nee", "ja"), "en": ("no", "yes")}[lang][true]

    shown = rows[:ROWS_ON_PAGE]
    known = texts.names(release.engine, texts.iris(shown), lang, scope)
    html = pages.render(
        request,
        "sparql.html",
        query=query,
        scope=scope,
        asked=answer is not None,
        columns=columns,
        rows=shown,
        total=len(rows),
        known=known,
        graph=graph,
        problem=problem.message(lang) if problem else "",
    )
    return HTMLResponse(html, problem.status if problem else 200, pages.HEADERS)
