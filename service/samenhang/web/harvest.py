"""``/harvest``: where organisations keep their descriptions, and how each address stands at this moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Request, Response

from samenhang.harvest import registry
from samenhang.harvest.report import STANDINGS, standing
from samenhang.release.collection import Collection
from samenhang.sources import HARVEST
from samenhang.web import asking, links, negotiation, pages, sending
from samenhang.web.wording import moment

router = APIRouter()

_FORMS: Final = ("html", "json")
_NOW: Final = {"Cache-Control": "no-store"}
"""It says how things are now, whatever release is served."""


@router.get("/harvest", summary="Where organisations keep their descriptions, and how each address stands")
@router.get("/harvest.{suffix}", include_in_schema=False)
async def harvest(request: Request) -> Response:
    """Each registered address of the release that is served, with what came of the last visit."""
    chosen = sending.form(request, _FORMS)
    rows = await asking.rows(request.app.state.pool, asking.own("harvest")["registrations"].text)
    known = registry.read(rows)
    kept = collection(request)
    now = datetime.now(UTC)
    found = [(one, kept.state(name)) for name, one in sorted(known.items())]
    headers = sending.headers(request, _FORMS, chosen) | _NOW
    if chosen == "json":
        told = {
            "sources": [
                standing(one, state) | {"stale": state is not None and state.stale(now)} for one, state in found
            ]
        }
        return Response(json.dumps(told, ensure_ascii=False), media_type="application/json", headers=headers)
    lang = negotiation.language(request)
    return pages.answer(
        request,
        "harvest.html",
        headers=headers,
        sources=[
            {
                "page": links.place(one.iri, f"?lang={lang}"),
                "name": one.words[lang],
                "address": one.address,
                "speaker": (links.place(one.speaker, f"?lang={lang}"), one.speakers[lang]),
                "state": state,
                "standing": STANDINGS[state.standing if state else ""][lang],
                "stale": state is not None and state.stale(now),
                "times": {
                    name: moment(datetime.fromisoformat(value), lang) if value else ""
                    for name in ("since", "checked", "collected")
                    for value in [getattr(state, name) if state else ""]
                },
            }
            for one, state in found
        ],
        forms=_FORMS,
    )


def collection(request: Request) -> Collection:
    """What was collected beside the release that is served."""
    return Collection(pages.release(request).folder.parents[1] / HARVEST)
