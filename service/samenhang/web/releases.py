"""``/releases``: what was published when, what is current, and where the state of each release can be read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from samenhang import turtle
from samenhang.engine.inquiry import Inquiry
from samenhang.release import Shelf
from samenhang.release.history import History
from samenhang.release.series import Issue, issues, order
from samenhang.web import asking, links, memento, negotiation, pages, paging, sending
from samenhang.web.paging import Slice

router = APIRouter()

FORMS: Final = ("json", "ttl", "html")
SIZE: Final = 50
"""Releases on a page, unless the address says otherwise."""
_MOST: Final = 200
_DIFFERENCES: Final = "/releases/{a}.."
"""How the address of the difference between two releases begins."""


@router.get("/releases", summary="The releases, the latest first: moments, size, dumps, and the state of then")
@router.get("/releases.{suffix}", include_in_schema=False)
async def releases(request: Request) -> Response:
    """Every release that was published or is kept, in pages; one that is damaged or gone says so."""
    chosen = negotiation.choose(
        request.headers.get("accept"),
        request.path_params.get("suffix") or request.query_params.get("format"),
        FORMS,
        report=True,
    )
    served = pages.release(request)
    shelf = Shelf(served.folder.parents[1])
    history = shelf.history()
    names = order(history)
    part = Slice(
        paging.number(request, "page", 1, 10**6), paging.number(request, "size", SIZE, _MOST), max(1, len(names))
    )
    if part.number > part.last:
        raise paging.absent(part)
    begin = (part.number - 1) * part.size
    found = issues(shelf, history, names[begin : begin + part.size])
    answer = await _answer(request, found, history, part, len(names), chosen)
    # It changes with what is published and kept, which the tag of a release does not.
    answer.headers["ETag"] = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    return answer


@router.get(
    "/releases/{name}", status_code=303, summary="A release: see the catalogue of then", response_class=Response
)
async def release(request: Request, name: str) -> Response:
    """Where a release is described, by its name, the beginning of it, a date or ``current``."""
    found = Shelf(pages.release(request).folder.parents[1]).history().find(name)
    passed = sending.passed_on(request)
    address = f"{request.app.state.public}/catalog{passed}{'&' if passed else '?'}{memento.NAME}={found.release}"
    return RedirectResponse(address, 303)


async def _answer(
    request: Request, found: Sequence[Issue], history: History, part: Slice, total: int, chosen: str
) -> Response:
    public, lang = request.app.state.public, negotiation.language(request)
    # The page names the release that is served: one that was published since takes over when the service is told.
    served, told = pages.release(request).name, [_told(request, issue, lang) for issue in found]
    suffix = f".{request.path_params['suffix']}" if "suffix" in request.path_params else ""
    around = part.links(f"{public}/releases{suffix}", {}, SIZE)
    media = {form: negotiation.REPORTS[form].media.partition(";")[0] for form in FORMS}
    link = links.header(public, "/releases", (), "").replace('rel="canonical"', 'rel="canonical version-history"')
    link += "".join(f', <{public}/releases.{form}>; rel="alternate"; type="{media[form]}"' for form in FORMS)
    link += "".join(f', <{address}>; rel="{name}"' for name, address in around.items())
    headers = {"Link": link, "Content-Location": f"/releases.{chosen}", "Vary": "Accept, Accept-Language"}
    if chosen == "json":
        body = {"served": served, "current": history.current, "total": total, "lost": history.lost, "releases": told}
        return JSONResponse(body, headers=headers | {"Content-Language": lang})
    if chosen == "ttl":
        return Response(await _turtle(request, found), media_type=negotiation.FORMS["ttl"].media, headers=headers)
    return pages.answer(
        request,
        "releases.html",
        headers=headers,
        issues=[(issue, each) for issue, each in zip(found, told, strict=True)],
        served=served,
        lost=history.lost,
        first=next((one.told()[:10] for one in history.publications), ""),
        total=total,
        part=part,
        around=part.links("/releases", {"lang": [lang]}, SIZE),
        forms=FORMS,
        path="/releases",
    )


def _told(request: Request, issue: Issue, lang: str) -> dict[str, Any]:
    """*issue* as JSON has it, with the addresses where it leads."""
    public, known = request.app.state.public, request.app.state.addresses
    told: dict[str, Any] = {
        "release": issue.release,
        "published": [moment.isoformat(timespec="seconds") for moment in issue.published],
        "current": issue.current,
        "kept": issue.kept,
        "problem": issue.wrong(lang),
        "predecessor": issue.predecessor,
    }
    if issue.problem is None:
        told |= {
            "quads": issue.quads,
            **({} if request.app.state.still else _then(public, issue.release)),
            "dumps": [
                {"url": f"{public}/dumps/{issue.release}.{form}.gz", "sha256": sha256, "bytes": size}
                for form, sha256, size in issue.dumps
            ],
        }
        if issue.predecessor and any(address.startswith(_DIFFERENCES) for address in known):
            told["differences"] = f"{public}/releases/{issue.predecessor}..{issue.release}"
    return told


def _then(public: str, release: str) -> dict[str, str]:
    """Where the state of then is, which a site without a server does not have."""
    return {part: f"{public}/{path}?{memento.NAME}={release}" for part, path in (("state", ""), ("catalog", "catalog"))}


async def _turtle(request: Request, found: Sequence[Issue]) -> bytes:
    query = asking.own("catalogue")["release"]
    triples: set[ox.Triple] = set()
    for issue in found:
        moments = [moment.isoformat(timespec="seconds") for moment in issue.published]
        values: dict[str, str | list[str]] = {
            "public": request.app.state.public,
            "release": issue.release,
            "current": "true" if issue.current else "false",
            "served": "false" if request.app.state.still else "true",
        }
        values |= {"previous": issue.predecessor} if issue.predecessor else {}
        values |= {"first": moments[0], "published": moments} if moments else {}
        for form, sha256, size in issue.dumps:
            word = {"nq": "quads", "trig": "trig"}[form]
            values |= {f"{word}Sum": sha256, f"{word}Bytes": str(size)}
        made = await request.app.state.pool.document(Inquiry(query.bind(values), "nt"))
        triples |= {quad.triple for quad in ox.parse(made, format=ox.RdfFormat.N_TRIPLES)}
    return turtle.write(list(triples)).encode()
