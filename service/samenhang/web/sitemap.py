"""``/sitemap.xml`` and ``/robots.txt``: what crawlers may fetch, and where everything is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from samenhang.errors import unknown
from samenhang.namespaces import NS
from samenhang.questions import matrices
from samenhang.web import asking, pages
from samenhang.web.form import FORMS
from samenhang.web.links import place

router = APIRouter()

MOST: Final = 50_000
"""Addresses in one sitemap, as the protocol has it."""
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
    "/search",
    "/validate",
    "/assess",
    "/describe",
    *(f"/describe/{name}" for name in FORMS),
    "/catalog",
    "/dumps",
    "/api",
    "/sparql",
)


@router.get("/robots.txt", summary="What crawlers may fetch", response_class=PlainTextResponse)
async def robots(request: Request) -> PlainTextResponse:
    """Everything but queries: each address of a query is another one."""
    return PlainTextResponse(
        f"User-agent: *\nDisallow: /sparql?\nAllow: /\nSitemap: {request.app.state.public}/sitemap.xml\n"
    )


@router.get("/sitemap.xml", summary="The addresses of all pages", response_class=Response)
async def sitemap(request: Request) -> Response:
    """Every page; an index of sitemaps where there are more than fit in one."""
    found = await addresses(request)
    if len(found) <= MOST:
        return _xml("urlset", "url", found)
    parts = range(1, -(-len(found) // MOST) + 1)
    return _xml("sitemapindex", "sitemap", [f"{request.app.state.public}/sitemap-{part}.xml" for part in parts])


@router.get("/sitemap-{part}.xml", include_in_schema=False)
async def part(request: Request, part: str) -> Response:
    """One of the sitemaps that the index names."""
    found = await addresses(request)
    parts = [str(number) for number in range(1, -(-len(found) // MOST) + 1)]
    if part not in parts:
        raise unknown(("deel", "part"), part[:200], parts)
    return _xml("urlset", "url", found[(int(part) - 1) * MOST : int(part) * MOST])


async def addresses(request: Request) -> list[str]:
    """The address of every page, things last."""
    things = await asking.rows(request.app.state.pool, asking.own("pages")["things"].text)
    known = pages.release(request).questions
    told = await asking.rows(request.app.state.pool, asking.own("ontology")["classes"].text)
    classes = dict.fromkeys(row["term"].value.removeprefix(NS) for row in told)
    paths = [
        *_PAGES,
        *(f"/questions/{name}" for name in known),
        *(f"/matrices/{name}" for name in matrices(known.values())),
        *(f"/rules/{name}" for name in asking.own("rules")),
        *(f"/ns/classes/{name}" for name in classes),
        *(path for row in things if (path := place(row["thing"].value))),
    ]
    return [request.app.state.public + path for path in paths]


def _xml(outer: str, inner: str, found: Iterable[str]) -> Response:
    lines = "".join(f"<{inner}><loc>{escape(address)}</loc></{inner}>\n" for address in found)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{_SPACE}">\n{lines}</{outer}>\n'
    return Response(text, media_type="application/xml")
