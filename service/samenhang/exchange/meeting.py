"""The coherence report: what stands on the map, as one page of HTML for a meeting, that prints well and asks nobody.

What is, what overlaps, what does not fit, what is unknown and what is to be decided, each with its proof in a numbered
note. All of it are answers to questions that the service answers too; nothing is left out but by the limits it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from samenhang import questions
from samenhang.engine import EmbeddedEngine
from samenhang.engine.embedded import Row
from samenhang.namespaces import ID, NS, SCOPES, shorten
from samenhang.settings import Lang

MOST: Final = 40
"""Questions and answers in a list, at most; the report says how many there are, and the service has them all."""
_OVERLAP: Final = f"{ID}rule/capability-overlap"
_UNKNOWN: Final = f"{NS}outcome-unknown"
Thing = TypeVar("Thing")


class Proof(NamedTuple):
    """One place in a source that something rests on."""

    words: str
    source: str
    place: str
    confidence: str


class Told(NamedTuple):
    """A finding: its number (also that of its note), sentence, severity, rule, and what was decided, in words."""

    number: int
    address: str
    text: str
    severity: str
    rule: str
    decided: str
    proofs: tuple[Proof, ...]


class Known(NamedTuple):
    """A building block, and what is known of it, in words."""

    name: str
    owners: tuple[str, ...]
    states: tuple[str, ...]
    capabilities: tuple[str, ...]


class Asked(NamedTuple):
    """An open question, whom to ask, and how many findings wait for the answer."""

    text: str
    whom: tuple[str, ...]
    waiting: int


def write(engine: EmbeddedEngine, content: Path, lang: Lang, scope: str = SCOPES[0], actor: str = "") -> str:
    """The report over what *engine* holds in *scope*, in *lang*; of one *actor* (an IRI) when given.

    *content* has the queries. Raises NotFound for a scope that there is not.
    """
    return _Report(engine, content / "queries", lang, scope, actor).page()


class _Report:
    def __init__(self, engine: EmbeddedEngine, queries: Path, lang: Lang, scope: str, actor: str) -> None:
        self._engine, self._lang, self._scope, self._actor = engine, lang, scope, actor
        self._own = questions.collect(queries / "report")
        self._questions = questions.questions(queries)

    def page(self) -> str:
        rows = self._ask(self._own["findings"], **self._limit())
        found = [row for row in rows if row["outcome"].value != _UNKNOWN]
        proofs = self._proofs([row["finding"].value for row in found])
        told = [self._told(number, row, proofs) for number, row in enumerate(found, 1)]
        overlaps = [one for one, row in zip(told, found, strict=True) if row["rule"].value == _OVERLAP]
        unknown: dict[str, int] = {}
        for row in rows:
            if row["outcome"].value == _UNKNOWN:
                rule = self._name(row["rule"].value)
                unknown[rule] = unknown.get(rule, 0) + 1
        open_questions = self._open("open-questions", "waiting")
        answers = self._open("answers", "findings")
        return _TEMPLATES.get_template("meeting.html").render(
            lang=self._lang,
            say=lambda nl, en: nl if self._lang == "nl" else en,
            whom=self._name(self._actor) if self._actor else "",
            scope=self._name_of_scope(),
            date=self._date(),
            blocks=self._blocks(),
            overlaps=overlaps,
            misfits=[one for one in told if one not in overlaps],
            unknown=sorted(unknown.items(), key=lambda pair: -pair[1]),
            asked=open_questions[:MOST],
            questions=len(open_questions),
            answers=answers[:MOST],
            undecided=[one for one in told if not one.decided],
            notes=told,
        )

    def _limit(self) -> dict[str, str]:
        return {"actor": self._actor} if self._actor else {}

    def _ask(self, query: questions.Query, **values: str | Sequence[str]) -> list[Row]:
        return list(self._engine.query(query.bind(values) if values else query.text, self._scope).rows())

    def _name(self, iri: str) -> str:
        return self._engine.name(iri, self._lang, self._scope) or shorten(iri)

    def _named(self, row: Row, column: str) -> tuple[str, ...]:
        return (self._name(row[column].value),) if column in row else ()

    def _name_of_scope(self) -> str:
        return "" if self._scope == SCOPES[0] else self._scope

    def _date(self) -> str:
        """The day on which the map is up to date, as its data say."""
        query = f"SELECT ?date {{ ?dataset <{NS}referenceDate> ?date }}"
        return next((row["date"].value for row in self._engine.query(query, self._scope).rows()), "")

    def _blocks(self) -> list[Known]:
        found: dict[str, Known] = {}
        for row in self._ask(self._own["blocks"], **self._limit()):
            iri = row["block"].value
            old = found.get(iri) or Known(self._name(iri), (), (), ())
            found[iri] = Known(
                old.name,
                _joined(old.owners, self._named(row, "owner")),
                _joined(old.states, self._named(row, "state")),
                _joined(old.capabilities, self._named(row, "capability")),
            )
        return sorted(found.values(), key=lambda one: one.name.casefold())

    def _told(self, number: int, row: Row, proofs: Mapping[str, tuple[Proof, ...]]) -> Told:
        finding = row["finding"].value
        return Told(
            number,
            finding,
            row[self._lang].value,
            self._name(row["severity"].value),
            self._name(row["rule"].value),
            self._name(row["decided"].value) if "decided" in row else "",
            proofs.get(finding, ()),
        )

    def _proofs(self, findings: Sequence[str]) -> dict[str, tuple[Proof, ...]]:
        found: dict[str, tuple[Proof, ...]] = {}
        for row in self._ask(self._questions["evidence"], subject=findings) if findings else ():
            if "evidence" in row:
                finding = row["subject"].value
                said = {name: row[name].value if name in row else "" for name in ("fragment", "place", "slide")}
                slide = "dia" if self._lang == "nl" else "slide"
                place = said["place"] + (f", {slide} {said['slide']}" if said["slide"] else "")
                source = "".join(self._named(row, "source"))
                proof = Proof(said["fragment"], source, place, row["confidence"].value.removeprefix(NS))
                found[finding] = _joined(found.get(finding, ()), (proof,))
        return found

    def _open(self, question: str, weight: str) -> list[Asked]:
        """The answers to *question*, one for each text: who can know, together."""
        found: dict[str, Asked] = {}
        for row in self._ask(self._questions[question], **self._limit()):
            text = row[self._lang].value
            old = found.get(text) or Asked(text, (), int(row[weight].value) if weight in row else 0)
            found[text] = old._replace(whom=_joined(old.whom, self._named(row, "ask")))
        return list(found.values())


def _joined(old: tuple[Thing, ...], new: tuple[Thing, ...]) -> tuple[Thing, ...]:
    return tuple(dict.fromkeys((*old, *new)))


_TEMPLATES: Final = Environment(
    loader=PackageLoader("samenhang.exchange"), undefined=StrictUndefined, autoescape=True, trim_blocks=True
)
