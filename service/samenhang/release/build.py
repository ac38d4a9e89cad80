"""From sources to a release: load, inspect, derive, keep. Nothing is kept when anything is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from samenhang import questions, sources
from samenhang.exchange import readers
from samenhang.inspection import FINDINGS, Inspection, inspect, shapes_text
from samenhang.namespaces import GRAPH, SCOPES
from samenhang.release.answers import ANSWERS, answers
from samenhang.release.description import describe
from samenhang.release.dumps import dumps
from samenhang.release.folders import DATA, canonical
from samenhang.release.materialise import Analysis, Progress, materialise, silent
from samenhang.release.shelf import Release, Shelf
from samenhang.reports.document import as_json
from samenhang.sources import SourceFile
from samenhang.validation import Severity


@dataclass(frozen=True)
class Built:
    """What a build gave: what was found, and the release, or None when a violation refused it."""

    inspection: Inspection
    release: Release | None


@dataclass(frozen=True)
class Look:
    """Sources as they were found: loaded, inspected and, when nothing is wrong with them, derived."""

    store: ox.Store
    files: tuple[SourceFile, ...]
    inspection: Inspection
    rules: tuple[str, ...]


def look(content: Path, extra: Sequence[Path] = (), *, progress: Progress = silent) -> Look:
    """Look at all of *content*, its findings included; or only at *extra* files, as a proposal beside it.

    Raises SyntaxProblem, Unreadable.
    """
    progress("lezen", "reading")
    store, files = ox.Store(), sources.find(content)
    # The content comes first: what is no RDF names things of the map as people do.
    files += sources.proposals(extra, readers(store, content))
    sources.load(store, files)
    progress("nakijken", "checking")
    shapes, queries = shapes_text(content / "shapes"), content / "queries"
    checks = questions.collect(queries / "checks").values()
    mending = questions.collect(queries / "mend").values() if extra else ()
    inspection = inspect(store, files, shapes, checks, only="proposal" if extra else None, mending=mending)
    if extra:
        return Look(store, files, inspection, ())
    if inspection.fails(Severity.VIOLATION):
        return Look(store, files, inspection, ())
    analysis = Analysis.read(queries)
    materialise(store, files, analysis, progress=progress)
    progress("bevindingen nakijken", "checking findings")
    # What a rule makes must obey the shapes too; one that does not is a defect of the rule. Scope by scope: a finding
    # has one address in all of them, and may differ. The checks that read findings look at those of everything.
    for scope in SCOPES:
        made = SourceFile(queries / "rules", f"{GRAPH}findings/{scope}", FINDINGS)
        reading = checks if scope == SCOPES[0] else ()
        inspection = inspection.joined(inspect(store, (*files, made), shapes, reading, only=FINDINGS))
    return Look(store, files, inspection, tuple(rule.name for rule in analysis.rules))


def build(content: Path, shelf: Shelf, *, progress: Progress = silent) -> Built:
    """Make a release of *content*, keep it on *shelf* and publish it.

    A violation refuses it: nothing is kept, and the current release stays. Raises SyntaxProblem, and Unreadable (at
    once when nothing can be kept on the shelf).
    """
    shelf.ready()
    found = look(content, progress=progress)
    inspection = found.inspection
    if inspection.fails(Severity.VIOLATION):
        return Built(inspection, None)
    describe(found.store, content / "queries", progress=progress)
    known = answers(found.store, content / "queries", progress=progress)
    progress("wegschrijven", "writing")
    about: dict[str, Any] = {
        "scopes": list(SCOPES),
        "rules": list(found.rules),
        "quads": len(found.store),
        "violations": inspection.count(Severity.VIOLATION),
        "warnings": inspection.count(Severity.WARNING),
        "engine": inspection.engine,
    }
    # Which engine looked depends on the machine, and the name of a release does not.
    seen = as_json(replace(inspection, engine=""), content).encode()
    files = {DATA: canonical(found.store), "inspection.json": seen}
    release = shelf.put(files, about, {**dumps(), ANSWERS: known})
    shelf.publish(release)
    return Built(inspection, release)
