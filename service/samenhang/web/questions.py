"""``/questions``: the questions by theme, and the answer of each as a page to read or as data to work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request, Response

from samenhang import questions as files
from samenhang import settings, texts
from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import NotFound, WrongValue, unknown
from samenhang.namespaces import PREFIXES, SCOPES
from samenhang.questions.description import QUESTIONS
from samenhang.release.shelf import QUERIES
from samenhang.sources import QUESTIONS_GRAPH
from samenhang.web import asking, assets, choices, index, memento, negotiation, order, pages, paging, picture, sending
from samenhang.web.naming import Naming, Text
from samenhang.web.order import Order

router = APIRouter()

ROWS: Final = 500
"""Rows shown on a page; data have them all."""
_PAGES: Final = 100_000
RESERVED: Final = ("scope", "format", "lang", "page", *order.RESERVED)
"""What in the address of a question is not a parameter of it."""
_LIST: Final = negotiation.DOCUMENT
_TAKEN: Final = ("xlsx", "csv", "tsv", "json", "xml")
"""The forms of the rows, those that most people open first."""
_ANSWER: Final = "answer"
"""The column that says yes, no, conflicting or unknown."""
_NUMBERS: Final = {ox.NamedNode(PREFIXES["xsd"] + name) for name in ("integer", "decimal", "double")}

Scope = Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")]


@router.get("/questions", summary="The questions, by theme")
@router.get("/questions.{suffix}", include_in_schema=False)
async def questions(request: Request) -> Response:
    """Every question: described in RDF, or as a list."""
    chosen = sending.form(request, _LIST)
    if chosen != "html":
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{QUESTIONS_GRAPH}> {{ ?s ?p ?o }} }}"
        return await sending.answer(request, Inquiry(text, chosen), _LIST)
    every = pages.release(request).questions
    lang, wanted = negotiation.language(request), index.plain(request.query_params.get("q", "")[: index.LONGEST])
    found = {name: one for name, one in every.items() if _has(one, wanted, lang)}
    return pages.answer(
        request,
        "questions.html",
        headers=sending.headers(request, _LIST, chosen) | pages.SCRIPTED,
        themes=files.by_theme(settings.content() / QUERIES, found),
        q=request.query_params.get("q", "")[: index.LONGEST],
        found=len(found),
        total=len(every),
        forms=_LIST,
        path="/questions",
        script=assets.address("answer.js"),
    )


@router.get("/questions/{name}", summary="The answer to a question")
async def question(request: Request, name: str, scope: Scope = SCOPES[0]) -> Response:
    """The answer, with what the address says for the parameters; RDF of a question with rows describes the question.

    404 for a question that there is not, 422 for a parameter or value that it does not know.
    """
    known = pages.release(request).questions
    plain, dot, suffix = name.partition(".")
    if dot and suffix in negotiation.FORMS:
        name, request.path_params["suffix"] = plain, suffix
    asked = files.pick(name[:200], known)
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope, SCOPES)
    available = (*negotiation.TABLES, *_LIST) if asked.form == "SELECT" else _LIST
    chosen, values = sending.form(request, available), _values(request)
    if chosen == "html":
        return await _page(request, asked, values, scope, available)
    if asked.form == "SELECT" and chosen not in negotiation.TABLES:
        return await sending.answer(request, Inquiry(_description(name), chosen), available)
    by = order.asked(request, asked)
    text = await asking.bound(request.app.state.pool, asked, values)
    lang = negotiation.language(request)
    text = by.applied(text, [column.name for column in asked.columns], lang)
    answer = await sending.answer(
        request,
        sending.tabled(request, Inquiry(text, chosen, scope), asked),
        available,
        _query(values, scope, by),
        light=not values and chosen != "xlsx",
    )
    if by.column:
        answer.headers["Content-Language"] = lang  # of the names by which it is ordered
    return answer


async def _page(
    request: Request, asked: files.Query, values: Mapping[str, Sequence[str]], scope: str, available: Sequence[str]
) -> Response:
    lang, by, graph = negotiation.language(request), Order(), ""
    problem: NotFound | WrongValue | None = None
    found: list[Row] = []
    number = 1
    text = asked.sparql
    try:
        by, number = order.asked(request, asked), paging.number(request, "page", 1, _PAGES)
        text = await asking.bound(request.app.state.pool, asked, values)
        if asked.form == "SELECT":
            ordered = by.applied(text, [column.name for column in asked.columns], lang)
            # One row more than a page has tells that there is another one.
            part = f"{ordered}\nLIMIT {ROWS + 1} OFFSET {ROWS * (number - 1)}\n"
            inquiry = Inquiry(part, "json", scope, most=ROWS + 1)
            body = await asking.body(request, inquiry, light=not values)
            table = asking.table(bytes(body))
            found = table.rows if isinstance(table, asking.Table) else []
            if number > 1 and not found:
                raise NotFound(f"Er is geen bladzijde {number}.", f"There is no page {number}.", status=404)
        else:
            graph = bytes(await asking.body(request, Inquiry(text, "ttl", scope), light=not values)).decode()
    except (NotFound, WrongValue) as error:
        problem = error
    shown = found[:ROWS]
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, shown, scope))
    columns = texts.shown([column.name for column in asked.columns], lang)
    apart: list[Row] = []
    empty: list[str] = []
    if shown and number == 1 and len(found) <= ROWS:
        # Of a part of the rows it would say something else than of all.
        shown, apart = _apart(shown, columns)
        empty = [name for name in columns if not any(name in row for row in shown)] if shown else []
    kept = [name for name in columns if name not in empty]
    fields = await choices.fields(request, asked, values, scope, lang)
    if not problem:
        values = {field.parameter.name: [one for one in field.address if one] for field in fields}
    path, query = f"/questions/{asked.name}", _query(values, scope, by)
    return pages.answer(
        request,
        "question.html",
        status=problem.status if problem else 200,
        headers=sending.headers(request, available, "html", query) | pages.SCRIPTED,
        question=asked,
        then_asked=await _then(request, asked),
        fields=fields,
        scope=scope,
        order=by,
        columns=order.headings(by, {name: asked.headings(lang)[name] for name in kept}),
        empty=[asked.headings(lang)[name] for name in empty if not any(name in row for row in apart)],
        apart=_told(apart, naming, asked, lang),
        sorting=lambda to: path + paging.query({**_asked(values, scope), **to.asked, "lang": [lang]}) + "#antwoord",
        paged=lambda to: path + paging.query({**_asked(values, scope), **by.asked, "page": [to], "lang": [lang]}),
        number=number,
        first=ROWS * (number - 1) + 1,
        # Of a part of the rows it would say something else than of all.
        picture=picture.made(asked, found, naming) if number == 1 and len(found) <= ROWS else None,
        rows=[[naming.term(row[name]) if name in row else None for name in kept] for row in shown],
        numeric={place for place, name in enumerate(kept) if _numeric([row[name] for row in shown if name in row])},
        more=len(found) > ROWS,
        graph=graph,
        problem=problem.message(lang) if problem else "",
        sparql="".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+")),
        forms=available,
        tables=[form for form in _TAKEN if form in available],
        path=path,
        query=query,
        script=assets.address("answer.js"),
    )


def _apart(rows: Sequence[Row], columns: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """The rows that are a table, and those that say no more of a thing than that there is no answer about it.

    These have it in a column of their own (``without``); as rows they would be empty but for that.
    """
    lone = [columns[0] not in row and len(row.keys() - {_ANSWER}) == 1 for row in rows]
    apart = [row for row, by_itself in zip(rows, lone, strict=True) if by_itself]
    table = [row for row, by_itself in zip(rows, lone, strict=True) if not by_itself]
    own = {name for row in apart for name in row.keys() - {_ANSWER}}
    if len(own) != 1 or any(name in row for row in table for name in own):
        return [*rows], []
    return table, apart


def _told(
    apart: Sequence[Row], naming: Naming, asked: files.Query, lang: str
) -> list[tuple[str, Text | None, list[Text]]]:
    """What the page says of rows that stand *apart*: what they have in common, the answer, and the things by name."""
    about = {column.name: column.about[lang] for column in asked.columns}
    found: dict[tuple[str, Text | None], list[Text]] = {}
    for row in apart:
        (name,) = row.keys() - {_ANSWER}
        answer = naming.term(row[_ANSWER]) if _ANSWER in row else None
        found.setdefault((about[name], answer), []).append(naming.term(row[name]))
    return [
        (words, answer, sorted(things, key=lambda one: one.text.casefold()))
        for (words, answer), things in found.items()
    ]


def _numeric(terms: Sequence[object]) -> bool:
    """Whether *terms* are numbers, all of them, so that they read best with their units below each other."""
    return bool(terms) and all(isinstance(term, ox.Literal) and term.datatype in _NUMBERS for term in terms)


def _values(request: Request) -> dict[str, list[str]]:
    """What the address says for the parameters; an empty value is that of a form where nothing was filled in."""
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in RESERVED and value:
            values.setdefault(name, []).append(value)
    return values


def _asked(values: Mapping[str, Sequence[str]], scope: str) -> dict[str, Sequence[str]]:
    """What an address says for the parameters and the scope."""
    return {**values, **({"scope": [scope]} if scope != SCOPES[0] else {})}


def _query(values: Mapping[str, Sequence[str]], scope: str, by: Order) -> str:
    """The query of this answer's address, written in one way: its permalink."""
    return paging.query({**_asked(values, scope), **by.asked})


def _has(question: files.Query, wanted: str, lang: str) -> bool:
    """Whether each word of what is *wanted* occurs in the words of *question*."""
    said = index.plain(f"{question.name} {question.title[lang]} {question.summary[lang]}")
    return all(word in said for word in wanted.split())


async def _then(request: Request, asked: files.Query) -> str:
    """How the release of an earlier moment has the question: ``other``, or ``none``; empty when it is the same."""
    if memento.of(request.scope) is None:
        return ""
    query = asking.own("pages")["origin"].bind({"thing": f"{QUESTIONS}/{asked.name}"})
    property_ = PREFIXES["sh"] + asked.form.lower()
    rows = await asking.rows(request.app.state.pool, query)
    texts = {row["value"].value for row in rows if row["property"].value == property_}
    return "" if asked.sparql in texts else "other" if texts else "none"


def _description(name: str) -> str:
    own, parameter = f"<{QUESTIONS}/{name}>", f"<{PREFIXES['sh']}parameter>"
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{QUESTIONS_GRAPH}> {{ {own} {parameter}? ?s . ?s ?p ?o }} }}"
