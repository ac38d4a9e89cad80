"""The group of all commands."""

from __future__ import annotations

import sys
from typing import Final

import click

from samenhang import __version__
from samenhang.cli.speech import Group, run, say

_COMMANDS: Final = {
    "build": "releases.build",
    "check": "releases.check",
    "releases": "releases.releases",
    "diff": "comparing.diff",
    "assess": "assessing.assess",
    "questions": "asking.questions",
    "ask": "asking.ask",
    "query": "asking.run_query",
    "findings": "asking.findings",
    "export": "exporting.export",
    "import": "importing.take_in",
    "harvest": "harvesting.harvest",
    "load": "loading.load",
    "serve": "serving.serve",
    "settings": "running.show_settings",
    "doctor": "doctor.doctor",
    "backup": "keeping.backup",
    "restore": "keeping.restore_releases",
}
"""Where each command is declared: what one of them needs takes a second to import, and the others do without."""


@click.group(
    cls=Group,
    declared={name: f"samenhang.cli.{place}" for name, place in _COMMANDS.items()},
    help=say(
        "Samenhang: de digitale infrastructuur van de cultuursector in Vlaanderen, als linked data. Elke uitspraak "
        "heeft een bron, en wat niet bekend is, heet onbekend.",
        "Samenhang: the digital infrastructure of the cultural sector in Flanders, as linked data. Every statement has "
        "a source, and what is not known is called unknown.",
    ),
)
@click.version_option(__version__, prog_name="samenhang")
@click.option(
    "--lang", type=click.Choice(["nl", "en"]), help=say("Taal van de meldingen.", "Language of the messages.")
)
def group(lang: str | None) -> None:
    # --lang is read before the commands are declared (see speech); here it is only accepted and checked.
    pass


def main() -> None:
    """The console script."""
    sys.exit(run(group))
