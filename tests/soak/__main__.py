"""``make soak``: hostile queries for five minutes, or as many as asked; 0 when nothing went wrong."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.soak.siege import SLOWER, besiege


def main(minutes: float) -> int:
    """Run, report, and judge."""
    with tempfile.TemporaryDirectory() as folder:
        report = besiege(minutes * 60, Path(folder), tell if sys.stdout.isatty() else quietly)
    print("", *report.lines(), sep="\n")
    if report.hostile > SLOWER * report.quiet:
        print(f"  PROBLEM documents were more than {SLOWER} times slower")
        return 1
    return 1 if report.problems else 0


def tell(text: str) -> None:
    """Show *text* in the place of what was shown before."""
    print(f"\r\033[K{text}", end="", flush=True)


def quietly(text: str) -> None:
    """Show nothing: no progress in a pipe."""


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5))
