"""The command that takes in what an organisation sends: import."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from samenhang import settings
from samenhang.cli.speech import LANG, Command, progress, say
from samenhang.exchange import IMPORTERS
from samenhang.namespaces import shorten
from samenhang.release.intake import Taken, take
from samenhang.reports import FORMATS, Checked
from samenhang.validation import Severity

_KNOWN = ", ".join(f"{name} ({' '.join(known.endings)})" for name, known in IMPORTERS.items())


@click.command(
    "import",
    cls=Command,
    short_help=say("Neem op wat een organisatie stuurt.", "Take in what an organisation sends."),
    help=say(
        "Neem een beschrijving op als bron: schrijf ze als Turtle in data/BRON/imports. Hetzelfde bestand twee keer "
        "verandert niets; wat een nieuwer bestand niet meer zegt, wordt ingetrokken en blijft staan. Is er iets fout, "
        f"dan wordt er niets geschreven. Formaten: {_KNOWN}.",
        "Take in a description as a source: write it as Turtle in data/SOURCE/imports. The same file twice changes "
        "nothing; what a newer file no longer says is withdrawn, and stays. When something is wrong, nothing is "
        f"written. Formats: {_KNOWN}.",
    ),
    example="samenhang import spreadsheet bouwblokken.xlsx --source publiq --actor publiq --dry-run",
)
@click.argument("form", metavar=say("FORMAAT", "FORMAT"))
@click.argument("file", metavar=say("BESTAND", "FILE"), type=click.Path(path_type=Path))
@click.option(
    "--source",
    default="",
    help=say(
        "De map van data waar het bij komt, van wie spreekt; zonder heet ze naar het bestand.",
        "The folder of data that it becomes part of, of whoever speaks; by default named after the file.",
    ),
)
@click.option(
    "--actor",
    default="",
    help=say(
        "Wie spreekt, zoals op de kaart. Wat over bouwblokken van anderen gaat, wordt dan gemeld en telt als van een "
        "derde.",
        "Who speaks, as on the map. What is about building blocks of others is told then, and counts as of a third "
        "party.",
    ),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=say("Schrijf niets; zeg wat er zou veranderen.", "Write nothing; say what would change."),
)
def take_in(form: str, file: Path, source: str, actor: str, dry_run: bool) -> int:
    content = settings.content()
    with progress() as report:
        taken = take(content, form, file, source=source, speaker=actor, progress=report)
    if taken.inspection.flaws:
        click.echo(FORMATS["text"](Checked(taken.inspection, (file,), content, LANG, Severity.VIOLATION)), nl=False)
    if taken.refused:
        click.echo(
            say("Niets geschreven: verbeter eerst de fouten.", "Nothing written: mend the violations first."), err=True
        )
        return 1
    told = _told(taken, dry_run)
    if taken.alters and not dry_run:
        taken.write()
    click.echo(told, nl=False)
    return 0


def _told(taken: Taken, dry_run: bool) -> str:
    """What is said of what was taken in."""
    lines = [
        f"{taken.path}:"
        if taken.alters
        else say(f"{taken.path}: dat verandert niets.", f"{taken.path}: that changes nothing.")
    ]
    for mark, things, nl, en in (
        ("+", taken.added, "nieuw", "new"),
        ("~", taken.changed, "gewijzigd", "changed"),
        ("-", taken.withdrawn, "ingetrokken", "withdrawn"),
    ):
        lines += _listed(f"{len(things)} {say(nl, en)}", (f"{mark} {shorten(thing)}" for thing in things))
    lines += _listed(
        say(
            f"{len(taken.kept)} niet meer in het bestand; het blijft staan, zeg met een levensloop dat het ophield",
            f"{len(taken.kept)} no longer in the file; it stays, say with a lifecycle that it ended",
        ),
        map(shorten, taken.kept),
    )
    lines += _listed(
        say(
            f"{len(taken.others)} over bouwblokken van anderen, wat telt als van een derde",
            f"{len(taken.others)} about building blocks of others, which counts as of a third party",
        ),
        (f"{shorten(claim)} ({owner[LANG]})" for claim, owner in taken.others.items()),
    )
    if dry_run:
        lines.append(say("Niets geschreven (--dry-run).", "Nothing written (--dry-run)."))
    return "\n".join([*lines, ""])


def _listed(heading: str, lines: Iterable[str]) -> list[str]:
    """A heading with its lines; nothing when there are none."""
    listed = [f"  {line}" for line in lines]
    return [f"{heading}:", *listed] if listed else []
