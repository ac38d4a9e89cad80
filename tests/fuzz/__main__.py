"""``make fuzz``: schemathesis for five minutes, or as many as asked; 0 when each answer is one that was promised."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from samenhang.release import Shelf
from samenhang.release.build import build
from tests.service import served
from tests.support import ROOT

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "unsupported_method",
    "allow_header_conformance",
)
"""What an answer is held against. What is in a body differs by form, and the document says nothing of it."""


def main(minutes: float = 5) -> int:
    """Serve the real mapping, send, report. How it ends: as schemathesis does."""
    with tempfile.TemporaryDirectory() as folder:
        assert build(ROOT, Shelf(Path(folder))).release is not None, "the mapping has violations"
        with served(var=Path(folder)) as (_, client):
            address = str(client.base_url).rstrip("/")
            command = [
                *(
                    str(Path(sys.executable).parent / "schemathesis"),
                    "run",
                    f"{address}/openapi.json",
                    "--url",
                    address,
                ),
                *("--phases", "coverage,fuzzing", "--max-time", str(int(minutes * 60)), "--checks", ",".join(CHECKS)),
                *("--continue-on-failure", "--warnings", "off", "--request-timeout", "60"),
            ]
            return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
