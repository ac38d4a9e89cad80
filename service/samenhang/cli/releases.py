"""Commands that make and list releases: build, check, releases."""

from __future__ import annotations

from pathlib import Path

import click

from samenhang import settings
from samenhang.cli.speech import LANG, Command, count, progress, say
from samenhang.errors import SamenhangError, Unreadable
from samenhang.inspection import Flaw, Inspection
from samenhang.namespaces import shorten
from samenhang.release import Shelf, summary
from samenhang.release.build import as_json, look
from samenhang.release.build import build as build_release
from samenhang.release.shelf import Release
from samenhang.validation import Severity

_LEVELS = {"violation": Severity.VIOLATION, "warning": Severity.WARNING, "never": None}
_NAMES = {
    Severity.VIOLATION: ("FOUT", "VIOLATION"),
    Severity.WARNING: ("WAARSCHUWING", "WARNING"),
    Severity.INFO: ("ADVIES", "ADVICE"),
}


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
    if built.release is None:
        click.echo(text(built.inspection), nl=False)
        click.echo(
            say(
                "Niets gepubliceerd: verbeter eerst de fouten hierboven. Wat gepubliceerd was, blijft staan.",
                "Nothing published: mend the violations above first. What was published stays.",
            ),
            err=True,
        )
        return 1
    click.echo(told(built.release, built.inspection), nl=False)
    return 0


def told(release: Release, inspection: Inspection) -> str:
    """What a build prints: the release, what is in it, what was found."""
    counts = {s: inspection.count(s) for s in Severity}
    return summary.write(release, counts[Severity.VIOLATION], counts[Severity.WARNING], LANG)


@click.command(
    cls=Command,
    short_help=say("Kijk gegevens na.", "Check data."),
    help=say(
        "Kijk de gegevens na: de shapes, en de controles van queries/checks. Zonder bestand de hele inhoud; met een of "
        "meer bestanden enkel die, naast wat de kaart al kent. Er wordt niets bewaard.",
        "Check the data: the shapes, and the checks of queries/checks. Without a file the whole content; with one or "
        "more files only those, beside what the map knows already. Nothing is stored.",
    ),
    example="samenhang check mijn-bouwblok.ttl --format json",
)
@click.argument("files", nargs=-1, metavar=say("[BESTAND]...", "[FILE]..."), type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
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
    with progress() as report:
        inspection = look(settings.content(), files, progress=report).inspection
    if form == "json":
        click.echo(as_json(inspection, settings.content()).decode(), nl=False)
    else:
        click.echo(text(inspection), nl=False)
    return 1 if inspection.fails(_LEVELS[fail_on]) else 0


def text(inspection: Inspection) -> str:
    """An inspection as plain text: one block a flaw, then the totals."""
    blocks = [_block(flaw) for flaw in inspection.flaws]
    violations, warnings, advice = (inspection.count(s) for s in (Severity.VIOLATION, Severity.WARNING, Severity.INFO))
    counts = ", ".join(
        (
            count(violations, ("fout", "fouten"), ("violation", "violations")),
            count(warnings, ("waarschuwing", "waarschuwingen"), ("warning", "warnings")),
            count(advice, ("advies", "adviezen"), ("piece of advice", "pieces of advice")),
        )
    )
    blocks.append(f"{counts} ({say('nagekeken met', 'checked with')} {inspection.engine}).\n")
    if inspection.idle:
        shapes = ", ".join(shorten(iri) for iri in inspection.idle)
        blocks.append(say(f"Shapes die niets troffen: {shapes}.\n", f"Shapes that selected nothing: {shapes}.\n"))
    return "\n".join(blocks)


def _block(flaw: Flaw) -> str:
    result = flaw.result
    thing = result.focus if result.focus.startswith("_:") else shorten(result.focus)
    lines = [f"{say(*_NAMES[result.severity])}  {thing}", f"  {result.message(LANG)}"]
    if result.path:
        lines.append(
            f"  {say('eigenschap', 'property')}: {shorten(result.path) if ':' in result.path else result.path}"
        )
    if result.value is not None:
        lines.append(f"  {say('waarde', 'value')}: {result.value.n3()}")
    lines += [f"  {say('bestand', 'file')}: {path}" for path in flaw.files]
    lines += [f"  {say('graaf', 'graph')}: {graph}" for graph in flaw.graphs]
    lines.append(f"  shape: {shorten(result.shape)}")
    return "\n".join(lines) + "\n"


@click.command(
    cls=Command,
    short_help=say("Toon de releases.", "List the releases."),
    help=say(
        "Toon de releases die bewaard zijn, wanneer ze gepubliceerd werden, en welke nu gepubliceerd is.",
        "List the releases that are kept, when they were published, and which is published now.",
    ),
    example="samenhang releases",
)
def releases() -> int:
    shelf = Shelf()
    published = shelf.published()
    try:
        current = shelf.current().name
    except SamenhangError:
        current = ""
    for name in sorted(shelf.names(), key=lambda n: (published.get(n, ""), n)):
        try:
            size = f"{shelf.get(name).manifest['quads']} quads"
        except Unreadable:
            size = say("beschadigd", "damaged")
        mark = say("  <- gepubliceerd", "  <- published") if name == current else ""
        click.echo(f"{name}  {published.get(name, '-'):25}  {size}{mark}")
    if not shelf.names():
        click.echo(
            say(f"Geen releases in '{shelf.folder}'.", f"No releases in '{shelf.folder}'."),
            err=True,
        )
    return 0
