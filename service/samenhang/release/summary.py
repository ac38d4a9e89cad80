"""What a release holds, told on one page: the overview questions, asked and written out."""

from __future__ import annotations

from typing import Final

from samenhang.namespaces import SCOPES
from samenhang.release.shelf import Release
from samenhang.texts import table

WIDTH: Final = 120
PARTS: Final = ("things-per-kind", "claims-per-source", "coverage-per-aspect", "findings-per-rule")
"""The questions that make the summary, in order."""


def write(release: Release, violations: int, warnings: int, lang: str) -> str:
    """The summary of *release* as text in *lang*."""
    nl = lang == "nl"
    quads = release.manifest["quads"]
    parts = [f"Release {release.name}: {quads} quads\n"]
    for name in PARTS:
        question = release.questions[name]
        grid, _ = table(
            release.engine, release.ask(name), lang, scope=SCOPES[0], width=WIDTH, headings=question.headings(lang)
        )
        parts.append(f"{question.title[lang]}\n{grid}")
    parts.append(
        f"{violations} fouten en {warnings} waarschuwingen in de gegevens.\n"
        if nl
        else f"{violations} violations and {warnings} warnings in the data.\n"
    )
    return "\n".join(parts)
