"""Commands that keep releases safe: backup, restore."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

from samenhang.cli.speech import LANG, Command, count, say
from samenhang.errors import WrongValue
from samenhang.release import Shelf
from samenhang.release.backup import Moved, restore, save
from samenhang.sources import unreadable

_STREAM: Final = Path("-")
"""Stands for standard output or input: the account of a service can write or read no file of who runs it."""

_file = click.argument(
    "file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), metavar=say("BESTAND", "FILE")
)


@click.command(
    cls=Command,
    short_help=say("Bewaar alle releases in één bestand.", "Keep all releases in one file."),
    help=say(
        "Schrijf elke volledige release, wanneer ze gepubliceerd werd, welke nu gepubliceerd is en wat opgehaald werd, "
        "in één bestand (- is standaarduitvoer). Het verschijnt pas als het volledig is; intussen mag de dienst "
        "draaien en mag men bouwen.",
        "Write each whole release, when it was published, which is published now and what was collected, into one "
        "file (- is standard output). It appears only when it is whole; meanwhile the service may run and there may be "
        "builds.",
    ),
    example="samenhang backup samenhang-backup.tar.gz",
)
@_file
def backup(file: Path) -> int:
    if file != _STREAM:
        return _tell(save(Shelf(), file))
    if sys.stdout.isatty():
        raise WrongValue(
            "Een reservekopie op het scherm dient tot niets; stuur ze naar een bestand: samenhang backup - > BESTAND.",
            "A backup on the screen is of no use; send it to a file: samenhang backup - > FILE.",
        )
    with tempfile.TemporaryDirectory() as folder:  # nothing is written before all of it is there
        whole = Path(folder) / "backup.tar.gz"
        moved = save(Shelf(), whole)
        try:
            with whole.open("rb") as read:
                shutil.copyfileobj(read, sys.stdout.buffer)
            sys.stdout.flush()
        except OSError as problem:
            raise unreadable(file, problem) from None
    return _tell(moved, err=True)


@click.command(
    "restore",
    cls=Command,
    short_help=say("Zet releases uit een reservekopie terug.", "Put releases of a backup back."),
    help=say(
        "Zet de releases uit een bestand van 'samenhang backup' (- is standaardinvoer) terug, elk nagekeken op zijn "
        "controlegetallen. Wat er al is, blijft. Is er niets volledigs gepubliceerd, dan wordt gepubliceerd wat toen "
        "gepubliceerd was.",
        "Put the releases in a file of 'samenhang backup' (- is standard input) back, each held against its checksums. "
        "What is there stays. When nothing whole is published, what was published then is published.",
    ),
    example="samenhang restore samenhang-backup.tar.gz",
)
@_file
def restore_releases(file: Path) -> int:
    return _tell(restore(Shelf(), file, sys.stdin.buffer if file == _STREAM else None))


def _tell(moved: Moved, err: bool = False) -> int:
    for problem in moved.problems:
        click.echo(problem.message(LANG), err=True)
    number = count(len(moved.names), ("release", "releases"), ("release", "releases"))
    if moved.collected:
        kept = count(
            len(moved.collected), ("opgehaalde bron", "opgehaalde bronnen"), ("collected source", "collected sources")
        )
        number = f"{number}, {kept}"
    click.echo(say(f"{number}; gepubliceerd: {moved.current}", f"{number}; published: {moved.current}"), err=err)
    return 1 if moved.problems else 0
