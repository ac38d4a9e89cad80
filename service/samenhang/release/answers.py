"""What every visitor of a release asks, answered when it is built: numbers, the map, what heads a matrix.

Which queries these are stands in their headers (``kept``), and each matrix has some. They take seconds on a large
sector, and always say the same of one release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang.engine import EmbeddedEngine
from samenhang.engine.archive import packed
from samenhang.engine.inquiry import Inquiry
from samenhang.namespaces import SCOPES
from samenhang.progress import Progress, silent
from samenhang.questions import Query, around, collect, counted, matrices, questions

ANSWERS: Final = "answers.zip"
ASKED: Final = "open-questions"
"""The question of which it is counted, too, who is asked how much."""
_FOLDERS: Final = ("catalogue", "map", "pages", "roadmap")


def answers(store: ox.Store, queries: Path, *, scopes: Iterable[str] = SCOPES, progress: Progress = silent) -> bytes:
    """The archive of what is asked most of *store*, which holds all of a release, by a ``queries/`` folder."""
    return packed(_answered(EmbeddedEngine(store), queries, scopes, progress))


def _answered(
    engine: EmbeddedEngine, queries: Path, scopes: Iterable[str], progress: Progress
) -> Iterator[tuple[Inquiry, bytes]]:
    wanted = [*_wanted(queries)]
    for scope in scopes:
        progress(f"beantwoorden: scope {scope}", f"answering: scope {scope}")
        for text, form in wanted:
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
