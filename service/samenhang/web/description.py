"""What the page of a thing shows: the thing itself, its claims with their evidence, its findings, what is around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox

from samenhang.web.naming import Text


class Pair(NamedTuple):
    """A property and its values; there are so many *more* than a page shows."""

    name: Text
    values: list[Text]
    more: int = 0


class Neighbour(NamedTuple):
    """A thing that is tied to this one, by which relations, and whether these go from it to this one."""

    name: Text
    ties: list[Text]
    inward: bool


class Group(NamedTuple):
    """Claims of one kind: those that are shown, how many there are, and where they all stand, if anywhere."""

    kind: Text
    claims: list[Assertion]
    total: int
    all: str


@dataclass(frozen=True)
class Proof:
    """A piece of evidence: where in which source, its words, what it is worth."""

    link: Text
    source: Text | None
    date: str
    place: list[Text]
    slide: str
    words: list[Text]
    confidence: Text | None


@dataclass(frozen=True)
class Assertion:
    """A claim: who plays which part in it, what it is worth, and what it rests on."""

    link: Text
    kind: Text
    parts: list[Pair]
    weight: list[Pair]
    proofs: list[Proof]


@dataclass(frozen=True)
class Finding:
    """A finding: its sentence, how it turned out, and by which rule."""

    sentence: list[Text]
    link: Text
    outcome: list[Text]
    severity: list[Text]
    rule: list[Text]


@dataclass(frozen=True)
class Decided:
    """A decision on a finding: what was decided, by whom, when and why."""

    link: Text
    state: list[Text]
    by: list[Text]
    date: str
    reason: list[Text]


@dataclass(frozen=True)
class Argument:
    """A finding as one argues it: by which rule, how it turned out, what is missing, whom to ask, what was decided.

    ``touches``: the things that a proposal would begin from, each with its short address.
    """

    rule: list[Text]
    outcome: list[Text]
    severity: list[Text]
    confidence: list[Text]
    missing: list[Text]
    about: list[Text]
    ask: list[Text]
    touches: list[tuple[Text, str]]
    decisions: list[Decided]


@dataclass(frozen=True)
class Description:
    """All that the page of a thing shows. ``own`` are the triples that it says itself; ``found`` counts all findings;
    ``uncertain``: something may be asked about it."""

    iri: str
    title: Text
    kinds: list[Text]
    definitions: list[Text]
    other_names: list[Text]
    properties: list[Pair]
    proofs: list[Proof]
    claims: list[Group]
    findings: list[Finding]
    found: int
    all_findings: str
    neighbours: list[Neighbour]
    uncertain: bool
    argument: Argument | None
    said: list[Pair]
    own: list[ox.Triple]
