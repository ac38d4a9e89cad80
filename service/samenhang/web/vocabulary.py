"""``/vocabulary.json``: the prefixes, classes and properties that a query can be written with, for editors."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from samenhang.errors import unknown
from samenhang.namespaces import PREFIXES, SCOPES
from samenhang.web import asking, negotiation

router = APIRouter()

ADDRESS: Final = "/vocabulary.json"
_KINDS: Final = ("classes", "properties")

Scope = Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")]


@router.get(ADDRESS, summary="What a query can be written with: prefixes, classes and properties that occur")
async def vocabulary(request: Request, scope: Scope = SCOPES[0]) -> Response:
    """The one table of prefixes; each class and property with its name and how often it occurs, the most used first."""
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope[:200], SCOPES)
    lang = negotiation.language(request)
    text = asking.own("pages")["vocabulary"].bind({"scope": scope, "lang": lang})
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _KINDS}
    for row in await asking.rows(request.app.state.pool, text):
        name = row["name"].value if "name" in row else ""
        found[row["kind"].value].append({"iri": row["term"].value, "name": name, "uses": int(row["uses"].value)})
    headers = {"Content-Language": lang, "Vary": "Accept-Language"}
    return JSONResponse({"prefixes": PREFIXES, **found}, headers=headers)
