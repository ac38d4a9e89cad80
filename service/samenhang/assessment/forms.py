"""An assessment in its forms: text for people, JSON, Turtle and SARIF for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from samenhang.assessment import graph, sarif
from samenhang.assessment.assessment import Assessment, Change, Verdict
from samenhang.namespaces import shorten
from samenhang.questions import Words
from samenhang.reports import FORMATS as REPORTS
from samenhang.reports import Checked

_HEADINGS: Final = (
    ("added", "Wat het toevoegt aan bevindingen", "Findings that it adds"),
    ("closed", "Wat het oplost", "Findings that it closes"),
    ("answered", "Vragen die het beantwoordt", "Questions that it answers"),
    ("unknown", "Wat onbekend blijft", "What stays unknown"),
)
_VERDICTS: Final = {
    "met": ("voldaan; tevoren", "met; before"),
    "not-met": ("niet voldaan", "not met"),
    "unknown": ("niet bekend", "not known"),
    "settled": ("niet langer in het gedrang; tevoren", "no longer at stake; before"),
}


def text(assessment: Assessment, checked: Checked) -> str:
    """In plain words, in the language of *checked*: what is invalid first, then the changes and who is touched."""
    say = checked.say
    parts = [REPORTS["text"](checked)]
    if assessment.refused:
        parts.append(
            say(
                "Verbeter eerst de fouten hierboven; pas dan valt te zeggen wat het voorstel verandert.\n",
                "Mend the violations above first; only then can be said what the proposal changes.\n",
            )
        )
        return "\n".join(parts)
    for name, nl, en in _HEADINGS:
        changes = [change for change in assessment.changes if change.change == name]
        lines = [line for change in changes for line in _lines(change, checked)] or [f"  {say('niets', 'nothing')}"]
        parts.append("\n".join((f"{say(nl, en)}: {len(changes)}", *lines)) + "\n")
    parts.append(_principles(assessment, checked))
    touched = [f"  {t.words[checked.lang]}" for t in assessment.touched] or [f"  {say('niemand', 'nobody')}"]
    parts.append("\n".join((say("Wie het nog raakt:", "Who else it touches:"), *touched)) + "\n")
    return "\n".join(parts)


def _principles(assessment: Assessment, checked: Checked) -> str:
    """Each principle with what is met, not met, or no longer at stake; of what is not known, how much."""
    by: dict[str, list[Verdict]] = {}
    for verdict in assessment.verdicts:
        by.setdefault(verdict.words[checked.lang], []).append(verdict)
    lines = [line for name in sorted(by) for line in (f"  {name}", *_verdicts(by[name], checked))]
    heading = checked.say("Principes, voldaan of niet:", "Principles, met or not:")
    return "\n".join((heading, *(lines or [f"  {checked.say('geen geraakt', 'none touched')}"]))) + "\n"


def _verdicts(verdicts: list[Verdict], checked: Checked) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.verdict != "unknown":
            yield f"    {checked.say(*_VERDICTS[verdict.verdict])}: {verdict.told[checked.lang]}"
    if unknown := sum(verdict.verdict == "unknown" for verdict in verdicts):
        yield f"    {checked.say(*_VERDICTS['unknown'])}: {unknown}"


def _lines(change: Change, checked: Checked) -> list[str]:
    lines = [f"  {change.words[checked.lang]}"]
    if change.question[checked.lang]:
        lines.append(f"    {checked.say('vraag', 'question')}: {change.question[checked.lang]}")
    if change.ask:
        lines.append(
            f"    {checked.say('te vragen aan', 'ask')}: {', '.join(who[checked.lang] for who in change.asked)}"
        )
    return [*lines, f"    {shorten(change.finding)}"]


def document(assessment: Assessment, checked: Checked) -> str:
    """As JSON, with words in both languages and full addresses; ``report`` is that of ``check --format json``."""
    told = {
        "report": json.loads(REPORTS["json"](checked)),
        "refused": assessment.refused,
        "changes": [
            asdict(change)
            | {"words": _both(change.words), "question": _both(change.question)}
            | {"asked": [_both(who) for who in change.asked]}
            for change in assessment.changes
        ],
        "principles": [asdict(v) | {"words": _both(v.words), "told": _both(v.told)} for v in assessment.verdicts],
        "touched": [asdict(touched) | {"words": _both(touched.words)} for touched in assessment.touched],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _both(words: Words) -> dict[str, str]:
    return {"nl": words["nl"], "en": words["en"]}


FORMATS: Final[Mapping[str, Callable[[Assessment, Checked], str]]] = {
    "text": text,
    "json": document,
    "turtle": graph.write,
    "sarif": sarif.write,
}
"""The forms by name; the first is the default."""
