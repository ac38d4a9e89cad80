"""``/open-questions``: what is not known yet, as a letter to each organisation that can know it, to print and send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from samenhang.engine.embedded import Row
from samenhang.errors import unknown
from samenhang.namespaces import ID, SCOPES, shorten
from samenhang.release import answers
from samenhang.web import asking, findings, negotiation, pages, paging, search
from samenhang.web.naming import Labels, Naming, Text

router = APIRouter()

SIZE: Final = 250
"""Organisations on a page."""
SHOWN: Final = 200
"""Questions in a letter, at most; the table behind it has them all."""
KINDS: Final = ("actor", "collective", "body")
"""Kinds that can be asked something; an address leaves out the first, of which most are."""
_PAGES: Final = 100_000
_DATE: Final = "SELECT ?date WHERE { ?dataset <https://w3id.org/samenhang/ns#referenceDate> ?date }"

Scope = Annotated[str, Query(description=f"Which sources: {', '.join(SCOPES)}")]


class Asked(NamedTuple):
    """One question of a letter: its row and words, in which capacity one is asked, and the rules that wait for it.

    Of a rule there is its name, and why it matters.
    """

    row: Row
    words: str
    capacity: Text
    rules: list[tuple[Text, Text]]


@router.get("/open-questions", summary="Whom there is something to ask, and how much")
async def asked(request: Request, scope: Scope = SCOPES[0]) -> Response:
    """Each organisation with its number of open questions, most of which something waits for first."""
    scope, question = findings.scoped(request), pages.release(request).questions[answers.ASKED]
    rows = await asking.rows(request.app.state.pool, answers.asked(question), scope)
    lang = negotiation.language(request)
    somebody = [row for row in rows if "ask" in row]
    part = paging.Slice(paging.number(request, "page", 1, _PAGES), SIZE, len(somebody))
    if part.number > part.last:
        raise paging.absent(part)
    shown = somebody[(part.number - 1) * SIZE : part.number * SIZE]
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, shown, scope))
    spoken: dict[str, list[str]] = {**findings.scope_of(scope), "lang": [lang]}
    return pages.answer(
        request,
        "letters.html",
        rows=[
            (naming.plain(row["ask"].value), address(row["ask"].value, lang, scope), row["questions"], row["awaited"])
            for row in shown
        ],
        part=part,
        around=part.links("/open-questions", spoken, SIZE),
        nobody=next((row["questions"].value for row in rows if "ask" not in row), "0"),
        scope=scope,
        also=paging.query(spoken),
    )


@router.get("/open-questions/{name}", summary="The open questions to one organisation, as a letter")
async def letter(request: Request, name: str, scope: Scope = SCOPES[0]) -> Response:
    """What an organisation can know, by what it is about; 404 for an organisation that there is not."""
    scope, pool, lang = findings.scoped(request), request.app.state.pool, negotiation.language(request)
    actor, names = await _actor(request, name, scope)
    rows = await _rows(request, actor, scope)
    things = sorted({row["thing"].value for row in rows})
    waiting = await asking.rows(pool, asking.own("pages")["waiting"].bind({"thing": things}), scope) if rows else []
    naming = Naming(lang, scope, await asking.labels(pool, [*rows, *waiting], scope), names)
    return pages.answer(
        request,
        "letter.html",
        actor=naming.named(actor),
        things=_by_thing(rows[:SHOWN], waiting, naming),
        number=len(rows),
        shown=SHOWN,
        short=shorten(actor),
        scope=scope,
        also=paging.query({**findings.scope_of(scope), "lang": [lang]}).replace("?", "&", 1),
        date=(await asking.rows(pool, _DATE, scope))[0]["date"].value,
        public=request.app.state.public,
    )


def address(actor: str, lang: str, scope: str) -> str:
    """Where the letter to *actor* stands.

    >>> address("https://w3id.org/samenhang/id/actor/publiq", "nl", "all")
    '/open-questions/publiq?lang=nl'
    """
    kind, _, slug = actor.removeprefix(ID).partition("/")
    name = slug if kind == KINDS[0] else f"{kind}:{slug}"
    return f"/open-questions/{name}" + paging.query({**findings.scope_of(scope), "lang": [lang]})


async def _rows(request: Request, actor: str, scope: str) -> list[Row]:
    """The open questions to *actor*. What they can be about is asked first: to weigh all there is takes too long."""
    pool, question = request.app.state.pool, pages.release(request).questions[answers.ASKED]
    about = await asking.rows(pool, asking.own("pages")["asked-about"].bind({"actor": actor}), scope)
    values = {"actor": actor, "thing": [row["thing"].value for row in about]}
    return await asking.rows(pool, question.bind(values), scope) if about else []


async def _actor(request: Request, name: str, scope: str) -> tuple[str, Labels]:
    """The organisation that *name* stands for, with its names. Raises NotFound, with who can be asked."""
    index = await search.indexed(request, scope)
    called = index.called(name, KINDS)
    if len(called) != 1:
        near = called or [entry for entry in index.entries.values() if entry.kind in KINDS]
        names = [entry.short.removeprefix(f"{KINDS[0]}:") for entry in near]
        raise unknown(("organisatie", "organisation"), name[:200], names)
    return called[0].thing, {called[0].thing: called[0].names}


def _by_thing(rows: Iterable[Row], waiting: Iterable[Row], naming: Naming) -> list[tuple[Text, str, list[Asked]]]:
    """The questions by what they are about, in the order of the question: name, short address, questions."""
    rules: dict[tuple[str, str], list[tuple[Text, Text]]] = {}
    for row in waiting:
        why = naming.term(row[naming.lang]) if naming.lang in row else Text("")
        rules.setdefault((row["thing"].value, row["aspect"].value), []).append((naming.named(row["rule"].value), why))
    found: dict[str, list[Asked]] = {}
    for row in rows:
        if naming.lang in row:
            thing, aspect = row["thing"].value, row["aspect"].value
            one = Asked(row, row[naming.lang].value, naming.plain(row["as"].value), rules.get((thing, aspect), []))
            found.setdefault(thing, []).append(one)
    return [(naming.named(thing), shorten(thing), several) for thing, several in found.items()]
