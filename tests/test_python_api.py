"""The examples in the docstrings are run, on a release of the real mapping."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest
from rdflib import Dataset, URIRef

import samenhang
from samenhang.release import Release

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(samenhang.__path__, "samenhang.")
    if not module.name.endswith("__main__")
)


@pytest.fixture(autouse=True)
def published(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``samenhang.open()`` find the session's release."""
    monkeypatch.setenv("SAMENHANG_VAR", str(release.folder.parent.parent))


@pytest.mark.parametrize("name", ["samenhang", *MODULES])
def test_examples_in_docstrings(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0


def test_what_the_design_promises_has_an_example() -> None:
    for what in (
        samenhang,
        samenhang.release.shelf.Release.dataset,
        samenhang.release.shelf.Release.ask,
        samenhang.release.shelf.Release.query,
        samenhang.release.shelf.Release.findings,
    ):
        assert ">>>" in (what.__doc__ or ""), what


def test_dataset_is_that_of_rdflib(release: Release) -> None:
    dataset = release.dataset
    assert isinstance(dataset, Dataset)
    graph = dataset.graph(URIRef("https://w3id.org/samenhang/graph/scope/report-2021"))
    query = "SELECT ?b WHERE { ?b a <https://w3id.org/samenhang/ns#BuildingBlock> }"
    assert {str(row[0]) for row in graph.query(query)} >= {  # type: ignore[index]
        "https://w3id.org/samenhang/id/building-block/uitdatabank",
        "https://w3id.org/samenhang/id/building-block/uitid",
        "https://w3id.org/samenhang/id/building-block/bibliotheeksysteem",
    }


def test_open_takes_a_folder(release: Release) -> None:
    folder: Path = release.folder.parent.parent
    assert samenhang.open(folder).name == release.name
    assert samenhang.open(str(folder)).name == release.name
