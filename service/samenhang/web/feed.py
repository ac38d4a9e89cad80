"""``/changes``: every version of every thing, in order of publication, as a Linked Data Event Stream (LDES, TREE)."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, Final, NamedTuple

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from samenhang.changes.feed import ACTIVITY, CREATE, DELETE, UPDATE, Feed, Index, Page
from samenhang.engine import Answer
from samenhang.errors import SamenhangError, unknown
from samenhang.namespaces import BASE, NS, PREFIXES, shorten
from samenhang.questions import Words
from samenhang.web import asking, negotiation, pages, paging, sending
from samenhang.web.bureau import Bureau, lost, shelf
from samenhang.web.comparison import FOREVER
from samenhang.web.naming import Labels, Naming, Text

router = APIRouter()

FORMS: Final = ("ttl", "trig", "nq", "jsonld", "nt", "rdf", "html")
STREAM: Final = f"{BASE}changes"
"""The address of the feed itself, wherever it is served."""
STEPS: Final = 100
"""Publications on the page about the feed."""
_LONGEST: Final = 7
_TREE: Final = PREFIXES["tree"]
_CHANGES: Final = {
    CREATE: Words("nieuw", "new"),
    UPDATE: Words("veranderd", "changed"),
    DELETE: Words("weggevallen", "withdrawn"),
}


Said = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]
"""What a version says: values by the short name of their property."""


class Version(NamedTuple):
    """One version on a page for people: what happened, the thing as of then, its kind, and what takes its place."""

    change: str
    name: Text
    kind: Text | None
    successors: list[Text]


@router.get("/changes", summary="The change feed as a Linked Data Event Stream: what it is, and where it begins")
@router.get("/changes.{suffix}", include_in_schema=False)
async def stream(request: Request) -> Response:
    """The stream with its pages; for people every publication with what it changed."""
    chosen, index = sending.form(request, FORMS), await _index(request)
    if chosen != "html":
        since = {"since": index.pages[0].since} if index.pages else {}
        query = asking.own("history")["stream"].bind({"public": request.app.state.public, **since})
        told = Answer(ox.Store().query(query)).serialize("nt") + _relations(request, index)
        return _sent(request, b"".join(sorted(set(told.splitlines(keepends=True)))), chosen, full=False)
    steps, begin, before = [], 0, ""
    for step in index.steps:
        steps.append((step, before, begin // index.size + 1, step.problem[negotiation.language(request) != "nl"]))
        begin, before = begin + step.members, before if step.problem[0] else step.release
    steps.reverse()
    part = paging.Slice(paging.number(request, "page", 1, 10**_LONGEST), STEPS, len(steps))
    if part.number > part.last:
        raise paging.absent(part)
    return _page(
        request,
        "feed.html",
        steps=steps[(part.number - 1) * STEPS : part.number * STEPS],
        index=index,
        part=part,
        around=part.links("/changes", {"lang": [negotiation.language(request)]}, STEPS),
        forms=FORMS,
    )


@router.get("/changes/{page}", summary="A page of the change feed; a full one never changes")
@router.get("/changes/{page}.{suffix}", include_in_schema=False)
async def page(request: Request, page: str) -> Response:
    """The versions on one page. 404 behind the last one."""
    index, number = await _index(request), _number(page)
    if not 1 <= number <= len(index.pages):
        known = ("1", str(len(index.pages))) if index.pages else ()
        raise unknown(("bladzijde van de feed", "page of the feed"), page[:200], known)
    chosen, here = sending.form(request, FORMS), index.pages[number - 1]
    members = await _members(request, here, number)
    if chosen == "html":
        return await _listed(request, index, number, members)
    return _sent(request, members + _hypermedia(request, number, members, here.full), chosen, full=here.full)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else 0


async def _index(request: Request) -> Index:
    """What the feed holds, once all that was published is in it."""
    feed = Feed(shelf(request))
    index = await asyncio.to_thread(feed.current)
    if index is None:
        await Bureau.of(request).order(feed.shelf)
        index = await asyncio.to_thread(feed.index)
    if index is None:
        raise lost()
    return index


async def _members(request: Request, here: Page, number: int) -> bytes:
    feed = Feed(shelf(request))
    try:
        return await asyncio.to_thread(feed.page, here)
    except SamenhangError:
        # It grew meanwhile and has another file now, or it was harmed and is made again.
        await Bureau.of(request).order(feed.shelf)
        index = await asyncio.to_thread(feed.index)
        if index is None or number > len(index.pages):
            raise
        return await asyncio.to_thread(feed.page, index.pages[number - 1])


def _relations(request: Request, index: Index) -> bytes:
    """Where the pages are, and from which moment on each has versions.

    All of them stand at the beginning: a client does not read a full page again, not even to see what follows it.
    """
    place, lines = f"{request.app.state.public}/changes", []
    for number, page in enumerate(index.pages, 1):
        relation = f"<{place}#page-{number}>"
        lines += [
            f"<{place}> <{_TREE}relation> {relation} .",
            f"{relation} <{PREFIXES['rdf']}type> <{_TREE}GreaterThanOrEqualToRelation> .",
            f"{relation} <{_TREE}node> <{place}/{number}> .",
            f"{relation} <{_TREE}path> <{PREFIXES['prov']}generatedAtTime> .",
            f'{relation} <{_TREE}value> "{page.since}"^^<{PREFIXES["xsd"]}dateTime> .',
        ]
    return "".join(f"{line}\n" for line in lines).encode()


def _hypermedia(request: Request, number: int, members: bytes, full: bool) -> bytes:
    """What is said of a page itself: that it has these versions, and whether it will ever have more."""
    node = f"<{request.app.state.public}/changes/{number}>"
    lines = [
        f"<{STREAM}> <{PREFIXES['rdf']}type> <{PREFIXES['ldes']}EventStream> .",
        f"{node} <{PREFIXES['rdf']}type> <{_TREE}Node> .",
        *(f"<{STREAM}> <{_TREE}member> {member} ." for member in _named(members)),
    ]
    if full:
        lines.append(f'{node} <{PREFIXES["ldes"]}immutable> "true"^^<{PREFIXES["xsd"]}boolean> .')
    return "".join(f"{line}\n" for line in lines).encode()


def _named(members: bytes) -> list[str]:
    """The versions that are described in *members*, in their order."""
    return list(dict.fromkeys(line.partition(b" ")[0].decode() for line in members.splitlines()))


def _sent(request: Request, triples: bytes, chosen: str, *, full: bool) -> Response:
    body = triples if chosen in ("nt", "nq") else sending.written(triples, chosen)
    fields = sending.headers(request, FORMS, chosen) | {"ETag": _tag(body)}
    if full:
        fields["Cache-Control"] = FOREVER
    return Response(body, media_type=negotiation.FORMS[chosen].media, headers=fields)


def _page(request: Request, template: str, **values: Any) -> Response:
    answer = pages.answer(request, template, headers=sending.headers(request, FORMS, "html"), **values)
    # The feed can grow while the same release is served.
    answer.headers["ETag"] = _tag(bytes(answer.body))
    return answer


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


async def _listed(request: Request, index: Index, number: int, members: bytes) -> Response:
    lang = negotiation.language(request)
    said: dict[str, Said] = {}
    for triple in ox.parse(members, format=ox.RdfFormat.N_TRIPLES):
        assert not isinstance(triple.object, ox.Triple)
        said.setdefault(str(triple.subject), {}).setdefault(shorten(triple.predicate.value), []).append(triple.object)
    # What things were called then stands in their versions; what else is named is called as it is now.
    beside = {term.value for told in said.values() for term in (*told.get("dct:isReplacedBy", ()), *_kinds(told))}
    now = await asking.named(request.app.state.pool, beside)
    moments: dict[str, list[Version]] = {}
    for told in said.values():
        moments.setdefault(told["prov:generatedAtTime"][0].value, []).append(_version(told, lang, now))
    others = {"prev": number - 1, "next": number + 1}
    return _page(
        request,
        "feedpage.html",
        moments=moments,
        number=number,
        index=index,
        around={name: f"/changes/{n}?lang={lang}" for name, n in others.items() if 1 <= n <= len(index.pages)},
        forms=FORMS,
    )


def _kinds(told: Said) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """The classes of ours that a version says it is of."""
    return [term for term in told.get("rdf:type", ()) if term.value.startswith(NS)]


def _version(told: Said, lang: str, now: Labels) -> Version:
    thing, at = told["dct:isVersionOf"][0].value, told["prov:generatedAtTime"][0].value
    change = told["dct:type"][0].value.removeprefix(ACTIVITY)
    words = told.get("skos:prefLabel") or told.get("dct:description") or []
    called = {term.language or "": term.value for term in words if isinstance(term, ox.Literal)}
    naming = Naming(lang, "all", {thing: called} if called else {}, now)
    name = naming.named(thing)
    if change != DELETE:
        name = name._replace(href=f"{name.href}&asOf={at}")
    kinds = sorted(term.value for term in _kinds(told))
    return Version(
        _CHANGES[change][lang],
        name,
        naming.plain(kinds[0]) if kinds else None,
        [naming.named(term.value) for term in told.get("dct:isReplacedBy", ())],
    )
