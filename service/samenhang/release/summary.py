"""What a release holds, told on one page: the overview questions, asked and written out."""

from __future__ import annotations

from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from samenhang import texts
from samenhang.namespaces import SCOPES, shorten
from samenhang.release.shelf import Release

WIDTH: Final = 120
PARTS: Final = ("things-per-kind", "claims-per-source", "coverage-per-aspect")
"""The questions that begin the summary, in order."""


def write(release: Release, violations: int, warnings: int, lang: str, public: str) -> str:
    """The summary of *release* as text in *lang*; what was found leads to its proof, at the address *public*."""
    nl = lang == "nl"
    quads = release.manifest["quads"]
    parts = [f"Release {release.name}: {quads} quads\n"]
    for name in PARTS:
        question = release.questions[name]
        grid, _ = texts.table(
            release.engine, release.ask(name), lang, scope=SCOPES[0], width=WIDTH, headings=question.headings(lang)
        )
        parts.append(f"{question.title[lang]}\n{grid}")
    parts.append("\n".join(_findings(release, lang, public)) + "\n")
    parts.append(
        f"{violations} fouten en {warnings} waarschuwingen in de gegevens.\n"
        if nl
        else f"{violations} violations and {warnings} warnings in the data.\n"
    )
    return "\n".join(parts)


def _findings(release: Release, lang: str, public: str) -> list[str]:
    """The findings by rule and outcome, a line each with where they stand."""
    rows = list(release.ask("findings-per-rule").rows())
    known = texts.names(release.engine, texts.iris(rows), lang)
    lines = [release.questions["findings-per-rule"].title[lang]]
    for rule, found in groupby(rows, lambda row: row["rule"].value):
        lines.append(f"  {known[rule]}")
        for row in found:
            outcome = row["outcome"].value
            chosen = {"rule": shorten(rule).partition(":")[2], "outcome": outcome.rpartition("-")[2]}
            address = f"{public}/findings?{urlencode(chosen)}"
            lines.append(f"    {known[outcome]:15} {row['findings'].value:>4}  {address}")
    return lines
