"""The command that compares releases: diff."""

from __future__ import annotations

import sys

import click

from samenhang.changes import Ledger
from samenhang.changes.forms import FORMATS
from samenhang.cli.speech import LANG, Command, form_option, progress, say
from samenhang.release import Shelf


@click.command(
    cls=Command,
    short_help=say("Toon wat twee releases verschillen.", "Show how two releases differ."),
    help=say(
        "Toon wat er van de ene release (A) naar de andere (B) veranderde: dingen, bevindingen, termen, vragen en hun "
        "antwoorden. A en B zijn elk de naam van een release of het begin ervan, een datum, current (de gepubliceerde) "
        "of previous (die ervoor). De opdracht eindigt met 0 als er niets verschilt, met 1 als er iets verschilt.",
        "Show what changed from one release (A) to the other (B): things, findings, terms, questions and answers. "
        "A and B are each the name of a release or the beginning of it, a date, current (the published one) or "
        "previous (the one before). The command ends with 0 when nothing differs, with 1 when something does.",
    ),
    example="samenhang diff previous current",
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@form_option(
    FORMATS,
    "text",
    "De vorm: patch is RDF Patch, dat van A precies B maakt; turtle is PROV.",
    "The form: patch is RDF Patch, which makes exactly B of A; turtle is PROV.",
)
def diff(before: str, after: str, form: str) -> int:
    shelf = Shelf()
    history = shelf.history()
    names = [history.find(asked).release for asked in (before, after)]
    with progress() as report:
        report("vergelijken", "comparing")
        kept = Ledger(shelf).make(*names)
    sys.stdout.flush()
    for piece in FORMATS[form](kept, LANG):
        sys.stdout.buffer.write(piece)
    return 0 if kept.difference.empty else 1
