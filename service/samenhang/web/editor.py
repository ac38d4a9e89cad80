"""The page of ``/sparql``: a query to write, and its answer as a table."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from samenhang import questions, settings, texts, turtle
from samenhang.engine import guard
from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import Busy, SamenhangError
from samenhang.release.shelf import QUERIES
from samenhang.web import asking, assets, client, negotiation, pages, vocabulary
from samenhang.web.naming import Naming, Text
from samenhang.web.protocol import Asked

ROWS: Final = 500
"""Rows, or triples, that a page shows at most."""
_EXAMPLE: Final = """PREFIX sam: <https://w3id.org/samenhang/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?block ?name WHERE {
  ?block a sam:BuildingBlock ;
    skos:prefLabel ?name .
  FILTER (LANG(?name) = "nl")
}
ORDER BY ?name
"""


async def page(request: Request, asked: Asked) -> HTMLResponse:
    """The form, and below it the answer to what was *asked*, or what is wrong with it.

    With ``?example=`` and the name of a question the form holds the text of that; it is not run yet.
    """
    lang = negotiation.language(request)
    pool: Pool = request.app.state.pool
    columns: list[str] = []
    rows: list[Row] = []
    shown, more, problem = "", False, None
    inquiry: Inquiry | None = None
    try:
        if asked.query is not None:
            guarded = guard.read(asked.query)
            graph = guarded.kind in ("CONSTRUCT", "DESCRIBE")
            form = "nt" if graph else "json"
            inquiry = guarded.inquiry(form, asked.scope, asked.graphs, asked.named, most=ROWS + 1)
            body = bytes(await pool.answer(inquiry, client.of(request)))
            if graph:
                triples = list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
                shown, more = turtle.write(triples[:ROWS]), len(triples) > ROWS
            elif isinstance(found := asking.table(body), bool):
                shown = {"nl": ("nee", "ja"), "en": ("no", "yes")}[lang][found]
            else:
                columns, rows = texts.shown(found.columns, lang), found.rows[:ROWS]
                more = len(found.rows) > ROWS
    except SamenhangError as caught:
        problem = caught
    known_questions = request.app.state.release.questions if request.app.state.release else {}
    example = request.query_params.get("example", "")
    text = asked.query
    if text is None and example:
        try:
            text = questions.pick(example[:200], known_questions).sparql
        except SamenhangError as caught:
            problem = caught
    headers = dict(pages.SCRIPTED)
    if isinstance(problem, Busy):
        headers["Retry-After"] = str(problem.after)
    elif inquiry is not None and inquiry.volatile:
        headers["Cache-Control"] = "no-store"
    naming = Naming(lang, asked.scope, await asking.labels(pool, rows, asked.scope))

    def cell(term: object) -> Text:
        # Only a release has documents to lead to.
        return naming.term(term) if request.app.state.release else naming.term(term)._replace(href="")

    return pages.answer(
        request,
        "sparql.html",
        query=_EXAMPLE if text is None else text,
        scope=asked.scope,
        asked=asked.query is not None and problem is None,
        columns=columns,
        rows=[[cell(row[name]) if name in row else None for name in columns] for row in rows],
        more=more,
        graph=shown,
        problem=problem.message(lang) if problem else "",
        status=problem.status if problem else 200,
        headers=headers,
        examples=questions.by_theme(settings.content() / QUERIES, known_questions),
        vocabulary=vocabulary.ADDRESS if vocabulary.ADDRESS in request.app.state.addresses else "",
        script=assets.address("editor.js"),
        style=assets.address("editor.css"),
        quick=assets.address("answer.js"),
    )
