"""Sites for tests: a mapping so small that its site is written in seconds, and a host that gives out files, no more."""

from __future__ import annotations

import functools
import re
import shlex
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import httpx

from samenhang.web.negotiation import FORMS
from tests.small import content

QUESTIONS: Final = frozenset(
    (
        *("capability-matrix", "coverage-per-aspect", "funding", "impact", "leverage", "open-questions", "owners"),
        *("prerequisites", "roadmap", "things-per-kind"),
    )
)
"""Those that pages other than their own ask, a matrix, and one to look at."""
RULES: Final = frozenset(("accountability", "funding"))
CODES: Final = frozenset(
    (
        *("answer", "aspect", "confidence", "decision-state", "eif-layer", "eif-principle", "finding-kind"),
        *("finding-state", "lifecycle-state", "modality", "need", "outcome", "polarity", "responsibility-type"),
        *("severity", "sources-report", "stage"),
    )
)
"""Vocabularies without which pages or derivations have no words."""


def small(folder: Path) -> Path:
    """A content folder of one building block, with few questions, rules and vocabularies."""
    made = content(folder, copied=True)
    themes = [each for each in (made / "queries").iterdir() if each.name in _THEMES]
    for parts, kept in ((themes, QUESTIONS), ([made / "queries" / "rules"], RULES)):
        for part in parts:
            for file in part.glob("*.rq"):
                if file.stem not in kept:
                    file.unlink()
    for file in (made / "data" / "vocabularies").glob("*.ttl"):
        if file.stem not in CODES:
            file.unlink()
    for theme in themes:
        if not any(theme.iterdir()):
            shutil.rmtree(theme)
    return made


_THEMES: Final = ("blocks", "coherence", "exchanges", "governance", "overview", "problems", "sources", "standards")


class _Host(SimpleHTTPRequestHandler):
    """What ``python -m http.server`` does, with the media types that a host is told."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {f".{key}": one.media for key, one in FORMS.items()}

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def hosted(folder: Path, below: str = "") -> Iterator[httpx.Client]:
    """A client of a plain host of the files in *folder*."""
    host = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=str(folder)))
    thread = threading.Thread(target=host.serve_forever)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{host.server_port}{below}", timeout=30) as client:
            yield client
    finally:
        host.shutdown()
        host.server_close()
        thread.join()


def led(rules: str, path: str, accept: str, language: str = "") -> str:
    """Where the *rules* of an Apache lead from *path*, without its first slash; what no rule is for stays."""
    fields = {"HTTP_ACCEPT": accept, "HTTP:Accept-Language": language}
    fits = True
    for line in rules.splitlines():
        word, _, rest = line.partition(" ")
        if word == "RewriteCond":
            field, pattern, *flags = shlex.split(rest, posix=False)
            wanted = re.search(pattern.strip('"').removeprefix("!"), fields[field[2:-1]], re.I if flags else 0)
            fits = fits and bool(wanted) != pattern.startswith("!")
        elif word == "RewriteRule":
            pattern, target, _ = rest.split(" ")
            if fits and (match := re.search(pattern, path)):
                return target.replace("$1", match[1]) if "$1" in target else target
            fits = True
    return path
