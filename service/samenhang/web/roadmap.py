"""``/roadmap``: steps on a time line, business cases, money with its hedges, and the draft of an investment agenda."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response

from samenhang import drawing
from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.namespaces import NS
from samenhang.questions import limits
from samenhang.web import asking, findings, negotiation, pages, paging, timeline
from samenhang.web.naming import Naming, Text
from samenhang.web.timeline import Stage

router = APIRouter()

STEPS: Final = 300
"""Steps on the page, at most."""
CASES: Final = 40
"""Business cases on a page."""
MONEY: Final = 100
"""Rows of funding and of costs on the page, at most."""
_PAGES: Final = 100_000
AGREEMENTS: Final = 12
"""Agreements in the draft of an agenda, at most, of the first rows of the question behind it; that has them all."""
_STATES: Final = {"present": "gap", "conflicting": "conflicting", "unknown": "unknown"}
"""The look of a step that a finding says something of."""


class Said(NamedTuple):
    """Something that a source says: what, how it says it where that is not as a fact, and where the proof stands."""

    what: Text
    how: Text | None
    proof: str


class Step(NamedTuple):
    """A step with all that is known of it; ``why``: the sentences of findings, each leading to its own."""

    name: Text
    whole: Text | None
    track: Text | None
    offset: str
    around: list[Text]
    state: str
    why: list[Text]
    people: dict[str, list[Said]]
    before: list[Said]
    after: list[Said]


class Agreement(NamedTuple):
    """One agreement: a standard or two owners, its layer, what it closes or settles, and who has to follow."""

    standard: Text | None
    owners: list[Text]
    layer: Text
    known: bool
    findings: str
    blocks: list[tuple[Text, Text | None, Text | None]]


@router.get("/roadmap", summary="The roadmap: steps, business cases, money and the draft of an investment agenda")
async def page(request: Request) -> Response:
    """As a page with a time line and tables; business cases in pages. 404 for a scope or page that there is not."""
    scope, lang = findings.scoped(request), negotiation.language(request)
    part = await _part(request, scope)
    found = await _found(request, scope, part)
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, _named(found), scope))
    steps = _steps(found, naming)
    return pages.answer(
        request,
        "roadmap.html",
        steps=steps,
        picture=_picture(found, steps, naming),
        states=[
            state for state in ("gap", "conflicting", "unknown", "free") if state in {s.state for s in steps.values()}
        ],
        more=len(found["steps"]) > STEPS,
        cases=_cases(found["cases"], naming),
        part=part,
        around=part.links("/roadmap", {**findings.scope_of(scope), "lang": [lang]}, CASES),
        funding=_money(found["funding"][:MONEY], "funded", naming),
        costs=_money(found["costs"][:MONEY], "thing", naming),
        cut={name for name in ("funding", "costs") if len(found[name]) > MONEY},
        agreements=_agreements(found["leverage"], naming),
        scope=scope,
        query=paging.query(findings.scope_of(scope)),
        spoken=paging.query({"lang": [lang], **findings.scope_of(scope)}),
    )


@router.get("/roadmap.svg", summary="The time line of the roadmap as a picture")
async def picture(request: Request) -> Response:
    """The picture of the page, to keep or to print."""
    scope, lang = findings.scoped(request), negotiation.language(request)
    found = await _found(request, scope)
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, _named(found), scope))
    return pages.drawn(request, "timeline.svg", picture=_picture(found, _steps(found, naming), naming))


async def _part(request: Request, scope: str) -> paging.Slice:
    """Which of the business cases are asked. Raises NotFound."""
    text = asking.own("pages")["things"].bind({"kind": "business-case"})
    total = await asking.count(request, text, scope, light=True)
    part = paging.Slice(paging.number(request, "page", 1, _PAGES), CASES, total)
    if part.number > part.last:
        raise paging.absent(part)
    return part


async def _found(request: Request, scope: str, part: paging.Slice | None = None) -> dict[str, list[Row]]:
    """What the queries find, by the name of each; of the business cases and money only with a *part* of the cases."""
    own, questions = asking.own("roadmap"), pages.release(request).questions

    async def rows(text: str) -> list[Row]:
        table = asking.table(bytes(await asking.body(request, Inquiry(text, "json", scope), light=False)))
        return table.rows if isinstance(table, asking.Table) else []

    steps = await rows(own["steps"].text + limits(1, STEPS + 1))
    listed = [*dict.fromkeys(row["step"].value for row in steps)][:STEPS]
    texts = {"blocked": own["blocked"].text}
    if part is not None:
        things = await rows(asking.own("pages")["things"].bind({"kind": "business-case"}) + part.limits)
        if cases := [row["thing"].value for row in things]:
            texts["cases"] = own["cases"].bind({"case": cases})
        texts["costs"] = own["costs"].text + limits(1, MONEY + 1)
        texts["funding"] = questions["funding"].text + limits(1, MONEY + 1)
        texts["leverage"] = questions["leverage"].kept or ""
    if listed:
        texts["people"] = questions["roadmap"].bind({"step": listed})
        texts["before"] = questions["prerequisites"].bind({"thing": listed})
    answers = await asyncio.gather(*map(rows, texts.values()))
    return {"steps": steps, "people": [], "before": [], "cases": []} | dict(zip(texts, answers, strict=True))


_UNNAMED: Final = ("claim", "finding")
"""Columns that are only led to, never called by name."""


def _named(found: Mapping[str, Iterable[Row]]) -> list[Row]:
    """What the page says the names of."""
    return [
        {name: term for name, term in row.items() if name not in _UNNAMED} for rows in found.values() for row in rows
    ]


def _steps(found: Mapping[str, Sequence[Row]], naming: Naming) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for row in found["steps"]:
        step = row["step"].value
        if step in steps or len(steps) == STEPS:
            continue
        around = [each["around"] for each in found["steps"] if each["step"].value == step and "around" in each]
        steps[step] = Step(
            naming.named(step),
            naming.term(row["whole"]) if "whole" in row else None,
            naming.term(row["track"]) if "track" in row else None,
            row["offset"].value if "offset" in row else "",
            naming.several(around),
            "free",
            [],
            {},
            [],
            [],
        )
    for row in found["blocked"]:
        step, state = row["step"].value, _STATES[row["outcome"].value.rpartition("-")[2]]
        if step not in steps:
            continue
        one = steps[step]
        sentence = naming.term(row.get(naming.lang) or row["finding"])
        one.why.append(sentence._replace(href=naming.named(row["finding"].value).href))
        # What is established weighs more than what is not known.
        worse = [*_STATES.values(), "free"]
        steps[step] = one._replace(state=min(one.state, state, key=worse.index))
    for row in found["people"]:
        if row["step"].value in steps and "actor" in row:
            as_ = naming.plain(row["as"].value).text
            said = _said(row, naming.term(row["actor"]), naming)
            several = steps[row["step"].value].people.setdefault(as_, [])
            if said not in several:
                several.append(said)
    for row in found["before"]:
        if row["thing"].value in steps and "required" in row and row["distance"].value == "1":
            one = steps[row["thing"].value]
            required = row["relation"].value.endswith("requires")
            (one.before if required else one.after).append(_said(row, naming.term(row["required"]), naming))
    return steps


def _said(row: Row, what: Text, naming: Naming) -> Said:
    """What a row says, with the words for how it is said, and for what is not so or not known."""
    modality, answer = row.get("modality"), row.get("answer")
    words = [naming.plain(modality.value).text] if modality is not None and modality.value != f"{NS}fact" else []
    if answer is not None and not answer.value.endswith("answer-yes"):
        words.insert(0, naming.plain(answer.value).text)
    proof = naming.named(row["claim"].value).href if "claim" in row else ""
    return Said(what, Text(", ".join(words)) if words else None, proof)


def _picture(found: Mapping[str, Sequence[Row]], steps: Mapping[str, Step], naming: Naming) -> dict[str, Any]:
    """The time line as what a template draws."""
    stages = [
        Stage(
            row["step"].value,
            row["track"].value if "track" in row else "",
            int(row["begin"].value) if "begin" in row else None,
            int(row["end"].value) if "end" in row else None,
            "open" in row and row["open"].value == "true",
        )
        for row in found["steps"]
        if row["step"].value in steps
    ]
    plan = timeline.drawn(stages)
    places = {step: place for place, step in enumerate(steps, 1)}
    arrows = [
        (drawing.line(plan.bars[first], plan.bars[then]), places[then])
        for row in found["before"]
        if "required" in row
        and row["distance"].value == "1"
        and row["relation"].value.endswith("requires")
        and (first := row["required"].value) in plan.bars
        and (then := row["thing"].value) in plan.bars
    ]
    return {
        "width": round(plan.width),
        "height": round(plan.height),
        "months": plan.months,
        "later": plan.later,
        "bands": [
            (
                naming.plain(band.track).text
                if band.track
                else ("zonder spoor" if naming.lang == "nl" else "no track"),
                band.box,
            )
            for band in plan.bands
        ],
        "bars": [
            {
                "place": places[step],
                "name": steps[step].name.text,
                "lines": drawing.lines(steps[step].name.text, 42),
                "when": steps[step].offset,
                "state": steps[step].state,
                "box": box,
            }
            for step, box in plan.bars.items()
        ],
        "arrows": arrows,
    }


def _cases(rows: Iterable[Row], naming: Naming) -> list[tuple[Text, list[tuple[Text, list[Said]]]]]:
    """Each business case with what is said of it, by relation."""
    cases: dict[str, dict[str, list[Said]]] = {}
    for row in rows:
        relations = cases.setdefault(row["case"].value, {})
        if "relation" not in row:
            continue
        other = naming.term(row["other"])
        if "provider" in row:
            other = other._replace(text=f"{naming.term(row['provider']).text} → {other.text}", href="")
        relations.setdefault(row["relation"].value, []).append(_said(row, other, naming))
    return [
        (
            naming.named(case),
            sorted(
                ((naming.plain(relation), said) for relation, said in relations.items()), key=lambda pair: pair[0].text
            ),
        )
        for case, relations in cases.items()
    ]


def _money(rows: Iterable[Row], of: str, naming: Naming) -> list[dict[str, Any]]:
    """What is told of money, a claim a row; a hedge in several languages is one."""
    told: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        key = tuple(row[name].value if name in row else "" for name in (of, "source", "claim"))
        told.setdefault((key[0], key[1], key[2]), []).append(row)
    found = []
    for several in told.values():
        row = several[0]
        amount = row["amount"].value if "amount" in row else ""
        found.append(
            {
                "thing": naming.term(row[of]),
                "source": naming.term(row["source"]) if "source" in row else None,
                "kind": naming.term(row["kind"]) if "kind" in row else None,
                "quantity": naming.term(row["quantity"]) if "quantity" in row else None,
                "amount": f"{amount} {row['currency'].value if 'currency' in row else ''}".strip(),
                "hedge": naming.several([each["hedge"] for each in several if "hedge" in each]),
                "answer": row["answer"].value.rpartition("-")[2],
                "words": naming.plain(row["answer"].value).text,
                "modality": naming.term(row["modality"]) if "modality" in row else None,
                "proof": naming.named(row["claim"].value).href if "claim" in row else "",
            }
        )
    return found


def _agreements(rows: Iterable[Row], naming: Naming) -> list[Agreement]:
    """The agreements of the draft agenda, those first that close or settle most."""
    found: dict[tuple[str, ...], Agreement] = {}
    for row in rows:
        between = [name for name in ("owner", "otherOwner") if "standard" not in row and name in row]
        key = tuple(row[name].value for name in ("standard", "layer", "answer", *between) if name in row)
        if key not in found and len(found) == AGREEMENTS:
            continue
        one = found.setdefault(
            key,
            Agreement(
                naming.term(row["standard"]) if "standard" in row else None,
                [naming.term(row[name]) for name in between],
                naming.plain(row["layer"].value),
                row["answer"].value.endswith("answer-yes"),
                row["findings"].value,
                [],
            ),
        )
        if "block" in row:
            block = (
                naming.term(row["block"]),
                naming.term(row["owner"]) if "owner" in row else None,
                naming.plain(row["funded"].value) if "funded" in row else None,
            )
            if block not in one.blocks:
                one.blocks.append(block)
    return [*found.values()]
