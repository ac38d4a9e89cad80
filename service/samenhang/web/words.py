"""``/search/words``: the index of names cut into small files, for a search that needs no service but a script.

A word stands in the file of its first two letters; the words of a short name also in those of letters further on.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from samenhang.errors import unknown
from samenhang.namespaces import SCOPES
from samenhang.web import asking, links, search
from samenhang.web.index import Entry, Index, plain

router = APIRouter()

LETTERS: Final = 2
"""Letters that a file is called by."""
_SHORT: Final = 3
"""Words in a name that is also found by what stands in the middle of a word."""


@router.get("/search/words.json")
async def words(request: Request) -> Response:
    """The files there are, and what the kinds of things are called."""
    index = await search.indexed(request, SCOPES[0])
    rows = await asking.rows(request.app.state.pool, asking.own("pages")["kinds"].text)
    labels = await asking.labels(request.app.state.pool, rows)
    kinds = {row["kind"].value: labels.get(row["class"].value, {}) for row in rows}
    kinds |= {name: {"nl": said.nl, "en": said.en} for name, said in search.OTHERS.items()}
    return JSONResponse(
        {
            "files": {key: {"href": f"/search/words/{key}.json"} for key in sorted(_files(index))},
            "kinds": {kind: kinds.get(kind, {}) for kind in sorted(index.kinds())},
        }
    )


@router.get("/search/words/{key}.json")
async def part(request: Request, key: str) -> Response:
    """What has a word that begins with *key*, with each of its names and where its pages are."""
    files = _files(await search.indexed(request, SCOPES[0]))
    if key not in files:
        raise unknown(("bestand", "file"), key[:200], files)
    return JSONResponse([_told(entry) for entry in files[key]])


@functools.lru_cache(maxsize=1)
def _files(index: Index) -> dict[str, list[Entry]]:
    """What stands in which file, in the order of addresses."""
    found: dict[str, list[Entry]] = {}
    for _, entry in sorted(index.entries.items()):
        for key in {key for name in (*entry.names.values(), *entry.aliases) for key in _keys(plain(name))}:
            found.setdefault(key, []).append(entry)
    return found


def _keys(name: str) -> Iterator[str]:
    several = name.split()
    for word in several:
        yield word[:LETTERS]
        if len(several) <= _SHORT:
            yield from (word[place : place + LETTERS] for place in range(1, len(word) - LETTERS))


def _told(entry: Entry) -> dict[str, Any]:
    """An entry of a file: its kind, its names, and its page in each language."""
    return {
        "kind": entry.kind,
        "names": {lang: entry.called(lang) for lang in ("nl", "en")},
        "also": entry.aliases,
        "pages": {lang: {"href": links.place(entry.thing, f"?lang={lang}")} for lang in ("nl", "en")},
    }
