"""The description of a thing, read from the graph that its document is, and from nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import ID, NS, PREFIXES, SCOPES, shorten
from samenhang.web import paging
from samenhang.web.description import (
    Argument,
    Assertion,
    Decided,
    Description,
    Finding,
    Group,
    Neighbour,
    Pair,
    Proof,
)
from samenhang.web.naming import Labels, Naming, Text

CLAIMS: Final = 12
"""Claims of one kind on a page, at most; the page says where the rest is."""
SHOWN: Final = 25
"""Findings, and values of one property, on a page, at most."""
NEAR: Final = 100
"""Neighbours on a page, at most."""

_TYPE: Final = PREFIXES["rdf"] + "type"
_LABEL: Final = PREFIXES["rdfs"] + "label"
_PREFERRED: Final = PREFIXES["skos"] + "prefLabel"
_OTHER: Final = PREFIXES["skos"] + "altLabel"
_DEFINITION: Final = PREFIXES["skos"] + "definition"
_SENTENCE: Final = PREFIXES["dct"] + "description"
_TOPIC: Final = PREFIXES["foaf"] + "primaryTopic"
_DATE: Final = PREFIXES["dct"] + "date"
_ISSUED: Final = PREFIXES["dct"] + "issued"

_APART: Final = {
    _TYPE,
    _LABEL,
    _PREFERRED,
    _OTHER,
    _DEFINITION,
    _SENTENCE,
    NS + "evidence",
    NS + "involves",
    NS + "because",
}
"""Properties that the page shows in a place of their own."""
_ARGUED: Final = {
    NS + name
    for name in ("rule", "outcome", "severity", "confidence", "missing", "missingFor", "missingAspect", "askActor")
}
"""Properties of a finding that its argument shows."""
_WEIGHT: Final = {NS + "polarity", NS + "modality", NS + "confidence", NS + "aspect"}
"""Properties of a claim that say what it is worth."""
_BESIDE: Final = {"evidence", "finding", "finding-decision", "scheme", "search"}
"""Kinds that have a place of their own on a page, and are no neighbours."""
_RECEIVING: Final = (
    PREFIXES["rdf"] + "object",
    *(
        NS + name
        for name in ("consumer", "dependedOn", "responsibleFor", "capability", "informationObject", "standard")
    ),
)
"""The end of a claim that its line in a picture goes to."""
_OUTCOMES: Final = ("present", "conflicting", "unknown")
"""In this order findings are shown: what is established first."""

_SHOWN: Final = (ox.NamedNode, ox.Literal)
"""What a page shows of what can stand in a triple."""

Properties = dict[str, list[ox.NamedNode | ox.Literal]]


def describe(iri: str, graph: bytes, terms: Labels, lang: str, scope: str) -> Description:
    """What the page of *iri* shows in *lang*: its document *graph* (N-Triples), with the names of *terms*."""
    return _Reader(iri, graph, terms, lang, scope).description()


class _Reader:
    def __init__(self, iri: str, graph: bytes, terms: Labels, lang: str, scope: str) -> None:
        self.iri = iri
        self.scope = scope
        self.own: list[ox.Triple] = []
        self.about: dict[str, Properties] = defaultdict(lambda: defaultdict(list))
        self.said: list[tuple[str, str]] = []
        self.classes: dict[str, set[str]] = defaultdict(set)
        document = iri.replace("/id/", "/doc/", 1)
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        for quad in ox.parse(graph, format=ox.RdfFormat.N_TRIPLES):
            # Each look at a part of a triple makes it anew.
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(value, _SHOWN):
                continue
            about, predicate = subject.value, quad.predicate.value
            self.about[about][predicate].append(value)
            if predicate == _TYPE:
                self.classes[about].add(value.value)
            elif predicate in (_LABEL, _SENTENCE) and isinstance(value, ox.Literal):
                labels[about].setdefault(value.language or "", value.value)
            if about in (iri, document):
                self.own.append(quad.triple)
            elif isinstance(value, ox.NamedNode) and value.value == iri:
                self.said.append((predicate, about))
        self.names = Naming(lang, scope, labels, terms)
        called = {subject: self._called(subject) for subject in list(self.about) if subject not in labels}
        labels.update((subject, {lang: name}) for subject, name in called.items() if name)
        self.names = Naming(lang, scope, labels, terms)

    def _called(self, iri: str) -> str:
        """A name for what has none of its own: a claim is called by what is in it, evidence by its place."""
        properties = self.about[iri]
        if self._is(iri, "Claim"):
            kinds, parts = self._kinds(properties), self.names.several(properties.get(NS + "involves", ()))
            return f"{kinds[0].text}: {' · '.join(part.text for part in parts)}" if kinds else ""
        if not self._is(iri, "Evidence"):
            return ""
        where = [
            *properties.get(NS + "source", ()),
            *properties.get(NS + "heading", ()),
            *properties.get(NS + "path", ()),
        ]
        slide = [f"slide {term.value}" for term in properties.get(NS + "slide", ())]
        return ", ".join([*(self.names.term(term).text for term in where), *slide])

    def description(self) -> Description:
        mine = self.about[self.iri]
        titled = self.names.plain(self.iri)
        found = self._of_kind("Finding")
        return Description(
            iri=self.iri,
            title=titled,
            kinds=self._kinds(mine),
            definitions=self.names.several([*mine.get(_DEFINITION, ()), *mine.get(_SENTENCE, ())]),
            other_names=self.names.several(mine.get(_OTHER, ())),
            properties=self._pairs(mine, _APART | _ARGUED if self._is(self.iri, "Finding") else _APART),
            proofs=self._proofs(mine),
            claims=self._claims(),
            findings=self._findings(found),
            found=len(found),
            all_findings=self._all_findings(),
            neighbours=self._neighbours(mine),
            uncertain=self._uncertain(mine),
            argument=self._argument(mine) if self._is(self.iri, "Finding") else None,
            said=self._said(),
            own=self.own,
        )

    def _is(self, iri: str, name: str) -> bool:
        return NS + name in self.classes.get(iri, ())

    def _kinds(self, properties: Mapping[str, list[ox.NamedNode | ox.Literal]]) -> list[Text]:
        """Our own classes, the general ones last; those of others do not tell a reader more."""
        general = (NS + "Thing", NS + "Claim", NS + "Code")
        own = [term for term in properties.get(_TYPE, ()) if term.value.startswith(NS)]
        return self.names.several([term for term in own if term.value not in general] or own)

    def _pairs(self, properties: Properties, without: Iterable[str]) -> list[Pair]:
        hidden = set(without)
        pairs = [
            Pair(self.names.plain(name), several[:SHOWN], max(0, len(several) - SHOWN))
            for name, values in properties.items()
            if name not in hidden and (several := self.names.several(values))
        ]
        return sorted(pairs, key=lambda pair: pair.name.text.casefold())

    def _of_kind(self, name: str) -> list[str]:
        """What else the document describes of the class *name* of ours."""
        return sorted(subject for subject in self.about if subject != self.iri and self._is(subject, name))

    def _claims(self) -> list[Group]:
        grouped: dict[str, list[str]] = defaultdict(list)
        for subject in self._of_kind("Claim"):
            grouped[self._class(subject)].append(subject)
        groups = [
            Group(
                self.names.plain(kind), [self._claim(one) for one in some[:CLAIMS]], len(some), self._all_claims(kind)
            )
            for kind, some in grouped.items()
        ]
        return sorted(groups, key=lambda group: group.kind.text.casefold())

    def _class(self, claim: str) -> str:
        """The class of a claim that tells most."""
        own = sorted(term.value for term in self.about[claim].get(_TYPE, ()) if term.value.startswith(NS))
        return next((name for name in own if name != NS + "Claim"), NS + "Claim")

    def _all_claims(self, kind: str) -> str:
        """Where all claims of a *kind* stand that the thing is in, or that the finding follows from."""
        if self._is(self.iri, "Thing"):
            asked = {"thing": [shorten(self.iri)], "kind": [shorten(kind)]}
            return "/questions/claims-about" + self._query(asked)
        if self._is(self.iri, "Finding"):
            return "/questions/evidence" + self._query({"subject": [shorten(self.iri)]})
        return ""

    def _all_findings(self) -> str:
        """Where all findings stand that have to do with the thing."""
        choice = next((name for name in ("Rule", "Actor") if self._is(self.iri, name)), "thing").lower()
        return "/findings" + self._query({choice: [shorten(self.iri)]})

    def _query(self, asked: dict[str, list[str]]) -> str:
        scope = [self.scope] if self.scope != SCOPES[0] else []
        return paging.query({**asked, "scope": scope, "lang": [self.names.lang]})

    def _neighbours(self, mine: Properties) -> list[Neighbour]:
        """The things around it, most ties first: what it names, what names it, what shares a claim with it."""
        beside = _BESIDE | ({"claim"} if self._is(self.iri, "Thing") else set())
        ties: dict[tuple[str, bool], set[Text]] = defaultdict(set)

        def add(other: str, tie: Text, inward: bool) -> None:
            kind = other.removeprefix(ID).partition("/")[0]
            if other.startswith(ID) and other != self.iri and kind not in beside:
                ties[other, inward].add(tie)

        for predicate, values in mine.items():
            if predicate != NS + "involves":
                for value in values:
                    add(value.value, self.names.plain(predicate), False)
        for predicate, subject in self.said:
            add(subject, self.names.plain(predicate), True)
        direct = {other for other, _ in ties}
        for claim in self._of_kind("Claim") if self._is(self.iri, "Thing") else ():
            said = self.about[claim]
            if any(term.value == NS + "holds" for term in said.get(NS + "polarity", ())):
                tie, inward = self._tie(claim), any(ox.NamedNode(self.iri) in said.get(role, ()) for role in _RECEIVING)
                for other in said.get(NS + "involves", ()):
                    if other.value not in direct:
                        add(other.value, tie, inward)
        found = [
            Neighbour(self.names.named(other), sorted(some, key=lambda tie: tie.text.casefold()), inward)
            for (other, inward), some in ties.items()
        ]
        return sorted(found, key=lambda one: (-len(one.ties), one.name.text.casefold()))

    def _uncertain(self, mine: Properties) -> bool:
        """Whether something may be asked about it: see the question ``open-questions``."""
        sought = any(predicate == NS + "missingFor" or self._is(other, "Search") for predicate, other in self.said)
        return sought or NS + "silentOn" in mine or self._is(self.iri, "BuildingBlock")

    def _tie(self, claim: str) -> Text:
        """What a claim says that ties two things, with how its source says it where that is not as a fact."""
        said = self.about[claim]
        told = next(iter(said.get(PREFIXES["rdf"] + "predicate", ())), ox.NamedNode(self._class(claim)))
        name = self.names.plain(told.value)
        modality = [term.value for term in said.get(NS + "modality", ()) if term.value != NS + "fact"]
        return name._replace(text=f"{name.text} ({self.names.plain(modality[0]).text})") if modality else name

    def _claim(self, iri: str) -> Assertion:
        properties = self.about[iri]
        return Assertion(
            link=self.names.term(ox.NamedNode(iri)),
            kind=next(iter(self._kinds(properties)), Text("")),
            parts=self._pairs(properties, _APART | _WEIGHT),
            weight=self._pairs({name: properties[name] for name in _WEIGHT if name in properties}, ()),
            proofs=self._proofs(properties),
        )

    def _findings(self, found: list[str]) -> list[Finding]:
        def order(iri: str) -> int:
            outcome = next((term.value.rpartition("-")[2] for term in self.about[iri].get(NS + "outcome", ())), "")
            return _OUTCOMES.index(outcome) if outcome in _OUTCOMES else len(_OUTCOMES)

        return [
            Finding(
                self.names.several(self.about[iri].get(_SENTENCE, ())),
                self.names.term(ox.NamedNode(iri)),
                self.names.several(self.about[iri].get(NS + "outcome", ())),
                self.names.several(self.about[iri].get(NS + "severity", ())),
                self.names.several(self.about[iri].get(NS + "rule", ())),
            )
            for iri in sorted(found, key=order)[:SHOWN]
        ]

    def _argument(self, mine: Properties) -> Argument:
        def named(name: str) -> list[Text]:
            return self.names.several(mine.get(NS + name, ()))

        decisions = sorted(subject for subject in self.about if self._is(subject, "FindingDecision"))
        return Argument(
            rule=named("rule"),
            outcome=named("outcome"),
            severity=named("severity"),
            confidence=named("confidence"),
            missing=named("missing"),
            about=named("missingFor"),
            ask=named("askActor"),
            touches=[
                (self.names.plain(term.value), shorten(term.value))
                for term in (mine.get(NS + "missingFor", []) or mine.get(NS + "about", []))
            ],
            decisions=[self._decided(subject) for subject in decisions],
        )

    def _decided(self, iri: str) -> Decided:
        properties = self.about[iri]
        return Decided(
            link=self.names.term(ox.NamedNode(iri)),
            state=self.names.several(properties.get(NS + "findingState", ())),
            by=self.names.several(properties.get(NS + "decider", ())),
            date=next((term.value for term in properties.get(_DATE, ())), ""),
            reason=self.names.several(properties.get(NS + "reason", ())),
        )

    def _proofs(self, properties: Properties) -> list[Proof]:
        return [self._proof(term) for term in sorted(properties.get(NS + "evidence", ()), key=str)]

    def _proof(self, evidence: ox.NamedNode | ox.Literal) -> Proof:
        properties = self.about[evidence.value]
        source = next(iter(properties.get(NS + "source", ())), None)
        dates = self.about[source.value].get(_ISSUED, ()) if source is not None else ()
        confidence = next(iter(properties.get(NS + "confidence", ())), None)
        return Proof(
            link=self.names.term(evidence),
            source=self.names.term(source) if source is not None else None,
            date=next((term.value for term in dates), ""),
            place=self.names.several([*properties.get(NS + "heading", ()), *properties.get(NS + "path", ())]),
            slide=next((term.value for term in properties.get(NS + "slide", ())), ""),
            words=[self.names.term(term) for term in properties.get(NS + "fragment", ())],
            confidence=self.names.term(confidence) if confidence is not None else None,
        )

    def _said(self) -> list[Pair]:
        """What other things say of it; what claims and findings say stands with them."""
        grouped: Properties = defaultdict(list)
        for predicate, subject in self.said:
            if predicate != _TOPIC and not any(
                self._is(subject, kind) for kind in ("Claim", "Finding", "FindingDecision")
            ):
                grouped[predicate].append(ox.NamedNode(subject))
        return self._pairs(grouped, ())
