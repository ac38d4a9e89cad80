"""An assessment as SARIF 2.1.0: what is invalid, and each finding that changes, beside the line that brings it."""

from __future__ import annotations

import json
from typing import Any, Final

from samenhang.assessment.assessment import Assessment, Change
from samenhang.namespaces import NS, shorten
from samenhang.reports import FORMATS as REPORTS
from samenhang.reports import Checked
from samenhang.reports.sarif import physical

# What is not a failure has no level (3.27.9, 3.27.10); what is no longer there is absent from this run (3.27.24).
_KINDS: Final = {"added": "fail", "unknown": "open", "closed": "pass", "answered": "pass"}
_STATES: Final = {"added": "new", "closed": "absent", "answered": "absent"}


def write(assessment: Assessment, checked: Checked) -> str:
    """The report of :mod:`samenhang.reports.sarif` with the changes as results, in the language of *checked*."""
    log = json.loads(REPORTS["sarif"](checked))
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    for change in assessment.changes:
        name = change.rule.rpartition("/")[2]
        if name not in places:
            places[name] = len(rules)
            rules.append({"id": name, "helpUri": change.rule, "shortDescription": {"text": name}})
        run["results"].append(_result(assessment, change, name, places[name], checked))
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _result(assessment: Assessment, change: Change, name: str, index: int, checked: Checked) -> dict[str, Any]:
    told = change.words[checked.lang]
    if change.question[checked.lang]:
        told += f" {checked.say('Vraag', 'Question')}: {change.question[checked.lang]}"
    if change.asked:
        told += f" ({checked.say('te vragen aan', 'ask')}: {', '.join(who[checked.lang] for who in change.asked)})"
    location: dict[str, Any] = {
        "logicalLocations": [
            {"fullyQualifiedName": thing, "name": shorten(thing), "kind": "resource"}
            for thing in assessment.values(change.finding, "about")
        ]
    }
    # The claims that the finding follows from come first: one of them is what the proposal adds or withdraws.
    if place := checked.place(
        (*assessment.values(change.finding, "because"), *assessment.values(change.finding, "about"))
    ):
        location["physicalLocation"] = physical(*place)
    level = "none" if change.change != "added" else "note" if change.severity == NS + "severity-low" else "warning"
    state = _STATES.get(change.change) or ("unchanged" if change.before == change.after else "new")
    return {
        "ruleId": name,
        "ruleIndex": index,
        "kind": _KINDS[change.change],
        "level": level,
        "baselineState": state,
        "message": {"text": told},
        "locations": [location],
        "partialFingerprints": {"samenhang/finding": change.finding},
        "properties": {"change": change.change},
    }
