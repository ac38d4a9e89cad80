"""A release that is small enough to be brought to a server in each run of the tests."""

from __future__ import annotations

import pytest

from samenhang.namespaces import GRAPH, SCOPES, scope_graph
from samenhang.release import Release, Shelf
from samenhang.release.folders import DATA

KEPT = {f"<{scope_graph(SCOPES[1])}>", f"<{GRAPH}ontology>", f"<{GRAPH}report-2021/actors>", f"<{GRAPH}shapes>"}


@pytest.fixture(scope="session")
def part(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A few graphs of the session's release, as a release: the scope of the report is whole in it."""
    with (release.folder / DATA).open("rb") as lines:
        data = b"".join(line for line in lines if line[:-3].rpartition(b" ")[2].decode() in KEPT)
    return Shelf(tmp_path_factory.mktemp("part")).put({DATA: data}, {"quads": data.count(b"\n")})
