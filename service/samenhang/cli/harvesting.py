"""The command that collects descriptions where organisations keep them: harvest."""

from __future__ import annotations

import click

from samenhang import settings
from samenhang.cli.speech import LANG, Command, form_option, progress, say
from samenhang.harvest.report import FORMATS
from samenhang.harvest.round import go
from samenhang.release.collection import Collection


@click.command(
    cls=Command,
    short_help=say(
        "Haal beschrijvingen op waar organisaties ze bijhouden.", "Collect descriptions from organisations."
    ),
    help=say(
        "Ga langs de adressen die in data aangemeld zijn, of langs de genoemde, en haal op wat er staat. Wat bruikbaar "
        "is, wordt bewaard en komt bij de volgende 'samenhang build' op de kaart; wat fout, weg of onbereikbaar is, "
        "neemt niets weg van wat er het laatst goed was. Status 1 als een adres niet geldig is.",
        "Go along the addresses that are registered in data, or along those named, and collect what is there. What can "
        "be used is kept and comes on the map at the next 'samenhang build'; what is wrong, gone or unreachable takes "
        "nothing away from what was good last. Status 1 when an address is not valid.",
    ),
    example="samenhang harvest --dry-run",
)
@click.argument("names", nargs=-1, metavar=say("[BRON]...", "[SOURCE]..."))
@click.option(
    "--dry-run",
    is_flag=True,
    help=say("Bewaar niets; zeg wat er zou veranderen.", "Keep nothing; say what would change."),
)
@form_option(FORMATS, "text", "De vorm van het verslag.", "The form of the report.")
def harvest(names: tuple[str, ...], dry_run: bool, form: str) -> int:
    with progress() as report:
        outcomes = list(go(settings.content(), Collection(), names, keep=not dry_run, progress=report))
    click.echo(FORMATS[form](outcomes, LANG), nl=False)
    if dry_run and form == "text":
        click.echo(say("Niets bewaard (--dry-run).", "Nothing kept (--dry-run)."))
    return int(any(one.state.standing != "valid" for one in outcomes))
