"""The command that serves the published release over HTTP."""

from __future__ import annotations

import errno
import socket

import click

from samenhang.cli.speech import Command, say
from samenhang.errors import Unreadable


@click.command(
    cls=Command,
    short_help=say("Bied de release aan via HTTP.", "Serve the release over HTTP."),
    help=say(
        "Bied de gepubliceerde release aan: /sparql, /health en een startpagina met vragen en bevindingen. Alles is "
        "alleen-lezen.",
        "Serve the published release: /sparql, /health and a start page with questions and findings. Everything is "
        "read-only.",
    ),
    example="samenhang serve --port 8000",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> int:
    import uvicorn  # the other commands need not wait for it

    from samenhang.release import open_current
    from samenhang.web import application

    app = application(open_current())
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    place = f"http://{shown}:{listener.getsockname()[1]}"
    name = app.state.release.name
    click.echo(say(f"Release {name} op {place} (stop met Ctrl-C)", f"Release {name} at {place} (stop with Ctrl-C)"))
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
    return 0


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
