"""The group of all commands."""

from __future__ import annotations

import sys

import click

from samenhang import __version__
from samenhang.cli import (
    asking,
    assessing,
    comparing,
    doctor,
    exporting,
    harvesting,
    importing,
    keeping,
    loading,
    releases,
    running,
    serving,
)
from samenhang.cli.speech import Group, run, say


@click.group(
    cls=Group,
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


for command in (
    releases.build,
    releases.check,
    releases.releases,
    comparing.diff,
    assessing.assess,
    asking.questions,
    asking.ask,
    asking.run_query,
    asking.findings,
    exporting.export,
    importing.take_in,
    harvesting.harvest,
    loading.load,
    serving.serve,
    running.show_settings,
    doctor.doctor,
    keeping.backup,
    keeping.restore_releases,
):
    # It may stand behind any command too, where people put it.
    command.params.append(click.Option(["--lang"], type=click.Choice(["nl", "en"]), expose_value=False, hidden=True))
    group.add_command(command)


def main() -> None:
    """The console script."""
    sys.exit(run(group))
