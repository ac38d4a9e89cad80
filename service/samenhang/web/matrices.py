"""``/matrices``: the questions that read best as a table of two ways, each cell leading to its proof.

Which there are is told by the headers of the questions; nothing here knows one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from samenhang import questions as files
from samenhang import settings
from samenhang.engine import crosstab
from samenhang.engine.crosstab import Line, Mark
from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.sheet import Term
from samenhang.errors import NotFound, WrongValue, unknown
from samenhang.namespaces import NS, shorten
from samenhang.questions import Matrix
from samenhang.questions.matrix import SIZE, TONES
from samenhang.release.shelf import QUERIES
from samenhang.web import asking, assets, choices, findings, negotiation, pages, paging, sending
from samenhang.web.naming import Naming

router = APIRouter()

FORMS: Final = ("html", "csv", "xlsx")
MOST: Final = 500
"""Rows on a page, at most."""
_PAGES: Final = 1_000_000
_RESERVED: Final = ("scope", "format", "lang", *paging.RESERVED)
_SHADES: Final = 5
"""Steps in which numbers are shaded."""
_TONES: Final = {
    f"{NS}answer-{name}": tone
    for name, tone in (("yes", "fits"), ("no", "gap"), ("conflicting", "conflicting"), ("unknown", "unknown"))
}


class Said(NamedTuple):
    """One thing that a cell says: its words, its look (a tone, or a shade), where it leads, and what more proves it."""

    text: str
    tone: str
    href: str
    more: list[str]


@router.get("/matrices", summary="The matrices, by theme")
async def matrices(request: Request) -> Response:
    """A list of them."""
    known = pages.release(request).questions
    found = files.matrices(known.values())
    themes = files.by_theme(settings.content() / QUERIES, {name: known[name] for name in found})
    return pages.answer(request, "matrices.html", themes=themes, scope=findings.scoped(request))


@router.get("/matrices/{name}", summary="A matrix: two kinds of things, and what is said of each pair")
async def matrix(request: Request, name: str) -> Response:
    """As a page, in pages of rows; as CSV or spreadsheet whole. 404 for what there is not, 400 for a wrong choice."""
    known = files.matrices(pages.release(request).questions.values())
    plain, dot, suffix = name.partition(".")
    if dot and suffix in negotiation.FORMS:
        name, request.path_params["suffix"] = plain, suffix
    if name not in known:
        raise unknown(("matrix", "matrix"), name[:200], known)
    asked, chosen, scope = known[name], sending.form(request, FORMS), findings.scoped(request)
    number, size = paging.number(request, "page", 1, _PAGES), paging.number(request, "size", SIZE, MOST)
    values = asking.chosen(request, [parameter.name for parameter in asked.query.parameters], _RESERVED)
    try:
        text = await asking.bound(request.app.state.pool, asked.query, values)
    except (NotFound, WrongValue) as problem:
        problem.status = 400  # the address is to be mended
        raise
    told = {**values, **findings.scope_of(scope)}
    if chosen != "html":
        inquiry = Inquiry(text, chosen, scope, cross=_cross(asked, negotiation.language(request)))
        fields = sending.headers(request, FORMS, chosen, paging.query(told))
        fields["Content-Language"] = negotiation.language(request)
        return sending.whole(await asking.body(request, inquiry, light=False), chosen, fields)
    return await _page(request, asked, text, scope, values, (number, size), known)


async def _page(
    request: Request,
    asked: Matrix,
    text: str,
    scope: str,
    values: Mapping[str, Sequence[str]],
    part: tuple[int, int],
    known: Collection[str],
) -> Response:
    lang, (number, size) = negotiation.language(request), part
    row, column = asked.row, asked.column

    async def rows(text: str) -> list[Row]:
        table = asking.table(bytes(await asking.body(request, Inquiry(text, "json", scope), light=False)))
        return table.rows if isinstance(table, asking.Table) else []

    sized, named, most = await asyncio.gather(*map(rows, asked.heads(text, number, size)))
    slice_ = paging.Slice(number, size, int(sized[0]["rows"].value))
    if slice_.number > slice_.last:
        raise paging.absent(slice_)
    found: list[Row] = []
    if listed := [each[row].value for each in named if row in each]:
        found = await rows(asked.body(text, listed))
    lines = crosstab.crossed(found, row, column, (asked.value, asked.answer, asked.hedge), asked.proof, asked.beside)
    columns = sorted(each[column].value for each in most)
    fields = await choices.fields(request, asked.query, values, scope, lang)
    told = {field.parameter.name: given for field in fields if (given := [one for one in field.address if one])}
    told |= findings.scope_of(scope)
    naming = Naming(lang, scope, await asking.named(request.app.state.pool, _spoken(lines, columns), scope))
    cells = Cells(asked, naming, {**told, "lang": [lang]}, _largest(asked, lines), known)
    in_all = int(sized[0]["columns"].value)
    shown = [
        {
            **_head(iri, line, asked, naming),
            "known": _known(line, in_all),
            "why": cells.why(line),
            "cells": [cells.of(iri, each, line) for each in columns],
        }
        for iri, line in lines.items()
    ]
    path = f"/matrices/{asked.query.name}"
    return pages.answer(
        request,
        "matrix.html",
        headers=sending.headers(request, FORMS, "html", paging.query(told)) | pages.SCRIPTED,
        fields=fields,
        script=assets.address("answer.js"),
        matrix=asked,
        path=path,
        heading=asked.query.headings(lang),
        lines=shown,
        columns=[naming.named(each) for each in columns],
        in_all=in_all,
        part=slice_,
        around=slice_.links(path, {**told, "lang": [lang]}, SIZE),
        scope=scope,
        query=paging.query(told),
        spoken=paging.query({**told, "lang": [lang]}),
        tones=[tone for tone in TONES if tone in cells.tones],
        shades=range(1, _SHADES + 1),
    )


class Cells:
    """What the cells of a matrix say to a reader."""

    def __init__(
        self, asked: Matrix, naming: Naming, told: Mapping[str, Sequence[str]], largest: float, known: Collection[str]
    ) -> None:
        self.asked = asked
        self._at = "/matrices" if asked.opens and asked.opens[0] in known else "/questions"
        self.tones: set[str] = set()
        self._naming = naming
        self._told = told
        self._largest = largest

    def of(self, row: str, column: str, line: Line) -> list[Said]:
        """What stands in one cell. Of what is not known of many at once, the proof stands with the row."""
        own = column in line.cells
        return [
            self._said(row, column, mark, proofs if own or mark.answer != crosstab.UNKNOWN else ())
            for mark, proofs in line.cell(column).items()
        ]

    def why(self, line: Line) -> str:
        """What tells why the rest of a row is not known, if anything does."""
        proofs = next(iter(line.cell("").values()))
        return self._naming.named(proofs[0]).href if proofs and not _settled(line.cell("")) else ""

    def _said(self, row: str, column: str, mark: Mark, proofs: Sequence[str]) -> Said:
        text = crosstab.words(mark, lambda term: self._naming.term(term).text)
        tone = self._tone(mark)
        self.tones.add(tone)
        places = [place for proof in proofs if (place := self._naming.named(proof).href)]
        if not places and mark.answer != crosstab.UNKNOWN and (place := self._opened(row, column)):
            places = [place]
        return Said(text, tone, places[0] if places else "", places[1:])

    def _tone(self, mark: Mark) -> str:
        if self.asked.heat is not None and mark.value is not None and (number := _number(mark.value)) is not None:
            share = min(1.0, number / self._largest) if self._largest else 0.0
            return f"shade-{max(1, round(share * _SHADES)) if number > 0 else 0}"
        marked = self.asked.marks.get(mark.value.value) if isinstance(mark.value, ox.NamedNode) else None
        # What is not so, or not known, looks like that whatever it is about.
        if marked and mark.answer in ("", crosstab.YES, f"{NS}answer-no"):
            return marked
        return _TONES.get(mark.answer, "fits")

    def _opened(self, row: str, column: str) -> str:
        """The address of the other question that a cell leads to."""
        if self.asked.opens is None:
            return ""
        name, given = self.asked.opens
        meant = {self.asked.row: row, self.asked.column: column}
        values = {parameter: [shorten(meant[each]).strip("<>")] for parameter, each in given.items()}
        kept = {name: self._told[name] for name in ("scope", "lang") if name in self._told}
        return f"{self._at}/{name}" + paging.query({**values, **kept})


def _beside(asked: Matrix, lang: str) -> list[tuple[str, str]]:
    headings = asked.query.headings(lang)
    return [(name, headings[name]) for name in asked.beside]


def _cross(asked: Matrix, lang: str) -> crosstab.Cross:
    row = (asked.row, asked.query.headings(lang)[asked.row])
    return lang, row, asked.column, (asked.value, asked.answer, asked.hedge), tuple(_beside(asked, lang))


def _spoken(lines: Mapping[str, Line], columns: Iterable[str]) -> set[str]:
    """The addresses of which the page says the name."""
    marks = {mark for line in lines.values() for marks in line.cells.values() for mark in marks} | {crosstab.DEFAULT}
    terms: list[Term | None] = [mark.value for mark in marks]
    terms += [term for line in lines.values() for several in line.beside.values() for term in several]
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    iris |= {each for mark in marks for each in (mark.answer, mark.hedge) if each}
    return {*iris, *lines, *columns}


def _head(iri: str, line: Line, asked: Matrix, naming: Naming) -> dict[str, Any]:
    """What a row is called, and what more is said of it; where it has no name of its own, that is its name."""
    own = naming.named(iri)
    beside = [(heading, naming.several(line.beside.get(name, ()))) for name, heading in _beside(asked, naming.lang)]
    if own.text == shorten(iri).strip("<>") and beside:
        return {
            "name": own._replace(text=" → ".join(one.text for _, several in beside for one in several)),
            "beside": [],
        }
    return {"name": own, "beside": beside}


def _known(line: Line, columns: int) -> int:
    """Of how many of the *columns* it is known what to say."""
    rest = line.cell("")
    own = [marks for column, marks in line.cells.items() if column]
    known = sum(1 for marks in own if _settled(marks))
    return known + (columns - len(own) if _settled(rest) else 0)


def _settled(marks: Iterable[Mark]) -> bool:
    return any(mark.answer != crosstab.UNKNOWN for mark in marks)


def _largest(asked: Matrix, lines: Mapping[str, Line]) -> float:
    """The number that is shaded most."""
    if asked.heat:
        return float(asked.heat)
    numbers = [
        number
        for line in lines.values()
        for marks in line.cells.values()
        for mark in marks
        if mark.value is not None and (number := _number(mark.value)) is not None
    ]
    return max(numbers, default=0.0)


def _number(term: Term) -> float | None:
    try:
        return float(term.value) if isinstance(term, ox.Literal) else None
    except ValueError:
        return None
