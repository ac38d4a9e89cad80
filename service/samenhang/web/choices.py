"""What can be filled in for the parameters of a question: names to choose from, and what was filled in by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from starlette.requests import Request

from samenhang.engine.inquiry import Inquiry
from samenhang.errors import SamenhangError
from samenhang.namespaces import ID, expand, shorten
from samenhang.questions import CHOICES, SLUG, Parameter, Query
from samenhang.web import asking, search
from samenhang.web.index import Index
from samenhang.web.naming import Naming

_EXAMPLE: Final = re.compile(
    r"(,? (bijvoorbeeld|for instance) [\w-]+:[\w-]+( (of|or) [\w-]+:[\w-]+)*)|(: [\w-]+:[\w-]+.*$)"
)
"""What the words of a parameter tell to write for a code: of no use where one chooses."""
_UNKNOWN: Final = re.compile(r"; (sam:answer-unknown): .*$")
"""What the words of a parameter tell of things of which it is not known: a name to choose among those of things."""
_SHOWN: Final = re.compile(r",? (bijvoorbeeld|for instance) (?P<example>[\w-]+:[\w-]+)$")
"""An example of what to write, which stands in the empty field."""


class Choice(NamedTuple):
    """A value as the address has it, and what a reader calls it."""

    value: str
    name: str


class Field(NamedTuple):
    """A parameter as a part of a form: what is filled in, and what can be.

    *address*: the same values as a permanent address has them. *closed*: the choices are all there is. *kinds*: those
    of the things, when there are too many of these to list.
    """

    parameter: Parameter
    values: list[str]
    address: list[str]
    choices: list[Choice]
    closed: bool = False
    kinds: tuple[str, ...] = ()

    def about(self, lang: str) -> str:
        """What the parameter is about, without what to write for it where the form tells that in another way."""
        words = _UNKNOWN.sub("", self.parameter.about[lang])
        return (_EXAMPLE if self.closed else _SHOWN).sub("", words)

    def example(self, lang: str) -> str:
        """What could be written, where that is a code; else nothing."""
        told = _SHOWN.search(self.parameter.about[lang])
        return told["example"] if told else ""


async def fields(
    request: Request, question: Query, values: Mapping[str, Sequence[str]], scope: str, lang: str
) -> list[Field]:
    """The form of *question* with *values*; those of things by their name where that is of one thing only."""
    found: list[Field] = []
    for parameter in question.parameters:
        given = list(values.get(parameter.name, ())) or [""]
        if parameter.type == "boolean":
            words = ("ja", "nee") if lang == "nl" else ("yes", "no")
            choices = [Choice(value, word) for value, word in zip(("true", "false"), words, strict=True)]
            found.append(Field(parameter, given, given, choices, closed=True))
        elif parameter.kinds and _holds(index := await search.indexed(request, scope), parameter.kinds):
            found.append(_things(parameter, given, index, lang))
        elif parameter.type == "iri":
            found.append(await _codes(request, question, parameter, given, scope, lang))
        else:
            found.append(Field(parameter, given, given, []))
    return found


def _holds(index: Index, kinds: Sequence[str]) -> bool:
    """Whether *index* knows things of *kinds*; of what has no name of its own, such as findings, it does not."""
    return any(entry.kind in kinds for entry in index.entries.values())


def _things(parameter: Parameter, given: Sequence[str], index: Index, lang: str) -> Field:
    """A field for things: their names to choose from, each in a form that means that thing alone."""
    named = {entry.thing: entry for entry in index.entries.values() if entry.kind in parameter.kinds}
    called: dict[str, set[str]] = {}
    for entry in named.values():
        for name in (*entry.names.values(), *entry.aliases):
            called.setdefault(name.casefold(), set()).add(entry.thing)
    shown = {iri: Naming(lang, "", {iri: entry.names}).plain(iri).text for iri, entry in named.items()}

    def written(iri: str) -> str:
        name = shown.get(iri, "")
        # A name that is a slug too would mean the thing with that slug.
        lone = called.get(name.casefold()) == {iri} and (not SLUG.match(name) or iri.endswith(f"/{name}"))
        return name if lone else shorten(iri)

    values, address = [], []
    for value in given:
        by_address = next((iri for iri in _meant(parameter, value) if iri in named), "")
        by_name = called.get(value.casefold(), set())
        lone = by_address or (next(iter(by_name)) if len(by_name) == 1 else "")
        values.append(written(lone) if lone else value)
        address.append(value if by_address or not lone else shorten(lone))
    if len(named) > CHOICES:
        return Field(parameter, values, address, [], kinds=parameter.kinds)
    choices = sorted((Choice(written(iri), shown[iri]) for iri in named), key=lambda one: one.name.casefold())
    if unknown := _UNKNOWN.search(parameter.about[lang]):
        choices.append(Choice(unknown[1], "onbekend" if lang == "nl" else "unknown"))
    return Field(parameter, values, address, choices)


def _meant(parameter: Parameter, value: str) -> list[str]:
    """The addresses that *value* may stand for, when it is an address, a short name or a slug."""
    iri = expand(value)
    return [iri] if iri else [f"{ID}{kind}/{value}" for kind in parameter.kinds]


async def _codes(
    request: Request, question: Query, parameter: Parameter, given: Sequence[str], scope: str, lang: str
) -> Field:
    """A field for codes: those in its column of the whole answer; free when there is no such column."""
    asked = question.codes(parameter)
    if asked is None:
        return Field(parameter, list(given), list(given), [])
    column, text = asked
    try:
        table = asking.table(bytes(await asking.body(request, Inquiry(text, "json", scope), light=True)))
    except SamenhangError:  # it takes too long: the field is there without choices
        return Field(parameter, list(given), list(given), [])
    rows = [row for row in table.rows if column in row] if isinstance(table, asking.Table) else []
    naming = Naming(lang, scope, await asking.labels(request.app.state.pool, rows, scope))
    iris = [row[column].value for row in rows]
    if len(iris) > CHOICES:
        return Field(parameter, list(given), list(given), [])
    choices = sorted(
        (Choice(shorten(iri), naming.plain(iri).text) for iri in iris), key=lambda one: one.name.casefold()
    )
    written = [shorten(expand(value) or "") if expand(value) else value for value in given]
    known = {choice.value for choice in choices}
    added = [Choice(value, value) for value in written if value and value not in known]
    return Field(parameter, written, written, [*choices, *added], closed=True)
