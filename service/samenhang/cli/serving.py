"""The command that serves the published release over HTTP."""

from __future__ import annotations

import click

from samenhang.cli.speech import Command, say


@click.command(
    cls=Command,
    short_help=say("Bedien de release over HTTP.", "Serve the release over HTTP."),
    help=say(
        "Bedien de gepubliceerde release: /sparql, /health en een startpagina met vragen en bevindingen. Alles is "
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

    release = open_current()
    app = application(release)
    shown = f"[{host}]" if ":" in host else host
    click.echo(
        say(f"Release {release.name} op http://{shown}:{port}", f"Release {release.name} at http://{shown}:{port}")
    )
    uvicorn.run(app, host=host, port=port, log_level="warning")
    return 0
