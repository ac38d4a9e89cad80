"""What the tests of the report share: a way to ask its files, and its scope of the release."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest

from samenhang import sources
from samenhang.namespaces import ID, NS, PREFIXES
from samenhang.release import Release
from tests.support import content_files

HEADER = f"BASE <{ID}> " + "".join(
    f"PREFIX {prefix}: <{iri}> "
    for prefix, iri in {
        "sam": NS,
        **{prefix: PREFIXES[prefix] for prefix in ("dct", "foaf", "org", "rdf", "rdfs", "schema", "skos")},
    }.items()
)
"""So that <actor/dcjm> is the thing of that kind and name."""

Ask = Callable[[str], list[tuple[str, ...]]]
"""From the part of a SELECT query behind the prefixes to its rows, sorted: last parts of addresses and plain texts."""


def plain(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value.removeprefix(NS).rsplit("/", 1)[-1]
    return term.value if isinstance(term, ox.Literal) else ""


@pytest.fixture(scope="package")
def graph() -> ox.Store:
    """What the project's own files say of the report, in one default graph; nothing derived."""
    store = ox.Store()
    for file in content_files():
        if file.source == "report-2021" or (file.source == "vocabularies" and file.path.stem.endswith("-report")):
            store.extend(ox.Quad(*quad.triple) for quad in sources.quads_of(file))
    return store


@pytest.fixture(scope="module")
def files(graph: ox.Store) -> Ask:
    """Asks the report's own files: what it says, with nothing derived."""

    def ask(text: str) -> list[tuple[str, ...]]:
        answer = graph.query(HEADER + text)
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        return sorted(tuple(plain(row[name]) for name in names) for row in answer)

    return ask


@pytest.fixture(scope="module")
def scope(release: Release) -> Ask:
    """Asks the scope report-2021 of the release: what the report says, with all that is derived from it."""

    def ask(text: str) -> list[tuple[str, ...]]:
        answer = release.query(HEADER + text, scope="report-2021")
        return sorted(tuple(plain(row.get(name)) for name in answer.columns) for row in answer.rows())

    return ask
