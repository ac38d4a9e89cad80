"""``/map``: blocks by owner, what they exchange and whether it fits, and what depends on what."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from samenhang import drawing
from samenhang.drawing import Drawing
from samenhang.engine.embedded import Row
from samenhang.errors import NotFound, SamenhangError, WrongValue, unknown
from samenhang.namespaces import SCOPES, expand, shorten
from samenhang.questions import CHOICES
from samenhang.web import asking, assets, links, negotiation, pages, paging
from samenhang.web.naming import Naming, Text

router = APIRouter()

LIMITS: Final = ("owner", "capability", "information", "standard", "layer")
"""What the map can be limited by."""
DRAWN: Final = 150
"""Blocks in a picture, at most: those that most goes to or from. The tables and the data have them all."""
SHOWN: Final = 200
"""Exchanges and dependencies in a table on the page, at most."""
OWNERS: Final = 100
"""Owners to choose from where not all blocks are in the picture, at most: those of most blocks."""
FITS: Final = ("fits", "bespoke", "gap", "conflicting", "unknown")
"""What can be said of an exchange."""
_RESERVED: Final = ("scope", "lang")
_LOWER: Final = 10
"""Pixels by which what depends is drawn lower than what is exchanged."""


class Exchange(NamedTuple):
    """What one block provides to another: the claims, the information, and per layer whether it fits and by what."""

    provider: str
    consumer: str
    fit: str
    needs: list[str]
    information: list[str]
    claims: list[str]
    layers: dict[str, tuple[str, str]]


class Dependency(NamedTuple):
    """One block depends on another, in some ways, by some claims."""

    dependent: str
    on: str
    kinds: list[str]
    claims: list[str]


class Map(NamedTuple):
    """Blocks by owner (empty: not known), lines, standards of blocks; those *beside* are not chosen, but tied."""

    groups: dict[str, list[str]]
    exchanges: list[Exchange]
    dependencies: list[Dependency]
    standards: dict[str, list[tuple[str, str]]]
    beside: set[str]

    def blocks(self) -> list[str]:
        """All blocks, by owner."""
        return [block for blocks in self.groups.values() for block in blocks]

    def part(self) -> Map:
        """What a page shows of it: the blocks of the picture, and the first lines, those of the picture before others.

        All of it, when it is not too much.
        """
        drawn = self.drawing().blocks

        def apart(*ends: str) -> bool:
            return not drawn.keys() >= {*ends}

        return Map(
            {owner: some for owner, blocks in self.groups.items() if (some := [b for b in blocks if b in drawn])},
            _first(self.exchanges, lambda one: apart(one.provider, one.consumer)),
            _first(self.dependencies, lambda tie: apart(tie.dependent, tie.on)),
            {block: several for block, several in self.standards.items() if block in drawn},
            self.beside & drawn.keys(),
        )

    def drawing(self) -> Drawing:
        """The picture, of as many blocks as fit in one."""
        ends = [(one.provider, one.consumer) for one in self.exchanges]
        ends += [(tie.dependent, tie.on) for tie in self.dependencies]
        degree: dict[str, int] = {}
        for pair in ends:
            for end in pair:
                degree[end] = degree.get(end, 0) + 1
        every = dict.fromkeys(block for blocks in self.groups.values() for block in blocks)
        kept = set(sorted(every, key=lambda block: (-degree.get(block, 0), block))[:DRAWN])
        groups = {owner: some for owner, blocks in self.groups.items() if (some := [b for b in blocks if b in kept])}
        return drawing.drawn(groups, ends)


Line = TypeVar("Line", Exchange, Dependency)


def _first(lines: list[Line], later: Callable[[Line], bool]) -> list[Line]:
    """As many of *lines* as a table shows, with what comes *later* at the end when these are not all."""
    return lines if len(lines) <= SHOWN else sorted(lines, key=later)[:SHOWN]


@router.get("/map", summary="The map: blocks by owner, with what they exchange and depend on")
async def page(request: Request) -> Response:
    """As a page with a picture and tables. 400 for a choice or a value that there is not."""
    scope, values = _asked(request)
    whole, choices = await _found(request, scope, values)
    found, listed = whole.part(), _listed(choices)
    owners = _owners(whole) if len(whole.blocks()) > DRAWN else {}
    naming = await _named(request, found, [*(row["thing"].value for row in listed), *owners], scope)
    chosen = {**values, **({"scope": [scope]} if scope != SCOPES[0] else {})}
    spoken = {**chosen, "lang": [naming.lang]}
    return pages.answer(
        request,
        "map.html",
        headers=pages.SCRIPTED,
        map=found,
        numbers={
            "blocks": len(whole.blocks()),
            "exchanges": len(whole.exchanges),
            "dependencies": len(whole.dependencies),
            "owners": len([owner for owner in whole.groups if owner]),
        },
        owners=[
            (naming.plain(owner), "/map" + paging.query({**spoken, "owner": [_short(owner)]}), number)
            for owner, number in owners.items()
        ],
        picture=_picture(found, naming),
        name=naming,
        rows=[(block, owner) for owner, blocks in found.groups.items() for block in blocks],
        options=_options(listed, naming),
        values=values,
        scope=scope,
        fits=FITS,
        query=paging.query(chosen),
        spoken=paging.query(spoken),
        script=assets.address("map.js"),
    )


@router.get("/map.svg", summary="The map as a picture")
async def picture(request: Request) -> Response:
    """The picture of the page, to keep or to print."""
    scope, values = _asked(request)
    whole, _ = await _found(request, scope, values)
    found = whole.part()
    naming = await _named(request, found, (), scope)
    return pages.drawn(request, "map.svg", picture=_picture(found, naming), name=naming)


@router.get("/map.json", summary="The map as data")
async def data(request: Request) -> Response:
    """What is on the map and where it stands in the picture, with names in the language that is asked."""
    scope, values = _asked(request)
    found, _ = await _found(request, scope, values)
    naming = await _named(request, found, (), scope)
    plan, page = found.drawing(), found.part()
    # Where the page has a row for it.
    rows = {(one.provider, one.consumer): f"uitwisseling-{place}" for place, one in enumerate(page.exchanges, 1)}
    ties = {(tie.dependent, tie.on): f"afhankelijkheid-{place}" for place, tie in enumerate(page.dependencies, 1)}
    owner_of = {block: owner for owner, blocks in found.groups.items() for block in blocks}
    body = {
        "scope": scope,
        "size": [plan.width, plan.height],
        "owners": [
            {"iri": owner or None, "name": _owner(owner, naming).text, "box": box} for owner, box in plan.owners.items()
        ],
        "blocks": [
            {
                "iri": block,
                "name": naming.plain(block).text,
                "lines": drawing.lines(naming.plain(block).text),
                "href": _href(block, naming),
                "owner": owner_of[block] or None,
                "chosen": block not in found.beside,
                "standards": [standard for standard, _ in found.standards.get(block, ())],
                "box": plan.blocks.get(block),
            }
            for block in owner_of
        ],
        "exchanges": [
            {
                "provider": one.provider,
                "consumer": one.consumer,
                "fit": one.fit,
                "needs": one.needs,
                "information": one.information,
                "claims": one.claims,
                "layers": {layer: {"fit": fit, "finding": by or None} for layer, (fit, by) in one.layers.items()},
                "row": rows.get((one.provider, one.consumer)),
            }
            for one in found.exchanges
        ],
        "dependencies": [
            {
                "dependent": one.dependent,
                "dependedOn": one.on,
                "kinds": one.kinds,
                "claims": one.claims,
                "row": ties.get((one.dependent, one.on)),
            }
            for one in found.dependencies
        ],
    }
    headers = {"Content-Language": naming.lang, "Vary": "Accept-Language"}
    return JSONResponse(body, headers=headers)


def _asked(request: Request) -> tuple[str, dict[str, list[str]]]:
    """The scope, and the values of the choices."""
    scope = request.query_params.get("scope") or SCOPES[0]
    if scope not in SCOPES:
        raise unknown(("scope", "scope"), scope[:200], SCOPES)
    return scope, asking.chosen(request, LIMITS, _RESERVED)


async def _found(request: Request, scope: str, values: Mapping[str, list[str]]) -> tuple[Map, list[Row]]:
    """What is on the map in *scope*, and what it can be limited by. Raises what is wrong with a value, as 400."""
    pool, queries = request.app.state.pool, asking.own("map")

    async def rows(name: str, *parameters: str) -> list[Row]:
        meant = {key: values[key] for key in parameters if key in values}
        return await asking.ask(pool, queries[name], scope, **meant)

    choices = await rows("choices")
    layers = {
        shorten(row["thing"].value).partition(":")[2]: row["thing"].value
        for row in choices
        if row["choice"].value == "layer"
    }
    meant = [layers.get(value) or expand(value) or value for value in values.get("layer", [])]
    for value, layer in zip(values.get("layer", []), meant, strict=True):
        if layer not in layers.values():
            raise _wrong(unknown(("laag", "layer"), value[:200], layers))
    values = {**values, **({"layer": meant} if meant else {})}
    try:
        blocks, exchanges, dependencies, standards = await asyncio.gather(
            rows("blocks", "owner", "capability", "information", "standard"),
            rows("exchanges", "information", "layer"),
            rows("dependencies"),
            rows("standards"),
        )
        every = await rows("blocks") if values else blocks
    except (NotFound, WrongValue) as problem:
        raise _wrong(problem) from None
    return _map(blocks, every, exchanges, dependencies, standards, bool(values.get("information"))), choices


def _map(
    chosen: Iterable[Row],
    every: Iterable[Row],
    exchanges: Iterable[Row],
    dependencies: Iterable[Row],
    standards: Iterable[Row],
    informed: bool,
) -> Map:
    """The *chosen* blocks, the lines of which one end is chosen, and the blocks at the other end of these."""
    own = {row["block"].value for row in chosen}
    lines: dict[tuple[str, str], Exchange] = {}
    heaviest: dict[tuple[str, str], int] = {}
    for row in exchanges:
        pair = row["provider"].value, row["consumer"].value
        if own.isdisjoint(pair):
            continue
        one = lines.setdefault(pair, Exchange(*pair, "", [], [], [], {}))
        for values, key in ((one.needs, "need"), (one.information, "informationObject"), (one.claims, "exchange")):
            if key in row and row[key].value not in values:
                values.append(row[key].value)
        layer, fit, weight = row["eifLayer"].value, row["fit"].value, int(row["weight"].value)
        finding = row["finding"].value if "finding" in row else ""
        one.layers.setdefault(layer, (fit, finding))
        if weight > heaviest.get(pair, -1):
            heaviest[pair] = weight
            lines[pair] = one._replace(fit=fit)
    ties: dict[tuple[str, str], Dependency] = {}
    # Of one information it is the exchanges that matter.
    for row in () if informed else dependencies:
        pair = row["dependent"].value, row["dependedOn"].value
        if own.isdisjoint(pair):
            continue
        tie = ties.setdefault(pair, Dependency(*pair, [], []))
        for values, key in ((tie.kinds, "kind"), (tie.claims, "claim")):
            if row[key].value not in values:
                values.append(row[key].value)
    present = own | {end for pair in (*lines, *ties) for end in pair}
    groups: dict[str, list[str]] = {}
    placed: set[str] = set()
    for row in every:
        block = row["block"].value
        # A block of several owners stands with the first; the page of the block names them all.
        if block in present and block not in placed:
            placed.add(block)
            groups.setdefault(row["by"].value if "by" in row else "", []).append(block)
    followed: dict[str, list[tuple[str, str]]] = {}
    for row in standards:
        if row["block"].value in present:
            followed.setdefault(row["block"].value, []).append((row["standard"].value, row["claim"].value))
    drawn = [one for one in lines.values() if {one.provider, one.consumer} <= placed]
    return Map(groups, drawn, [*ties.values()], followed, placed - own)


def _owners(found: Map) -> dict[str, int]:
    """The owners of most blocks, with how many they have here."""
    numbers = {owner: len(blocks) for owner, blocks in found.groups.items() if owner}
    return dict(sorted(numbers.items(), key=lambda one: (-one[1], one[0]))[:OWNERS])


async def _named(request: Request, found: Map, others: Iterable[str], scope: str) -> Naming:
    """The names of all that stands on the map, and of *others*."""
    iris = {iri for owner, blocks in found.groups.items() for iri in (owner, *blocks) if iri}
    for one in found.exchanges:
        iris |= {*one.needs, *one.information, *one.claims, *one.layers}
    for tie in found.dependencies:
        iris |= {*tie.kinds, *tie.claims}
    iris |= {standard for several in found.standards.values() for standard, _ in several}
    labels = await asking.named(request.app.state.pool, sorted(iris | {*others}), scope)
    return Naming(negotiation.language(request), scope, labels)


def _picture(found: Map, naming: Naming) -> dict[str, Any]:
    """The picture as what a template draws: boxes with lines of text, lines with what they say."""
    plan = found.drawing()
    arrows = [
        {
            "kind": one.fit,
            "path": drawing.line(plan.blocks[one.provider], plan.blocks[one.consumer]),
            "href": f"#uitwisseling-{place}",
            "ends": (naming.plain(one.provider).text, naming.plain(one.consumer).text),
        }
        for place, one in enumerate(found.exchanges, 1)
        if one.provider in plan.blocks and one.consumer in plan.blocks
    ]
    ties = [
        {
            "kind": "depends",
            "path": drawing.line(plan.blocks[tie.dependent], plan.blocks[tie.on], _LOWER),
            "href": f"#afhankelijkheid-{place}",
            "ends": (naming.plain(tie.dependent).text, naming.plain(tie.on).text),
        }
        for place, tie in enumerate(found.dependencies, 1)
        if tie.dependent in plan.blocks and tie.on in plan.blocks
    ]
    return {
        "width": round(plan.width),
        "height": round(plan.height),
        "owners": [(_owner(owner, naming), box) for owner, box in plan.owners.items()],
        "blocks": [
            {
                "name": naming.plain(block).text,
                "lines": drawing.lines(naming.plain(block).text),
                "href": _href(block, naming),
                "box": box,
                "beside": block in found.beside,
                "role": "",
            }
            for block, box in plan.blocks.items()
        ],
        "lines": [*ties, *arrows],
    }


def _owner(owner: str, naming: Naming) -> Text:
    if owner:
        return naming.plain(owner)
    return Text("Eigenaar niet bekend" if naming.lang == "nl" else "Owner not known")


def _href(iri: str, naming: Naming) -> str:
    return links.place(iri, naming.query) or ""


def _short(iri: str) -> str:
    """How the address of a map calls what it is limited by."""
    return shorten(iri).partition(":")[2]


def _listed(choices: Iterable[Row]) -> list[Row]:
    """The *choices* that fit in a list; of others one writes the name."""
    found = [*choices]
    many = Counter(row["choice"].value for row in found)
    return [row for row in found if many[row["choice"].value] <= CHOICES]


def _options(choices: Iterable[Row], naming: Naming) -> dict[str, list[tuple[str, Text]]]:
    """For each choice its values: as the address has it, and its name."""
    found: dict[str, list[tuple[str, Text]]] = {name: [] for name in LIMITS}
    for row in choices:
        iri = row["thing"].value
        found[row["choice"].value].append((_short(iri), naming.plain(iri)))
    for name, options in found.items():
        if name != "layer":
            options.sort(key=lambda option: option[1].text.casefold())
    return found


def _wrong(problem: SamenhangError) -> SamenhangError:
    problem.status = 400
    return problem
