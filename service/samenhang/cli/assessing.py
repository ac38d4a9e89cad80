"""The command that says what a proposal would change: assess."""

from __future__ import annotations

from pathlib import Path

import click

from samenhang import settings
from samenhang.assessment import assess as assessed
from samenhang.assessment.forms import FORMATS
from samenhang.cli.speech import LANG, Command, form_option, progress, say
from samenhang.reports import Checked
from samenhang.validation import Severity


@click.command(
    cls=Command,
    short_help=say("Zeg wat een voorstel zou veranderen.", "Say what a proposal would change."),
    help=say(
        "Zeg wat een voorstel zou veranderen voor het bewaard wordt: wat eraan fout is, welke bevindingen het toevoegt "
        "en oplost, wat onbekend blijft en wie het kan weten, en wie het nog raakt. Er wordt niets bewaard.",
        "Say what a proposal would change before it is stored: what is wrong with it, which findings it adds and "
        "closes, what stays unknown and who can know, and who else it touches. Nothing is stored.",
    ),
    example="samenhang assess mijn-plan.ttl --fail-on finding",
)
@click.argument("files", nargs=-1, required=True, metavar=say("BESTAND...", "FILE..."), type=click.Path(path_type=Path))
@form_option(FORMATS, "text", "De vorm van het antwoord.", "The form of the answer.")
@click.option(
    "--fail-on",
    type=click.Choice(["finding", "warning", "violation", "never"]),
    default="violation",
    show_default=True,
    help=say(
        "Waarbij de opdracht eindigt met status 1: bij een fout; ook bij een waarschuwing; ook, zonder fout, bij een "
        "bevinding die erbij komt; of nooit.",
        "At what the command ends with status 1: at a violation; also at a warning; also, without a violation, at a "
        "finding that is added; or never.",
    ),
)
def assess(files: tuple[Path, ...], form: str, fail_on: str) -> int:
    content = settings.content()
    with progress() as report:
        found = assessed(content, files, progress=report)
    level = {"never": None, "warning": Severity.WARNING}.get(fail_on, Severity.VIOLATION)
    click.echo(FORMATS[form](found, Checked(found.inspection, files, content, LANG, level)), nl=False)
    adds = fail_on == "finding" and any(change.change == "added" for change in found.changes)
    return int(found.inspection.fails(level) or adds)
