"""A report as SARIF 2.1.0, which GitHub, GitLab, Azure DevOps and editors show beside the lines concerned.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import samenhang
from samenhang.inspection import CHECKS, Flaw
from samenhang.namespaces import BASE
from samenhang.reports.checked import Checked, rule, thing, told
from samenhang.validation import Result, Severity

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write(checked: Checked) -> str:
    """The report: one run, its rules those that found something, in the language of *checked*."""
    flaws = checked.inspection.flaws
    rules = {rule(flaw.result): flaw.result for flaw in reversed(flaws)}
    places = {name: index for index, name in enumerate(sorted(rules))}
    driver = {
        "name": "samenhang",
        "semanticVersion": samenhang.__version__,
        "informationUri": BASE,
        "language": checked.lang,
        "rules": [_rule(name, rules[name], checked) for name in places],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(flaw, places, checked) for flaw in flaws],
        "properties": {"engine": checked.inspection.engine},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(name: str, result: Result, checked: Checked) -> dict[str, Any]:
    described = {
        "id": name,
        "shortDescription": {"text": result.message(checked.lang) or name},
        "defaultConfiguration": {"level": _LEVELS[result.severity]},
        "properties": {"message": dict(sorted(result.messages.items()))},
    }
    # A shape has an address where it is explained; a check is a file of the project.
    if result.shape and not result.shape.startswith(CHECKS):
        described["helpUri"] = result.shape
    return described


def _result(flaw: Flaw, places: dict[str, int], checked: Checked) -> dict[str, Any]:
    result, name = flaw.result, rule(flaw.result)
    about = {"fullyQualifiedName": result.focus, "name": thing(result), "kind": "resource"}
    where = [physical(path, checked.line(flaw, path)) for path in flaw.files]
    location: dict[str, Any] = {"logicalLocations": [about]}
    if where:
        location["physicalLocation"] = where[0]
    more: dict[str, Any] = {"mend": flaw.mend.turtle()} if flaw.mend else {}
    if flaw.places:
        more["places"] = checked.places(flaw)
    value = "" if result.value is None else result.value.n3()
    mark = "\n".join((result.shape, result.component, result.focus, result.path or "", value))
    return {
        "ruleId": name,
        "ruleIndex": places[name],
        "level": _LEVELS[result.severity],
        "message": {"text": _message(result, checked)},
        "locations": [location],
        # Those are not the places to change, but where else the thing is described.
        **({"relatedLocations": [{"physicalLocation": place} for place in where[1:]]} if where[1:] else {}),
        **({"properties": more} if more else {}),
        "partialFingerprints": {"samenhang/v1": hashlib.sha256(mark.encode()).hexdigest()},
    }


def _message(result: Result, checked: Checked) -> str:
    value = "" if result.value is None else f" {result.value.n3()}"
    return f"{thing(result)}: {result.message(checked.lang) or rule(result)}{f' ({value.strip()})' if value else ''}"


def physical(path: Path, line: int | None) -> dict[str, Any]:
    """The file at *path*, at *line* where that is known, as a physical location."""
    name = told(path)
    uri = Path(name).as_uri() if Path(name).is_absolute() else quote(name)
    return {"artifactLocation": {"uri": uri}, **({"region": {"startLine": line}} if line else {})}
