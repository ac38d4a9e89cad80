"""``/releases/{a}..{b}``: what two releases differ in, for people and as data; of two releases it never changes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from samenhang.changes.forms import CHANGES, KEYS, SECTIONS, provenance
from samenhang.changes.ledger import Kept, Ledger
from samenhang.errors import WrongValue
from samenhang.namespaces import BASE
from samenhang.web import links, negotiation, pages, paging, sending
from samenhang.web.bureau import Bureau, lost, shelf
from samenhang.web.naming import Naming, Text

router = APIRouter()

FORMS: Final = ("json", "ttl", "jsonld", "nt", "rdf", "trig", "patch", "html")
SIZE: Final = 200
"""Entries on a page."""
FOREVER: Final = "public, max-age=31536000, immutable"
_PAGES: Final = 100_000
_PAIR: Final = re.compile(r"(?P<before>[^/]+?)\.\.(?P<after>[^/]+?)(?:\.(?P<suffix>[a-z]+))?\Z")
_NAME: Final = re.compile(r"[0-9a-f]{16}\Z")


class Told(NamedTuple):
    """A property of something that changed: its name, and the values that went and that came."""

    name: Text
    before: list[Text]
    after: list[Text]


class Entry(NamedTuple):
    """One line of a list: what happened, to what, its kind, what is said beside it, and what takes its place."""

    change: str
    name: Text
    kind: Text | None
    beside: list[Text]
    successors: list[Text]
    told: list[Told]


@router.get("/releases/{a}..{b}", summary="What two releases differ in; names, dates, current or previous")
async def comparison(request: Request, a: str, b: str) -> Response:
    """The difference, in numbers and lists; 303 to the names of the releases when the address calls them otherwise."""
    found = _PAIR.match(f"{a}..{b}")
    if found is None:
        raise WrongValue(
            "Gevraagd zijn twee releases met twee punten ertussen, zoals /releases/previous..current.",
            "Wanted are two releases with two dots between them, such as /releases/previous..current.",
        )
    if found["suffix"]:
        request.path_params["suffix"] = found["suffix"]
    chosen, known = sending.form(request, FORMS), shelf(request)
    asked = found["before"], found["after"]
    names = tuple(known.history().find(name).release for name in asked)
    place = f"/releases/{names[0]}..{names[1]}"
    if asked != names:
        suffix = f".{found['suffix']}" if found["suffix"] else ""
        return RedirectResponse(f"{request.app.state.public}{place}{suffix}{sending.passed_on(request)}", 303)
    kept = await _kept(request, *names)
    if chosen == "html":
        return await _page(request, kept, place)
    return await _data(request, kept, chosen, place)


async def _kept(request: Request, before: str, after: str) -> Kept:
    ledger = Ledger(shelf(request))
    kept = await asyncio.to_thread(ledger.get, before, after)
    if kept is None:
        await Bureau.of(request).order(ledger.shelf, before, after)
        kept = await asyncio.to_thread(ledger.get, before, after)
    if kept is None:
        raise lost()
    return kept


async def _data(request: Request, kept: Kept, chosen: str, place: str) -> Response:
    form = chosen if chosen in ("json", "patch") else "nt"
    fields = _fields(request, place, chosen) | {
        "Cache-Control": FOREVER,
        "ETag": f'"{kept.sums[form]["sha256"][:32]}-{chosen}"',
    }
    media = "application/json" if chosen == "json" else negotiation.FORMS[chosen].media
    if chosen == "patch":
        return FileResponse(kept.path("patch"), media_type=media, headers=fields)
    if chosen == "json":
        return Response(await asyncio.to_thread(kept.path("json").read_bytes), media_type=media, headers=fields)
    triples = kept.difference.provenance
    body = provenance(triples).encode() if chosen == "ttl" else sending.written(triples, chosen)
    return Response(body, media_type=media, headers=fields)


def _fields(request: Request, place: str, chosen: str) -> dict[str, str]:
    public = request.app.state.public
    graphs = [form for form in FORMS if form != "json"]
    json = f'<{public}{place}.json>; rel="alternate"; type="application/json"'
    return {
        "Link": f"{links.header(public, place, graphs)}, {json}",
        "Content-Location": f"{place}.{chosen}",
        "Vary": "Accept, Accept-Language",
    }


async def _page(request: Request, kept: Kept, place: str) -> Response:
    found = await asyncio.to_thread(lambda: kept.difference)
    document = found.document
    lang = negotiation.language(request)
    naming = Naming(lang, "all", document["names"])
    listed = [(section, entry) for section in SECTIONS for entry in document.get(section, ())]
    part = paging.Slice(paging.number(request, "page", 1, _PAGES), SIZE, len(listed))
    if part.number > part.last:
        raise paging.absent(part)
    sections: dict[str, list[Entry]] = {}
    for section, entry in listed[(part.number - 1) * SIZE : part.number * SIZE]:
        sections.setdefault(section, []).append(_entry(section, entry, naming, document))
    history = shelf(request).history()
    return pages.answer(
        request,
        "comparison.html",
        headers=_fields(request, place, "html"),
        document=document,
        moments={
            side: [at.isoformat(timespec="seconds") for at in history.moments(document[side])]
            for side in ("before", "after")
        },
        same=found.empty,
        counts=[
            (SECTIONS[section][lang], [(number, CHANGES[change][lang]) for change, number in counts.items()])
            for section, counts in document["counts"].items()
            if counts
        ],
        sections=[(SECTIONS[section][lang], section, entries) for section, entries in sections.items()],
        changes={change: words[lang] for change, words in CHANGES.items()},
        part=part,
        around=part.links(place, {"lang": [lang]}, SIZE),
        place=place,
        forms=FORMS,
    )


def _entry(section: str, entry: Mapping[str, Any], naming: Naming, document: Mapping[str, Any]) -> Entry:
    iri, change = entry[KEYS[section]], entry.get("change", "changed")
    gone = change in ("withdrawn", "closed", "removed")
    name = naming.named(iri)._replace(href=_address(naming, iri, document["before"] if gone else document["after"]))
    if spoken := entry.get(naming.lang):
        name = name._replace(text=spoken, lang="")
    beside = [naming.named(one) for one in entry.get("involves", ())]
    if section == "answers":
        beside = [Text(f"{entry['before']} → {entry['after']}")]
    elif section == "findings":
        outcomes = dict.fromkeys(entry[side] for side in ("before", "after") if side in entry)
        beside = [Text(" → ".join(naming.plain(outcome).text for outcome in outcomes))]
        beside += [naming.named(entry["rule"])] if "rule" in entry else []
    told = [
        Told(
            naming.named(one["property"]),
            *([_value(naming, each) for each in one[side]] for side in ("before", "after")),
        )
        for one in entry.get("properties", ())
        if section in ("things", "terms")
    ]
    kind = naming.plain(entry["class"]) if "class" in entry else None
    successors = [naming.named(one) for one in entry.get("successors", ())]
    return Entry(change, name, kind, beside, successors, told)


def _address(naming: Naming, iri: str, release: str) -> str:
    """Where *iri* can be read as it is in *release*: a question of ours, or a thing as of then."""
    place = links.place(iri, naming.query) or ""
    return f"{place}&asOf={release}" if iri.startswith(f"{BASE}id/") else place


def _value(naming: Naming, value: Mapping[str, str]) -> Text:
    if "iri" in value:
        return naming.named(value["iri"])
    lang = value.get("lang", "")
    return Text(value["value"], "" if lang == naming.lang else lang)
