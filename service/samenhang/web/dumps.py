"""``/dumps``: whole releases as files, with their checksums; after a break one asks for the rest of a file only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse

from samenhang.errors import NotFound, Unreadable, unknown
from samenhang.release import Release, Shelf
from samenhang.release.dumps import DUMPS
from samenhang.release.folders import BESIDE
from samenhang.web import catalogue, pages, sending

router = APIRouter()

_FILE: Final = re.compile(r"([0-9a-f]{16})\.(nq|trig)\.gz(\.sha256)?\Z")


@router.get("/dumps", summary="The dumps of the release that is served")
async def dumps(request: Request) -> Response:
    """A list of the dumps with checksums; the catalogue tells the same as data."""
    chosen = sending.form(request, catalogue.FORMS)
    if chosen != "html":
        return RedirectResponse(f"{request.app.state.public}/catalog.{chosen}", 303)
    return pages.answer(request, "dumps.html", dumps=catalogue.dumps(request))


@router.get("/dumps/{file}", summary="A dump, or its checksum (.sha256)", response_class=Response)
def dump(request: Request, file: str) -> Response:
    """A dump of a release that is kept; it never changes."""
    match, served = _FILE.match(file), pages.release(request)
    release = _kept(served, match[1]) if match else None
    about = release.manifest.get(BESIDE, {}).get(DUMPS[match[2]]) if match and release else None
    if not match or not release or not about:
        known = [str(each["file"]) for each in catalogue.dumps(request).values()]
        raise unknown(("dump", "dump"), file[:200], [*known, *(f"{name}.sha256" for name in known)])
    fields = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": f'"{about["sha256"]}{match[3] or ""}"',
    }
    if match[3]:
        return PlainTextResponse(f"{about['sha256']}  {file.removesuffix('.sha256')}\n", headers=fields)
    path: Path = release.folder / DUMPS[match[2]]
    return FileResponse(path, headers=fields, media_type="application/gzip", filename=file)


def _kept(served: Release, name: str) -> Release | None:
    """The release called *name* on the shelf of the one that is served; None when it is not there or damaged."""
    if name == served.name:
        return served
    try:
        return Shelf(served.folder.parent.parent).get(name)
    except (NotFound, Unreadable):
        return None
