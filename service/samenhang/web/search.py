"""``/search``: things by any of their names, or all things of a kind; as a page or as JSON."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import State

from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import SamenhangError, WrongValue, unknown
from samenhang.namespaces import SCOPES
from samenhang.questions import Words
from samenhang.web import asking, assets, links, negotiation, pages, paging
from samenhang.web.index import LONGEST, TERM, Entry, Hit, Index
from samenhang.web.naming import Naming, Text

router = APIRouter()

SIZE: Final = 50
"""Things on a page."""
_PAGES: Final = 100_000
OTHERS: Final = {
    TERM: Words("Term van de ontologie", "Term of the ontology"),
    "questions": Words("Vraag aan de kaart", "Question to the map"),
}
"""What is found beside things."""

Indexes = tuple[Pool, dict[str, "asyncio.Task[Index]"]]
"""Those of what a pool is over, by scope."""
Asked = Annotated[str, Query(description="A name, or part of one; a typing error is no matter")]
Kind = Annotated[str, Query(description="Only things of this kind, for instance building-block")]
Scope = Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")]


@router.get("/search", summary="Things by name")
async def search(request: Request, q: Asked = "", kind: Kind = "", scope: Scope = SCOPES[0]) -> Response:
    """What is called so, best first; without a name all things of a kind, or the kinds. 400 for a kind there is not."""
    index = await indexed(request, scope)
    _refuse(q, kind, index)
    hits = await _hits(index, q, kind)
    number = paging.number(request, "page", 1, _PAGES)
    part = paging.Slice(number, SIZE, len(hits))
    if part.number > part.last:
        raise paging.absent(part)
    lang = negotiation.language(request)
    shown = hits[(number - 1) * SIZE : number * SIZE]
    classes = await asking.rows(request.app.state.pool, asking.own("pages")["kinds"].text)
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, classes))
    kinds = {row["kind"].value: naming.plain(row["class"].value) for row in classes}
    kinds |= {name: Text(words[lang]) for name, words in OTHERS.items()}
    still = request.app.state.still  # then a script searches
    values = {"q": [q] if q else [], "kind": [kind] if kind else [], "scope": [scope] if scope != SCOPES[0] else []}
    return pages.answer(
        request,
        "search.html",
        headers=pages.SCRIPTED if still else None,
        script=assets.address("search.js") if still else "",
        q=q,
        kind=kind,
        scope=scope,
        kinds=sorted(
            ((name, kinds.get(name, Text(name)), number) for name, number in index.kinds().items()),
            key=lambda one: one[1].text.casefold(),
        ),
        hits=[_shown(hit, naming, kinds) for hit in shown],
        part=part,
        around=part.links("/search", {**values, "lang": [lang]}, SIZE),
        data=f"/search.json{paging.query(values)}",
    )


@router.get("/search.json", summary="Things by name, as JSON")
async def found(request: Request, q: Asked = "", kind: Kind = "", scope: Scope = SCOPES[0]) -> Response:
    """The same as a list: with all names and definitions, by which name it was found, and how well (0 to 100)."""
    index = await indexed(request, scope)
    _refuse(q, kind, index)
    return JSONResponse({"found": [_told(hit) for hit in await _hits(index, q, kind)]})


async def _hits(index: Index, q: str, kind: str) -> Sequence[Hit]:
    """What is asked for; when there is a kind and no name, all of that kind in the order of the alphabet."""
    if q.strip():
        hits = await asyncio.to_thread(index.find, q)
        return [hit for hit in hits if not kind or hit.entry.kind == kind]
    some = [Hit(entry, None, 0) for entry in index.entries.values() if entry.kind == kind]
    return sorted(some, key=lambda hit: (*hit.entry.names.values(), hit.entry.thing)[0].casefold())


async def indexed(request: Request, scope: str) -> Index:
    """The names in *scope* of the release that is served; made once."""
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope[:200], SCOPES)
    return await _index(request.app.state, scope)


async def prepare(app: FastAPI) -> None:
    """Make the index that most searches need. What keeps it from being made is told to who searches."""
    with contextlib.suppress(SamenhangError):
        await _index(app.state, SCOPES[0])


async def _index(state: State, scope: str) -> Index:
    """The names in *scope* of what *state* serves. Who asks while it is made waits for the same one."""
    kept: Indexes | None = getattr(state, "indexes", None)
    if kept is None or kept[0] is not state.pool:
        kept = state.indexes = (state.pool, {})
    making = kept[1].get(scope)
    # One that failed is made anew, as is one of a loop that ended.
    if making is None or (making.done() and (making.cancelled() or making.exception())) or not _alive(making):
        making = kept[1][scope] = asyncio.create_task(_made(state.pool, scope))
    return await asyncio.shield(making)  # who goes away takes it from nobody


def _alive(making: asyncio.Task[Index]) -> bool:
    return making.done() or making.get_loop() is asyncio.get_running_loop()


async def _made(pool: Pool, scope: str) -> Index:
    written = bytes(await pool.answer(Inquiry(asking.own("pages")["wording"].text, "json", scope)))

    def read() -> Index:
        table = asking.table(written)
        return Index(table.rows if isinstance(table, asking.Table) else ())

    return await asyncio.to_thread(read)


def _refuse(q: str, kind: str, index: Index) -> None:
    if len(q) > LONGEST:
        raise WrongValue(
            f"De zoekvraag telt {len(q)} tekens; meer dan {LONGEST} wordt niet aanvaard.",
            f"The search has {len(q)} characters; more than {LONGEST} is not accepted.",
            status=400,
        )
    if kind and kind not in index.kinds():
        problem = unknown(("soort", "kind"), kind[:200], index.kinds())
        problem.status = 400
        raise problem


def _shown(hit: Hit, naming: Naming, kinds: dict[str, Text]) -> dict[str, Any]:
    """A thing as an item of a list, in the language of the page where it has words in it."""
    entry = hit.entry
    name = Naming(naming.lang, "", {entry.thing: entry.names}).plain(entry.thing)
    said = Naming(naming.lang, "", {entry.thing: entry.definitions}).plain(entry.thing) if entry.definitions else None
    return {
        "name": name._replace(href=links.place(entry.thing, naming.query) or ""),
        "kind": kinds.get(entry.kind, Text(entry.kind)),
        "by": hit.name if hit.name not in (None, *entry.names.values()) else "",
        "definition": said,
    }


def _told(hit: Hit) -> dict[str, Any]:
    entry: Entry = hit.entry
    return {
        "iri": entry.thing,
        "kind": entry.kind,
        "names": entry.names,
        "aliases": entry.aliases,
        "definitions": entry.definitions,
        "by": hit.name,
        "score": round(hit.score),
    }
