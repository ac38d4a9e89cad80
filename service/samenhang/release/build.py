"""From sources to a release: load, inspect, derive, keep. Nothing is kept when anything is refused."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Collection as Collections
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from samenhang import questions, sources
from samenhang.engine import errand
from samenhang.engine.errand import Errand
from samenhang.errors import SyntaxProblem, Unreadable
from samenhang.exchange import readers
from samenhang.exchange.columns import Layout
from samenhang.inspection import Inspection, inspect, shapes_text
from samenhang.namespaces import ID, PREFIXES, SCOPES
from samenhang.progress import Progress, silent
from samenhang.questions import Query, Words
from samenhang.release import scope
from samenhang.release.answers import ANSWERS, archive
from samenhang.release.collection import Collection
from samenhang.release.description import describe
from samenhang.release.dumps import dumps
from samenhang.release.folders import DATA, canonical
from samenhang.release.intake import refresh
from samenhang.release.materialise import Analysis
from samenhang.release.shelf import Release, Shelf
from samenhang.reports.document import as_json
from samenhang.sources import HARVEST, SourceFile
from samenhang.validation import Severity, ready

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
    """Sources as they were found: loaded and inspected, with their findings where nothing is wrong with them."""

    store: ox.Store
    files: tuple[SourceFile, ...]
    inspection: Inspection
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
    out. Raises SyntaxProblem, Unreadable, and SamenhangError when the system ended a process that looked.
    """
    found = _looked(content, extra, collection, progress)
    if extra or found.inspection.fails(Severity.VIOLATION):
        return found
    made = scope.make(found.store, found.files, content, progress=progress)
    return replace(found, inspection=_with(found.inspection, made))


def _with(inspection: Inspection, made: Iterable[scope.Made]) -> Inspection:
    """*inspection* with what was found in each scope."""
    return functools.reduce(Inspection.joined, (one.inspection for one in made), inspection)


def _looked(content: Path, extra: Sequence[Path], collection: Collection | None, progress: Progress) -> Look:
    """The sources, before anything is made of them."""
    progress("lezen", "reading")
    store, files = ox.Store(), sources.find(content)
    # The content comes first: what is no RDF names things of the map as people do.
    files += sources.proposals(extra, readers(store, content))
    sources.load(store, files)
    progress("nakijken", "checking")
    shapes, queries = shapes_text(content / "shapes"), content / "queries"
    checks = questions.collect(queries / "checks").values()
    if extra:
        mending = questions.collect(queries / "mend").values()
        placing = questions.collect(queries / "exchange")["places"]
        return Look(
            store, files, inspect(store, files, shapes, checks, only="proposal", mending=mending, placing=placing)
        )
    ready(shapes)
    inspection = _inspected(store, files, shapes, checks)
    if collection is None or inspection.fails(Severity.VIOLATION):
        return Look(store, files, inspection)
    left: list[Unfit] = []
    added, inspection = _joined(store, content, files, inspection, collection, shapes, checks, left)
    return Look(store, files + added, inspection, tuple(left))


def _inspected(store: ox.Store, files: Sequence[SourceFile], shapes: bytes, checks: Collections[Query]) -> Inspection:
    """The inspection of *files* by a process of its own: it takes more memory than they do, and may start threads."""
    work = Errand("het nakijken", "checking", lambda _: inspect(store, files, shapes, checks))
    return errand.sent([work])[0]


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
        found = _inspected(store, (*files, *kept.values()), shapes, checks)
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
    found = _looked(content, (), Collection(shelf.folder / HARVEST), progress)
    if found.inspection.fails(Severity.VIOLATION):
        return Built(found.inspection, None, found.left)
    queries = content / "queries"
    with contextlib.ExitStack() as stack:
        folder, keep = shelf.folder, [stack.enter_context(shelf.scrap()) for _ in SCOPES]
        made = scope.make(found.store, found.files, content, keep=keep, folder=folder, progress=progress)
        inspection = _with(found.inspection, made)
        if inspection.fails(Severity.VIOLATION):
            return Built(inspection, None, found.left)
        describe(found.store, queries, scopes=())
        progress("wegschrijven", "writing")
        about: dict[str, Any] = {
            "scopes": list(SCOPES),
            "rules": [rule.name for rule in Analysis.read(queries).rules],
            "quads": len(found.store) + sum(one.quads for one in made),
            "violations": inspection.count(Severity.VIOLATION),
            "warnings": inspection.count(Severity.WARNING),
            "engine": inspection.engine,
        }
        # Which engine looked depends on the machine, and the name of a release does not.
        seen = as_json(replace(inspection, engine=""), content).encode()
        files = {DATA: canonical(found.store, keep), "inspection.json": seen}
        known = archive([one.answers for one in made])
        release = shelf.put(files, about, {**dumps(), ANSWERS: known})
    shelf.publish(release)
    return Built(inspection, release, found.left)
