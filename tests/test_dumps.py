"""Dumps: the whole release as a file, the same bytes whenever it is made, and a part of it on request."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from samenhang.release import Release
from samenhang.release.dumps import DUMPS, dumps
from samenhang.release.folders import DATA, fill
from tests.test_web import BROWSER, problem


def test_the_n_quads_are_the_data_of_the_release(release: Release) -> None:
    assert gzip.decompress((release.folder / DUMPS["nq"]).read_bytes()) == (release.folder / DATA).read_bytes()


def test_the_trig_holds_every_quad_of_the_release_and_nothing_else(release: Release) -> None:
    def named(quads: Iterable[ox.Quad]) -> tuple[int, set[ox.Quad]]:
        """How many there are, and those without blank nodes: the labels of these are new in each reading."""
        found = set(quads)
        return len(found), {q for q in found if not isinstance(q.subject, ox.BlankNode | ox.Triple)} - {
            q for q in found if isinstance(q.object, ox.BlankNode)
        }

    text = gzip.decompress((release.folder / DUMPS["trig"]).read_bytes())
    assert named(ox.parse(text, format=ox.RdfFormat.TRIG)) == named(release.engine.store)


def test_n_quads_are_sorted_and_trig_is_grouped_by_graph(release: Release) -> None:
    lines = gzip.decompress((release.folder / DUMPS["nq"]).read_bytes()).splitlines()
    assert lines == sorted(lines)
    text = gzip.decompress((release.folder / DUMPS["trig"]).read_bytes()).decode()
    graphs = {quad.graph_name for quad in release.engine.store}
    assert sum(line.endswith(" {") for line in text.splitlines()) == len(graphs)


def test_made_again_they_are_the_same_bytes(release: Release, tmp_path: Path) -> None:
    shutil.copy(release.folder / DATA, tmp_path)
    fill(tmp_path, dumps())
    for name in DUMPS.values():
        assert (tmp_path / name).read_bytes() == (release.folder / name).read_bytes()


@pytest.mark.parametrize("form", DUMPS)
def test_a_dump_over_http_is_the_file_with_its_checksum(client: httpx.Client, release: Release, form: str) -> None:
    address = f"/dumps/{release.name}.{form}.gz"
    answer = client.get(address, headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/gzip")
    assert "content-encoding" not in answer.headers
    assert answer.content == (release.folder / DUMPS[form]).read_bytes()
    told = client.get(f"{address}.sha256").text
    assert told == f"{hashlib.sha256(answer.content).hexdigest()}  {release.name}.{form}.gz\n"
    assert answer.headers["etag"] == f'"{told.split()[0]}"'


def test_the_rest_of_a_dump_after_a_break(client: httpx.Client, release: Release) -> None:
    address, whole = f"/dumps/{release.name}.nq.gz", (release.folder / DUMPS["nq"]).read_bytes()
    answer = client.get(address, headers={"range": "bytes=1000-"})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert answer.content == whole[1000:]
    assert client.get(address, headers={"range": f"bytes={len(whole)}-"}).status_code == 416


@pytest.mark.parametrize(
    "name", ["x", "0123456789abcdef.nq.gz", "NAME.ttl.gz", "NAME.nq", "NAME.nq.gz.md5", "..%2f..%2fmanifest.json"]
)
def test_another_name_is_not_found(client: httpx.Client, release: Release, name: str) -> None:
    problem(client.get(f"/dumps/{name.replace('NAME', release.name)}"), 404)


def test_the_page_lists_them_and_the_catalogue_tells_it_as_data(client: httpx.Client, release: Release) -> None:
    page = client.get("/dumps", headers={"accept": BROWSER}).text
    for form, name in DUMPS.items():
        assert f'href="/dumps/{release.name}.{form}.gz"' in page
        assert release.manifest["beside"][name]["sha256"] in page
    answer = client.get("/dumps", headers={"accept": "text/turtle"})
    assert (answer.status_code, answer.headers["location"]) == (303, "http://127.0.0.1:8000/catalog.ttl")
