"""Questions, derivations, rules and checks: one ``.rq`` file each, with its words on top.

The header is YAML behind ``#+`` (the convention of grlc); below it stands plain SPARQL 1.1 that runs unchanged in any
client. A parameter is a one-variable ``VALUES`` line with its default (``UNDEF``: any), which :meth:`Query.bind`
replaces in one pass by checked, serialised terms; nothing is ever formatted into the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pyoxigraph as ox
import yaml

from samenhang.errors import NotFound, SyntaxProblem, Unreadable, WrongValue, unknown
from samenhang.namespaces import ID, PREFIXES, expand

ParameterType = Literal["iri", "string", "integer", "decimal", "boolean", "date"]
Form = Literal["SELECT", "CONSTRUCT"]

SPECIAL: Final = ("derive", "rules", "conclude", "checks")
"""Folders of ``queries/`` that hold something else than questions."""

_XSD: Final = PREFIXES["xsd"]
_LEXICAL: Final[dict[ParameterType, re.Pattern[str]]] = {
    "integer": re.compile(r"[+-]?\d+\Z"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z"),
    "boolean": re.compile(r"(true|false)\Z"),
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z"),
}
_EXAMPLES: Final[dict[ParameterType, str]] = {
    "iri": "https://w3id.org/samenhang/id/actor/publiq, actor:publiq",
    "string": "OSLO",
    "integer": "3",
    "decimal": "0.5",
    "boolean": "true",
    "date": "2026-11-22",
}
IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


@dataclass(frozen=True)
class Words:
    """A text in Dutch and English."""

    nl: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.nl if lang == "nl" else self.en


@dataclass(frozen=True)
class Column:
    """One column of the answer, in the order of the SELECT; its heading is the same in every question."""

    name: str
    about: Words
    heading: Words


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type, and for an IRI the kinds of things that a bare slug may stand for."""

    name: str
    type: ParameterType
    about: Words
    kinds: tuple[str, ...] = ()

    def term(self, value: str, question: str) -> str:
        """*value* as a SPARQL term. Raises WrongValue with what came in and what is wanted."""
        if self.type == "iri":
            iri = expand(value)
            if iri is None and self.kinds and SLUG.match(value):
                iri = f"{ID}{self.kinds[0]}/{value}"
            if iri is not None and IRI.match(iri):
                return f"<{iri}>"
        elif self.type == "string":
            return str(ox.Literal(value))
        elif _LEXICAL[self.type].match(value):
            return str(ox.Literal(value, datatype=ox.NamedNode(_XSD + self.type)))
        example = f"{self.kinds[0]}:..., " + _EXAMPLES["iri"].split(",")[0] if self.kinds else _EXAMPLES[self.type]
        raise WrongValue(
            f"Parameter '{self.name}' van '{question}' kreeg '{value}'; gevraagd is {_TYPE_NL[self.type]}, "
            f"bijvoorbeeld {example}.",
            f"Parameter '{self.name}' of '{question}' got '{value}'; wanted is {_TYPE_EN[self.type]}, "
            f"for instance {example}.",
            status=422,
        )


_TYPE_NL: Final[dict[ParameterType, str]] = {
    "iri": "het adres of de korte naam van een ding",
    "string": "tekst",
    "integer": "een geheel getal",
    "decimal": "een getal",
    "boolean": "true of false",
    "date": "een datum (jjjj-mm-dd)",
}
_TYPE_EN: Final[dict[ParameterType, str]] = {
    "iri": "the address or short name of a thing",
    "string": "text",
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "true or false",
    "date": "a date (yyyy-mm-dd)",
}


@dataclass(frozen=True)
class Query:
    """One query file, read: its name (the file's), its words, its parameters and columns, and its SPARQL text.

    ``header`` holds all that the header says, for what only some folders use (a rule's ``key``, a check's ``message``).
    """

    name: str
    theme: str
    title: Words
    summary: Words
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    form: Form
    text: str
    header: Mapping[str, Any]
    path: Path

    def headings(self, lang: str) -> dict[str, str]:
        """The heading of each column in *lang*."""
        return {column.name: column.heading[lang] for column in self.columns}

    def bind(self, values: Mapping[str, str | Sequence[str]]) -> str:
        """The SPARQL text with *values* in place of the defaults; several values for one parameter mean any of them.

        Raises NotFound for a name that is not a parameter, WrongValue for a value of the wrong type.
        """
        known = {p.name: p for p in self.parameters}
        terms: dict[str, str] = {}
        for name, value in values.items():
            if name not in known:
                if not known:
                    raise NotFound(
                        f"De vraag '{self.name}' heeft geen parameters; '{name}' werd opgegeven.",
                        f"The question '{self.name}' has no parameters; '{name}' was given.",
                        status=422,
                    )
                of = f" bij de vraag '{self.name}'", f" of the question '{self.name}'"
                raise unknown(("parameter", "parameter"), name, known, of)
            several = [value] if isinstance(value, str) else value
            terms[name] = " ".join(known[name].term(v, self.name) for v in several)
        return _VALUES.sub(lambda m: f"VALUES ?{m[1]} {{ {terms[m[1]]} }}" if m[1] in terms else m[0], self.text)


