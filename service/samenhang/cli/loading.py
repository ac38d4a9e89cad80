"""The command that brings a release to a SPARQL server, which the service then asks."""

from __future__ import annotations

import click

from samenhang.cli.speech import Command, progress, say
from samenhang.release import Shelf


@click.command(
    cls=Command,
    short_help=say("Breng een release naar een SPARQL-server.", "Bring a release to a SPARQL server."),
    help=say(
        "Breng de gepubliceerde release, of een andere die bewaard is, naar de SPARQL-server van de instellingen "
        "(SAMENHANG_ENGINE en wat ermee begint). Elke graaf wordt er vergeleken met wat gebracht werd; pas daarna "
        "wordt de release er bekend, in één stap. De vorige blijft staan; wat ouder is, gaat weg.",
        "Bring the published release, or another one that is kept, to the SPARQL server of the settings "
        "(SAMENHANG_ENGINE and what begins with it). Each graph is compared there with what was brought; only then is "
        "the release known there, in one step. The one before stays; what is older goes.",
    ),
    example="samenhang load",
)
@click.argument("name", metavar="[RELEASE]", required=False)
def load(name: str | None) -> int:
    from samenhang.release.loading import Server  # not quick to import, and other commands do without
    from samenhang.release.loading import load as bring

    server, shelf = Server.set(), Shelf()
    release = shelf.get(name) if name else shelf.current()
    with progress() as report:
        loaded = bring(release, server, report)
    click.echo(
        say(
            f"Release {release.name}: {loaded.triples} triples in {loaded.graphs} grafen, vergeleken, in "
            f"{server.endpoint.address}",
            f"Release {release.name}: {loaded.triples} triples in {loaded.graphs} graphs, compared, in "
            f"{server.endpoint.address}",
        )
    )
    if wrong := [one.name for one in loaded.tried if not one.same]:
        many, names = len(loaded.tried), ", ".join(wrong)
        click.echo(
            say(
                f"Van {many} queries beantwoordt deze server er {len(wrong)} anders dan het hoort: {names}. De dienst "
                "vraagt hem enkel de andere, en beantwoordt al de rest zelf.",
                f"Of {many} queries this server answers {len(wrong)} otherwise than it should: {names}. The service "
                "asks it only the others, and answers all else itself.",
            )
        )
    for gone in loaded.removed:
        click.echo(say(f"Verwijderd: release {gone}", f"Removed: release {gone}"))
    return 0
