"""``make engines``: every question, rule and derivation on each server that is installed, beside our engine."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from samenhang.engine.lodging import Elsewhere
from samenhang.engine.remote import RemoteEngine
from samenhang.namespaces import SCOPES
from samenhang.release import Release, Shelf
from samenhang.release.build import build
from samenhang.release.loading import load, lodging
from tests.engines import servers
from tests.engines.comparison import APART, compare, queries
from tests.support import ROOT

_SECONDS = 30.0
"""Seconds that a server has for one query."""


def main(names: list[str]) -> int:
    """Compare with the servers called *names*, or with all. How it ends: 1 when one answers otherwise."""
    for folder, why in APART.items():
        print(f"queries/{folder} is left out: {why}.")
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        release = build(ROOT, Shelf(Path(folder) / "var")).release
        assert release is not None
        for name in names or servers.NAMES:
            if why := servers.absent(name):
                print(f"\n{name}: ABSENT, so nothing was compared: {why}.")
                continue
            place = Path(folder) / name
            place.mkdir()
            different += _with(name, place, release)
    return 1 if different else 0


def _with(name: str, folder: Path, release: Release) -> int:
    """Compare with one server; how many queries it answers otherwise."""
    with servers.started(name, folder) as server:
        begun = time.perf_counter()
        loaded = load(release, server)
        print(f"\n{name}: {loaded.triples} triples in {loaded.graphs} graphs, {time.perf_counter() - begun:.0f} s")
        engine = RemoteEngine.open(Elsewhere(server.endpoint, lodging(release)), _SECONDS)
        found = []
        for part, query in queries():
            servers.until_up(server)
            found.append(compare(part, query, release.engine, engine, SCOPES[0]))
            if found[-1].difference:
                print(f"  {found[-1].name}: {found[-1].difference}", flush=True)
    wrong = [one for one in found if one.difference]
    ours, theirs = (sum(one.seconds[side] for one in found) for side in (0, 1))
    print(f"{len(found) - len(wrong)} of {len(found)} queries the same ({ours:.0f} s here, {theirs:.0f} s there)")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
