"""``/rules``: what the rules look for and why, how they read the data, what they found, and their SPARQL."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from samenhang.engine.embedded import Row
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import unknown
from samenhang.namespaces import NS, PREFIXES, expand
from samenhang.questions import Query, Words, limits
from samenhang.web import asking, findings, links, negotiation, pages, paging, sending
from samenhang.web.library import Library
from samenhang.web.naming import Naming, Text

router = APIRouter()

FORMS: Final = (*negotiation.TABLES, *negotiation.DOCUMENT)
SHOWN: Final = 50
"""Findings on the page of a rule; the others are a link away."""
WORDS: Final = {
    "all": Words("alle uitspraken", "all claims"),
    "audience": Words("doelgroepen", "target groups"),
    "block": Words("bouwblok", "building block"),
    "capability": Words("functie", "capability"),
    "consumer": Words("wie afneemt", "who consumes"),
    "cost": Words("kosten", "costs"),
    "criterion": Words("criterium", "criterion"),
    "denial": Words("ontkenningen", "denials"),
    "dependency": Words("afhankelijkheden", "dependencies"),
    "ending": Words("wat eindigt", "what ends"),
    "exchange": Words("uitwisselingen", "exchanges"),
    "funding": Words("financiering", "funding"),
    "group": Words("doelgroep", "target group"),
    "indication": Words("soort aanwijzing", "kind of indication"),
    "information": Words("omgang met informatie", "use of information"),
    "interface": Words("koppelvlakken", "interfaces"),
    "item": Words("ding", "thing"),
    "layer": Words("EIF-laag", "EIF layer"),
    "lifecycle": Words("levensfase", "lifecycle"),
    "need": Words("wat nodig is", "what is needed"),
    "needer": Words("wie het nodig heeft", "who needs it"),
    "object": Words("informatieobject", "information object"),
    "other": Words("ander bouwblok", "other building block"),
    "owner": Words("eigenaar", "owner"),
    "performer": Words("uitvoerder", "performer"),
    "prerequisite": Words("voorwaarde", "prerequisite"),
    "property": Words("eigenschap", "property"),
    "provider": Words("wie levert", "who provides"),
    "responsibility": Words("verantwoordelijkheden", "responsibilities"),
    "reuse": Words("hergebruik", "reuse"),
    "source": Words("bron", "source"),
    "standard": Words("standaarden", "standards"),
    "statement": Words("andere uitspraken", "other statements"),
    "status": Words("status van standaarden", "status of standards"),
    "step": Words("stap", "step"),
    "thing": Words("ding", "thing"),
    "use": Words("gebruik", "use"),
    "value": Words("waarde", "value"),
}
"""What the headers of rules call by a name of their own: what makes a finding one, and what is read."""


@router.get("/rules", summary="The rules, with the number of findings of each by outcome")
@router.get("/rules.{suffix}", include_in_schema=False)
async def rules(request: Request) -> Response:
    """Every rule: counted as rows, described in RDF, or as a list."""
    chosen, scope = sending.form(request, FORMS), findings.scoped(request)
    own, told = asking.own("pages"), paging.query(findings.scope_of(scope))
    if chosen != "html":
        query = own["rules" if chosen in negotiation.TABLES else "rule-graph"]
        inquiry = sending.tabled(request, Inquiry(query.text, chosen, scope), query)
        return await sending.answer(request, inquiry, FORMS, told)
    rows, lang = await asking.rows(request.app.state.pool, own["rules"].text, scope), negotiation.language(request)
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, rows, scope))
    known = asking.own("rules")
    listed = {name: _counts(rows, name, naming) for name in known}
    return pages.answer(
        request,
        "rules.html",
        headers=sending.headers(request, FORMS, chosen, told),
        rules=[(rule, listed[name]) for name, rule in known.items()],
        scope=scope,
        query=told,
        forms=FORMS,
    )


@router.get("/rules/{name}", summary="A rule: why it is, what it reads, what it found, and its SPARQL")
async def rule(request: Request, name: str) -> Response:
    """One rule as a page, or in RDF with what it found. 404 with the names that are like it."""
    known, (plain, dot, suffix) = asking.own("rules"), name.partition(".")
    if dot and suffix in negotiation.FORMS:
        name, request.path_params["suffix"] = plain, suffix
    if name not in known:
        raise unknown(("regel", "rule"), name[:200], known)
    chosen, scope = sending.form(request, negotiation.DOCUMENT), findings.scoped(request)
    told, iri = paging.query(findings.scope_of(scope)), PREFIXES["rule"] + name
    fields = sending.headers(request, negotiation.DOCUMENT, chosen, told)
    fields["Link"] += f', <{iri}>; rel="describes"'
    if chosen != "html":
        body, _ = await Library.of(request.app.state).document(iri, scope)
        return Response(sending.written(body, chosen), media_type=negotiation.FORMS[chosen].media, headers=fields)
    pool, own, lang = request.app.state.pool, asking.own("pages"), negotiation.language(request)
    counted = [row for row in await asking.rows(pool, own["rules"].text, scope) if row["rule"].value == iri]
    text = own["findings"].bind({"rule": iri}) + limits(1, SHOWN)
    found = await asking.rows(pool, text, scope)
    query = known[name]
    meant: Row = {str(number): ox.NamedNode(each) for number, each in enumerate(_named(query))}
    naming = Naming(lang, scope, await asking.labels(pool, [*counted, *found, meant], scope))
    return pages.answer(
        request,
        "rule.html",
        headers=fields,
        rule=query,
        why=query.header.get("why", {}).get(lang, ""),
        about=_about(query, naming),
        counts=_counts(counted, name, naming),
        rows=[findings.shown(row, naming) for row in found],
        document=links.place(iri, paging.query({"lang": [lang], **findings.scope_of(scope)})),
        scope=scope,
        query=told,
        forms=negotiation.DOCUMENT,
    )


def _counts(rows: list[Row], name: str, naming: Naming) -> list[tuple[str, Text, str]]:
    """The outcomes of a rule in *rows*, each as the address of a list has it, its name, and its number of findings."""
    own = [row for row in rows if row["rule"].value == PREFIXES["rule"] + name and "outcome" in row]
    return [
        (
            findings.short("outcome", row["outcome"].value),
            naming.plain(row["outcome"].value),
            row["findings"].value,
        )
        for row in own
    ]


def _listed(query: Query, name: str) -> list[str]:
    """The addresses in the list *name* of a rule's header."""
    return [iri for each in query.header.get(name) or [] if (iri := expand(str(each)))]


def _problem(query: Query) -> list[str]:
    problem = query.header.get("problem")
    return [PREFIXES["problem"] + str(problem)] if problem else []


def _read(query: Query) -> dict[str, list[str]]:
    """Which modalities the rule reads, by what it reads."""
    return {
        str(what): [f"{NS}{modality}" for modality in several]
        for what, several in (query.header.get("modalities") or {}).items()
    }


def _named(query: Query) -> list[str]:
    """Every address in a rule's header."""
    several = [_problem(query), *(_listed(query, name) for name in ("severity", "layer", "principle"))]
    return [iri for listed in (*several, *_read(query).values()) for iri in listed]


def _about(query: Query, naming: Naming) -> dict[str, object]:
    """What the page says of a rule: things by name."""

    def terms(iris: list[str]) -> list[Text]:
        return [naming.term(ox.NamedNode(iri)) for iri in iris]

    return {
        "problem": terms(_problem(query)),
        **{name: terms(_listed(query, name)) for name in ("severity", "layer", "principle")},
        "key": [WORDS[each][naming.lang] for each in query.header.get("key") or []],
        "modalities": {WORDS[what][naming.lang]: terms(several) for what, several in _read(query).items()},
    }
