"""Both SHACL engines say the same of all the data, source by source."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from samenhang import sources
from samenhang.inspection import shapes_text
from samenhang.validation import validate
from tests.support import ROOT, content_files

SOURCES = sorted({f.source for f in content_files()} - {"ontology", "shapes"})


def triples(source: str) -> bytes:
    """The triples of *source* with ontology and vocabularies beside them, as N-Triples."""
    store = ox.Store()
    sources.load(store, (f for f in content_files() if f.source in (source, "ontology", "vocabularies")))
    lines = ox.serialize({ox.Triple(q.subject, q.predicate, q.object) for q in store}, format=ox.RdfFormat.N_TRIPLES)
    assert lines
    return lines


@pytest.mark.parametrize("source", SOURCES)
def test_engines_agree_on_the_data(source: str) -> None:
    shapes = shapes_text(ROOT / "shapes")
    data = triples(source)
    compiled, reference = (validate(data, shapes, engine=engine) for engine in ("compiled", "reference"))
    assert compiled.results == reference.results
    assert compiled.idle == reference.idle


def test_engines_agree_on_broken_data() -> None:
    """The same data with every label and every polarity taken away: hundreds of results, the same ones."""
    lines = triples("field").splitlines(keepends=True)
    broken = b"".join(line for line in lines if b"prefLabel" not in line and b"ns#polarity" not in line)
    shapes = shapes_text(ROOT / "shapes")
    compiled, reference = (validate(broken, shapes, engine=engine) for engine in ("compiled", "reference"))
    assert len(compiled.results) > 300
    assert compiled.results == reference.results
