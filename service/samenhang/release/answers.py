"""What every visitor of a release asks, answered when it is built: numbers, the map, what heads a matrix.

Which queries these are stands in their headers (``kept``), and each matrix has some. They take seconds on a large
sector, and always say the same of one release.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang.engine import EmbeddedEngine
from samenhang.engine.archive import packed
from samenhang.engine.inquiry import Inquiry
from samenhang.lexis import blanked
from samenhang.questions import Query, around, collect, counted, matrices, questions

ANSWERS: Final = "answers.zip"
ASKED: Final = "open-questions"
"""The question of which it is counted, too, who is asked how much."""
_ANY: Final = re.compile(r"\bGRAPH\s*[?$]", re.IGNORECASE)
_QUICK: Final = 1
_FOLDERS: Final = ("catalogue", "map", "pages", "roadmap")


def answers(store: ox.Store, queries: Path, scope: str) -> dict[Inquiry, bytes]:
    """What is asked most of *scope*, by a ``queries/`` folder, and each answer compressed (zlib).

    *store* holds the sources and the graphs of the scope.
    """
    answered = _answered(EmbeddedEngine(store), queries, scope)
    return {inquiry: zlib.compress(body, _QUICK) for inquiry, body in answered}


def archive(scopes: Sequence[Mapping[Inquiry, bytes]]) -> bytes:
    """The archive of the :func:`answers` of each of *scopes*.

    What is asked of whatever graph was answered of those that were there, in the store of each scope: together these
    are one answer.
    """
    known = [each for answered in scopes for each in answered.items()]
    whole: dict[str, dict[bytes, None]] = {}
    for inquiry, body in known:
        if of_any(inquiry.text):
            whole.setdefault(inquiry.text, {}).update(dict.fromkeys(zlib.decompress(body).splitlines(keepends=True)))
    return packed(
        (inquiry, b"".join(whole[inquiry.text]) if inquiry.text in whole else zlib.decompress(body))
        for inquiry, body in known
    )


def of_any(text: str) -> bool:
    """Whether a query asks of whatever graph; of what is kept only a CONSTRUCT may, of which each line is a triple."""
    return _ANY.search(blanked(text)) is not None


def _answered(engine: EmbeddedEngine, queries: Path, scope: str) -> Iterator[tuple[Inquiry, bytes]]:
    for text, form in _wanted(queries):
        inquiry = Inquiry(text, form, scope)
        yield inquiry, engine.answer(inquiry).serialize(form)
    for matrix in matrices(questions(queries).values()).values():
        text = matrix.query.text
        _, named, _ = matrix.heads(text)
        rows = [each[matrix.row].value for each in engine.answer(Inquiry(named, "json", scope)).rows() if each]
        if rows:
            inquiry = Inquiry(matrix.body(text, rows), "json", scope)
            yield inquiry, engine.answer(inquiry).serialize("json")


def asked(question: Query) -> str:
    """Of the *question* what is asked of whom: how much of each, most of which something waits for first."""
    return around(
        question.text,
        "SELECT ?ask (COUNT(*) AS ?questions) (SUM(IF(?waiting > 0, 1, 0)) AS ?awaited)",
        "GROUP BY ?ask ORDER BY DESC(?awaited) DESC(?questions) ?ask",
    )


def _wanted(queries: Path) -> Iterator[tuple[str, str]]:
    """Each text that is to be answered, with the form of its answer."""
    known = questions(queries)
    if ASKED in known:
        yield asked(known[ASKED]), "json"
    for query in (*known.values(), *(each for folder in _FOLDERS for each in collect(queries / folder).values())):
        if query.kept is not None:
            yield query.kept, "json" if query.form == "SELECT" else "nt"
            if query.kept != query.text:  # how many there are stands above the first of them
                yield counted(query.text), "json"
    for matrix in matrices(known.values()).values():
        query = matrix.query
        codes = (query.codes(each) for each in query.parameters if each.type == "iri" and not each.kinds)
        for text in (*matrix.heads(query.text), *(each[1] for each in codes if each is not None)):
            yield text, "json"
