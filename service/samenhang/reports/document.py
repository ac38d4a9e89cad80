"""A report as JSON: the same wherever it was made, so paths are told from the content folder."""

from __future__ import annotations

import json
from pathlib import Path

from samenhang.inspection import Inspection
from samenhang.reports.checked import Checked


def write(checked: Checked) -> str:
    """The report of a check."""
    return as_json(checked.inspection, checked.content)


def as_json(inspection: Inspection, content: Path) -> str:
    """*inspection* alone, as a release keeps it."""
    document = {
        **({"engine": inspection.engine} if inspection.engine else {}),
        "results": [
            {
                "severity": str(flaw.result.severity),
                "thing": flaw.result.focus,
                "path": flaw.result.path,
                "value": None if flaw.result.value is None else flaw.result.value.n3(),
                "shape": flaw.result.shape,
                "message": dict(sorted(flaw.result.messages.items())),
                "files": [_told(path, content) for path in flaw.files],
                "graphs": list(flaw.graphs),
                **({"places": list(flaw.places)} if flaw.places else {}),
                **({"mend": flaw.mend.turtle()} if flaw.mend else {}),
            }
            for flaw in inspection.flaws
        ],
        "idle": list(inspection.idle),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _told(path: Path, content: Path) -> str:
    return path.relative_to(content).as_posix() if path.is_relative_to(content) else str(path)
