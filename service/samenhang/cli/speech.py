"""Commands that speak Dutch or English: help, usage, errors and progress.

The language is known before the commands are declared, because their help is part of the declaration: ``--lang`` where
it stands on the command line, else the setting, else the locale.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from samenhang import settings
from samenhang.errors import SamenhangError, unknown
from samenhang.progress import Progress, silent
from samenhang.sources import unreadable

_DUTCH: Final = (
    ("Usage:", "Gebruik:"),
    ("Options:", "Opties:"),
    ("Commands:", "Opdrachten:"),
    ("[OPTIONS]", "[OPTIES]"),
    ("COMMAND [ARGS]...", "OPDRACHT ..."),
    ("Show this message and exit.", "Toon deze uitleg."),
    ("Show the version and exit.", "Toon de versie."),
    ("[required]", "[verplicht]"),
    ("[default:", "[standaard:"),
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


def count(number: int, nl: tuple[str, str], en: tuple[str, str]) -> str:
    """*number* with its word, one or more: ``count(1, ("rij", "rijen"), ("row", "rows"))``."""
    return f"{number} {say(nl[number != 1], en[number != 1])}"


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and its output to the last byte; here, because click would take a closed pipe for a 1."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
            return status
        except OSError as problem:
            if problem.filename is None:
                # Output that cannot go anywhere must not be tried again when Python ends.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(problem, BrokenPipeError):
                return 0  # whoever read our output has seen enough (head, less)
            raise unreadable(Path(problem.filename or say("de uitvoer", "the output")), problem) from None


class Group(click.Group):
    """A group of commands, imported when they are wanted; its help is in the language of this run.

    *declared*: the module and the name of each command, by what it is called.
    """

    command_class = Command

    def __init__(self, *args: Any, declared: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._declared = declared

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What the commands are called."""
        return sorted(self._declared)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None when there is none."""
        if cmd_name not in self.commands and cmd_name in self._declared:
            module, _, name = self._declared[cmd_name].rpartition(".")
            command: click.Command = getattr(importlib.import_module(module), name)
            # The language may stand behind any command too, where people put it.
            lang = click.Option(["--lang"], type=click.Choice(["nl", "en"]), expose_value=False, hidden=True)
            command.params.append(lang)
            self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def get_help(self, ctx: click.Context) -> str:
        return _translated(super().get_help(ctx))

    def get_usage(self, ctx: click.Context) -> str:
        return _translated(super().get_usage(ctx))


_SAID: Final = (
    (r"'(.*)' is not one of (.+)\.", "'{0}' kan niet; wel: {1}."),
    (r"'(.*)' is not a valid integer.*\.", "'{0}' is geen geheel getal."),
    (r"(\S+) is not in the range (\d+)<=x<=(\d+)\.", "{0} ligt niet tussen {1} en {2}."),
    (r"Directory '(.*)' is a file\.", "'{0}' is een bestand, geen map."),
    (r"Option '(.*)' requires an argument\.", "De optie '{0}' vraagt een waarde."),
    (r"Got unexpected extra arguments? \((.*)\)", "Te veel argumenten: {0}."),
    (r"Option '(.*)' does not take a value\.", "De optie '{0}' heeft geen waarde."),
)
"""What click says, and the same in Dutch."""


Shown = TypeVar("Shown", bound=Callable[..., Any])


def form_option(forms: Iterable[str], default: str, nl: str, en: str) -> Callable[[Shown], Shown]:
    """The option ``--format`` of a command that answers in one of *forms*; *nl* and *en* tell what it is."""
    choice = click.Choice(list(forms))
    return click.option("--format", "form", type=choice, default=default, show_default=True, help=say(nl, en))


def wrong_use(error: click.UsageError) -> str:
    """What click says about wrong use, in the language of this run, with what would work."""
    if found := re.match(r"No such command '(.+?)'\.", error.message):
        group = error.ctx.command if error.ctx else None
        commands = group.list_commands(error.ctx) if error.ctx and isinstance(group, click.Group) else []
        return unknown(("opdracht", "command"), found[1], commands).message(LANG)
    if LANG != "nl":
        return error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = f" Bedoelde u: {', '.join(sorted(error.possibilities))}?" if error.possibilities else ""
        return f"Er bestaat geen optie '{error.option_name}'.{near}"
    if isinstance(error, click.MissingParameter):
        return f"Hier ontbreekt {_parameter(error)}."
    said = next((nl.format(*m.groups()) for en, nl in _SAID if (m := re.fullmatch(en, error.message))), error.message)
    return f"{_parameter(error)}: {said}" if isinstance(error, click.BadParameter) else said


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    argument = isinstance(error.param, click.Argument)
    return error.param.make_metavar(error.ctx or click.Context(Command(None))) if argument else error.param.opts[0]


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a character that the terminal lacks is no reason to stop
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
