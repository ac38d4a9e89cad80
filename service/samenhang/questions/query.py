"""One query: its words, its parameters and columns, and its SPARQL text with values bound into it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from samenhang import lexis
from samenhang.errors import NotFound, unknown
from samenhang.namespaces import NS
from samenhang.questions.parameters import Parameter, Words

Form = Literal["SELECT", "CONSTRUCT"]
CHOICES: Final = 300
"""Names that are offered for a parameter; of more one looks for those that fit what is typed."""
_PREFIX: Final = re.compile(r"^PREFIX\s+(\w+):\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_SELECT: Final = re.compile(r"\bSELECT\b", re.IGNORECASE)
_SHORT: Final = re.compile(r"\b(\w+):(\w(?:[\w.-]*\w)?)")


@dataclass(frozen=True)
class Column:
    """One column of the answer, in the order of the SELECT; its heading is the same in every question."""

    name: str
    about: Words
    heading: Words


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

    @property
    def named(self) -> frozenset[str]:
        """The IRIs that stand in its text, whole or shortened."""
        text = self.sparql
        whole = {found[0][1:-1] for found in lexis.OPAQUE.finditer(text) if found[0].startswith("<")}
        prefixes = dict(_PREFIX.findall(text))
        short = {prefixes[name] + local for name, local in _SHORT.findall(lexis.blanked(text)) if name in prefixes}
        return frozenset(whole | short)

    @property
    def kept(self) -> str | None:
        """The text that is answered when a release is built, if its header asks that (``kept``).

        All of it (``true``), or the first so many rows.
        """
        said = self.header.get("kept")
        return None if said is None else self.text if said is True else self.text + limits(1, said)

    def codes(self, parameter: Parameter) -> tuple[str, str] | None:
        """What asks for the values of *parameter* that occur in the whole answer: a variable, and the text with it.

        None when it has no column.
        """
        column = parameter.column or parameter.name
        if column not in [one.name for one in self.columns]:
            return None
        if not parameter.classes:
            return column, around(self.text, f"SELECT DISTINCT ?{column}", limits(1, CHOICES + 1))
        patterns = f"?{column} a ?classOf . ?classOf <{NS}kind> ?kindOf"
        return "classOf", around(self.text, "SELECT DISTINCT ?classOf", limits(1, CHOICES + 1), patterns)

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
                wrong = unknown(("parameter", "parameter"), name, known, of)
                wrong.status = 422
                raise wrong
            several = [value] if isinstance(value, str) else value
            terms[name] = " ".join(known[name].term(v, self.name) for v in several)
        parts, end = [], 0
        for found in values_lines(self.text):
            if found[1] in terms:
                parts += [self.text[end : found.start()], f"VALUES ?{found[1]} {{ {terms[found[1]]} }}"]
                end = found.end()
        return "".join([*parts, self.text[end:]])


def limits(page: int, size: int) -> str:
    """What SPARQL is told of the *page* (from 1) of *size* rows."""
    return f"LIMIT {size} OFFSET {size * (page - 1)}\n"


def around(text: str, head: str, tail: str = "", beside: str = "") -> str:
    """A query about the rows of the SELECT *text* of ours: *head* selects of them, *tail* groups, sorts and limits.

    *beside*: patterns that each row is joined with.
    """
    begin = _SELECT.search(lexis.blanked(text))
    assert begin is not None  # it is a SELECT
    return f"{text[: begin.start()]}{head} WHERE {{ {{\n{text[begin.start() :]}\n}} {beside} }} {tail}"


def counted(text: str) -> str:
    """A query for how many rows the SELECT *text* of ours has, as ``number``."""
    return around(text, "SELECT (COUNT(*) AS ?number)")


@functools.lru_cache(maxsize=512)
def values_lines(text: str) -> tuple[re.Match[str], ...]:
    """The lines ``VALUES ?x { ... }`` of *text*; not what looks like one in a comment or a string."""
    return tuple(re.finditer(r"VALUES\s+\?(\w+)\s*\{[^{}()]*\}", lexis.blanked(text)))
