"""What a release holds, told on one page: the overview questions, asked and written out."""

from __future__ import annotations

from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from samenhang import texts
from samenhang.engine.embedded import Row, Term
from samenhang.namespaces import NS, SCOPES, shorten
from samenhang.release.shelf import Release

WIDTH: Final = 120
PARTS: Final = ("things-per-kind", "claims-per-source", "coverage-per-aspect")
"""The questions that begin the summary, in order."""
FIRST: Final = 5
"""Agreements or answers that are told."""


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
    if first := _agreements(release, lang, public) or _answers(release, lang, public):
        parts.append("\n".join(first) + "\n")
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
    for rule, found in groupby(rows, lambda row: row["rule"]):
        lines.append(f"  {texts.plain(rule, known)}")
        for row in found:
            outcome = row["outcome"]
            chosen = {"rule": _short(rule), "outcome": outcome.value.rpartition("-")[2]}
            address = f"{public}/findings?{urlencode(chosen)}"
            lines.append(f"    {texts.plain(outcome, known):15} {row['findings'].value:>4}  {address}")
    return lines


def _agreements(release: Release, lang: str, public: str) -> list[str]:
    """The agreements that close most known gaps, with where these stand; nothing when no gap is known."""
    closing = [row for row in release.ask("leverage").rows() if row["answer"].value == f"{NS}answer-yes"]
    known = texts.names(release.engine, texts.iris(closing), lang)
    lines = [
        "Afspraken die de meeste gekende kloven sluiten" if lang == "nl" else "Agreements that close most known gaps"
    ]
    agreements = {(texts.plain(row.get("standard"), known), row["layer"]): row for row in closing}
    for (standard, layer), row in list(agreements.items())[:FIRST]:
        between = standard or ("overeenkomst tussen eigenaars" if lang == "nl" else "agreement between owners")
        chosen = {"rule": "interoperability-gap", "outcome": "present", "layer": _short(layer)}
        lines.append(f"  {row['findings'].value:>4}  {between} ({texts.plain(layer, known)})")
        lines.append(f"        {public}/findings?{urlencode(chosen)}")
    return lines if agreements else []


def _answers(release: Release, lang: str, public: str) -> list[str]:
    """The answers that settle most, of whom, with the findings that wait for them; nothing when none waits."""
    rows = list(release.ask("answers").rows())
    known = texts.names(release.engine, texts.iris(rows), lang)
    nl = lang == "nl"
    lines = [
        "Geen kloof is zeker. De antwoorden die het meest beslissen, en van wie"
        if nl
        else "No gap is certain. The answers that settle most, and of whom"
    ]
    answers: dict[str, list[Row]] = {}
    for row in rows:
        answers.setdefault(row[lang].value, []).append(row)
    for question, told in list(answers.items())[:FIRST]:
        who = [texts.plain(row["ask"], known) for row in told if "ask" in row]
        nobody = "niet bekend wie het weet" if nl else "not known who can know"
        chosen = {"thing": _short(told[0]["thing"]), "outcome": "unknown"}
        lines.append(f"  {told[0]['findings'].value:>4}  {question} {', '.join(who) or nobody}")
        lines.append(f"        {public}/findings?{urlencode(chosen)}")
    return lines if answers else []


def _short(thing: Term) -> str:
    """The last part of the name of *thing*, by which an address calls it."""
    return shorten(thing.value).partition(":")[2]
