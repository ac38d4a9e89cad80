"""What a parser says of Turtle or SPARQL, in the words of whoever wrote it: where it stops, what was expected there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from samenhang.lexis import OPAQUE
from samenhang.namespaces import BASE, PREFIXES

_SAID: Final = (
    (
        r"A dot is expected at the end of statements",
        "hier werd een punt, puntkomma of komma verwacht na wat voorafgaat",
        "a dot, semicolon or comma was expected here, after what precedes",
    ),
    (
        r"(.+) is not a valid RDF object",
        "hier werd een waarde verwacht (een adres, een tekst tussen aanhalingstekens, een getal), geen '{0}'",
        "a value was expected here (an address, a text between quotation marks, a number), not '{0}'",
    ),
    (
        r"(.+) is not a valid predicate",
        "hier werd een eigenschap verwacht, geen '{0}'",
        "a property was expected here, not '{0}'",
    ),
    (
        r"(.+) is not a valid subject or graph name",
        "'{0}' past hier niet: vóór deze plaats werd een punt, puntkomma of komma verwacht, of hier een adres",
        "'{0}' does not fit here: a dot, semicolon or comma was expected before it, or an address here",
    ),
    (
        r"The prefix (.+): has not been declared",
        "de prefix '{0}:' is niet aangegeven; zet bovenaan: @prefix {0}: <{address}> .",
        "the prefix '{0}:' is not declared; put on top: @prefix {0}: <{address}> .",
    ),
    (
        r"'(.+)' is not allowed at the beginning of a prefix name",
        "'{0}' kan hier niet; hier werd een adres, een tekst tussen aanhalingstekens of een getal verwacht",
        "'{0}' is not possible here; an address, a text between quotation marks or a number was expected",
    ),
    (
        r"Unexpected end(?: of file)?",
        "het bestand houdt op voor dit af is: er werd een punt, een aanhalingsteken of een haakje verwacht",
        "the file ends before this is complete: a dot, a quotation mark or a bracket was expected",
    ),
    (
        r"Line jumps are not allowed in string literals, use \\n",
        'een tekst van meer dan één regel staat tussen """ en """; hier werd een " verwacht',
        'a text of more than one line stands between """ and """; a " was expected here',
    ),
    (
        r"blank node property lists should end with a ']'",
        "hier werd een ] verwacht",
        "a ] was expected here",
    ),
    (
        r"No scheme found in an absolute IRI",
        "hier werd een volledig adres verwacht, zoals <https://...>",
        "a whole address was expected here, such as <https://...>",
    ),
    (
        r"Invalid IRI code point '(.+)'",
        "in een adres kan geen '{0}' staan",
        "an address cannot have '{0}' in it",
    ),
    (
        r"No LoadDocumentCallback has been set.*",
        "een context wordt niet opgehaald; zet hem in het bestand zelf",
        "a context is not fetched; put it in the file itself",
    ),
    (
        r"Invalid UTF-8.*",
        "de tekst is geen UTF-8; bewaar het bestand als UTF-8",
        "the text is not UTF-8; save the file as UTF-8",
    ),
)
"""The messages that a writer of data meets most; any other is passed on as the parser says it."""

_PIECE: Final = re.compile(
    rf"(?P<space>\s+|#[^\n\r]*)|(?P<bracket>[{{}}()\[\];,])|(?P<text>{OPAQUE.pattern}|.)", re.DOTALL
)
_GAP: Final = " " * 40
"""Longer than any keyword."""
_LONGEST: Final = 20_000
"""Characters of a query of which the mistake is looked for."""


@dataclass(frozen=True)
class Mistake:
    """Where a query stops being SPARQL: line and column from 1, and the word there; none when it lacks an end."""

    line: int
    column: int
    word: str


def mistake(query: str) -> Mistake | None:
    """Where *query* stops being SPARQL; None when it is, or when it cannot be told.

    The engine's own position is that of the longest keyword it tried: up to fourteen characters too far, often in
    another line. With the words of the query far apart, the word itself can be told.
    """
    words: list[tuple[int, str]] = []
    glued = False
    for found in _PIECE.finditer(query) if len(query) <= _LONGEST else ():
        if glued and found.lastgroup == "text":
            words[-1] = (words[-1][0], words[-1][1] + found[0])
        elif found.lastgroup != "space":
            words.append((found.start(), found[0]))
        glued = found.lastgroup == "text"
    spread = "".join(word + _GAP for _, word in words)
    try:
        ox.Store().query(spread, base_iri=BASE)
        return None
    except SyntaxError as problem:
        position = re.match(r"error at (\d+):(\d+)", str(problem.msg))
    if not words or not position:
        return None
    offset = sum(len(line) + 1 for line in spread.split("\n")[: int(position[1]) - 1]) + int(position[2]) - 1
    start, word = len(query.rstrip()), ""
    end = 0
    for place, text in words:
        if end <= offset < len(spread):
            start, word = place, text
        end += len(text) + len(_GAP)
    before = query[:start]
    return Mistake(before.count("\n") + 1, start - before.rfind("\n"), word)


def plain(message: str) -> tuple[str, str]:
    """The parser's *message* in Dutch and in English.

    >>> plain("The prefix ex: has not been declared")[1]
    "the prefix 'ex:' is not declared; put on top: @prefix ex: <...> ."
    """
    for pattern, nl, en in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            words = found.groups()
            address = PREFIXES.get(words[0], "...") if words else ""
            return nl.format(*words, address=address), en.format(*words, address=address)
    return message, message
