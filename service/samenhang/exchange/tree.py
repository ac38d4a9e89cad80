"""A file in JSON or YAML as a tree of mappings, lists and texts: of bounded size and depth, and without surprises.

Numbers and truth values stay as they are written, for a version ``1.10`` is not ``1.1``. An alias, which a few lines of
YAML can make gigabytes of, a key that is there twice and half a character are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

import yaml

from samenhang.errors import SyntaxProblem

LARGEST: Final = 5_000_000
"""Bytes; a description of thousands of operations has a fifth of that."""
_DEEPEST: Final = 100
_NULLS: Final = ("", "~", "null", "Null", "NULL")
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Tree = Mapping[str, "Tree"] | Sequence["Tree"] | str | None


def problem(where: str, line: int, nl: str, en: str) -> SyntaxProblem:
    """The error for what stands on a *line* of the file *where*."""
    return SyntaxProblem(f"{where}:{line}: {nl}", f"{where}:{line}: {en}", where=where, line=line, column=1, status=422)


def read(text: bytes, where: str) -> Tree:
    """The tree in *text*: JSON when the name *where* ends so, else YAML. Raises SyntaxProblem."""
    return _json(text, where) if where.lower().endswith("json") else _yaml(text, where)


def _written(text: bytes, where: str, largest: int) -> str:
    if len(text) > largest:
        raise problem(where, 1, f"Groter dan {largest} bytes.", f"Larger than {largest} bytes.")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = text.count(b"\n", 0, wrong.start) + 1
        raise problem(where, line, "Geen tekst in UTF-8.", "Not a text in UTF-8.") from None


def _json(text: bytes, where: str) -> Tree:
    def pairs(told: list[tuple[str, Tree]]) -> dict[str, Tree]:
        found = dict(told)
        if len(found) < len(told):
            keys = [key for key, _ in told]
            twice = next(key for key in found if keys.count(key) > 1)[:100]
            at = written.count("\n", 0, max(written.rfind(json.dumps(twice, ensure_ascii=False)), 0)) + 1
            raise _twice(where, at, twice)
        return found

    def odd(name: str) -> NoReturn:
        raise problem(where, 1, f"{name} is geen JSON.", f"{name} is not JSON.")

    written = _written(text, where, LARGEST)
    try:
        found: Tree = json.loads(written, object_pairs_hook=pairs, parse_int=str, parse_float=str, parse_constant=odd)
        written.encode() if "\\u" not in written else json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as wrong:
        raise problem(
            where, wrong.lineno, f"Geen geldige JSON: {wrong.msg}.", f"Not valid JSON: {wrong.msg}."
        ) from None
    except RecursionError:
        raise _deep(where, 1) from None
    except UnicodeEncodeError:
        raise problem(where, 1, "Er staat een half teken (\\ud800) in.", "It has half a character (\\ud800).") from None
    return found


def composed(text: bytes, where: str, largest: int = LARGEST, deepest: int = _DEEPEST) -> yaml.Node | None:
    """The one document of the YAML *text*, with its lines; None when it is empty. Raises SyntaxProblem."""
    written = _written(text, where, largest)
    for _ in _events(written, where, deepest):
        pass  # it is small enough, and has no aliases
    return yaml.compose(written, Loader=_Loader)


def _events(written: str, where: str, deepest: int) -> Iterator[yaml.Event]:
    """What stands in the YAML *written*, one after the other. Raises SyntaxProblem."""
    depth = documents = 0
    try:
        for event in yaml.parse(written, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise problem(
                    where,
                    line,
                    f"Verwijzingen (*{event.anchor}) worden niet gelezen; schrijf de waarde voluit.",
                    f"Aliases (*{event.anchor}) are not read; write the value in full.",
                )
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > deepest:
                raise _deep(where, line, deepest)
            if documents > 1:
                raise problem(where, line, "Meer dan één document in één bestand.", "More than one document in a file.")
            yield event
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise problem(
            where, line, f"Geen geldige YAML: {wrong.problem}.", f"Not valid YAML: {wrong.problem}."
        ) from None
    except (yaml.YAMLError, UnicodeError):
        raise problem(where, 1, "Geen tekst in UTF-8.", "Not a text in UTF-8.") from None


def _yaml(text: bytes, where: str) -> Tree:
    """The tree in the YAML *text*, made while it is read: nodes with their lines would take ten times as much."""
    whole: list[Tree] = []
    holders: list[tuple[Any, list[str]]] = [(whole, [])]
    for event in _events(_written(text, where, LARGEST), where, _DEEPEST):
        holder, key = holders[-1]
        if isinstance(event, yaml.CollectionEndEvent):
            holders.pop()
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            continue
        if isinstance(holder, dict) and not key:
            line = event.start_mark.line + 1 if event.start_mark else 1
            if not isinstance(event, yaml.ScalarEvent):
                raise problem(where, line, "Een sleutel is hier een tekst.", "A key is a text here.")
            if event.value in holder:
                raise _twice(where, line, event.value[:100])
            key.append(event.value)
            continue
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if isinstance(event, yaml.ScalarEvent):
            value = None if not event.style and event.value in _NULLS else event.value
        else:
            holders.append((value, []))
        if isinstance(holder, dict):
            holder[key.pop()] = value
        else:
            holder.append(value)
    return whole[0] if whole else None


def _twice(where: str, line: int, key: str) -> SyntaxProblem:
    return problem(where, line, f"De sleutel '{key}' staat er twee keer.", f"The key '{key}' is there twice.")


def _deep(where: str, line: int, deepest: int = _DEEPEST) -> SyntaxProblem:
    return problem(where, line, f"Dieper genest dan {deepest} niveaus.", f"Nested deeper than {deepest} levels.")
