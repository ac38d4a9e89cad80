"""``python -m samenhang.assessment.chamber``: a stranger's description, looked at in a process that is thrown away.

On its input stands an order as JSON: ``kind`` (``check`` or ``assess``), ``name`` (of the file with the description, in
the current folder), ``release`` (the folder of the one that is served), ``content`` (that with queries and shapes),
``forms``, ``lang``, ``budget``. Its output is JSON as well: a text for each form, or a problem. Before it looks at the
description it gives up all that it does not need: it cannot open connections, start processes, or use more than its
budget of memory and processor time.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from samenhang import sources
from samenhang.assessment.assessor import Assessor
from samenhang.assessment.forms import FORMATS
from samenhang.engine import confinement, frames, worker
from samenhang.engine.budget import Budget
from samenhang.errors import SamenhangError
from samenhang.exchange import READERS
from samenhang.release import Release, Shelf
from samenhang.reports import FORMATS as REPORTS
from samenhang.reports import Checked
from samenhang.settings import Lang
from samenhang.validation import Severity, validate

KINDS: Final[Mapping[str, tuple[str, ...]]] = {"check": tuple(REPORTS), "assess": tuple(FORMATS)}
"""What can be done with a description, and the forms of what comes of it; ``page`` is what a page is made of."""
_FILES: Final = 64
"""Files that are open at once, at most."""
_NICER: Final = 10


def examined(kind: str, file: Path, release: Release, content: Path, lang: Lang) -> Callable[[str], str]:
    """What comes of the description in *file* beside *release*, by the name of a form.

    Raises SyntaxProblem, Unreadable.
    """
    proposal = sources.proposals([file], READERS)
    offered = sources.quads(proposal)  # what cannot be read need not wait for the map
    assessor = Assessor(release.engine.store, content)
    if kind == "check":
        inspection = assessor.check(proposal, offered)
        writers: Mapping[str, Callable[[Checked], str]] = REPORTS
    else:
        found = assessor.assess(proposal, offered)
        inspection = found.inspection
        writers = {name: functools.partial(write, found) for name, write in FORMATS.items()}
    checked = Checked(inspection, [file], content, lang, Severity.VIOLATION)

    def written(form: str) -> str:
        if form == "page":
            page = {"report": json.loads(REPORTS["sarif"](checked)), "document": json.loads(writers["json"](checked))}
            return json.dumps(page)
        return writers[form](checked)

    return written


def answer(order: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to an *order*, within its budget."""
    budget = Budget(**order["budget"])
    validate(b"", b"")  # the engine starts its threads the first time, and afterwards none can be started
    os.nice(_NICER)
    confinement.confine(budget, os.getppid(), _FILES)
    confinement.allow(budget.seconds)
    try:
        folder = Path(order["release"])
        release = Shelf(folder.parents[1]).get(folder.name)
        written = examined(order["kind"], Path(order["name"]), release, Path(order["content"]), order["lang"])
        return {"written": {form: written(form) for form in order["forms"]}}
    except SamenhangError as problem:
        return {"problem": json.loads(frames.dump(problem))}
    except MemoryError:
        return {"problem": json.loads(frames.dump(worker.too_large(budget.memory)))}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
