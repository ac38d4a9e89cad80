"""Queries of our own for pages: asked of the pool, and read back as rows."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from starlette.requests import Request

from samenhang import settings, texts
from samenhang.engine.body import Body
from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import unknown
from samenhang.namespaces import SCOPES
from samenhang.questions import Query, collect, counted
from samenhang.release.binding import bind
from samenhang.release.shelf import QUERIES
from samenhang.web import client


class Table(NamedTuple):
    """The rows of an answer, with the names of its columns in the order of the SELECT."""

    columns: list[str]
    rows: list[Row]


def table(body: bytes) -> Table | bool:
    """What stands in *body*, an answer as JSON: rows, or the yes or no of an ASK."""
    results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    assert isinstance(results, ox.QuerySolutions)
    columns = [variable.value for variable in results.variables]
    rows = [
        {name: term for name in columns if (term := row[name]) is not None and not isinstance(term, ox.Triple)}
        for row in results
    ]
    return Table(columns, rows)


async def body(request: Request, inquiry: Inquiry, *, light: bool) -> Body:
    """The answer to a query of ours; unless it is *light*, it waits with what clients ask. Raises Busy, TooMuch."""
    pool: Pool = request.app.state.pool
    return await (pool.own(inquiry) if light else pool.answer(inquiry, client.of(request)))


def chosen(request: Request, known: Sequence[str], reserved: Sequence[str]) -> dict[str, list[str]]:
    """What the address chooses by: values for the names that are *known*; others are *reserved* for what else it says.

    An empty value is that of a form where nothing was chosen. Raises NotFound, as 400, for another name.
    """
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name in reserved:
            continue
        if name not in known:
            problem = unknown(("keuze", "choice"), name[:200], known)
            problem.status = 400
            raise problem
        if value:
            values.setdefault(name, []).append(value)
    return values


async def rows(pool: Pool, text: str, scope: str = SCOPES[0]) -> list[Row]:
    """The rows of a SELECT of ours. Raises Busy, TooMuch."""
    found = table(await pool.document(Inquiry(text, "json", scope)))
    return found.rows if isinstance(found, Table) else []


async def count(request: Request, text: str, scope: str = SCOPES[0], *, light: bool = False) -> int:
    """How many rows the SELECT *text* of ours has. Raises Busy, TooMuch."""
    found = table(bytes(await body(request, Inquiry(counted(text), "json", scope), light=light)))
    assert isinstance(found, Table)
    return int(found.rows[0]["number"].value)


async def bound(pool: Pool, question: Query, values: Mapping[str, str | Sequence[str]]) -> str:
    """The text of *question* with *values*; what a short name stands for is looked up. Raises NotFound, WrongValue."""
    binding = bind(question, values)
    try:
        text = next(binding)
        while True:
            text = binding.send([row["thing"].value for row in await rows(pool, text)])
    except StopIteration as done:
        found: str = done.value
        return found


async def ask(pool: Pool, question: Query, scope: str = SCOPES[0], **values: str | Sequence[str]) -> list[Row]:
    """The rows of a *question* with *values* for its parameters. Raises NotFound, WrongValue, Busy, TooMuch."""
    return await rows(pool, await bound(pool, question, values), scope)


def own(folder: str) -> dict[str, Query]:
    """The queries of a folder of ``queries/`` that holds no questions, by name."""
    return _read(settings.content(), folder)


@functools.cache
def _read(content: Path, folder: str) -> dict[str, Query]:
    return collect(content / QUERIES / folder)


async def labels(pool: Pool, found: Iterable[Row], scope: str = SCOPES[0]) -> dict[str, dict[str, str]]:
    """The names of all that occurs in the rows *found*, in every language that there is: by address, by language."""
    return await named(pool, texts.iris(found), scope)


async def named(pool: Pool, iris: Iterable[str], scope: str = SCOPES[0]) -> dict[str, dict[str, str]]:
    """The names of *iris*, in every language that there is: by address, by language."""
    known: dict[str, dict[str, str]] = {}
    for text in texts.name_queries(iris):
        for row in await rows(pool, text, scope):
            if isinstance(label := row["label"], ox.Literal):
                known.setdefault(row["iri"].value, {})[label.language or ""] = label.value
    return known


async def names(pool: Pool, iris: Iterable[str], lang: str, scope: str = SCOPES[0]) -> dict[str, str]:
    """The name of each of *iris* in *lang*, else in the other language; absent when the graph has none."""
    labels: list[Row] = []
    for text in texts.name_queries(iris):
        labels += await rows(pool, text, scope)
    return texts.named(labels, lang)
