"""A report as JUnit XML, which every build server shows as tests: each flaw one, and each file without flaws one.

JUnit knows only failed and passed. What does not fail the check (``--fail-on``) passes, with its message as output.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from samenhang.inspection import Flaw
from samenhang.reports.checked import Checked, rule, thing, told

_IMPOSSIBLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def write(checked: Checked) -> str:
    """The report, in the language of *checked*."""
    flaws = checked.inspection.flaws
    flawed = {path for flaw in flaws for path in flaw.files}
    whole = [path for path in checked.files if path not in flawed]
    failures = sum(map(checked.fails, flaws))
    counts = {"tests": str(len(whole) + len(flaws)), "failures": str(failures), "errors": "0", "skipped": "0"}
    root = ET.Element("testsuites", {"name": "samenhang check", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": "samenhang check", **counts})
    for flaw in flaws:
        suite.append(_case(flaw, checked))
    for path in whole:
        name = checked.say("geen opmerkingen", "no remarks")
        ET.SubElement(suite, "testcase", {"classname": _clean(told(path)), "name": name, "time": "0"})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(flaw: Flaw, checked: Checked) -> ET.Element:
    result = flaw.result
    path = flaw.files[0] if flaw.files else None
    attributes = {
        "classname": _clean(told(path) if path else thing(result)),
        "name": _clean(f"{rule(result)}: {thing(result)}"),
        "time": "0",
    }
    if path:
        attributes |= {"file": _clean(told(path))}
        if line := checked.line(flaw, path):
            attributes |= {"line": str(line)}
    case = ET.Element("testcase", attributes)
    message = _clean(result.message(checked.lang) or rule(result))
    if checked.fails(flaw):
        failure = ET.SubElement(case, "failure", {"type": str(result.severity), "message": message})
        failure.text = _clean(_details(flaw, path, checked))
    else:
        ET.SubElement(
            case, "system-out"
        ).text = f"{result.severity}: {message}\n{_clean(_details(flaw, path, checked))}"
    return case


def _details(flaw: Flaw, path: Path | None, checked: Checked) -> str:
    result = flaw.result
    lines = [result.focus]
    if result.path:
        lines.append(f"{checked.say('eigenschap', 'property')}: {result.path}")
    if result.value is not None:
        lines.append(f"{checked.say('waarde', 'value')}: {result.value.n3()}")
    lines += [f"{told(file)}:{checked.line(flaw, file) or ''}".rstrip(":") for file in flaw.files]
    return "\n".join([*lines, *checked.places(flaw)])


def _clean(text: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", text)
