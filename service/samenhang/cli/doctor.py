"""The command that looks at an installation and says what is wrong with it, and what to do."""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

import click

from samenhang import journal, settings
from samenhang.cli.speech import LANG, Command, say
from samenhang.engine import confinement
from samenhang.errors import NotFound, SamenhangError
from samenhang.release import Shelf
from samenhang.release.collection import Collection
from samenhang.release.folders import DATA

State = Literal["good", "mind", "wrong"]
"""``mind``: it runs, and not as well as it could."""

_QUAD: Final = 700
"""Bytes of memory that a quad takes, measured on a million of them."""
_ROOM: Final = 5
"""Releases that there should be room for on the disk."""
_LEAST: Final = 100 << 20
"""Bytes that there should be on the disk anyway."""
_HANDLES: Final = 4096 + 128
"""Connections that the service lets in, and what it opens beside them."""

_PATIENCE: Final = 5
"""Seconds that a SPARQL server has to answer."""


@dataclass(frozen=True)
class Sign:
    """What was seen of one thing, and what to do about it when it is not good, in the language of this run."""

    what: str
    state: State
    seen: str
    remedy: str = ""


def _python() -> Iterator[Sign]:
    good = sys.version_info >= (3, 11)
    remedy = say("Installeer Python 3.11 of later.", "Install Python 3.11 or later.")
    yield Sign("python", "good" if good else "wrong", platform.python_version(), remedy)
    if sys.platform != "linux":
        seen = say("geen Linux: de dienst draait niet", "not Linux: the service does not run")
        yield Sign("system", "mind", seen, say("Gebruik een container.", "Use a container."))


def _dependencies() -> Iterator[Sign]:
    missing: list[str] = []
    lacking: list[str] = []
    for requirement in metadata.requires("samenhang") or ():
        name, _, marker = requirement.partition(";")
        if "extra ==" in marker:
            continue
        plain = name.strip().partition("[")[0]
        for mark in "<>=!~ ":
            plain = plain.partition(mark)[0]
        try:
            metadata.version(plain)
        except metadata.PackageNotFoundError:
            (lacking if marker else missing).append(plain)
    remedy = say("Installeer opnieuw: pip install samenhang.", "Install again: pip install samenhang.")
    if missing:
        yield Sign("dependencies", "wrong", say("niet geïnstalleerd: ", "not installed: ") + ", ".join(missing), remedy)
    elif lacking:
        seen = say("nakijken en bedienen gaan trager zonder ", "checking and serving are slower without ")
        yield Sign("dependencies", "mind", seen + ", ".join(lacking), remedy)
    else:
        yield Sign("dependencies", "good", say("volledig", "complete"))


def _settings() -> Iterator[Sign]:
    from samenhang.engine.budget import Budget

    for test in (
        settings.content,
        settings.public,
        Budget.set,
        lambda: settings.number("SAMENHANG_LARGE"),
        journal.level,
    ):
        try:
            test()
        except SamenhangError as problem:
            yield Sign("settings", "wrong", problem.message(say("nl", "en")), "samenhang settings")
    for name in settings.strangers():
        seen = say(f"{name} is geen instelling", f"{name} is no setting")
        yield Sign("settings", "mind", seen, say("Kijk na hoe ze heet: samenhang settings.", "See samenhang settings."))


