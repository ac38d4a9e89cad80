"""Dumps: a whole release as one compressed file, to take along. The same quads give the same bytes.

They follow from the data, so they stand beside what a release is named by: another version of zlib may pack otherwise.
"""

from __future__ import annotations

import gzip
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import PREFIXES

DUMPS: Final = {"nq": "dump.nq.gz", "trig": "dump.trig.gz"}
"""The form of a dump, and its file in the folder of a release."""


def dumps(data: bytes) -> dict[str, bytes]:
    """The dumps of *data* (canonical N-Quads), by the name of their file.

    N-Quads as they are; TriG graph by graph, subjects in the order of their addresses.
    """
    return {DUMPS["nq"]: _packed(data), DUMPS["trig"]: _packed(_trig(data))}


def _trig(data: bytes) -> bytes:
    # Lines are sorted by their last word, the graph, and stay in order within it.
    lines = sorted(data.splitlines(keepends=True), key=lambda line: line[line.rindex(b" ", 0, -3) :])
    quads = ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    assert written is not None  # no output file was given
    return written


def _packed(text: bytes) -> bytes:
    # The highest level takes three times as long for one percent less.
    return gzip.compress(text, compresslevel=6, mtime=0)
