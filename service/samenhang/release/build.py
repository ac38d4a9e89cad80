"""From sources to a release: load, inspect, derive, keep. Nothing is kept when anything is refused."""

from __future__ import annotations

from collections.abc import Collection as Collections
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from samenhang import questions, sources
from samenhang.errors import SyntaxProblem, Unreadable
from samenhang.exchange import readers
from samenhang.exchange.columns import Layout
from samenhang.inspection import FINDINGS, Inspection, inspect, shapes_text
from samenhang.namespaces import GRAPH, ID, PREFIXES, SCOPES
from samenhang.progress import Progress, silent
from samenhang.questions import Query, Words
from samenhang.release.answers import ANSWERS, answers
from samenhang.release.collection import Collection
from samenhang.release.description import describe
from samenhang.release.dumps import dumps
from samenhang.release.folders import DATA, canonical
from samenhang.release.intake import refresh
from samenhang.release.materialise import Analysis, materialise
from samenhang.release.shelf import Release, Shelf
from samenhang.reports.document import as_json
from samenhang.sources import HARVEST, SourceFile
from samenhang.validation import Severity

_ADDRESS: Final = ox.NamedNode(PREFIXES["dcat"] + "downloadURL")
_SOURCE: Final = f"{ID}source/"


@dataclass(frozen=True)
class Unfit:
    """A collected description, by the *name* of its source, that is left out, and why."""

    name: str
    words: Words


@dataclass(frozen=True)
class Built:
    """What a build gave: what was found, the release, or None when a violation refused it, and what was *left* out."""

    inspection: Inspection
    release: Release | None
    left: tuple[Unfit, ...] = ()


@dataclass(frozen=True)
class Look:
    """Sources as they were found: loaded, inspected and, when nothing is wrong with them, derived."""

    store: ox.Store
    files: tuple[SourceFile, ...]
    inspection: Inspection
    rules: tuple[str, ...]
    left: tuple[Unfit, ...] = ()


def look(
    content: Path,
    extra: Sequence[Path] = (),
    *,
    collection: Collection | None = None,
    progress: Progress = silent,
) -> Look:
    """Look at all of *content*, its findings included; or only at *extra* files, as a proposal beside it.

    What was collected of sources that *content* registers comes beside it from *collection*; what does not fit is left
    out. Raises SyntaxProblem, Unreadable.
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
    placing = questions.collect(queries / "exchange")["places"]
    only = "proposal" if extra else None
    inspection = inspect(store, files, shapes, checks, only=only, mending=mending, placing=placing)
    if extra:
        return Look(store, files, inspection, ())
    if inspection.fails(Severity.VIOLATION):
        return Look(store, files, inspection, ())
    left: list[Unfit] = []
    if collection is not None:
        added, inspection = _joined(store, content, files, inspection, collection, shapes, checks, left)
        files += added
    analysis = Analysis.read(queries)
    materialise(store, files, analysis, progress=progress)
    progress("bevindingen nakijken", "checking findings")
    # What a rule makes must obey the shapes too; one that does not is a defect of the rule. Scope by scope: a finding
    # has one address in all of them, and may differ. The checks that read findings look at those of everything.
    for scope in SCOPES:
        made = SourceFile(queries / "rules", f"{GRAPH}findings/{scope}", FINDINGS)
        reading = checks if scope == SCOPES[0] else ()
        inspection = inspection.joined(inspect(store, (*files, made), shapes, reading, only=FINDINGS))
    return Look(store, files, inspection, tuple(rule.name for rule in analysis.rules), tuple(left))


def _joined(
    store: ox.Store,
    content: Path,
    files: Sequence[SourceFile],
    inspection: Inspection,
    collection: Collection,
    shapes: bytes,
    checks: Collections[Query],
    left: list[Unfit],
) -> tuple[tuple[SourceFile, ...], Inspection]:
    """The collected descriptions that fit, put in *store* beside *files*, and the inspection of all of it.

    What was good when it was collected may fit no longer: the map or a shape changed since. It never refuses a release.
    """
    registered = {quad.subject for quad in store.quads_for_pattern(None, _ADDRESS, None, None)}
    names = [str(one.value).removeprefix(_SOURCE) for one in registered if isinstance(one, ox.NamedNode)]
    kept: dict[str, SourceFile] = {}
    since: dict[str, str] = {}
    layout = Layout(store, content)
    for name, file in collection.good(names).items():
        if not collection.whole(name):
            words = Words(
                "het bewaarde bestand is beschadigd; haal opnieuw op", "the file that was kept is damaged; collect anew"
            )
            left.append(Unfit(name, words))
            continue
        try:
            sources.load(store, [file])
            # What is remarked about it is told of its graph: where it is kept differs from machine to machine, and the
            # name of a release does not.
            kept[name] = sources.of_graph(file.graph) or file
            if (state := collection.state(name)) is not None:
                since[name] = state.collected
                refresh(layout, file, name, state.repeated)
        except (SyntaxProblem, Unreadable) as problem:
            left.append(Unfit(name, Words(problem.nl, problem.en)))
    while kept:
        found = inspect(store, (*files, *kept.values()), shapes, checks)
        wrong = [flaw for flaw in found.flaws if flaw.result.severity is Severity.VIOLATION]
        if not wrong:
            return tuple(kept.values()), found
        blamed = {
            name: flaw for flaw in reversed(wrong) for name, file in kept.items() if file.graph in flaw.graphs
        } or dict.fromkeys(kept, wrong[0])
        # Of two that do not go together the one goes that came last.
        name = max(blamed, key=lambda one: (since.get(one, ""), one))
        result = blamed[name].result
        left.append(Unfit(name, Words(*(f"{result.focus}: {result.message(lang)}" for lang in ("nl", "en")))))
        store.remove_graph(ox.NamedNode(kept.pop(name).graph))
    return (), inspection


def build(content: Path, shelf: Shelf, *, progress: Progress = silent) -> Built:
    """Make a release of *content*, keep it on *shelf* and publish it.

    A violation refuses it: nothing is kept, and the current release stays. Raises SyntaxProblem, and Unreadable (at
    once when nothing can be kept on the shelf).
    """
    shelf.ready()
    found = look(content, collection=Collection(shelf.folder / HARVEST), progress=progress)
    inspection = found.inspection
    if inspection.fails(Severity.VIOLATION):
        return Built(inspection, None, found.left)
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
    return Built(inspection, release, found.left)
