"""``/assets``: what pages need beside their text, under names that change with their content.

Styles come with the package; scripts are made by ``make interface``, and pages are whole without them.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from importlib import resources
from typing import Final

from fastapi import APIRouter, Response

from samenhang.errors import unknown

router = APIRouter()

SCRIPTS: Final = ("map.js", "editor.js", "editor.css", "answer.js", "search.js")
"""What is there only once it was made; a style too, where a script draws what it is for."""


def _files() -> Iterator[tuple[str, bytes]]:
    for folder in ("static", "built"):
        part = resources.files("samenhang.web").joinpath(folder)
        if part.is_dir():
            yield from ((file.name, file.read_bytes()) for file in part.iterdir())


_CONTENT: Final = dict(_files())
_ADDRESSES: Final = {
    name: f"{name.partition('.')[0]}.{hashlib.sha256(content).hexdigest()[:12]}.{name.partition('.')[2]}"
    for name, content in _CONTENT.items()
}
_NAMES: Final = {address: name for name, address in _ADDRESSES.items()}


def address(name: str) -> str:
    """Where the asset called *name* is; empty for a script that was not made."""
    if name in SCRIPTS and name not in _ADDRESSES:
        return ""
    return f"/assets/{_ADDRESSES[name]}"


def addresses() -> list[str]:
    """Where all of them are."""
    return [f"/assets/{name}" for name in sorted(_NAMES)]


def missing() -> list[str]:
    """The scripts that were not made."""
    return [name for name in SCRIPTS if name not in _ADDRESSES]


@router.get("/assets/{name}", include_in_schema=False)
async def asset(name: str) -> Response:
    """An asset by its address; it can be kept for ever, since other content has another address."""
    if name not in _NAMES:
        raise unknown(("bestand", "file"), name[:200], _NAMES)
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(
        _CONTENT[_NAMES[name]],
        media_type=f"{media}; charset=utf-8" if media.startswith("text/") else media,
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
