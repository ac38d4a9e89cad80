"""The command that writes the content in a form for elsewhere: export; a site is a folder, every other form a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from samenhang import settings
from samenhang.cli.asking import scope_option
from samenhang.cli.speech import LANG, Command, count, progress, say
from samenhang.errors import WrongValue, unknown
from samenhang.exchange import FORMATS, Order, paper
from samenhang.namespaces import SCOPES
from samenhang.release import open_current
from samenhang.sources import unreadable

SITE: Final = "site"
"""The form that is a folder."""
_SITE: Final = say(
    "een map met bestanden die elke host kan geven, zonder server",
    "a folder of files that any host can give out, without a server",
)
PICTURE: Final = "picture"
"""The form that is drawn by the service."""
_PICTURE: Final = say("een beeld, alleen (.svg of .png)", "a picture by itself (.svg or .png)")
_OTHERS: Final = ((SITE, _SITE), (PICTURE, _PICTURE))
_KNOWN: Final = "; ".join(
    f"{name}: {about}" for name, about in (*((n, f.about[LANG]) for n, f in FORMATS.items()), *_OTHERS)
)


@click.command(
    cls=Command,
    short_help=say("Schrijf de inhoud in een andere vorm.", "Write the content in another form."),
    help=say(
        f"Schrijf de inhoud in een andere vorm, naar een bestand of naar de uitvoer. Vormen: {_KNOWN}.",
        f"Write the content in another form, to a file or to the output. Forms: {_KNOWN}.",
    ),
    example=f"samenhang export ontology ontologie.md --lang {LANG}",
)
@click.argument("form", metavar=say("VORM", "FORMAT"))
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar=say("[BESTAND]", "[FILE]"))
@click.option(
    "--check",
    is_flag=True,
    help=say(
        "Schrijf niets; zeg of het bestand is wat er geschreven zou worden.",
        "Write nothing; say whether the file is what would be written.",
    ),
)
@click.option(
    "--actor",
    default="",
    help=say(
        "Enkel wat over de bouwblokken van deze actor gaat.", "Only what is about the building blocks of this actor."
    ),
)
@click.option(
    "--source",
    default="",
    help=say("Enkel wat deze bron zegt: een map van data.", "Only what this source says: a folder of data."),
)
@click.option(
    "--base",
    default="",
    help=say(
        "Bij site: waar men ze vindt, zoals https://owner.github.io/samenhang; anders SAMENHANG_PUBLIC.",
        "With site: where people find it, such as https://owner.github.io/samenhang; else SAMENHANG_PUBLIC.",
    ),
)
@click.option(
    "--of",
    default="",
    help=say(
        "Bij picture: waarvan: map, roadmap, een ding (building-block/uitid) of een klasse (ns/classes/BuildingBlock).",
        "With picture: of what: map, roadmap, a thing (building-block/uitid) or a class (ns/classes/BuildingBlock).",
    ),
)
@scope_option
def export(form: str, file: Path | None, check: bool, actor: str, source: str, base: str, of: str, scope: str) -> int:
    if of and form != PICTURE:
        raise WrongValue("--of kan enkel bij: picture.", "--of is possible only with: picture.")
    if form == PICTURE:
        if check or actor or source or base:
            raise WrongValue(
                "Bij picture kan enkel --of en --scope.", "With picture only --of and --scope are possible."
            )
        return _picture(file, of, scope)
    if form == SITE:
        if check or actor or source or scope != SCOPES[0]:
            raise WrongValue("Bij site kan enkel --base.", "With site only --base is possible.")
        return _site(file, base)
    if base:
        raise WrongValue("--base kan enkel bij: site.", "--base is possible only with: site.")
    if form not in FORMATS:
        raise unknown(("vorm", "format"), form, (*FORMATS, SITE, PICTURE))
    if file is not None and file.is_dir():
        raise WrongValue(f"'{file}' is een map; geef een bestand.", f"'{file}' is a folder; give a file.")
    if check and file is None:
        raise WrongValue("--check vraagt een bestand.", "--check needs a file.")
    known = FORMATS[form]
    for name, value in (("actor", actor), ("source", source), ("scope", scope if scope != SCOPES[0] else "")):
        if value and name not in known.takes:
            able = ", ".join(other for other, one in FORMATS.items() if name in one.takes)
            raise WrongValue(f"--{name} kan enkel bij: {able}.", f"--{name} is possible only with: {able}.")
    if file is None and known.binary and sys.stdout.isatty():
        raise WrongValue(f"Geef een bestand, zoals {form}.xlsx.", f"Give a file, such as {form}.xlsx.")
    written = known.write(Order(settings.content(), LANG, open_current, actor, source, scope))
    if file is not None and file.suffix.lower() in known.turned:
        written = known.turned[file.suffix.lower()](written)
    if file is None:
        click.echo(written, nl=False)
    elif not check:
        _put(file, written)
    elif _held(file) != written:
        click.echo(
            say(
                f"{file} is niet meer bij: het past niet bij wat er nu in ontology, queries en sjablonen staat. "
                "Voer 'make format' uit.",
                f"{file} is out of date: it does not fit what ontology, queries and templates say now. "
                "Run 'make format'.",
            ),
            err=True,
        )
        return 1
    return 0


def _site(path: Path | None, base: str) -> int:
    """Write the site of the published release into the folder at *path*, and say what changed."""
    from samenhang import site  # the application is imported only for this

    if path is None:
        raise WrongValue("Geef een map voor de site.", "Give a folder for the site.")
    address = settings.addressed(base, "--base") if base else settings.public()
    with progress() as told:
        made = site.export(open_current(), path, address, progress=told)
    files = count(made.files, ("bestand", "bestanden"), ("file", "files"))
    click.echo(
        say(
            f"{path}: {files}, waarvan {made.changed} geschreven; {made.removed} verwijderd. Adres: {address}",
            f"{path}: {files}, of which {made.changed} were written; {made.removed} removed. Address: {address}",
        )
    )
    return 0


def _picture(file: Path | None, of: str, scope: str) -> int:
    """Write the picture of what is asked of the published release."""
    from samenhang.site import picture  # the application is imported only for this

    if not of:
        raise WrongValue(
            "Zeg waarvan: --of map, roadmap, building-block/uitid of ns/classes/BuildingBlock.",
            "Say of what: --of map, roadmap, building-block/uitid or ns/classes/BuildingBlock.",
        )
    ending = file.suffix.lower() if file else ".svg"
    if ending not in (".svg", ".png"):
        raise WrongValue(f"Een beeld is .svg of .png, niet '{ending}'.", f"A picture is .svg or .png, not '{ending}'.")
    written = picture.drawn(open_current(), of, LANG, scope)
    if ending == ".png":
        written = paper.photographed(written)
    if file is None:
        click.echo(written, nl=False)
    else:
        _put(file, written)
    return 0


def _put(file: Path, written: bytes) -> None:
    try:
        file.write_bytes(written)
    except OSError as problem:
        raise unreadable(file, problem) from None


def _held(file: Path) -> bytes:
    """What *file* holds; nothing when it is not there yet."""
    try:
        return file.read_bytes() if file.exists() else b""
    except OSError as problem:
        raise unreadable(file, problem) from None
