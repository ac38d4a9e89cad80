"""Dumps: a whole release as one compressed file, to take along. The same quads give the same bytes.

They follow from the data, so they stand beside what a release is named by: another version of zlib may pack otherwise.
"""

from __future__ import annotations

import gzip
from operator import attrgetter
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
    graph = attrgetter("graph_name.value")
    quads = sorted(ox.parse(data, format=ox.RdfFormat.N_QUADS), key=graph)  # stable: the lines were in order
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    assert written is not None  # no output file was given
    return written


def _packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)
