"""Reading a query file: its header of YAML behind ``#+``, and SPARQL that must parse and agree with it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import pyoxigraph as ox
import yaml

from samenhang import syntax
from samenhang.errors import SyntaxProblem
from samenhang.namespaces import KINDS
from samenhang.questions.parameters import Parameter, ParameterType, Words
from samenhang.questions.query import Column, Form, Query, values_lines
from samenhang.sources import unreadable

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C where there is one: ten times as fast, and every command reads all questions."""


PICTURES: Final = {"bar": ("label",), "graph": ("from", "to")}
"""What pictures of an answer there are, and what columns each needs; bars may have ``value``, one or a list."""


def read(path: Path) -> Query:
    """One query file. Raises SyntaxProblem when header or SPARQL is not as it should be, Unreadable when not there."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise unreadable(path, problem) from None
    form, selected = _ask_nobody(path, text)
    titles = headings(path.parent.parent / "columns.yaml")
    # Other lines stay as empty ones, so that YAML tells the line in the file.
    header = "\n".join(line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.split("\n"))
    try:
        words = yaml.load(header, _LOADER)
        if not isinstance(words, dict):
            raise _Wrong("de kop ontbreekt (YAML achter #+)", "the header is missing (YAML behind #+)")
        query = Query(
            name=path.stem,
            theme=path.parent.name,
            title=_words(words, "title"),
            summary=_words(words, "summary"),
            parameters=tuple(_parameter(p) for p in _entries(words, "params")),
            columns=tuple(_column(c, titles) for c in _entries(words, "columns")),
            form=form,
            text=text,
            header=words,
            path=path,
        )
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        position = {"line": mark.line + 1, "column": mark.column + 1} if mark else {}
        said = getattr(problem, "problem", None) or getattr(problem, "reason", None) or problem
        raise file_problem(
            path, f"de kop is geen YAML: {said}", f"the header is not YAML: {said}", **position
        ) from None
    except _Wrong as wrong:
        raise file_problem(path, wrong.nl, wrong.en) from None
    _check(query, selected)
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
def headings(path: Path) -> Mapping[str, Words]:
    """The headings of columns, by name; none when there is no such file."""
    if not path.is_file():
        return {}
    try:
        words = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
        return {name: _words(words, name) for name in words}
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as problem:
        raise file_problem(path, f"geen geldige YAML: {problem}", f"not valid YAML: {problem}") from None
    except _Wrong as wrong:
        raise file_problem(path, wrong.nl, wrong.en) from None


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
    return Parameter(
        name,
        kind,
        _words(value, "about", whose),
        tuple(kinds),
        str(value.get("column", "")),
        bool(value.get("classes", False)),
    )


def _ask_nobody(path: Path, text: str) -> tuple[Form, list[str]]:
    """What an empty store shows of *text*: that it parses, its form, and the variables that it selects.

    The answer itself stays here: kept by an error, it could come to its end in another thread, which it may not.
    """
    try:
        answer = ox.Store().query(text)
    except SyntaxError as problem:
        found = syntax.mistake(text)
        if found is None:
            raise file_problem(
                path, f"geen geldige SPARQL: {problem.msg}", f"not valid SPARQL: {problem.msg}"
            ) from None
        nl, en = (f", bij '{found.word}'", f", at '{found.word}'") if found.word else ("", "")
        position = {"line": found.line, "column": found.column}
        raise file_problem(path, f"geen geldige SPARQL{nl}", f"not valid SPARQL{en}", **position) from None
    if isinstance(answer, ox.QueryBoolean):
        raise file_problem(
            path, "SELECT of CONSTRUCT wordt verwacht, geen ASK", "SELECT or CONSTRUCT is expected, not ASK"
        )
    if isinstance(answer, ox.QuerySolutions):
        return "SELECT", [variable.value for variable in answer.variables]
    return "CONSTRUCT", []


def _check(query: Query, selected: list[str]) -> None:
    """What must be true of every file before anybody uses it: header and text agree."""
    if query.form == "SELECT":
        declared = [c.name for c in query.columns]
        if selected != declared:
            told, chosen = (", ".join(names) or "-" for names in (declared, selected))
            raise file_problem(
                query.path,
                f"de kolommen in de kop ({told}) zijn niet die van SELECT ({chosen})",
                f"the columns in the header ({told}) are not those of SELECT ({chosen})",
            )
    _check_picture(query)
    _check_kept(query)
    bindable = [(found[1], "".join(found[0].split())) for found in values_lines(query.text)]
    for parameter in query.parameters:
        if parameter.column and parameter.column not in {column.name for column in query.columns}:
            raise file_problem(
                query.path,
                f"parameter '{parameter.name}' noemt '{parameter.column}', wat geen kolom is",
                f"parameter '{parameter.name}' names '{parameter.column}', which is no column",
            )
        # Several branches of a UNION may each begin with it, from the same default.
        if len({line for name, line in bindable if name == parameter.name}) != 1:
            raise file_problem(
                query.path,
                f"parameter '{parameter.name}' vraagt een regel VALUES ?{parameter.name} {{ UNDEF }}, overal dezelfde",
                f"parameter '{parameter.name}' needs a line VALUES ?{parameter.name} {{ UNDEF }}, everywhere the same",
            )


def _check_kept(query: Query) -> None:
    """What is answered at the build is all of the answer, or a number of its first rows."""
    said = query.header.get("kept", True)
    if said is not True and not (type(said) is int and said > 0 and query.form == "SELECT"):
        raise file_problem(
            query.path,
            "'kept' in de kop is niet 'true' of een aantal rijen",
            "'kept' in the header is not 'true' or a number of rows",
        )


def _check_picture(query: Query) -> None:
    """A picture is of a kind that there is, with columns that there are."""
    picture = query.header.get("picture")
    if picture is None:
        return
    needed = PICTURES.get(str(picture.get("kind"))) if isinstance(picture, dict) else None
    if needed is None or any(not picture.get(name) for name in needed):
        told = " of ".join(
            f"{{kind: {kind}, {', '.join(f'{one}: ...' for one in names)}}}" for kind, names in PICTURES.items()
        )
        raise file_problem(
            query.path,
            f"'picture' in de kop is niet {told}",
            f"'picture' in the header is not {told.replace(' of ', ' or ')}",
        )
    named = [
        one
        for key, value in picture.items()
        if key != "kind"
        for one in (value if isinstance(value, list) else [value])
    ]
    if lacking := [str(one) for one in named if one not in {column.name for column in query.columns}]:
        raise file_problem(
            query.path,
            f"'picture' in de kop noemt '{lacking[0]}', wat geen kolom is",
            f"'picture' in the header names '{lacking[0]}', which is no column",
        )


def file_problem(path: Path, nl: str, en: str, *, line: int | None = None, column: int | None = None) -> SyntaxProblem:
    """The error about the file at *path*, with its place in front of the sentence (without its full stop)."""
    where = f"{path}:{line}:{column}" if line is not None else str(path)
    return SyntaxProblem(f"{where}: {nl}.", f"{where}: {en}.", where=str(path), line=line, column=column)
