"""``make soak``: builds, switches and questions over and over, for as many minutes as asked (one by default).

It stops with a message when an answer fails or changes, or when memory keeps growing.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path

from samenhang.release import Shelf, build
from tests.support import ROOT, cells


def resident() -> int:
    """Memory of this process, in kilobytes (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def main(minutes: float) -> int:
    """Run for *minutes*; 0 when all went well."""
    end = time.monotonic() + minutes * 60
    rounds, first = 0, 0
    answers: dict[str, list[tuple[str | None, ...]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        while time.monotonic() < end:
            built = build(ROOT, shelf)
            assert built.release is not None, "the mapping has violations"
            release = shelf.current()
            for name in release.questions:
                rows = cells(release.ask(name))
                if answers.setdefault(name, rows) != rows:
                    print(f"round {rounds}: the answer to '{name}' changed", file=sys.stderr)
                    return 1
            del built, release
            gc.collect()
            rounds += 1
            if rounds == 3:
                first = resident()
            print(f"round {rounds}: {resident() // 1024} MB, {len(shelf.names())} release(s)")
    if rounds > 6 and resident() > first * 1.5:
        print(f"memory grew from {first // 1024} to {resident() // 1024} MB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1))
