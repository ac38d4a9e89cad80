"""``make bench [sizes]``: validation and rules on generated data with their goals, and a build of the real mapping."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox

from samenhang import sources
from samenhang.namespaces import SCOPES
from samenhang.release import Analysis, Shelf, materialise
from samenhang.release.build import build, look
from tests.benchmarks import assessing, guard, rules, validation
from tests.benchmarks.clock import heading, timed
from tests.support import ROOT, content_files

SIZES = (10_000, 100_000, 1_000_000)


def mapping() -> None:
    """Print the seconds of the steps of a build of the real mapping."""
    heading("The real mapping", "s")
    print(f"| check (all but writing) | {timed(lambda: look(ROOT))[0]:.2f} |")
    analysis, files = Analysis.read(ROOT / "queries"), content_files()

    def derive() -> None:
        fresh = ox.Store()
        sources.load(fresh, files)
        materialise(fresh, files, analysis, scopes=SCOPES)

    print(f"| derive, all scopes | {timed(derive)[0]:.2f} |")
    with tempfile.TemporaryDirectory() as folder:
        print(f"| build, all of it | {timed(lambda: build(ROOT, Shelf(Path(folder))))[0]:.2f} |")


def main() -> None:
    """All of it, at the sizes that are given (in triples), or 10,000, 100,000 and 1,000,000."""
    sizes = tuple(int(size.replace(",", "")) for size in sys.argv[1:]) or SIZES
    rules.report(sizes)
    validation.report(sizes)
    assessing.report(sizes)
    guard.report()
    mapping()


if __name__ == "__main__":
    main()
