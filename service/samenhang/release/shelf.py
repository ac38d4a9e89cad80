"""The shelf of releases: folders under ``var/releases`` named by their content, and the one that is current.

A folder appears under its name only when it is whole (one rename); the current one is named by a symbolic link that is
replaced in one step. When each was published is told in ``published.jsonl``, outside of what is hashed. Who writes here
does so alone, so that what lies about half made is what somebody left who ended.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from uuid import uuid4

from samenhang import settings
from samenhang.engine import Answer, EmbeddedEngine, Holding
from samenhang.engine.archive import Archive
from samenhang.errors import NotFound, SamenhangError, unknown
from samenhang.lock import alone
from samenhang.questions import Query, pick, questions
from samenhang.release import folders, history
from samenhang.release.answers import ANSWERS
from samenhang.release.binding import bind, settle
from samenhang.release.folders import BESIDE, DATA, MANIFEST, Part
from samenhang.release.history import History
from samenhang.sources import unreadable

if TYPE_CHECKING:
    from rdflib import Dataset

LOG: Final = "published.jsonl"
QUERIES: Final = "queries"
STORE: Final = "store"
"""What is made of the data of a large release when it is served; it can always be removed and is then made again."""
_DRAFT: Final = ".draft-"
_FRESH: Final = ".current-"
_BUFFER: Final = 128 * 1024


@dataclass(frozen=True)
class Release:
    """One immutable release: its short name, its folder, and what its manifest says.

    >>> import samenhang
    >>> release = samenhang.open()
    >>> rows = release.ask("existing-blocks", scope="report-2021").rows()
    >>> known = [row["block"].value for row in rows if row["answer"].value.endswith("#answer-yes")]
    >>> sorted(iri.rsplit("/", 1)[1] for iri in known)[:2]
    ['bibliotheeksysteem', 'digitaal-podium']
    """

    name: str
    folder: Path
    manifest: Mapping[str, Any]

    @functools.cached_property
    def engine(self) -> EmbeddedEngine:
        """The engine over this release, loaded on first use. Raises Unreadable when the data are damaged."""
        return EmbeddedEngine.load(self.holding())

    def verify(self) -> None:
        """Raises Unreadable unless each file of it is what it was when it was made."""
        harmed = folders.harm(self.folder)
        if harmed is not None:
            raise folders.damaged(self.name, harmed)

    def holding(self, *, verified: bool = False) -> Holding:
        """What an engine over this release holds. Raises Unreadable when the data are damaged.

        ``verified``: that was seen a moment ago; reading a large file once more takes a while.
        """
        path, digest = self.folder / DATA, self.manifest["files"][DATA]["sha256"]
        if not verified and folders.digest(path) != digest:
            raise folders.damaged(self.name, path)
        return Holding((path,), store=self.folder / STORE, digests=(digest,))

    def archive(self) -> Archive:
        """What was answered when it was built; a release of before has nothing of that, and is asked."""
        return Archive(self.folder / ANSWERS)

    @functools.cached_property
    def dataset(self) -> Dataset:
        """The release as an rdflib ``Dataset`` (over oxrdflib), for notebooks and scripts. Changes to it are not kept.

        >>> import samenhang
        >>> from rdflib import URIRef
        >>> from rdflib.namespace import SKOS
        >>> graph = samenhang.open().dataset.graph(URIRef("https://w3id.org/samenhang/graph/scope/all"))
        >>> str(graph.value(URIRef("https://w3id.org/samenhang/id/actor/publiq"), SKOS.prefLabel, any=True))
        'publiq'
        """
        from oxrdflib import OxigraphStore  # neither is quick to import, and commands do without
        from rdflib import Dataset

        return Dataset(store=OxigraphStore(store=self.engine.store))

    @functools.cached_property
    def questions(self) -> dict[str, Query]:
        """The questions that can be asked of it, by name."""
        return questions(settings.content() / QUERIES)

    def ask(self, question: str, /, *, scope: str = "all", **values: str | Sequence[str]) -> Answer:
        """The answer to a named *question*, with *values* for its parameters.

        Raises NotFound (with the nearest names) and WrongValue.

        >>> import samenhang
        >>> release = samenhang.open()
        >>> answer = release.ask("owners", scope="report-2021", block="bibliotheeksysteem")
        >>> [row["owner"].value for row in answer.rows()]
        ['https://w3id.org/samenhang/id/actor/cultuurconnect']
        """
        binding = bind(pick(question, self.questions), values)
        return self.engine.query(settle(binding, self._things), scope)

    def _things(self, text: str) -> list[str]:
        return [row["thing"].value for row in self.engine.query(text).rows()]

    def query(self, text: str, *, scope: str = "all") -> Answer:
        """The answer to a SPARQL query; its default graph is that of *scope*.

        >>> import samenhang
        >>> query = "SELECT (COUNT(*) AS ?n) WHERE { ?f a <https://w3id.org/samenhang/ns#Finding> }"
        >>> answer = samenhang.open().query(query)
        >>> int(next(answer.rows())["n"].value) > 0
        True
        """
        return self.engine.query(text, scope)

    def findings(self, *, scope: str = "all", rule: str = "", about: str = "") -> Answer:
        """The findings, of one *rule* and about one thing when given (slug, short name or IRI).

        >>> import samenhang
        >>> findings = list(samenhang.open().findings(rule="capability-overlap").rows())
        >>> len(findings) > 0
        True
        """
        values = {name: value for name, value in (("rule", rule), ("about", about)) if value}
        return self.ask("findings", scope=scope, **values)


class Shelf:
    """The releases in one folder (``var`` by default)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.var()

    @property
    def _releases(self) -> Path:
        return self.folder / "releases"

    @property
    def _link(self) -> Path:
        return self.folder / "current"

    def ready(self) -> None:
        """Raise Unreadable when no release can be kept here, before anybody works long to make one."""
        place = next(path for path in (self.folder.absolute(), *self.folder.absolute().parents) if path.exists())
        wrong = errno.ENOTDIR if not place.is_dir() else errno.EACCES
        if wrong == errno.ENOTDIR or not os.access(place, os.W_OK | os.X_OK):
            raise unreadable(self.folder, OSError(wrong, os.strerror(wrong)))

    def scrap(self) -> IO[bytes]:
        """A file without a name where releases are made, for what is on its way to one. Raises Unreadable."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return tempfile.TemporaryFile(dir=self.folder, buffering=_BUFFER)
        except OSError as problem:
            raise unreadable(self.folder, problem) from None

    def put(
        self, files: Mapping[str, Part], about: Mapping[str, Any], beside: Mapping[str, Part] | None = None
    ) -> Release:
        """Keep *files* as a release and give it back; the same files are the same release, kept once.

        What is *beside* them follows from them: it is kept too, but has no part in the name. Nothing that looks like a
        release appears before all of it is on disk. Raises Unreadable (disk full, no permission).
        """
        beside = beside or {}
        draft: Path | None = None
        try:
            self._releases.mkdir(parents=True, exist_ok=True)
            with self._alone():
                draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self.folder))
                listed = folders.fill(draft, files)
                whole = folders.name(listed)
                target = self._releases / whole[:16]
                if not folders.whole(target, listed, beside):
                    made = folders.fill(draft, beside)
                    manifest = {"release": whole[:16], "sha256": whole, "files": listed, BESIDE: made, **about}
                    folders.write(draft / MANIFEST, json.dumps(manifest, indent=2, sort_keys=True).encode() + b"\n")
                    draft.chmod(0o755)
                    folders.settle(draft, target, listed, beside)
                    folders.sync(self._releases)
        except OSError as problem:
            raise unreadable(Path(problem.filename or self._releases), problem) from None
        finally:
            if draft is not None:
                shutil.rmtree(draft, ignore_errors=True)
        return self.get(whole[:16])

    @contextlib.contextmanager
    def _alone(self) -> Iterator[int]:
        """While nobody else writes here. First, what somebody left behind who was killed is removed."""
        with alone(self.folder) as folder:
            for left in (*self.folder.glob(_DRAFT + "*"), *self.folder.glob(_FRESH + "*")):
                left.unlink() if left.is_symlink() else shutil.rmtree(left, ignore_errors=True)
            yield folder

    def publish(self, release: Release) -> None:
        """Make *release* the current one, in one step, and note when. Raises Unreadable (disk full, no permission)."""
        try:
            # Whatever has to be opened is opened before: who is refused a file then has published nothing.
            with self._alone() as folder, (self.folder / LOG).open("a+b") as log:
                line = json.dumps({"release": release.name, "at": self._moment()}).encode() + b"\n"
                fresh = self.folder / f"{_FRESH}{uuid4().hex}"
                fresh.symlink_to(Path("releases") / release.name)
                os.replace(fresh, self._link)
                os.fsync(folder)
                # A line that a full disk or a crash cut short must not spoil this one.
                log.seek(max(log.tell() - 1, 0))
                log.write((b"\n" if log.read(1) not in (b"\n", b"") else b"") + line)
                log.flush()
                os.fsync(log.fileno())
        except OSError as problem:
            raise unreadable(Path(problem.filename or self._link), problem) from None

    def _moment(self) -> str:
        """Now; later than any release was published before, also when the clock was set back since."""
        now = datetime.now(UTC)
        for moment in self.published().values():
            now = max(now, datetime.fromisoformat(moment).astimezone(UTC) + timedelta(seconds=1))
        return now.isoformat(timespec="seconds")

    def remember(self, log: bytes) -> None:
        """Take over when releases were published, from a backup, unless that is known here. Raises Unreadable."""
        try:
            with self._alone():
                if not (self.folder / LOG).exists():
                    folders.write(self.folder / LOG, log)
        except OSError as problem:
            raise unreadable(Path(problem.filename or self.folder), problem) from None

    def names(self) -> list[str]:
        """The names of the releases that are there, sorted."""
        return sorted(p.parent.name for p in self._releases.glob(f"*/{MANIFEST}"))

    def published(self) -> dict[str, str]:
        """When each release was last published (UTC, ISO 8601), for those that were; the last one at the end."""
        moments: dict[str, str] = {}
        for publication in self.history().publications:
            moments.pop(publication.release, None)
            moments[publication.release] = publication.told()
        return moments

    def history(self) -> History:
        """Which release was published when, and which of them are kept. Raises Unreadable."""
        publications, lost = history.read(self.folder / LOG)
        try:
            current = Path(os.readlink(self._link)).name
        except OSError:
            current = ""
        return History(tuple(publications), tuple(self.names()), current, lost)

    def get(self, name: str) -> Release:
        """The release called *name*. Raises NotFound with those that are there, Unreadable when it is damaged."""
        if name not in self.names():
            raise unknown(("release", "release"), name, self.names())
        folder = self._releases / name
        manifest = folders.read_manifest(folder)
        if manifest is None:
            raise folders.damaged(name, folder / MANIFEST)
        return Release(name, folder, manifest)

    def current(self) -> Release:
        """The published release. Raises NotFound when nothing was built yet."""
        try:
            name = os.readlink(self._link)
        except OSError:
            raise NotFound(
                f"In '{self.folder}' is nog niets gepubliceerd. Bouw eerst: samenhang build.",
                f"Nothing was published in '{self.folder}' yet. Build first: samenhang build.",
                status=503,
            ) from None
        return self.get(Path(name).name)

    def sound(self) -> tuple[Release, tuple[SamenhangError, ...]]:
        """The last published release that is whole, and what is wrong with each that was published after it.

        Raises NotFound when nothing was published, Unreadable about the published one when no other will do.
        """
        problems: list[SamenhangError] = []
        try:
            release = self.current()
            release.verify()
            return release, ()
        except SamenhangError as problem:
            problems.append(problem)
        for name in reversed(self.published()):
            try:
                release = self.get(name)
                release.verify()
                return release, tuple(problems)
            except SamenhangError as problem:
                if problem.message("en") not in [known.message("en") for known in problems]:
                    problems.append(problem)
        raise problems[0]


def open_current(folder: str | Path | None = None) -> Release:
    """The published release in *folder* (by default ``SAMENHANG_VAR``, else ``var``). Raises NotFound."""
    return Shelf(Path(folder) if folder is not None else None).current()