_VALUES: Final = re.compile(r"VALUES\s+\?(\w+)\s*\{([^{}()]*)\}")


def read(path: Path) -> Query:
    """One query file. Raises SyntaxProblem when header or SPARQL is not as it should be, Unreadable when not there."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Unreadable(f"'{path}': niet leesbaar ({problem}).", f"'{path}': not readable ({problem}).") from None
    headings = _headings(path.parent.parent / "columns.yaml")
    header = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    try:
        words = yaml.safe_load(header)
        query = Query(
            name=path.stem,
            theme=path.parent.name,
            title=_words(words["title"]),
            summary=_words(words["summary"]),
            parameters=tuple(_parameter(p) for p in words.get("params", ())),
            columns=tuple(_column(c, headings) for c in words.get("columns", ())),
            form=_form(text),
            text=text,
            header=words,
            path=path,
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise _problem(path, f"header: {type(problem).__name__} {problem}") from None
    _check(query)
    return query


def _words(value: Mapping[str, str]) -> Words:
    return Words(str(value["nl"]).strip(), str(value["en"]).strip())


def _column(value: Mapping[str, Any], headings: Mapping[str, Words]) -> Column:
    name = value["name"]
    return Column(name, _words(value["about"]), headings.get(name, Words(name, name)))


@functools.cache
def _headings(path: Path) -> Mapping[str, Words]:
    """The headings of columns, by name; none when there is no such file."""
    if not path.is_file():
        return {}
    return {name: _words(words) for name, words in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def _parameter(value: Mapping[str, Any]) -> Parameter:
    kind = value["type"]
    if kind not in get_args(ParameterType):
        raise ValueError(f"unknown parameter type {kind!r}; known: {', '.join(get_args(ParameterType))}")
    return Parameter(value["name"], kind, _words(value["about"]), tuple(value.get("kinds", ())))


def _form(text: str) -> Form:
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    found = re.search(r"\b(SELECT|CONSTRUCT)\b", body)
    if found is None:
        raise ValueError("neither SELECT nor CONSTRUCT")
    return "SELECT" if found[1] == "SELECT" else "CONSTRUCT"


def _check(query: Query) -> None:
    """What must be true of every file before anybody uses it: it parses, and header and text agree."""
    empty = ox.Store()
    try:
        answer = empty.query(query.text)
    except SyntaxError as problem:
        raise _problem(query.path, str(problem.msg)) from None
    if isinstance(answer, ox.QuerySolutions):
        selected, declared = [v.value for v in answer.variables], [c.name for c in query.columns]
        if selected != declared:
            raise _problem(query.path, f"columns {declared} differ from what is selected, {selected}")
    bindable = [m[1] for m in _VALUES.finditer(query.text)]
    for parameter in query.parameters:
        if bindable.count(parameter.name) != 1:
            raise _problem(query.path, f"parameter '{parameter.name}' needs exactly one line VALUES ?{parameter.name}")


def _problem(path: Path, reason: str) -> SyntaxProblem:
    return SyntaxProblem(f"{path}: {reason}", f"{path}: {reason}", where=str(path))


def collect(folder: Path) -> dict[str, Query]:
    """Every query file directly in *folder*, by name, in the order of names."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.rq"))}


def questions(queries: Path) -> dict[str, Query]:
    """Every question: the files in the theme folders of *queries* (not the SPECIAL ones), by name.

    Raises SyntaxProblem when two files have one name: a name is an address.
    """
    found: dict[str, Query] = {}
    for folder in sorted(p for p in queries.iterdir() if p.is_dir() and p.name not in SPECIAL):
        for name, query in collect(folder).items():
            if name in found:
                raise _problem(query.path, f"the name '{name}' is taken by {found[name].path}")
            found[name] = query
    return found


def pick(name: str, known: Mapping[str, Query]) -> Query:
    """The question called *name*. Raises NotFound with the nearest names."""
    if name not in known:
        raise unknown(("vraag", "question"), name, known)
    return known[name]


def pairs(texts: Iterable[str]) -> dict[str, list[str]]:
    """``["block=uitid", "block=uitdatabank"]`` as ``{"block": ["uitid", "uitdatabank"]}``. Raises WrongValue."""
    values: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise WrongValue(
                f"'{text}' is geen parameter; schrijf naam=waarde, bijvoorbeeld block=uitdatabank.",
                f"'{text}' is not a parameter; write name=value, for instance block=uitdatabank.",
            )
        values.setdefault(name, []).append(value)
    return values
