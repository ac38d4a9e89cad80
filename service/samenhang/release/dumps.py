"""Dumps: a whole release as one compressed file, to take along. The same quads give the same bytes.

They follow from the data, so they stand beside what a release is named by: another version of zlib may pack otherwise.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from pathlib import Path
from typing import IO, Final, Self, cast

import pyoxigraph as ox

from samenhang.namespaces import PREFIXES
from samenhang.release.folders import DATA, Part, Sink, together
from samenhang.release.lines import Lines

DUMPS: Final = {"nq": "dump.nq.gz", "trig": "dump.trig.gz"}
"""The form of a dump, and its file in the folder of a release."""


def dumps() -> dict[str, Part]:
    """The dumps of the data (canonical N-Quads) that are written before them, by the name of their file.

    N-Quads as they are; TriG graph by graph, subjects in the order of their addresses.
    """
    return {DUMPS["nq"]: _nquads, DUMPS["trig"]: _trig}


def _nquads(file: Sink, folder: Path) -> None:
    with _Packed(file) as packed, (folder / DATA).open("rb") as data:
        shutil.copyfileobj(data, packed)


def _trig(file: Sink, folder: Path) -> None:
    # Lines are sorted by their last word, the graph, and stay in order within it.
    with Lines(folder, _graph) as lines, tempfile.TemporaryFile(dir=folder) as grouped, _Packed(file) as packed:
        with (folder / DATA).open("rb") as data:
            shutil.copyfileobj(data, lines)
        grouped.writelines(together(lines))
        grouped.seek(0)
        quads = ox.parse(grouped, format=ox.RdfFormat.N_QUADS)
        ox.serialize(quads, cast(IO[bytes], packed), format=ox.RdfFormat.TRIG, prefixes=PREFIXES)


def _graph(line: bytes) -> bytes:
    return line[line.rindex(b" ", 0, -3) :]


class _Packed:
    """Compresses what is written, as gzip does, without the moment."""

    def __init__(self, file: Sink) -> None:
        self._file = file
        # The highest level takes three times as long for one percent less.
        self._zip = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._file.write(self._zip.flush())

    def write(self, text: bytes, /) -> int:
        self._file.write(self._zip.compress(text))
        return len(text)

    def flush(self) -> None:
        """Nothing: the engine flushes whatever it writes into, and what is packed ends when all is written."""
