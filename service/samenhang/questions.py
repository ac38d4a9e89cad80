"""Questions, derivations, rules and checks: one ``.rq`` file each, with its words on top.

The header is YAML behind ``#+`` (the convention of grlc); below it stands plain SPARQL 1.1 that runs unchanged in any
client. A parameter is a one-variable ``VALUES`` line with its default (``UNDEF``: any), which :meth:`Query.bind`
replaces in one pass by checked, serialised terms; nothing is ever formatted into the text.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import pyoxigraph as ox
import yaml

from samenhang import lexis, syntax
from samenhang.errors import NotFound, SyntaxProblem, WrongValue, unknown
from samenhang.namespaces import ID, KINDS, PREFIXES, expand
from samenhang.sources import listed, unreadable

ParameterType = Literal["iri", "string", "integer", "decimal", "boolean", "date"]
Form = Literal["SELECT", "CONSTRUCT"]

SPECIAL: Final = ("derive", "rules", "conclude", "checks")
"""Folders of ``queries/`` that hold something else than questions."""

_XSD: Final = PREFIXES["xsd"]
_LEXICAL: Final[dict[ParameterType, re.Pattern[str]]] = {
    "integer": re.compile(r"[+-]?[0-9]+\Z"),
    "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z"),
    "boolean": re.compile(r"(true|false)\Z"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
}
_EXAMPLES: Final[dict[ParameterType, str]] = {
    "iri": "https://w3id.org/samenhang/id/actor/publiq, actor:publiq",
    "string": "OSLO",
    "integer": "3",
    "decimal": "0.5",
    "boolean": "true",
    "date": "2026-11-22",
}
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


def is_iri(text: str) -> bool:
    """Whether *text* is an absolute IRI that can stand between ``<`` and ``>``."""
    with suppress(ValueError):  # of the engine: a bad host or percent sign, half a character
        return bool(_IRI.match(text) and ox.NamedNode(text))
    return False


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
            if iri is not None and is_iri(iri):
                return f"<{iri}>"
        elif self._fits(value):
            datatype = None if self.type == "string" else ox.NamedNode(_XSD + self.type)
            return str(ox.Literal(value, datatype=datatype))
        example = f"{self.kinds[0]}:..., " + _EXAMPLES["iri"].split(",")[0] if self.kinds else _EXAMPLES[self.type]
        raise WrongValue(
            f"Parameter '{self.name}' van '{question}' kreeg '{value}'; gevraagd is {_TYPE_NL[self.type]}, "
            f"bijvoorbeeld {example}.",
            f"Parameter '{self.name}' of '{question}' got '{value}'; wanted is {_TYPE_EN[self.type]}, "
            f"for instance {example}.",
            status=422,
        )

    def _fits(self, value: str) -> bool:
        with suppress(ValueError):  # half a character, of an argument that is not UTF-8; no such day
            value.encode()
            if self.type == "date":
                datetime.date.fromisoformat(value)
            return self.type == "string" or bool(_LEXICAL[self.type].match(value))
        return False


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

    @property
    def sparql(self) -> str:
        """The text without its header: what a client needs."""
        return "".join(line for line in self.text.splitlines(keepends=True) if not line.startswith("#+"))

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
        parts, end = [], 0
        for found in _values(self.text):
            if found[1] in terms:
                parts += [self.text[end : found.start()], f"VALUES ?{found[1]} {{ {terms[found[1]]} }}"]
                end = found.end()
        return "".join([*parts, self.text[end:]])


def _values(text: str) -> Iterable[re.Match[str]]:
    """The lines ``VALUES ?x { ... }`` of *text*; not what looks like one in a comment or a string."""
    return re.finditer(r"VALUES\s+\?(\w+)\s*\{[^{}()]*\}", lexis.blanked(text))


def read(path: Path) -> Query:
    """One query file. Raises SyntaxProblem when header or SPARQL is not as it should be, Unreadable when not there."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise unreadable(path, problem) from None
    answer = _ask_nobody(path, text)
    headings = _headings(path.parent.parent / "columns.yaml")
    # Other lines stay as empty ones, so that YAML tells the line in the file.
    header = "\n".join(line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.split("\n"))
    try:
        words = yaml.safe_load(header)
        if not isinstance(words, dict):
            raise _Wrong("de kop ontbreekt (YAML achter #+)", "the header is missing (YAML behind #+)")
        query = Query(
            name=path.stem,
            theme=path.parent.name,
            title=_words(words, "title"),
            summary=_words(words, "summary"),
            parameters=tuple(_parameter(p) for p in _entries(words, "params")),
            columns=tuple(_column(c, headings) for c in _entries(words, "columns")),
            form="SELECT" if isinstance(answer, ox.QuerySolutions) else "CONSTRUCT",
            text=text,
            header=words,
            path=path,
        )
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        position = {"line": mark.line + 1, "column": mark.column + 1} if mark else {}
        raise _problem(
            path, f"de kop is geen YAML: {problem.problem}", f"the header is not YAML: {problem.problem}", **position
        ) from None
    except _Wrong as wrong:
        raise _problem(path, wrong.nl, wrong.en) from None
    _check(query, answer)
    return query


@dataclass
class _Wrong(Exception):
    """What is wrong in a header; the file's name comes later."""

    nl: str
    en: str


def _get(holder: Mapping[str, Any], name: str, whose: str = "") -> Any:
    if holder.get(name) in (None, ""):
        raise _Wrong(f"in de kop ontbreekt '{whose}{name}'", f"the header has no '{whose}{name}'")
    return holder[name]


