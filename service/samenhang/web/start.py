"""``/``: what this is, the sector in numbers, what needs attention, and where each kind of user begins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from samenhang.engine.embedded import Row
from samenhang.errors import unknown
from samenhang.namespaces import NS, SCOPES, shorten
from samenhang.web import asking, negotiation, pages, sending
from samenhang.web.naming import Naming, Text

router = APIRouter()


_FORMS: Final = ("html", *(form for form in negotiation.DOCUMENT if form != "html"))
"""A page where nothing is asked; the address is that of the project too, which the catalogue describes as data."""
COUNTED: Final = ("BuildingBlock", "Actor", "Interface", "Standard", "Task", "Problem")
"""The kinds of things that are shown in numbers."""
_ACTORS: Final = 12


class Attention(NamedTuple):
    """A severity or an actor: as the address of a list of findings has it, its name, findings by outcome."""

    value: str
    name: Text
    findings: dict[str, int]


@router.get("/", response_class=HTMLResponse, summary="Start page")
async def start(
    request: Request,
    scope: Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")] = SCOPES[0],
) -> Response:
    """A scope in numbers, with the share that is not known, and its findings by severity and by actor."""
    chosen = sending.form(request, _FORMS)
    if chosen != "html":
        return RedirectResponse(f"{request.app.state.public}/catalog.{chosen}", 303)
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope[:200], SCOPES)
    pool, questions = request.app.state.pool, pages.release(request).questions
    things, aspects, attention = await asyncio.gather(
        asking.ask(pool, questions["things-per-kind"], scope),
        asking.ask(pool, questions["coverage-per-aspect"], scope),
        asking.rows(pool, asking.own("pages")["attention"].text, scope),
    )
    attention = _foremost(attention)
    labels = await asking.labels(pool, [*things, *aspects, *attention], scope)
    naming = Naming(negotiation.language(request), scope, labels)
    numbers = {row["class"].value.removeprefix(NS): row for row in things}
    asked = _attention(attention, naming)
    return pages.answer(
        request,
        "start.html",
        numbers=[
            (row["kind"].value, naming.plain(row["class"].value), row["things"].value)
            for name in COUNTED
            if (row := numbers.get(name))
        ],
        aspects=sorted(
            (
                (naming.plain(row["aspect"].value), *(int(row[key].value) for key in ("blocks", "known", "share")))
                for row in aspects
            ),
            key=lambda aspect: (-aspect[3], aspect[0].text),
        ),
        severities=asked["severity"],
        actors=asked["actor"],
        outcomes=("present", "unknown", "conflicting"),
        scope=scope,
    )


def _foremost(rows: Iterable[Row]) -> list[Row]:
    """Of *rows* those of severities, and of some actors: with most that is established first, then most in all."""
    severities, actors = list[Row](), dict[str, list[Row]]()
    for row in rows:
        (severities if row["by"].value == "severity" else actors.setdefault(row["thing"].value, [])).append(row)

    def findings(several: Iterable[Row]) -> int:
        return sum(int(row["findings"].value) for row in several)

    foremost = sorted(
        actors.values(),
        key=lambda one: (
            -findings(row for row in one if not row["outcome"].value.endswith("-unknown")),
            -findings(one),
        ),
    )
    return [*severities, *(row for one in foremost[:_ACTORS] for row in one)]


def _attention(rows: Iterable[Row], naming: Naming) -> dict[str, list[Attention]]:
    """Severities and actors in the order of *rows*."""
    found: dict[str, dict[str, Attention]] = {"severity": {}, "actor": {}}
    for row in rows:
        by, iri = row["by"].value, row["thing"].value
        value = shorten(iri).partition(":")[2].removeprefix("severity-") if by == "severity" else shorten(iri)
        one = found[by].setdefault(iri, Attention(value, naming.plain(iri), {}))
        one.findings[row["outcome"].value.rpartition("-")[2]] = int(row["findings"].value)
    return {by: [*several.values()] for by, several in found.items()}
