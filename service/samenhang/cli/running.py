"""The commands of whoever runs the service: settings."""

from __future__ import annotations

import json

import click

from samenhang import settings
from samenhang.cli.speech import LANG, Command, form_option, say
from samenhang.settings import SETTINGS, Setting


@click.command(
    "settings",
    cls=Command,
    short_help=say("Toon de instellingen en wat ze nu zijn.", "Show the settings and what they are now."),
    help=say(
        "Toon elke instelling (een omgevingsvariabele): wat ze nu is, wat ze zonder is, en waarvoor ze dient. Een "
        "geheim wordt niet getoond. Wat op een instelling lijkt maar er geen is, wordt gemeld, met status 1.",
        "Show each setting (an environment variable): what it is now, what it is by default, and what it is for. A "
        "secret is not shown. What looks like a setting but is none is told, with status 1.",
    ),
    example="samenhang settings --format json",
)
@form_option(
    ["text", "json", "markdown"],
    "text",
    "De vorm; markdown is de tabel van docs/settings.md, in beide talen.",
    "The form; markdown is the table of docs/settings.md, in both languages.",
)
def show_settings(form: str) -> int:
    if form == "markdown":
        click.echo(table(), nl=False)
        return 0
    if form == "json":
        told = {one.name: {"given": shown(one), "default": one.absent(LANG), "about": about(one)} for one in SETTINGS}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for one in SETTINGS:
            click.echo(f"{one.name}={shown(one)}")
            click.echo(f"    {about(one)}")
            click.echo(say(f"    Zonder: {one.absent('nl') or '-'}", f"    Without: {one.absent('en') or '-'}"))
    strangers = settings.strangers()
    for name in strangers:
        click.echo(say(f"{name} is geen instelling.", f"{name} is no setting."), err=True)
    return 1 if strangers else 0


def shown(setting: Setting) -> str:
    """What was given for *setting*; of a secret only that something was."""
    given = settings.given(setting.name)
    return "***" if given and setting.secret else given


def about(setting: Setting) -> str:
    """What *setting* is for, in the language of this run."""
    return say(setting.nl, setting.en)


def table() -> str:
    """All settings as a table in Markdown, in both languages."""
    rows = [
        f"| `{one.name}` | {_cell(one.absent('en'))}{' (secret)' if one.secret else ''} | {one.en} | {one.nl} |"
        for one in SETTINGS
    ]
    head = "| Variable | Without it | What it is for | Waarvoor het dient |", "|---|---|---|---|"
    return "\n".join((*head, *rows)) + "\n"


def _cell(text: str) -> str:
    return text or "nothing"