def _words(holder: Mapping[str, Any], name: str, whose: str = "") -> Words:
    value = _get(holder, name, whose)
    if not isinstance(value, dict):
        value = {}
    return Words(*(str(_get(value, lang, f"{whose}{name}.")).strip() for lang in ("nl", "en")))


def _entries(header: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = header.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise _Wrong(
            f"'{name}' in de kop is geen lijst van {{name: ..., about: ...}}",
            f"'{name}' in the header is not a list of {{name: ..., about: ...}}",
        )
    return value


def _column(value: Mapping[str, Any], headings: Mapping[str, Words]) -> Column:
    name = str(_get(value, "name", "columns."))
    return Column(name, _words(value, "about", f"columns.{name}."), headings.get(name, Words(name, name)))


@functools.cache
def _headings(path: Path) -> Mapping[str, Words]:
    """The headings of columns, by name; none when there is no such file."""
    if not path.is_file():
        return {}
    try:
        words = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {name: _words(words, name) for name in words}
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as problem:
        raise _problem(path, f"geen geldige YAML: {problem}", f"not valid YAML: {problem}") from None
    except _Wrong as wrong:
        raise _problem(path, wrong.nl, wrong.en) from None


def _parameter(value: Mapping[str, Any]) -> Parameter:
    name = str(_get(value, "name", "params."))
    whose = f"params.{name}."
    kind, known = _get(value, "type", whose), ", ".join(get_args(ParameterType))
    if kind not in get_args(ParameterType):
        raise _Wrong(
            f"het type '{kind}' van parameter '{name}' bestaat niet; wel bekend: {known}",
            f"there is no type '{kind}', of parameter '{name}'; known: {known}",
        )
    kinds = value.get("kinds", [])
    unknown_kinds = [k for k in kinds if k not in KINDS] if isinstance(kinds, list) else [kinds]
    if unknown_kinds:
        raise _Wrong(
            f"de soort '{unknown_kinds[0]}' van parameter '{name}' bestaat niet",
            f"there is no kind '{unknown_kinds[0]}', of parameter '{name}'",
        )
    return Parameter(name, kind, _words(value, "about", whose), tuple(kinds))


def _ask_nobody(path: Path, text: str) -> ox.QuerySolutions | ox.QueryTriples:
    """The answer of an empty store: it shows that *text* parses, and what it selects."""
    try:
        answer = ox.Store().query(text)
    except SyntaxError as problem:
        found = syntax.mistake(text)
        if found is None:
            raise _problem(path, f"geen geldige SPARQL: {problem.msg}", f"not valid SPARQL: {problem.msg}") from None
        nl, en = (f", bij '{found.word}'", f", at '{found.word}'") if found.word else ("", "")
        position = {"line": found.line, "column": found.column}
        raise _problem(path, f"geen geldige SPARQL{nl}", f"not valid SPARQL{en}", **position) from None
    if isinstance(answer, ox.QueryBoolean):
        raise _problem(path, "SELECT of CONSTRUCT wordt verwacht, geen ASK", "SELECT or CONSTRUCT is expected, not ASK")
    return answer


def _check(query: Query, answer: ox.QuerySolutions | ox.QueryTriples) -> None:
    """What must be true of every file before anybody uses it: header and text agree."""
    if isinstance(answer, ox.QuerySolutions):
        selected, declared = [v.value for v in answer.variables], [c.name for c in query.columns]
        if selected != declared:
            told, chosen = (", ".join(names) or "-" for names in (declared, selected))
            raise _problem(
                query.path,
                f"de kolommen in de kop ({told}) zijn niet die van SELECT ({chosen})",
                f"the columns in the header ({told}) are not those of SELECT ({chosen})",
            )
    bindable = [found[1] for found in _values(query.text)]
    for parameter in query.parameters:
        if bindable.count(parameter.name) != 1:
            raise _problem(
                query.path,
                f"parameter '{parameter.name}' vraagt precies één regel VALUES ?{parameter.name} {{ UNDEF }}",
                f"parameter '{parameter.name}' needs exactly one line VALUES ?{parameter.name} {{ UNDEF }}",
            )


def _problem(path: Path, nl: str, en: str, *, line: int | None = None, column: int | None = None) -> SyntaxProblem:
    where = f"{path}:{line}:{column}" if line is not None else str(path)
    return SyntaxProblem(f"{where}: {nl}.", f"{where}: {en}.", where=str(path), line=line, column=column)


def collect(folder: Path) -> dict[str, Query]:
    """Every query file directly in *folder*, by name, in the order of names."""
    return {path.stem: read(path) for path in listed(folder, ".rq")}


def questions(queries: Path) -> dict[str, Query]:
    """Every question: the files in the theme folders of *queries* (not the SPECIAL ones), by name.

    Raises SyntaxProblem when two files have one name: a name is an address.
    """
    found: dict[str, Query] = {}
    for folder in (p for p in listed(queries) if p.is_dir() and p.name not in SPECIAL):
        for name, query in collect(folder).items():
            if name in found:
                taken = found[name].path
                raise _problem(
                    query.path,
                    f"de naam '{name}' is al van {taken}; een naam is een adres",
                    f"the name '{name}' is taken by {taken}; a name is an address",
                )
            found[name] = query
    return found


def by_theme(queries: Path, known: Mapping[str, Query]) -> list[tuple[Words, list[Query]]]:
    """The questions of each theme, in the order of ``themes.yaml``; a theme that it does not name comes last."""
    titles = _headings(queries / "themes.yaml")
    order = [*titles, *sorted({query.theme for query in known.values()} - titles.keys())]
    return [
        (titles.get(theme, Words(theme, theme)), sorted(found, key=lambda query: query.name))
        for theme in order
        if (found := [query for query in known.values() if query.theme == theme])
    ]


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
