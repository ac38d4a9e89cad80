"""``/sitemap.xml`` and ``/robots.txt``: what crawlers may fetch, and where everything is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from samenhang.errors import unknown
from samenhang.namespaces import NS
from samenhang.questions import limits, matrices
from samenhang.web import asking, pages
from samenhang.web.form import FORMS
from samenhang.web.links import place

router = APIRouter()

MOST: Final = 10_000
"""Addresses in one sitemap; the protocol allows five times as many, which take too long to gather for one answer."""
_OTHERS: Final = "page"
"""What the index calls the pages that are of no thing."""
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES: Final = (
    "/",
    "/ns",
    "/shapes",
    "/graph",
    "/questions",
    "/map",
    "/matrices",
    "/roadmap",
    "/findings",
    "/rules",
    "/open-questions",
    "/harvest",
    "/search",
    "/validate",
    "/assess",
    "/describe",
    *(f"/describe/{name}" for name in FORMS),
    "/catalog",
    "/dumps",
    "/changes",
    "/releases",
    "/api",
    "/sparql",
)


@router.get("/robots.txt", summary="What crawlers may fetch", response_class=PlainTextResponse)
async def robots(request: Request) -> PlainTextResponse:
    """Everything but queries and earlier states: each address of these is another one."""
    return PlainTextResponse(
        "User-agent: *\nDisallow: /sparql?\nDisallow: /*asOf=\nAllow: /\n"
        f"Sitemap: {request.app.state.public}/sitemap.xml\n"
    )


@router.get("/sitemap.xml", summary="The addresses of all pages", response_class=Response)
async def sitemap(request: Request) -> Response:
    """Every page; an index of sitemaps where there are more than fit in one."""
    sizes = await _sizes(request)
    if sum(sizes.values()) <= MOST:
        return _urls(request, [*await _pages(request), *await _things(request)])
    parts = [f"{kind}-{number}" for kind, size in sizes.items() for number in range(1, -(-size // MOST) + 1)]
    return _xml("sitemapindex", "sitemap", [f"{request.app.state.public}/sitemap-{part}.xml" for part in parts])


@router.get("/sitemap-{part}.xml", include_in_schema=False)
async def part(request: Request, part: str) -> Response:
    """One of the sitemaps that the index names: of one kind of things, or of the pages beside these."""
    sizes = await _sizes(request)
    kind, _, number = part.rpartition("-")
    numbers = [str(each) for each in range(1, -(-sizes.get(kind, 0) // MOST) + 1)]
    if number not in numbers:
        raise unknown(("deel", "part"), part[:200], [f"{kind}-{each}" for each in numbers] or [f"{k}-1" for k in sizes])
    if kind == _OTHERS:
        found = await _pages(request)
        return _urls(request, found[(int(number) - 1) * MOST : int(number) * MOST])
    return _urls(request, await _things(request, limits(int(number), MOST), kind=kind))


async def _sizes(request: Request) -> dict[str, int]:
    """How many addresses there are of pages, and of each kind of things, as the release counted them when built."""
    rows = await asking.rows(request.app.state.pool, asking.own("pages")["sizes"].text)
    return {_OTHERS: len(await _pages(request))} | {row["kind"].value: int(row["things"].value) for row in rows}


async def _things(request: Request, limits: str = "", **kind: str) -> list[str]:
    """The paths of things, of one *kind* if given."""
    rows = await asking.rows(request.app.state.pool, asking.own("pages")["things"].bind(kind) + limits)
    return [path for row in rows if (path := place(row["thing"].value))]


async def _pages(request: Request) -> list[str]:
    """The path of every page that is of no thing."""
    known = pages.release(request).questions
    told = await asking.rows(request.app.state.pool, asking.own("ontology")["classes"].text)
    classes = dict.fromkeys(row["term"].value.removeprefix(NS) for row in told)
    return [
        *_PAGES,
        *(f"/questions/{name}" for name in known),
        *(f"/matrices/{name}" for name in matrices(known.values())),
        *(f"/rules/{name}" for name in asking.own("rules")),
        *(f"/ns/classes/{name}" for name in classes),
    ]


def _urls(request: Request, paths: Iterable[str]) -> Response:
    return _xml("urlset", "url", [request.app.state.public + path for path in paths])


def _xml(outer: str, inner: str, found: Iterable[str]) -> Response:
    lines = "".join(f"<{inner}><loc>{escape(address)}</loc></{inner}>\n" for address in found)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{_SPACE}">\n{lines}</{outer}>\n'
    return Response(text, media_type="application/xml")
