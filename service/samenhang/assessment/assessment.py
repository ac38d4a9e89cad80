"""What an assessment says: what is invalid, what changes, and who is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from samenhang import questions
from samenhang.inspection import Inspection
from samenhang.namespaces import GRAPH, NS
from samenhang.questions import Words
from samenhang.validation import Severity


@dataclass(frozen=True)
class Change:
    """One finding that the proposal changes or leaves open.

    ``change`` is ``added``, ``closed``, ``answered`` (was unknown and no longer is a question) or ``unknown``.
    ``before`` and ``after`` are IRIs of outcomes, empty where there is no such finding. ``question``, ``ask`` (IRIs
    of who can know) and ``asked`` (their names) are for what is unknown.
    """

    change: str
    finding: str
    rule: str
    before: str
    after: str
    severity: str
    words: Words
    question: Words
    ask: tuple[str, ...]
    asked: tuple[Words, ...]


@dataclass(frozen=True)
class Touched:
    """A building block that others answer for: who (empty when not known) and as what, as IRIs."""

    block: str
    actor: str
    role: str
    words: Words


@dataclass(frozen=True)
class Verdict:
    """What one finding means for a principle: ``met``, ``not-met``, ``unknown`` or ``settled`` (no longer a finding).

    ``words`` are those of the principle, ``told`` those of the finding, before the proposal when it is no longer there.
    """

    principle: str
    words: Words
    verdict: str
    finding: str
    told: Words


@dataclass(frozen=True)
class Assessment:
    """What is invalid, and, when nothing is, what changes, what that means for the principles, and who is touched.

    ``findings`` are the findings that change, whole: as they are with the proposal, else as they were without it.
    """

    inspection: Inspection
    changes: tuple[Change, ...]
    touched: tuple[Touched, ...]
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[ox.Triple, ...] = ()

    def values(self, finding: str, name: str) -> tuple[str, ...]:
        """The IRIs that *finding* has for our property *name*."""
        node, path = ox.NamedNode(finding), ox.NamedNode(NS + name)
        values = (t.object for t in self.findings if t.subject == node and t.predicate == path)
        return tuple(value.value for value in values if isinstance(value, ox.NamedNode))

    @property
    def refused(self) -> bool:
        """Whether the proposal has a violation; then no more than that is told."""
        return self.inspection.fails(Severity.VIOLATION)


def told(
    store: ox.Store, asked: Mapping[str, questions.Query], inspection: Inspection, known: Sequence[ox.NamedNode]
) -> Assessment:
    """What *asked*, the queries of ``queries/assess``, say of the findings before and after that *store* holds.

    *known* are the graphs with what is claimed, the proposal included.
    """
    changes = _changes(_rows(store, asked["delta"], known))
    return Assessment(
        inspection,
        changes,
        tuple(_touched(row) for row in _rows(store, asked["touched"], known)),
        tuple(_verdict(row) for row in _rows(store, asked["principles"], known)),
        tuple(triple for change in changes for triple in _whole(store, change)),
    )


def _whole(store: ox.Store, change: Change) -> list[ox.Triple]:
    graph = ox.NamedNode(f"{GRAPH}assessment/{'after' if change.after else 'before'}")
    quads = store.quads_for_pattern(ox.NamedNode(change.finding), None, None, graph)
    return sorted((quad.triple for quad in quads), key=str)


def _verdict(row: dict[str, str]) -> Verdict:
    words, told = Words(row["nl"], row["en"]), Words(row["findingNl"], row["findingEn"])
    return Verdict(row["principle"], words, row["verdict"], row["finding"], told)


def _rows(store: ox.Store, query: questions.Query, known: Sequence[ox.NamedNode]) -> list[dict[str, str]]:
    """The rows of *query* as plain texts; empty where nothing is bound."""
    answer = store.query(query.text, default_graph=list(known))
    assert isinstance(answer, ox.QuerySolutions)  # Query holds SELECT and CONSTRUCT, and these have columns
    return [{c.name: "" if row[c.name] is None else row[c.name].value for c in query.columns} for row in answer]


def _touched(row: dict[str, str]) -> Touched:
    return Touched(row["block"], row["actor"], row["as"], Words(row["nl"], row["en"]))


def _changes(rows: Sequence[dict[str, str]]) -> tuple[Change, ...]:
    """The rows with everyone to ask of one finding together."""
    found: dict[str, Change] = {}
    for row in rows:
        told = found.get(row["finding"])
        ask, asked = (told.ask, told.asked) if told else ((), ())
        if row["ask"]:
            ask, asked = (*ask, row["ask"]), (*asked, Words(row["askNl"], row["askEn"]))
        found[row["finding"]] = Change(
            change=row["change"],
            finding=row["finding"],
            rule=row["rule"],
            before=row["before"],
            after=row["after"],
            severity=row["severity"],
            words=Words(row["nl"], row["en"]),
            question=Words(row["missingNl"], row["missingEn"]),
            ask=ask,
            asked=asked,
        )
    return tuple(found.values())