def _var() -> Iterator[Sign]:
    var = settings.var()
    there = next((path for path in (var, *var.absolute().parents) if path.exists()), Path("/"))
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".doctor-"):
            pass
        yield Sign("var", "good", say(f"'{var}' is te beschrijven", f"'{var}' can be written to"))
    except OSError as problem:
        seen = say(f"'{there}' is niet te beschrijven", f"'{there}' cannot be written to") + f": {problem.strerror}"
        remedy = say(
            "Bedienen kan, bouwen niet. Geef deze gebruiker schrijfrecht, of zet SAMENHANG_VAR op een andere map.",
            "Serving works, building does not. Let this user write, or set SAMENHANG_VAR to another folder.",
        )
        yield Sign("var", "mind", seen, remedy)
    free = shutil.disk_usage(there).free
    size = max((_size(folder) for folder in (var / "releases").glob("*")), default=0)
    wanted = max(_ROOM * size, _LEAST)
    seen = say(f"{free >> 20} MB vrij", f"{free >> 20} MB free")
    remedy = say(
        f"Maak {wanted >> 20} MB vrij: verwijder oude releases uit '{var / 'releases'}', of vergroot de schijf.",
        f"Make room for {wanted >> 20} MB: remove old releases from '{var / 'releases'}', or enlarge the disk.",
    )
    yield Sign("disk", "good" if free > wanted else "mind" if free > 2 * size else "wrong", seen, remedy)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _releases() -> Iterator[Sign]:
    shelf = Shelf()
    try:
        release, doubts = shelf.sound()
    except NotFound:
        seen = say("nog niets gepubliceerd", "nothing was published yet")
        yield Sign("release", "wrong", seen, say("Bouw: samenhang build.", "Build: samenhang build."))
        return
    except SamenhangError as problem:
        release, doubts = None, (problem,)
    again = say(
        "Bouw opnieuw, of zet een reservekopie terug (samenhang restore).",
        "Build again, or restore a backup (samenhang restore).",
    )
    for doubt in doubts:
        yield Sign("release", "wrong", doubt.message(say("nl", "en")), again)
    for name in shelf.names():
        if release is not None and name == release.name:
            continue
        try:
            shelf.get(name).verify()
        except SamenhangError as problem:
            if problem.en not in [doubt.en for doubt in doubts]:
                yield Sign("release", "mind", problem.message(say("nl", "en")), again)
    if release is not None:
        quads = release.manifest["quads"]
        yield Sign(
            "release", "good", say(f"{release.name}, volledig, {quads} quads", f"{release.name}, whole, {quads} quads")
        )
        moment = shelf.published().get(release.name)
        if moment and datetime.fromisoformat(moment) > datetime.now(UTC) + timedelta(minutes=1):
            seen = say(f"gepubliceerd in de toekomst: {moment}", f"published in the future: {moment}")
            yield Sign("clock", "mind", seen, say("Zet de klok gelijk.", "Set the clock right."))
        yield _memory(int(quads), int(release.manifest["files"][DATA]["bytes"]))


def _harvest() -> Iterator[Sign]:
    collection = Collection()
    remedy = say(
        "Kijk wat er scheelt met samenhang harvest, en vraag het aan wie het adres bijhoudt.",
        "See what is wrong with samenhang harvest, and ask whoever keeps the address.",
    )
    for name in collection.stale(datetime.now(UTC)):
        state = collection.state(name)
        told = state.words[LANG] if state is not None else ""
        seen = say(f"van '{name}' al lang niets meer vernomen: {told}", f"nothing heard of '{name}' for long: {told}")
        yield Sign("harvest", "mind", seen, remedy)


def _memory(quads: int, size: int) -> Sign:
    from samenhang.engine import disk
    from samenhang.engine.budget import Budget

    try:
        budget, on_disk = Budget.set(), disk.large(size)
    except SamenhangError:
        budget, on_disk = Budget(), False
    wanted = (0 if on_disk else quads * _QUAD) + budget.workers * budget.memory
    free = available()
    held = say("data van schijf, ", "data from disk, ") if on_disk else say("data en ", "data and ")
    seen = say(
        f"{free >> 20} MB beschikbaar; {held}{budget.workers} queries tegelijk vragen er tot {wanted >> 20}",
        f"{free >> 20} MB available; {held}{budget.workers} queries at once take up to {wanted >> 20}",
    )
    remedy = say(
        "Geef meer geheugen, of verlaag SAMENHANG_MEMORY of SAMENHANG_LARGE.",
        "Add memory, or lower SAMENHANG_MEMORY or SAMENHANG_LARGE.",
    )
    return Sign("memory", "good" if free > wanted else "mind", seen, remedy)


def available() -> int:
    """Bytes of memory that are to be had: of the machine, or of the container when that is less."""
    free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        if limit != "max":
            free = min(free, int(limit) - int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):
        pass
    return free


def _assets() -> Iterator[Sign]:
    from samenhang.web import assets

    if assets.missing():
        seen = say(
            "scripts van pagina's ontbreken; de pagina's doen het zonder",
            "scripts of pages are missing; pages do without",
        )
        yield Sign("interface", "mind", seen, say("Voer 'make interface' uit.", "Run 'make interface'."))
    else:
        yield Sign("interface", "good", say("scripts van pagina's zijn er", "the scripts of pages are there"))


def _handles() -> Iterator[Sign]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    good = most == resource.RLIM_INFINITY or most >= _HANDLES
    seen = say(f"{most} bestanden tegelijk open", f"{most} files open at once")
    remedy = say(
        f"Minder verbindingen dan het kan. Zet LimitNOFILE={_HANDLES} (systemd) of ulimit -n {_HANDLES}.",
        f"Fewer connections than there could be. Set LimitNOFILE={_HANDLES} (systemd) or ulimit -n {_HANDLES}.",
    )
    yield Sign("handles", "good" if good else "mind", seen, remedy)


