"""Commands that make and list releases: build, check, releases."""

from __future__ import annotations

import json
from pathlib import Path

import click

from samenhang import settings
from samenhang.changes import Feed
from samenhang.cli.speech import LANG, Command, form_option, progress, say
from samenhang.errors import SamenhangError
from samenhang.inspection import Inspection
from samenhang.release import Shelf, summary
from samenhang.release.build import build as build_release
from samenhang.release.build import look
from samenhang.release.series import Issue, issues, order
from samenhang.release.shelf import LOG, Release
from samenhang.reports import FORMATS, Checked
from samenhang.validation import Severity

_LEVELS = {"violation": Severity.VIOLATION, "warning": Severity.WARNING, "never": None}


@click.command(
    cls=Command,
    short_help=say("Maak een release en publiceer ze.", "Make a release and publish it."),
    help=say(
        "Maak van ontology, shapes, queries en data een release, kijk ze na, publiceer ze en vat samen wat erin staat. "
        "Bij een fout in de gegevens wordt niets gepubliceerd.",
        "Make a release of ontology, shapes, queries and data, check it, publish it and sum up what it holds. "
        "When the data have a violation, nothing is published.",
    ),
    example="samenhang build --out var",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=say(
        "Map voor de releases (anders SAMENHANG_VAR, of var).", "Folder for releases (else SAMENHANG_VAR, or var)."
    ),
)
def build(out: Path | None) -> int:
    shelf = Shelf(out)
    with progress() as report:
        built = build_release(settings.content(), shelf, progress=report)
    for one in built.left:
        click.echo(
            say(
                f"'{one.name}' past niet bij de kaart en blijft buiten deze release: {one.words.nl}",
                f"'{one.name}' does not fit the map and stays out of this release: {one.words.en}",
            ),
            err=True,
        )
    if built.release is None:
        seen = Checked(built.inspection, (), settings.content(), LANG, Severity.VIOLATION)
        click.echo(FORMATS["text"](seen), nl=False)
        click.echo(
            say(
                "Niets gepubliceerd: verbeter eerst de fouten hierboven. Wat gepubliceerd was, blijft staan.",
                "Nothing published: mend the violations above first. What was published stays.",
            ),
            err=True,
        )
        return 1
    click.echo(told(built.release, built.inspection), nl=False)
    try:
        with progress() as report:
            report("feed van wijzigingen bijwerken", "updating the feed of changes")
            Feed(shelf).keep()
    except SamenhangError as problem:  # it is published all the same, and the feed can be made later
        click.echo(problem.message(LANG), err=True)
    return 0


def told(release: Release, inspection: Inspection) -> str:
    """What a build prints: the release, what is in it, what was found."""
    counts = {s: inspection.count(s) for s in Severity}
    return summary.write(release, counts[Severity.VIOLATION], counts[Severity.WARNING], LANG, settings.public())


@click.command(
    cls=Command,
    short_help=say("Kijk gegevens na.", "Check data."),
    help=say(
        "Kijk de gegevens na: de shapes, en de controles van queries/checks. Zonder bestand de hele inhoud; met een of "
        "meer bestanden enkel die, naast wat de kaart al kent. Er wordt niets bewaard.",
        "Check the data: the shapes, and the checks of queries/checks. Without a file the whole content; with one or "
        "more files only those, beside what the map knows already. Nothing is stored.",
    ),
    example="samenhang check mijn-bouwblok.ttl --format sarif > samenhang.sarif",
)
@click.argument("files", nargs=-1, metavar=say("[BESTAND]...", "[FILE]..."), type=click.Path(path_type=Path))
@form_option(
    FORMATS,
    "text",
    "De vorm van het verslag: sarif en junit voor bouwservers, turtle voor een SHACL-rapport.",
    "The form of the report: sarif and junit for build servers, turtle for a SHACL report.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(_LEVELS)),
    default="violation",
    show_default=True,
    help=say(
        "Vanaf welke ernst de opdracht eindigt met status 1.", "From which severity on the command ends with status 1."
    ),
)
def check(files: tuple[Path, ...], form: str, fail_on: str) -> int:
    content, level = settings.content(), _LEVELS[fail_on]
    with progress() as report:
        found = look(content, files, progress=report)
    looked = [file.path for file in found.files if not files or file.source == "proposal"]
    click.echo(FORMATS[form](Checked(found.inspection, looked, content, LANG, level)), nl=False)
    return 1 if found.inspection.fails(level) else 0


@click.command(
    cls=Command,
    short_help=say("Toon de releases.", "List the releases."),
    help=say(
        "Toon de releases die bewaard zijn, wanneer ze gepubliceerd werden, en welke nu gepubliceerd is.",
        "List the releases that are kept, when they were published, and which is published now.",
    ),
    example="samenhang releases --format json",
)
@form_option(["table", "json"], "table", "De vorm van de lijst.", "The form of the list.")
def releases(form: str) -> int:
    shelf = Shelf()
    history = shelf.history()
    found = issues(shelf, history, reversed(order(history)))
    if form == "json":
        click.echo(json.dumps([_told(issue) for issue in found], indent=2))
        return 0
    for issue in found:
        size = issue.wrong(LANG) or f"{issue.quads} quads"
        mark = say("  <- gepubliceerd", "  <- published") if issue.current else ""
        moment = issue.published[-1].isoformat(timespec="seconds") if issue.published else "-"
        click.echo(f"{issue.release}  {moment:25}  {size}{mark}")
    if history.lost:
        click.echo(
            say(
                f"{history.lost} regels van '{shelf.folder / LOG}' zijn niet te lezen.",
                f"{history.lost} lines of '{shelf.folder / LOG}' cannot be read.",
            ),
            err=True,
        )
    if not found:
        click.echo(
            say(f"Geen releases in '{shelf.folder}'.", f"No releases in '{shelf.folder}'."),
            err=True,
        )
    return 0


def _told(issue: Issue) -> dict[str, object]:
    return {
        "release": issue.release,
        "published": [moment.isoformat(timespec="seconds") for moment in issue.published],
        "current": issue.current,
        "kept": issue.kept,
        "predecessor": issue.predecessor,
        "quads": issue.quads,
        "dumps": {form: {"sha256": sha256, "bytes": size} for form, sha256, size in issue.dumps},
        "problem": issue.wrong(LANG),
    }
