"""Commands that speak Dutch or English: help, usage, errors and progress.

The language is known before the commands are declared, because their help is part of the declaration: ``--lang`` where
it stands on the command line, else the setting, else the locale.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from samenhang import settings
from samenhang.errors import SamenhangError
from samenhang.release.materialise import Progress, silent

_DUTCH: Final = (
    ("Usage:", "Gebruik:"),
    ("Options:", "Opties:"),
    ("Commands:", "Opdrachten:"),
    ("[OPTIONS]", "[OPTIES]"),
    ("COMMAND [ARGS]...", "OPDRACHT ..."),
    ("Show this message and exit.", "Toon deze uitleg."),
    ("Show the version and exit.", "Toon de versie."),
    ("[required]", "[verplicht]"),
    ("[default: ", "[standaard: "),
)


def chosen(arguments: Sequence[str]) -> settings.Lang:
    """The language that *arguments* ask for, else that of the settings."""
    for index, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in ("nl", "en"):
            return "nl" if value == "nl" else "en"
    return settings.language()


LANG: Final = chosen(sys.argv[1:])


def say(nl: str, en: str) -> str:
    """The text in the language of this run."""
    return nl if LANG == "nl" else en


def _translated(text: str) -> str:
    if LANG == "nl":
        for english, dutch in _DUTCH:
            text = text.replace(english, dutch)
    return text


class Command(click.Command):
    """A command whose help is in the language of this run, with an example at the end."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        kwargs["epilog"] = f"\b\n{say('Voorbeeld', 'Example')}:\n  {example}" if example else None
        super().__init__(*args, **kwargs)

    def get_help(self, ctx: click.Context) -> str:
        return _translated(super().get_help(ctx))

    def get_usage(self, ctx: click.Context) -> str:
        return _translated(super().get_usage(ctx))


class Group(click.Group):
    """A group of commands; its help is in the language of this run."""

    command_class = Command

    def get_help(self, ctx: click.Context) -> str:
        return _translated(super().get_help(ctx))

    def get_usage(self, ctx: click.Context) -> str:
        return _translated(super().get_usage(ctx))


def wrong_use(error: click.UsageError) -> str:
    """What click says about wrong use, in the language of this run, with what would work."""
    if LANG != "nl":
        return error.format_message()
    match error:
        case click.NoSuchOption():
            near = f" Bedoelde u: {', '.join(sorted(error.possibilities))}?" if error.possibilities else ""
            return f"Er is geen optie '{error.option_name}'.{near}"
        case click.MissingParameter():
            return f"Er ontbreekt een argument of optie: {_parameter(error)}."
        case click.BadParameter():
            return f"De waarde van {_parameter(error)} is niet bruikbaar: {error.message}"
        case click.BadOptionUsage():
            return f"De optie '{error.option_name}' is verkeerd gebruikt: {error.message}"
    return (
        error.format_message().replace("No such command", "Er is geen opdracht").replace("Did you mean", "Bedoelde u")
    )


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return "'" + " / ".join([*error.param.opts] if error.param.opts else [error.param.name or ""]) + "'"


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """Progress on a terminal (one line that says what is being done now), and none in a pipe."""
    if not sys.stderr.isatty():
        yield silent
        return
    try:
        yield lambda nl, en: print(f"\r\x1b[2K{say(nl, en)} ...", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def run(group: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Run *group* and give the exit status; every problem becomes one plain message on standard error."""
    try:
        status = group.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx else error.format_message(), file=sys.stderr)
        return 2
    except click.UsageError as error:
        if error.ctx is not None:
            print(error.ctx.get_usage(), file=sys.stderr)
        print(f"{say('Fout', 'Error')}: {wrong_use(error)}", file=sys.stderr)
        return 2
    except click.Abort:
        print(say("Afgebroken.", "Interrupted."), file=sys.stderr)
        return 130
    except SamenhangError as error:
        print(f"{say('Fout', 'Error')}: {error.message(LANG)}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough (head, less).
        sys.stderr.close()
        return 0