def _confinement() -> Iterator[Sign]:
    if confinement.tried(confinement.filtered):
        yield Sign(
            "confinement", "good", say("filter van systeemoproepen (seccomp)", "filter of system calls (seccomp)")
        )
    elif confinement.tried(confinement.isolated):
        yield Sign(
            "confinement", "good", say("een netwerk zonder netwerk (namespace)", "a network without any (namespace)")
        )
    else:
        seen = say(
            "werkprocessen zijn niet van het netwerk te houden; enkel de tekst van een query wordt nagekeken",
            "workers cannot be kept from the network; only the text of a query is checked",
        )
        remedy = say(
            "Sta seccomp of user namespaces toe (in een container: geen --security-opt seccomp=...).",
            "Permit seccomp or user namespaces (in a container: no --security-opt seccomp=...).",
        )
        yield Sign("confinement", "mind", seen, remedy)


def _engine() -> Iterator[Sign]:
    from samenhang.release.loading import set_endpoint

    try:
        endpoint = set_endpoint()
        if endpoint is None:
            yield Sign(
                "engine", "good", say("ingebouwd", "built in") + f", pyoxigraph {metadata.version('pyoxigraph')}"
            )
            return
        endpoint.ask("ASK {}", "ASK", [], seconds=_PATIENCE)
        yield Sign("engine", "good", say(f"{endpoint.address} antwoordt", f"{endpoint.address} answers"))
    except SamenhangError as problem:
        remedy = say(
            "Kijk of de SPARQL-server draait en of SAMENHANG_ENGINE en wat ermee begint klopt; breng de release er dan "
            "met samenhang load.",
            "See whether the SPARQL server runs and SAMENHANG_ENGINE and what begins with it are right; then bring the "
            "release there with samenhang load.",
        )
        yield Sign("engine", "wrong", problem.message(say("nl", "en")), remedy)


def port(number: int, host: str) -> Iterator[Sign]:
    """Whether there can be listened on port *number* of *host*."""
    try:
        with socket.create_server((host, number), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            yield Sign("port", "good", say(f"{number} op {host} is vrij", f"{number} on {host} is free"))
    except OSError as problem:
        seen = f"{number}, {host}: {problem.strerror or problem}"
        remedy = say(
            "Draait de dienst al? Anders: kies een andere met --port.",
            "Does the service run already? Else choose another.",
        )
        yield Sign("port", "mind", seen, remedy)


CHECKS: Final[tuple[Callable[[], Iterator[Sign]], ...]] = (
    _python,
    _dependencies,
    _settings,
    _var,
    _releases,
    _harvest,
    _assets,
    _handles,
    _confinement,
    _engine,
)

_MARKS: Final = {"good": ("goed", "good"), "mind": ("let op", "mind"), "wrong": ("FOUT", "WRONG")}


@click.command(
    cls=Command,
    short_help=say("Zeg wat er mis is met deze installatie.", "Say what is wrong with this installation."),
    help=say(
        "Kijk naar Python, afhankelijkheden, instellingen, schijf, releases, geheugen, bestanden, afscherming en "
        "poort, en zeg bij wat niet goed is wat u kunt doen. Status 1 als er iets fout is; 'let op' is geen fout.",
        "Look at Python, dependencies, settings, disk, releases, memory, files, confinement and port, and say what to "
        "do about what is not good. Status 1 when something is wrong; 'mind' is not.",
    ),
    example="samenhang doctor --json",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help=say("Waar de dienst luistert.", "Where it listens.")
)
@click.option(
    "--port",
    "number",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help=say("De poort van de dienst.", "The port of the service."),
)
@click.option("--json", "as_json", is_flag=True, help=say("Als JSON, voor programma's.", "As JSON, for programs."))
def doctor(host: str, number: int, as_json: bool) -> int:
    signs = [sign for check in CHECKS for sign in check()] + list(port(number, host))
    if as_json:
        told = [
            {
                "what": one.what,
                "state": one.state,
                "seen": one.seen,
                "remedy": "" if one.state == "good" else one.remedy,
            }
            for one in signs
        ]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for one in signs:
            click.echo(f"{say(*_MARKS[one.state]):7} {one.what}: {one.seen}")
            if one.state != "good" and one.remedy:
                click.echo(f"        -> {one.remedy}")
    return 1 if any(one.state == "wrong" for one in signs) else 0
