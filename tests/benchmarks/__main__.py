"""``make bench``: all that is measured beside other engines, and one table of it with what was aimed at."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang import sources
from samenhang.namespaces import SCOPES
from samenhang.release import Analysis, Shelf, materialise
from samenhang.release.build import build, look
from tests.benchmarks import assessing, endpoint, guard, load, rules, scores, validation
from tests.benchmarks.clock import timed
from tests.benchmarks.scores import Score
from tests.support import ROOT, content_files

SIZES: Final = (10_000, 100_000, 1_000_000)


def mapping() -> Iterator[Score]:
    """The steps of a build of the real mapping, beside reading its sources."""
    analysis, files = Analysis.read(ROOT / "queries"), content_files()

    def read() -> ox.Store:
        store = ox.Store()
        sources.load(store, files)
        return store

    reading = timed(read)[0]
    other = f"reading its sources {reading:.2f} s"
    took = timed(lambda: materialise(read(), files, analysis, scopes=SCOPES))[0]
    yield Score("the real mapping: reading and deriving, all scopes", f"{took:.1f} s", other, took / reading)
    took = timed(lambda: look(ROOT))[0]
    yield Score("the real mapping: all but writing", f"{took:.1f} s", other, took / reading)
    with tempfile.TemporaryDirectory() as folder:
        took = timed(lambda: build(ROOT, Shelf(Path(folder))))[0]
    yield Score("the real mapping: a whole build", f"{took:.1f} s", other, took / reading)


PARTS: Final[Mapping[str, Callable[[tuple[int, ...]], Iterator[Score]]]] = {
    "rules": rules.report,
    "validation": validation.report,
    "assessing": assessing.report,
    "guard": lambda _: guard.report(),
    "mapping": lambda _: mapping(),
    "service": lambda sizes: endpoint.report(sizes[-1]),
}


def main() -> int:
    """The parts that are named, or all of them, at the sizes that are given; 2 when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("sizes", nargs="*", metavar="TRIPLES", help="10000 100000 1000000, when none are given")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; may be given again")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table there too")
    asked = parser.parse_args()
    sizes = tuple(int(size.replace(",", "")) for size in asked.sizes) or SIZES
    parts = asked.only or list(PARTS)
    if "service" in parts and not load.available():
        print("wrk is not installed (Debian: wrk); without it the service is not measured.", file=sys.stderr)
        return 2
    about = list(scores.machine())
    found: list[Score] = []
    for part in parts:
        print(f"\n## {part}", flush=True)
        found += PARTS[part](sizes)
    lines = [*about, "", *scores.table(found)]
    print("\n## All of it\n", *lines, sep="\n")
    if asked.write is not None:
        text = "\n".join(
            ("# Measured", "", "By `make bench`; what it means is told in [README.md](README.md).", "", *lines, "")
        )
        asked.write.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
