"""A shelf of three small releases with real differences, published on days that are known."""

from __future__ import annotations

import json
from pathlib import Path

from samenhang.namespaces import NS, PREFIXES
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.release.folders import DATA
from tests.small import AGENDA, content

DAYS = ("2026-11-01", "2026-11-10", "2026-11-20")
"""When each was published, at ten o'clock (UTC)."""
_DESK = AGENDA.partition("evidence:agenda a")[0].replace("agenda a sam:", "balie a sam:").replace("Agenda", "Balie")
_DESK = _DESK.replace("Calendar", "Desk")
ID = "https://w3id.org/samenhang/id/"
AGENDA_ID, DESK_ID = f"{ID}building-block/agenda", f"{ID}building-block/balie"


def three(folder: Path) -> tuple[Shelf, list[Release]]:
    """A shelf below *folder*: first a calendar (agenda) and a desk (balie); then the calendar has another name and
    replaces the desk; then the desk is gone, the ontology has another version, and its term heading is deprecated."""
    shelf = Shelf(folder / "var")
    files = {"data/field/blocks.ttl": AGENDA, "data/field/desk.ttl": _DESK}
    first = build(content(folder / "content", files), shelf).release
    assert first is not None
    lines = (first.folder / DATA).read_bytes().splitlines(keepends=True)
    renamed = [line.replace(b'"Agenda"@nl', b'"Kalender"@nl') for line in lines]
    # The question of owners is not in the second and the third, and that of impact is another one.
    asked = b'/questions/impact> <http://www.w3.org/ns/shacl#select> "'
    renamed = [line.replace(asked, asked + b"# ") for line in renamed if b"/questions/owners" not in line]
    said = b"<%s> <http://purl.org/dc/terms/isReplacedBy> <%s> " % (DESK_ID.encode(), AGENDA_ID.encode())
    where = b"<https://w3id.org/samenhang/graph/scope/all> .\n"
    version = b'/ns> <http://www.w3.org/2002/07/owl#versionInfo> "'
    former = f'<{NS}heading> <http://www.w3.org/2002/07/owl#deprecated> "true"^^<{PREFIXES["xsd"]}boolean> '.encode()
    former += where + f"<{NS}heading> <{PREFIXES['dct']}isReplacedBy> <{NS}slide> ".encode() + where
    without = [line.replace(version, version + b"9") for line in renamed if DESK_ID.encode() not in line]
    without += former.splitlines(keepends=True)
    releases = [first, *(_put(shelf, some) for some in ([*renamed, said + where], without))]
    log = [
        json.dumps({"release": release.name, "at": f"{day}T10:00:00+00:00"})
        for release, day in zip(releases, DAYS, strict=True)
    ]
    (shelf.folder / "published.jsonl").write_text("\n".join(log) + "\n", encoding="utf-8")
    return shelf, releases


def _put(shelf: Shelf, lines: list[bytes]) -> Release:
    release = shelf.put({DATA: b"".join(sorted(lines))}, {"quads": len(lines)})
    shelf.publish(release)
    return release
