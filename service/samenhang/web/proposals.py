"""``/validate`` and ``/assess``: is a description right, and what would it change? Computed and forgotten at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from samenhang.assessment.chamber import KINDS
from samenhang.errors import SamenhangError, SyntaxProblem, unknown
from samenhang.namespaces import ID, expand
from samenhang.questions import Words, is_iri
from samenhang.web import examination, negotiation, origin, pages, problems, sending, submission
from samenhang.web.submission import Submission

router = APIRouter()

About = Annotated[str, Query(description="A thing to begin from, for instance building-block:uitid")]

_WRITERS: Final = {"json": "json", "text": "text", "ttl": "turtle", "sarif": "sarif"}
"""What writes a form, by the name of the form."""
_NOTHING_KEPT: Final = {"Cache-Control": "no-store"}
_WORKBOOK: Final = next(media for media, ending in submission.TYPES.items() if ending == "xlsx")
_SENT: Final = {
    "requestBody": {
        "required": True,
        "content": {media: {} for media in (*submission.TYPES, "multipart/form-data")},
    }
}


class _Kind(NamedTuple):
    """What an address does with a description."""

    path: str
    kind: str
    title: Words
    action: Words
    about: Words

    @property
    def forms(self) -> tuple[str, ...]:
        """What its answer can be had as."""
        return (*(form for form, writer in _WRITERS.items() if writer in KINDS[self.kind]), "html")


_VALIDATE: Final = _Kind(
    "/validate",
    "check",
    Words("Een beschrijving nakijken", "Check a description"),
    Words("Nakijken", "Check"),
    Words(
        "Kijk een beschrijving van een bouwblok, koppelvlak of uitwisseling na, naast wat de kaart al kent: wat "
        "ontbreekt of niet klopt, op welke regel, en wat te doen. Er wordt niets bewaard.",
        "Check a description of a building block, interface or exchange, beside what the map knows: what is missing or "
        "wrong, on which line, and what to do. Nothing is stored.",
    ),
)
_ASSESS: Final = _Kind(
    "/assess",
    "assess",
    Words("Wat een voorstel verandert", "What a proposal changes"),
    Words("Toetsen", "Assess"),
    Words(
        "Zie wat een voorstel verandert voor het gebouwd wordt: welke bevindingen het toevoegt en oplost, wat onbekend "
        "blijft en wie het kan weten, en wie het nog raakt. Er wordt niets bewaard.",
        "See what a proposal changes before it is built: which findings it adds and closes, what stays unknown and who "
        "can know, and who else it touches. Nothing is stored.",
    ),
)


@router.get("/validate", summary="A page to check a description on")
async def validate_page(request: Request) -> Response:
    """The form to fill in."""
    request.app.state.antechamber.prepare()  # while it is filled in
    return _page(request, _VALIDATE)


@router.post("/validate", summary="Check a description: what is wrong with it, and where", openapi_extra=_SENT)
async def validate(request: Request) -> Response:
    """The report on a description, as its Accept wants it. Nothing is stored."""
    return await _answer(request, _VALIDATE)


@router.get("/assess", summary="A page to assess a proposal on")
async def assess_page(request: Request, about: About = "") -> Response:
    """The form to fill in, with what the map says of a thing when one is named. 404 for a thing that there is not."""
    request.app.state.antechamber.prepare()  # while it is filled in
    given = ""
    if about:
        iri = expand(about) or about
        kept = await origin.of(request.app.state.pool, iri) if is_iri(iri) and iri.startswith(ID) else None
        if kept is None or not kept.files:
            raise unknown(("ding", "thing"), about[:200], ())
        given = kept.template(negotiation.language(request))
    return _page(request, _ASSESS, given=given)


@router.get("/assess/template.xlsx", summary="An empty workbook to describe building blocks in")
async def template(request: Request) -> Response:
    """A sheet for each kind of description, with help, an example and lists of choices; fill it in and assess it."""
    made = await examination.template(request)
    spoken = {"Content-Language": negotiation.language(request), "Vary": "Accept-Language"}
    named = {"Content-Disposition": 'attachment; filename="samenhang.xlsx"'}
    return Response(made, media_type=_WORKBOOK, headers={**spoken, **named})


@router.post("/assess", summary="What a proposal would change, before it is stored", openapi_extra=_SENT)
async def assess(request: Request) -> Response:
    """What the proposal adds, closes, answers and leaves unknown, and who is touched. Nothing is stored."""
    return await _answer(request, _ASSESS)


async def _answer(request: Request, kind: _Kind) -> Response:
    chosen = sending.form(request, kind.forms, report=True)
    sent: Submission | None = None
    try:
        sent = await submission.read(request)
        if sent.keep:
            return _file(sent)
        writer = "page" if chosen == "html" else _WRITERS[chosen]
        written = (await examination.examined(request, kind.kind, sent, [writer]))[writer]
    except SamenhangError as problem:
        if chosen == "html" and (sent is None or sent.filled_in):
            return _page(request, kind, sent, problem=problem)
        answer = problems.refused(request, problem)
        answer.headers.update(_NOTHING_KEPT)
        return answer
    if chosen == "html":
        return _page(request, kind, sent, json.loads(written))
    spoken = {"Content-Language": negotiation.language(request), "Vary": "Accept, Accept-Language"}
    return Response(written, media_type=negotiation.REPORTS[chosen].media, headers={**_NOTHING_KEPT, **spoken})


async def assessed(request: Request, sent: Submission) -> Response:
    """The page that tells what the proposal changes which was made here, of a form."""
    try:
        found = json.loads((await examination.examined(request, _ASSESS.kind, sent, ["page"]))["page"])
    except SamenhangError as problem:
        return _page(request, _ASSESS, sent, problem=problem)
    return _page(request, _ASSESS, sent, found)


def _file(sent: Submission) -> Response:
    """The description as a file, as it came in: for whoever cannot or will not use git."""
    media = next(media for media, ending in submission.TYPES.items() if ending == sent.syntax)
    named = f'attachment; filename="{sent.name}"'
    return Response(sent.text, media_type=media, headers={**_NOTHING_KEPT, "Content-Disposition": named})


def _page(
    request: Request,
    kind: _Kind,
    sent: Submission | None = None,
    found: Mapping[str, Any] | None = None,
    problem: SamenhangError | None = None,
    given: str = "",
) -> Response:
    """The page; *given* stands in its form when nothing was sent yet."""
    lang = negotiation.language(request)
    headers = dict(_NOTHING_KEPT) if sent or problem else {}
    if (after := getattr(problem, "after", None)) is not None:
        headers["Retry-After"] = str(after)
    return pages.answer(
        request,
        "proposal.html",
        status=problem.status if problem else 200,
        headers=headers,
        public=request.app.state.public,
        kind=kind,
        kinds=(_VALIDATE, _ASSESS),
        text=sent.text.decode(errors="replace") if sent and sent.syntax in submission.TYPED else given,
        syntax=sent.syntax if sent and sent.syntax in submission.TYPED else "ttl",
        syntaxes=submission.TYPED,
        problem=problem.message(lang) if problem else "",
        line=problem.line if isinstance(problem, SyntaxProblem) else None,
        flaws=_flaws(found["report"]) if found else None,
        document=found["document"] if found else None,
    )


def _flaws(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is wrong, of a SARIF report: how severe, what to do, on which line, and the lines that mend it."""
    found = []
    for result in report["runs"][0]["results"]:
        place = result["locations"][0].get("physicalLocation", {})
        found.append(
            {
                "level": result["level"],
                "text": result["message"]["text"],
                "line": place.get("region", {}).get("startLine"),
                "places": result.get("properties", {}).get("places", ()),
                "rule": result["ruleId"],
                "mend": "\n".join(result.get("properties", {}).get("mend", ())),
            }
        )
    return found
