"""An assessment as text for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Final

from samenhang.assessment.assessment import Assessment, Change
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
    touched = [f"  {t.words[checked.lang]}" for t in assessment.touched] or [f"  {say('niemand', 'nobody')}"]
    parts.append("\n".join((say("Wie het nog raakt:", "Who else it touches:"), *touched)) + "\n")
    return "\n".join(parts)


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
        "touched": [asdict(touched) | {"words": _both(touched.words)} for touched in assessment.touched],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _both(words: Words) -> dict[str, str]:
    return {"nl": words["nl"], "en": words["en"]}


FORMATS: Final[Mapping[str, Callable[[Assessment, Checked], str]]] = {"text": text, "json": document}
"""The forms by name."""
