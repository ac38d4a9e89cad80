"""An assessment as Turtle: the SHACL report, and each finding that changes, whole and with what happens to it."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from samenhang import turtle
from samenhang.assessment.assessment import Assessment
from samenhang.namespaces import NS
from samenhang.reports import Checked
from samenhang.reports.shacl import triples


def write(assessment: Assessment, checked: Checked) -> str:
    """The report and the findings; ``sam:change`` is one of the codes of ``scheme:change``."""
    return turtle.write([*triples([flaw.result for flaw in checked.inspection.flaws]), *_findings(assessment)])


def _findings(assessment: Assessment) -> Iterator[ox.Triple]:
    yield from assessment.findings
    for change in assessment.changes:
        code = ox.NamedNode(f"{NS}change-{change.change}")
        yield ox.Triple(ox.NamedNode(change.finding), ox.NamedNode(NS + "change"), code)
