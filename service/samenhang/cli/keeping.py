"""Commands that keep releases safe: backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from samenhang.cli.speech import LANG, Command, count, say
from samenhang.release import Shelf
from samenhang.release.backup import Moved, restore, save

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar=say("BESTAND", "FILE"))


@click.command(
    cls=Command,
    short_help=say("Bewaar alle releases in één bestand.", "Keep all releases in one file."),
    help=say(
        "Schrijf elke volledige release, wanneer ze gepubliceerd werd, welke nu gepubliceerd is en wat opgehaald werd, "
        "in één bestand. Het verschijnt pas als het volledig is; intussen mag de dienst draaien en mag men bouwen.",
        "Write each whole release, when it was published, which is published now and what was collected, into one "
        "file. It appears only when it is whole; meanwhile the service may run and there may be builds.",
    ),
    example="samenhang backup samenhang-backup.tar.gz",
)
@_file
def backup(file: Path) -> int:
    return _tell(save(Shelf(), file))


@click.command(
    "restore",
    cls=Command,
    short_help=say("Zet releases uit een reservekopie terug.", "Put releases of a backup back."),
    help=say(
        "Zet de releases uit een bestand van 'samenhang backup' terug, elk nagekeken op zijn controlegetallen. Wat er "
        "al is, blijft. Is er niets volledigs gepubliceerd, dan wordt gepubliceerd wat toen gepubliceerd was.",
        "Put the releases in a file of 'samenhang backup' back, each held against its checksums. What is there stays. "
        "When nothing whole is published, what was published then is published.",
    ),
    example="samenhang restore samenhang-backup.tar.gz",
)
@_file
def restore_releases(file: Path) -> int:
    return _tell(restore(Shelf(), file))


def _tell(moved: Moved) -> int:
    for problem in moved.problems:
        click.echo(problem.message(LANG), err=True)
    number = count(len(moved.names), ("release", "releases"), ("release", "releases"))
    if moved.collected:
        kept = count(
            len(moved.collected), ("opgehaalde bron", "opgehaalde bronnen"), ("collected source", "collected sources")
        )
        number = f"{number}, {kept}"
    click.echo(say(f"{number}; gepubliceerd: {moved.current}", f"{number}; published: {moved.current}"))
    return 1 if moved.problems else 0
