"""Lines in order, whatever of them fits in memory: one order, by hand that of Python's own sort."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samenhang.release import Shelf
from samenhang.release import lines as module
from samenhang.release.dumps import DUMPS, dumps
from samenhang.release.folders import DATA, canonical
from samenhang.release.lines import Key, Lines
from tests.benchmarks.ecosystem import ntriples


def last(line: bytes) -> bytes:
    return line.split()[-1]


texts = st.lists(st.text("ab é<\t", max_size=6).map(lambda text: text.encode() + b" x\n")).map(b"".join)


@pytest.mark.parametrize("key", [None, last])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts, cuts=st.lists(st.integers(0, 80)), part=st.integers(1, 60))
def test_lines_come_sorted_however_they_were_cut_and_however_few_fit(
    tmp_path: Path, key: Key | None, text: bytes, cuts: list[int], part: int
) -> None:
    """Also where parts are merged on the way, since too many files would be open, and what is equal keeps its order."""
    with pytest.MonkeyPatch.context() as patch, Lines(tmp_path, key, part) as lines:
        patch.setattr(module, "_MOST", 2)
        edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
        for begin, end in zip(edges, edges[1:], strict=False):
            assert lines.write(text[begin:end]) == end - begin
        assert list(lines) == sorted(text.splitlines(keepends=True), key=key)


def test_what_waits_on_disk_is_gone_with_them(tmp_path: Path) -> None:
    with Lines(tmp_path, part=4) as lines:
        lines.write(b"bb\naa\ncc\n")
        assert next(iter(lines)) == b"aa\n"
    assert list(tmp_path.iterdir()) == []


def test_a_release_has_the_same_bytes_however_little_memory_it_is_written_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ox.Store()
    for graph in ("c", "a", "b"):
        place = ox.NamedNode(f"http://example.org/{graph}")
        store.load(ntriples(1), format=ox.RdfFormat.N_TRIPLES, to_graph=place)
    names = []
    for part in (module.PART, 4 * 1024):
        monkeypatch.setattr(module, "PART", part)
        release = Shelf(tmp_path / str(part)).put({DATA: canonical(store)}, {}, dumps())
        names.append([release.name, *((release.folder / name).read_bytes() for name in DUMPS.values())])
    assert names[0] == names[1]
    written = (release.folder / DATA).read_bytes().splitlines()
    assert written == sorted(set(written))
    assert len(written) == len(store)
