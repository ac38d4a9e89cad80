"""The command that serves the published release over HTTP, or other people's files."""

from __future__ import annotations

import errno
import ipaddress
import logging
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samenhang import journal, settings
from samenhang.cli.speech import LANG, Command, say
from samenhang.errors import SamenhangError, Unreadable, WrongValue

if TYPE_CHECKING:
    from fastapi import FastAPI

    from samenhang.engine.holding import Holding
    from samenhang.engine.tally import Tally
    from samenhang.release import Release
    from samenhang.web.edition import Edition

log = logging.getLogger(__name__)


@click.command(
    cls=Command,
    short_help=say("Bied de release aan via HTTP.", "Serve the release over HTTP."),
    help=say(
        "Bied de gepubliceerde release aan: /sparql, /health en een startpagina met vragen en bevindingen. Alles is "
        "alleen-lezen. Na het signaal HUP wordt de release aangeboden die dan gepubliceerd is.\n\n"
        "Met --data: RDF-bestanden zoals ze zijn, enkel op deze machine, als /sparql en /health.",
        "Serve the published release: /sparql, /health and a start page with questions and findings. Everything is "
        "read-only. After the signal HUP it serves the release that is the published one by then.\n\n"
        "With --data: RDF files as they are, on this machine only, as /sparql and /health.",
    ),
    example="samenhang serve --port 8000",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--data",
    "plain",
    is_flag=True,
    help=say("Bied deze bestanden aan in plaats van de release.", "Serve these files instead of the release."),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def serve(host: str, port: int, plain: bool, files: tuple[Path, ...]) -> int:
    if sys.platform != "linux":
        raise Unreadable(
            "De dienst draait enkel op Linux: daar kan een query worden gestopt. Gebruik bijvoorbeeld een container.",
            "The service runs on Linux only: there a query can be stopped. Use a container, for instance.",
        )
    if plain != bool(files):
        raise WrongValue(
            "Geef bestanden na --data, of geen van beide: samenhang serve --data a.ttl b.nq.",
            "Give files after --data, or neither: samenhang serve --data a.ttl b.nq.",
        )
    if plain and not _loopback(host):
        raise WrongValue(
            f"Met --data kan alleen een adres van deze machine zelf, zoals 127.0.0.1; niet '{host}'.",
            f"With --data only an address of this machine itself is possible, such as 127.0.0.1; not '{host}'.",
        )
    journal.begin(journal.level())
    edition = _begin(files)  # it loads while we go on
    try:
        listener = _listen(host, port)
        place = f"http://{_called(host)}:{listener.getsockname()[1]}"
        public = settings.public(place)
        from samenhang import web  # the other commands need not wait for it

        app = (
            web.plain(edition.pool, public)
            if edition.release is None
            else web.application(edition.release, edition.pool, public, edition.doubts)
        )
    except BaseException:
        edition.pool.close()
        raise
    what = say("Bestanden", "Files") if edition.release is None else f"Release {edition.release.name}"
    click.echo(say(f"{what} op {place} (stop met Ctrl-C)", f"{what} at {place} (stop with Ctrl-C)"))
    click.echo(f"  SPARQL     {place}/sparql")
    if edition.release is not None:
        click.echo(say(f"  Catalogus  {place}/catalog", f"  Catalogue  {place}/catalog"))
        if _everywhere(host) and not settings.given("SAMENHANG_PUBLIC"):
            told = f"Links en doorverwijzingen gaan naar {place}; zet SAMENHANG_PUBLIC op het adres voor anderen."
            click.echo(
                say(told, f"Links and redirects go to {place}; set SAMENHANG_PUBLIC to the address for others."),
                err=True,
            )
        if web.assets.missing():
            told = "Scripts van pagina's zijn niet gemaakt (make interface); de pagina's doen het zonder."
            click.echo(say(told, "Scripts of pages were not made (make interface); the pages do without."), err=True)
    _run(app, listener, files)
    return 0


def _begin(files: tuple[Path, ...]) -> Edition:
    """What is to be served at the start: *files*, or the last published release that is whole."""
    from samenhang.release import Shelf

    if files:
        return _over(files, None, ())
    release, problems = Shelf().sound()
    for problem in problems:
        log.warning(problem.message(LANG))
    if problems:
        log.warning(say("Een vorige release wordt aangeboden.", "An earlier release is served."))
    return _over(files, release, problems)


def _again(files: tuple[Path, ...], tally: Tally) -> Edition:
    """What is to take its place: *files*, or the release that is published now. Raises Unreadable when damaged."""
    from samenhang.release import open_current

    release = None if files else open_current()
    if release is not None:
        release.verify()
    return _over(files, release, (), tally)


def _over(
    files: tuple[Path, ...],
    release: Release | None,
    doubts: tuple[SamenhangError, ...],
    tally: Tally | None = None,
) -> Edition:
    from samenhang.engine.holding import Holding
    from samenhang.engine.pool import Pool

    pool = Pool(_held(release) if release else Holding(files, scoped=False), tally=tally)
    from samenhang.web.edition import Edition  # while the data are loaded: it takes as long

    return Edition(pool, release, doubts)


def _held(release: Release) -> Holding:
    """What holds *release*, which is whole: this machine, or the server of the settings."""
    if not settings.given("SAMENHANG_ENGINE"):
        return release.holding(verified=True)
    from samenhang.release.loading import placed  # what asks servers takes a while to import

    return placed(release)


def _run(app: FastAPI, listener: socket.socket, files: tuple[Path, ...]) -> None:
    """Serve *app* until told to stop; after HUP what is there by then."""
    import asyncio

    import uvloop

    from samenhang.web.edition import succeed
    from samenhang.web.server import Server

    one_at_a_time = asyncio.Lock()

    async def renew() -> None:
        async with one_at_a_time:
            try:
                await succeed(app, lambda: _again(files, app.state.pool.tally))
            except SamenhangError as problem:
                kept = say("Wat er was, blijft", "What was there stays")
                log.warning(f"{kept}. {problem.message(LANG)}")

    async def serve_until_told() -> None:
        renewing: set[asyncio.Task[None]] = set()

        def hung_up() -> None:
            task = asyncio.create_task(renew())
            renewing.add(task)
            task.add_done_callback(renewing.discard)

        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hung_up)
        await Server(app).serve(sockets=[listener])

    uvloop.run(serve_until_told())


def _everywhere(host: str) -> bool:
    """Whether it stands for all addresses of this machine, and so is none to go to."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _called(host: str) -> str:
    """How *host* stands in an address to go to, from this machine at least."""
    if _everywhere(host):
        return "[::1]" if ":" in host else "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_ELSEWHERE = ("dat adres is niet van deze machine", "that address is not of this machine")


def _listen(host: str, port: int) -> socket.socket:
    """The open port, before anybody is told of it. Raises Unreadable when it is taken or not ours to use."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as problem:
        plain = str(problem.strerror or problem).partition(" (while")[0]
        nl, en = {
            errno.EADDRINUSE: ("al in gebruik", "already in use"),
            errno.EACCES: ("geen toegang", "no permission"),
            errno.EADDRNOTAVAIL: _ELSEWHERE,
            socket.EAI_NONAME: _ELSEWHERE,
            socket.EAI_AGAIN: _ELSEWHERE,
        }.get(problem.errno or 0, (plain, plain))
        raise Unreadable(
            f"Poort {port} op '{host}' is niet te gebruiken: {nl}. Kies een andere met --port of --host.",
            f"Port {port} on '{host}' cannot be used: {en}. Choose another with --port or --host.",
        ) from None
