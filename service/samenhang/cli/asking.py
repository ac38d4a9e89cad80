"""Commands that ask a release: questions, ask, query, findings."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from samenhang import questions as files
from samenhang import settings, texts
from samenhang.cli.speech import LANG, Command, count, form_option, say
from samenhang.engine import Answer
from samenhang.engine.embedded import unfit
from samenhang.errors import WrongValue
from samenhang.hints import hints
from samenhang.namespaces import SCOPES
from samenhang.questions import Query
from samenhang.release import Release, open_current
from samenhang.sources import unreadable

FORMATS = ["table", "json", "csv", "tsv", "ttl"]

scope_option = click.option(
    "--scope",
    default=SCOPES[0],
    show_default=True,
    help=say(f"Welke bronnen: {', '.join(SCOPES)}.", f"Which sources: {', '.join(SCOPES)}."),
)
ids_option = click.option(
    "--ids",
    is_flag=True,
    help=say("Toon korte adressen in plaats van namen.", "Show short addresses instead of names."),
)
format_option = form_option(
    FORMATS, "table", "De vorm van het antwoord; ttl voor een graaf.", "The form of the answer; ttl for a graph."
)


def show(
    release: Release,
    answer: Answer,
    form: str,
    scope: str,
    headings: dict[str, str] | None = None,
    *,
    ids: bool = False,
) -> int:
    """Write *answer* to standard output and give the number of its rows; as a table, names stand for addresses."""
    if form == "table" and answer.is_graph:
        form = "ttl"
    if form != "table" and form not in answer.forms:
        raise unfit(form, (name for name in FORMATS if name == "table" or name in answer.forms))
    if form != "table":
        written = answer.serialize(form)
        sys.stdout.buffer.write(written)
        return written.count(b"\n")
    if not answer.columns:
        click.echo(say("ja", "yes") if answer.yes else say("nee", "no"))
        return 1
    width = shutil.get_terminal_size((160, 24)).columns if sys.stdout.isatty() else 160
    text, rows = texts.table(release.engine, answer, LANG, scope=scope, width=width, headings=headings, ids=ids)
    click.echo(text, nl=False)
    click.echo(count(rows, ("rij", "rijen"), ("row", "rows")))
    return rows


@click.command(
    cls=Command,
    short_help=say("Toon de vragen.", "List the questions."),
    help=say(
        "Toon de vragen die gesteld kunnen worden, per thema; met een naam de uitleg van die vraag.",
        "List the questions that can be asked, by theme; with a name, the words of that question.",
    ),
    example="samenhang questions owners",
)
@click.argument("name", required=False, metavar=say("[VRAAG]", "[QUESTION]"))
@click.option("--sparql", is_flag=True, help=say("Toon ook de SPARQL.", "Show the SPARQL too."))
def questions(name: str | None, sparql: bool) -> int:
    known = files.questions(settings.content() / "queries")
    if name is None:
        for theme, group in files.by_theme(settings.content() / "queries", known):
            click.echo(f"\n{theme[LANG]}")
            for query in group:
                click.echo(f"  {query.name:28}  {query.title[LANG]}")
        return 0
    query = files.pick(name, known)
    click.echo(explained(query))
    if sparql:
        click.echo(query.text, nl=False)
    return 0


def explained(query: Query) -> str:
    """A question in words: title, summary, parameters, columns."""
    lines = [query.title[LANG], "", query.summary[LANG]]
    if query.parameters:
        lines += ["", say("Parameters:", "Parameters:")]
        lines += [f"  {p.name} ({', '.join(p.kinds) or p.type}): {p.about[LANG]}" for p in query.parameters]
    if query.columns:
        lines += ["", say("Kolommen:", "Columns:")]
        lines += [f"  {c.name}: {c.about[LANG]}" for c in query.columns]
    return "\n".join(lines)


@click.command(
    cls=Command,
    short_help=say("Stel een vraag.", "Ask a question."),
    help=say(
        "Stel een vraag aan de gepubliceerde release. Parameters: --param naam=waarde, waarbij een ding met zijn korte "
        "naam mag staan. 'samenhang questions VRAAG' legt uit wat er gevraagd kan worden.",
        "Ask a question of the published release. Parameters: --param name=value, where a thing may stand by its short "
        "name. 'samenhang questions QUESTION' explains what can be asked.",
    ),
    example="samenhang ask owners --param block=uitdatabank --scope report-2021",
)
@click.argument("question", metavar=say("VRAAG", "QUESTION"))
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar=say("NAAM=WAARDE", "NAME=VALUE"),
    help=say("Een parameter; mag meer dan eens.", "A parameter; may be given more than once."),
)
@scope_option
@format_option
@ids_option
def ask(question: str, params: tuple[str, ...], scope: str, form: str, ids: bool) -> int:
    values = files.pairs(params)
    if "scope" in values:
        raise WrongValue(
            "De scope is geen parameter van een vraag; geef die met --scope.",
            "The scope is no parameter of a question; give it with --scope.",
        )
    release = open_current()
    answer = release.ask(question, scope=scope, **values)
    show(release, answer, form, scope, release.questions[question].headings(LANG), ids=ids)
    return 0


@click.command(
    "query",
    cls=Command,
    short_help=say("Stel een eigen SPARQL-vraag.", "Ask a SPARQL query of your own."),
    help=say(
        "Voer een SPARQL-query uit een bestand (of - voor standaardinvoer) uit op de gepubliceerde release.",
        "Run a SPARQL query from a file (or - for standard input) on the published release.",
    ),
    example="samenhang query mijn-vraag.rq --format csv",
)
@click.argument("file", metavar=say("BESTAND|-", "FILE|-"))
@scope_option
@format_option
@ids_option
def run_query(file: str, scope: str, form: str, ids: bool) -> int:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise unreadable(Path(file), problem) from None
    release = open_current()
    if show(release, release.query(text, scope=scope), form, scope, ids=ids) == 0 and form == "table":
        for hint in hints(release.engine, text):
            click.echo(hint[LANG], err=True)
    return 0


@click.command(
    cls=Command,
    short_help=say("Toon bevindingen.", "Show findings."),
    help=say(
        "Toon de bevindingen: van één regel, over één ding, of allemaal.",
        "Show the findings: of one rule, about one thing, or all of them.",
    ),
    example="samenhang findings --rule capability-overlap",
)
@click.option("--rule", default="", help=say("De naam van een regel.", "The name of a rule."))
@click.option("--about", default="", help=say("Een ding: adres of korte naam.", "A thing: address or short name."))
@scope_option
@format_option
@ids_option
def findings(rule: str, about: str, scope: str, form: str, ids: bool) -> int:
    release = open_current()
    answer = release.findings(scope=scope, rule=rule, about=about)
    show(release, answer, form, scope, release.questions["findings"].headings(LANG), ids=ids)
    return 0
