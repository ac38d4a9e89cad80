"""``/findings``: what the rules found, chosen by what one wants to know, page by page or as one table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response

from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import NotFound, SamenhangError, WrongValue, unknown
from samenhang.namespaces import SCOPES, expand, shorten
from samenhang.questions import Query
from samenhang.web import asking, negotiation, pages, paging, sending
from samenhang.web.naming import Naming, Text

router = APIRouter()

FORMS: Final = (*negotiation.TABLES, *negotiation.DOCUMENT)
TABLES: Final = ("xlsx", "csv", "tsv")
"""What is opened as one table: it holds all that was chosen, unless a page is asked."""
SIZE: Final = 100
"""Findings on a page, unasked."""
MOST: Final = 1000
"""Findings on a page, at most."""
FACETS: Final = 12
"""Values of one choice to narrow down to on a page, at most."""
_PAGES: Final = 1_000_000
_CLOSED: Final = ("outcome", "severity", "layer", "decision")
"""Choices of which the values are a code list."""
_NAMED: Final = ("outcome", "severity", "layer", "rule", "decided")
_RESERVED: Final = ("scope", "format", "lang", *paging.RESERVED)


@router.get(
    "/findings", summary="Findings, by rule, thing, layer, principle, outcome, severity, actor and decision; in pages"
)
@router.get("/findings.{suffix}", include_in_schema=False)
async def findings(request: Request) -> Response:
    """The findings that fit each choice of the address. 400 for a choice or value that there is not, with what is."""
    chosen, own, scope = sending.form(request, FORMS), asking.own("pages"), scoped(request)
    number, size = paging.number(request, "page", 1, _PAGES), paging.number(request, "size", SIZE, MOST)
    parameters = own["chosen"].parameters
    values = asking.chosen(request, [parameter.name for parameter in parameters], _RESERVED)
    choices = await _choices(request, scope)
    told = paging.query({**values, **scope_of(scope)})
    if chosen in TABLES and not any(request.query_params.get(name) for name in paging.RESERVED):
        text = await _bound(request, own["findings"], values, choices)
        inquiry = sending.tabled(request, Inquiry(text, chosen, scope), own["findings"])
        return await sending.answer(request, inquiry, FORMS, told, light=False)
    # Which ones first, in order, and then what is to be told of these: of all of them that would take long.
    text = await _bound(request, own["chosen"], values, choices)
    part = paging.Slice(number, size, await asking.count(request, text, scope))
    if part.number > part.last:
        raise paging.absent(part)
    listed = await _rows(request, text + part.limits, scope)
    text = own["findings"].bind({"finding": [row["finding"].value for row in listed]})
    here = paging.query({**values, **scope_of(scope), **_part(part)})
    fields = sending.headers(request, FORMS, chosen, here)
    suffix = f".{chosen}" if request.path_params.get("suffix") or request.query_params.get("format") else ""
    around = part.links(f"{request.app.state.public}/findings{suffix}", {**values, **scope_of(scope)}, SIZE)
    fields["Link"] += "".join(f', <{address}>; rel="{name}"' for name, address in around.items())
    if chosen in negotiation.TABLES:
        inquiry = sending.tabled(request, Inquiry(text, chosen, scope), own["findings"])
        return sending.whole(await asking.body(request, inquiry, light=False), chosen, fields)
    if chosen != "html":
        graph = own["finding-graph"].bind({"finding": [row["finding"].value for row in listed]})
        return sending.whole(await asking.body(request, Inquiry(graph, chosen, scope), light=False), chosen, fields)
    lang, rows = negotiation.language(request), await _rows(request, text, scope)
    facets = await _facets(request, values, choices, scope)
    named = [*rows, *choices, *_foremost(facets)]
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, named, scope))
    spoken: dict[str, list[str]] = {**values, **scope_of(scope), "lang": [lang]}
    return pages.answer(
        request,
        "findings.html",
        headers=fields,
        rows=[shown(row, naming) for row in rows],
        part=part,
        around=part.links("/findings", spoken, SIZE),
        whole=paging.query({**values, **scope_of(scope)}),
        choices=_options(choices, naming, facets),
        facets=_links(facets, values, spoken, naming),
        chosen=_without(values, spoken, choices, naming),
        values=values,
        parameters={parameter.name: parameter.about[lang] for parameter in parameters},
        most=FACETS,
        scope=scope,
        forms=FORMS,
        tables=TABLES,
        here=here,
    )


def shown(row: Row, naming: Naming) -> dict[str, Text | None]:
    """One finding as a row of a page: its sentence, which leads to it, and the names of the rest."""
    lang = naming.lang.capitalize()
    found = {name: naming.term(row[name]) if name in row else None for name in _NAMED}
    sentence = naming.term(row.get(naming.lang) or row["finding"])
    missing = row.get(f"missing{lang}")
    return {
        **found,
        "sentence": sentence._replace(href=naming.term(row["finding"]).href),
        "missing": naming.term(missing) if missing is not None else None,
    }


def scoped(request: Request) -> str:
    """The scope that the address says. Raises NotFound."""
    scope = request.query_params.get("scope") or SCOPES[0]
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope[:200], SCOPES)
    return scope


def scope_of(scope: str) -> dict[str, list[str]]:
    """What an address says for *scope*: nothing for the one that is meant unasked."""
    return {"scope": [scope]} if scope != SCOPES[0] else {}


def _part(part: paging.Slice) -> dict[str, list[str]]:
    page = {"page": [str(part.number)]} if part.number > 1 else {}
    return {**page, **({"size": [str(part.size)]} if part.size != SIZE else {})}


async def _rows(request: Request, text: str, scope: str) -> list[Row]:
    """The rows of a query that waits with what clients ask."""
    table = asking.table(bytes(await asking.body(request, Inquiry(text, "json", scope), light=False)))
    return table.rows if isinstance(table, asking.Table) else []


async def _choices(request: Request, scope: str) -> list[Row]:
    """Each value of the choices with its number of findings, as rows of the query."""
    return await asking.rows(request.app.state.pool, asking.own("pages")["choices"].text, scope)


async def _bound(request: Request, query: Query, values: Mapping[str, Sequence[str]], choices: Iterable[Row]) -> str:
    """The text of *query* with *values*. Raises what is wrong with one, always as 400: the address is to be mended."""
    try:
        meant = {name: [_code(name, value, choices) for value in several] for name, several in values.items()}
        return await asking.bound(request.app.state.pool, query, meant)
    except (NotFound, WrongValue) as problem:
        raise _wrong(problem) from None


def _code(name: str, value: str, choices: Iterable[Row]) -> str:
    """The address of what *value* stands for: of a code list also the last part of its name (``high``, ``IL4``)."""
    if name not in _CLOSED:
        return value
    codes = {row["thing"].value for row in choices if row["choice"].value == name}
    called = {short(name, code): code for code in codes}
    meant = called.get(value) or expand(value) or value
    if meant not in codes:
        raise unknown((f"waarde voor {name}", f"value for {name}"), value[:200], called)
    return meant


def short(name: str, code: str) -> str:
    """How the address of a list of findings calls a *code*.

    >>> short("outcome", "https://w3id.org/samenhang/ns#outcome-unknown"), short("layer", "http://data.europa.eu/IL4")
    ('unknown', 'IL4')
    """
    local = shorten(code).partition(":")[2]
    return local.rpartition("-")[2] if name in _CLOSED else local


async def _facets(request: Request, values: Mapping[str, list[str]], choices: Iterable[Row], scope: str) -> list[Row]:
    """How many findings each value would leave: with all other choices as they are, and without its own."""
    query = asking.own("pages")["facets"]

    async def rows(kept: Mapping[str, list[str]]) -> list[Row]:
        return await _rows(request, await _bound(request, query, kept, choices), scope)

    own = [{name: value for name, value in values.items() if name != left} for left in values]
    whole, *apart = await asyncio.gather(rows(values), *(rows(kept) for kept in own))
    found = [row for row in whole if row["choice"].value not in values]
    for name, some in zip(values, apart, strict=True):
        found += [row for row in some if row["choice"].value == name]
    return found


def _foremost(facets: Iterable[Row]) -> list[Row]:
    """Those of *facets* that are shown: the first of each choice."""
    several: dict[str, list[Row]] = {}
    for row in facets:
        several.setdefault(row["choice"].value, []).append(row)
    return [row for rows in several.values() for row in rows[:FACETS]]


class Facet(NamedTuple):
    """A value that the findings can be narrowed down to: its name, how many there are then, and their address."""

    name: Text
    number: str
    href: str


def _links(
    facets: Iterable[Row], values: Mapping[str, list[str]], spoken: Mapping[str, list[str]], naming: Naming
) -> dict[str, list[Facet]]:
    """For each choice that was not made, its values, most findings first."""
    found: dict[str, list[Facet]] = {}
    for row in facets:
        name, iri = row["choice"].value, row["thing"].value
        if name not in values:
            asked = {**spoken, name: [short(name, iri) if name in _CLOSED else shorten(iri)]}
            one = Facet(naming.plain(iri), row["findings"].value, f"/findings{paging.query(asked)}")
            found.setdefault(name, []).append(one)
    return found


def _without(
    values: Mapping[str, list[str]], spoken: Mapping[str, list[str]], choices: Iterable[Row], naming: Naming
) -> list[tuple[str, Text, str]]:
    """What was chosen: the choice, the name of the value, and the address of the findings without it."""
    called = {short(row["choice"].value, row["thing"].value): row["thing"].value for row in choices}
    found = []
    for name, several in values.items():
        for value in several:
            left = [other for other in several if other != value]
            named = naming.plain(called.get(value) or expand(value) or value)
            found.append((name, named, f"/findings{paging.query({**spoken, name: left})}"))
    return found


def _options(
    choices: Iterable[Row], naming: Naming, facets: Iterable[Row]
) -> dict[str, list[tuple[str, Text, str, str]]]:
    """For each choice its values: as the address has it, its name, how many findings it would leave, its IRI."""
    left = {(row["choice"].value, row["thing"].value): row["findings"].value for row in facets}
    found: dict[str, list[tuple[str, Text, str, str]]] = {}
    for row in choices:
        name, iri = row["choice"].value, row["thing"].value
        number = left.get((name, iri), "0")
        found.setdefault(name, []).append((short(name, iri), naming.plain(iri), number, iri))
    for name, options in found.items():
        if name not in _CLOSED:
            options.sort(key=lambda option: option[1].text.casefold())
    return found


def _wrong(problem: SamenhangError) -> SamenhangError:
    problem.status = 400
    return problem
