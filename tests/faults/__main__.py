"""``make faults``: two hundred kills, or as many as asked, and every other fault; 0 when nothing was lost."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.faults import killing, trouble
from tests.faults.scene import Scene


def main(rounds: int = 200, seed: int = 1) -> int:
    """Run, report, and judge."""
    print(f"{rounds} kills, seed {seed}", flush=True)
    problems: list[str] = []
    for name, fault in {**killing.faults(rounds, seed), **trouble.FAULTS}.items():
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, Scene(Path(folder)) as scene:
            said = fault(scene)
            found = [*scene.problems, *scene.look()]
        print(f"  {name:18} {said}: {len(found)} problems, {time.monotonic() - begun:.0f} s", flush=True)
        problems += [f"{name}: {problem}" for problem in found]
    for problem in problems:
        print(f"  PROBLEM {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
