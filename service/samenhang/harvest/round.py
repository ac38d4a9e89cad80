"""One round along the registered addresses: fetch, look at, keep. Whatever is wrong with one, the others go on."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import pyoxigraph as ox

from samenhang import sources
from samenhang.engine import frames, program
from samenhang.errors import SamenhangError, Unreadable, unknown
from samenhang.exchange.columns import Layout
from samenhang.harvest import chamber, registry
from samenhang.harvest.registry import Registration
from samenhang.harvest.visitor import Answer, Limits, Visit, Visitor, host
from samenhang.progress import Progress, silent
from samenhang.questions import Words
from samenhang.release.collection import Collection, Standing, State

_STANDS: Final[Mapping[Answer, Standing]] = {Answer.GONE: "gone", Answer.AWAY: "away", Answer.UNFIT: "invalid"}


@dataclass(frozen=True)
class Outcome:
    """What came of one source: how it stands now, and how it stood before (None: it was never gone to).

    *passed*: it was not gone to, because it is not time yet. *added*, *changed* and *withdrawn*: short names of claims
    and things; *others*: what of these is about building blocks of others, with who owns those.
    """

    registration: Registration
    state: State
    before: State | None
    passed: bool = False
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    others: tuple[tuple[str, Words], ...] = ()

    @property
    def renewed(self) -> bool:
        """Whether its last good description is another than before."""
        return self.state.file != (self.before.file if self.before else "")


def registered(content: Path) -> dict[str, Registration]:
    """The sources that are registered in *content*, by name. Raises SyntaxProblem, Unreadable."""
    store = ox.Store()
    sources.load(store, sources.find(content))
    return registry.known(Layout(store, content), content)


def go(
    content: Path,
    collection: Collection,
    names: Sequence[str] = (),
    *,
    keep: bool = True,
    progress: Progress = silent,
    visitor: Visitor | None = None,
) -> Iterator[Outcome]:
    """Go along the sources called *names*, or along all for which it is time; nothing is kept unless *keep*.

    Raises NotFound (a name that is not registered), SyntaxProblem, Unreadable, WrongValue (a setting).
    """
    progress("lezen", "reading")
    known = registered(content)
    for name in names:
        if name not in known:
            raise unknown(("aangemelde bron", "registered source"), name, known)
    wanted = [known[name] for name in names or sorted(known)]
    hosts = [host(one.address) for one in known.values()]
    guest = visitor or Visitor(Limits.set(hosts))
    if keep and not names:
        _drop(collection, known)
    with Chamber(content, collection) as room:
        for number, one in enumerate(wanted, 1):
            progress(
                f"ophalen: {one.name}, {number} van {len(wanted)}", f"collecting: {one.name}, {number} of {len(wanted)}"
            )
            yield _one(one, collection, guest, room, asked=bool(names), keep=keep)


def _drop(collection: Collection, known: Names[str]) -> None:
    """Remember of the sources that are not *known* any more that nobody waits for word of them."""
    for name in collection.names():
        state = collection.state(name)
        if name not in known and state is not None and not state.dropped:
            collection.keep(name, dataclasses.replace(state, dropped=True))


def _one(
    one: Registration, collection: Collection, guest: Visitor, room: Chamber, *, asked: bool, keep: bool
) -> Outcome:
    now = datetime.now(UTC).replace(microsecond=0)
    before = collection.state(one.name)
    # What another address said is no answer of this one.
    same = before if before is not None and before.address == one.address else None
    if same is not None and not _due(same, one.interval, now, asked=asked):
        return Outcome(one, same, before, passed=True)
    good = same is not None and same.standing == "valid" and collection.whole(one.name)
    tag, modified = (same.tag, same.modified) if same is not None and good else ("", "")
    visit = guest.visit(one.address, tag=tag, modified=modified)
    moment = _written(now)
    if visit.answer is Answer.NEW:
        outcome, text = _looked(one, collection, before, visit, room, moment)
    else:
        state = _stands(one, before, visit, moment, now)
        outcome, text = Outcome(one, state, before), None
    if keep:
        outcome = dataclasses.replace(outcome, state=collection.keep(one.name, outcome.state, text))
        if text is not None:
            room.renew(one.name, collection.path(one.name, text))
    elif text is not None:
        outcome = dataclasses.replace(
            outcome, state=dataclasses.replace(outcome.state, file=collection.path(one.name, text).name)
        )
    return outcome


def _written(moment: datetime) -> str:
    """*moment* as RDF has it, for whom a moment in UTC has one spelling."""
    return moment.isoformat().replace("+00:00", "Z")


def _due(state: State, interval: timedelta, now: datetime, *, asked: bool) -> bool:
    """Whether it is time: a server that asked to stay away is heard, also by who names the source."""
    if state.until and now < datetime.fromisoformat(state.until):
        return False
    passed = now - datetime.fromisoformat(state.checked)
    # A timer that rings a little early must not skip a turn, nor a clock that was set back many.
    return asked or passed >= interval - timedelta(minutes=30) or passed < timedelta()


def _stands(one: Registration, before: State | None, visit: Visit, moment: str, now: datetime) -> State:
    """How *one* stands after a visit that brought nothing new."""
    if before is not None and visit.answer is Answer.SAME:
        return _turned(one, before, "valid", moment, words=visit.words, heard=moment)
    until = _written(now + timedelta(seconds=visit.wait)) if visit.wait else ""
    return _turned(one, before, _STANDS.get(visit.answer, "away"), moment, words=visit.words, until=until)


def _turned(one: Registration, before: State | None, standing: Standing, moment: str, **more: Any) -> State:
    """*before*, of which the last good description stays, now that *one* came to stand so, or still does."""
    kept = before or State(one.address, standing, moment, moment, more["words"])
    since = before.since if before is not None and before.standing == standing else moment
    told: dict[str, Any] = {"address": one.address, "standing": standing, "since": since, "checked": moment}
    told |= {"flaws": (), "until": "", "dropped": False, "interval": int(one.interval.total_seconds())}
    return dataclasses.replace(kept, **(told | more))


def _looked(
    one: Registration, collection: Collection, before: State | None, visit: Visit, room: Chamber, moment: str
) -> tuple[Outcome, str | None]:
    """What there is to say of a description that was fetched, and its text when it is another good one."""
    digest = hashlib.sha256(visit.body).hexdigest()
    since = before.collected if before is not None and before.digest == digest else moment
    try:
        found = room.read(one, visit, digest, since)
    except SamenhangError as problem:
        words = Words("Wat er staat, is niet te gebruiken.", "What is there cannot be used.")
        told = (Words(problem.nl, problem.en),)
        return Outcome(one, _turned(one, before, "invalid", moment, words=words, flaws=told), before), None
    if found["refused"]:
        number = len(found["flaws"])
        words = Words(
            f"Wat er staat, is niet te gebruiken: {number} {'fout' if number == 1 else 'fouten'}.",
            f"What is there cannot be used: {number} {'violation' if number == 1 else 'violations'}.",
        )
        flaws = tuple(Words(**flaw) for flaw in found["flaws"])
        return Outcome(one, _turned(one, before, "invalid", moment, words=words, flaws=flaws), before), None
    text: str = found["text"]
    state = _turned(
        one,
        before,
        "valid",
        moment,
        words=visit.words,
        heard=moment,
        tag=visit.tag,
        modified=visit.modified,
        wanted=found["wanted"],
        said=found["said"],
        missing=tuple(Words(**one) for one in found["missing"]),
        repeated=tuple(found["repeated"]),
    )
    if before is not None and before.file:
        # What reads the same but for a comment is the same: it must not make another release.
        old = text.replace(f"sha256:{digest}", f"sha256:{before.digest}").replace(since, before.collected)
        if collection.path(one.name, old).name == before.file and collection.whole(one.name):
            return Outcome(one, state, before), None
    state = dataclasses.replace(state, digest=digest, collected=since)
    outcome = Outcome(
        one,
        state,
        before,
        added=tuple(found["added"]),
        changed=tuple(found["changed"]),
        withdrawn=tuple(found["withdrawn"]),
        others=tuple((claim, Words(**owner)) for claim, owner in found["others"].items()),
    )
    return outcome, text


class Chamber:
    """The process that looks at descriptions, started when the first one is there."""

    def __init__(self, content: Path, collection: Collection) -> None:
        self._content, self._collection = content.resolve(), collection
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Chamber:
        self._folder = tempfile.TemporaryDirectory(prefix="samenhang-harvest-")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._control is not None:
            self._control.close()
            self._process.wait()
        assert self._folder is not None
        self._folder.cleanup()

    def read(self, one: Registration, visit: Visit, digest: str, since: str) -> dict[str, Any]:
        """What there is to say of the description that *visit* brought. Raises a SamenhangError about it."""
        assert self._folder is not None
        folder = Path(self._folder.name)
        came, result = folder / chamber.named(one.name, one.format, visit.body), folder / "result.json"
        came.write_bytes(visit.body)
        order = {
            "do": "read",
            "name": one.name,
            "format": one.format,
            "address": one.address,
            "speaker": one.speaker,
            "media": visit.media,
            "folder": str(folder),
            "file": came.name,
            "kept": str(self._collection.folder / one.name / "description.ttl"),
            "result": str(result),
            "digest": digest,
            "since": since,
        }
        done = self._tell(order)
        came.unlink()
        try:
            told: dict[str, Any] = json.loads(result.read_bytes()) if done else {}
        except ValueError:
            told = {}
        if "problem" in told:
            raise frames.load(told["problem"])
        if not told:
            raise SamenhangError(
                "Het nakijken bezwijkt onder deze beschrijving: te groot of te diep genest. Deel ze op.",
                "The examination breaks down under this description: too large or nested too deep. Split it.",
            )
        return told

    def renew(self, name: str, path: Path) -> None:
        """From now on the file at *path* is the last good description of the source *name*."""
        self._tell({"do": "load", "name": name, "path": str(path.resolve())})

    def _tell(self, order: Mapping[str, Any]) -> bool:
        """Whether *order* was done; a process that ends under it is started anew for the next. Raises Unreadable."""
        if self._control is None:
            self._start()
        assert self._control is not None
        said = b""
        with contextlib.suppress(OSError):
            self._control.send(json.dumps(order).encode())
            said = self._control.recv(program.LONGEST)
        if not said:
            self._control.close()
            self._process.wait()
            self._control = None
            return False
        return bool(json.loads(said)["done"])

    def _start(self) -> None:
        ready = {"content": str(self._content), "collection": str(self._collection.folder.resolve())}
        try:
            self._process, control = program.start(chamber.__name__)
            control.send(json.dumps(ready).encode())
            said = control.recv(program.LONGEST)
        except OSError as problem:
            raise Unreadable(
                f"Het proces dat nakijkt, start niet: {os.strerror(problem.errno or 0)}.",
                f"The process that examines does not start: {os.strerror(problem.errno or 0)}.",
            ) from None
        told = json.loads(said) if said else {}
        if "ready" not in told:
            control.close()
            self._process.wait()
            raise (
                frames.load(told["problem"])
                if told
                else Unreadable("Het proces dat nakijkt, start niet.", "The process that examines does not start.")
            )
        self._control = control
