"""An assessment in its other forms: what the standards ask of them, and that each says the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang.assessment import Assessment, assess
from samenhang.assessment.forms import FORMATS
from samenhang.namespaces import NS, PREFIXES, shorten
from samenhang.reports import Checked
from samenhang.validation import Severity
from tests.support import ROOT

HERE = Path(__file__).parent


@cache
def assessed(name: str) -> Assessment:
    return assess(ROOT, [HERE / f"{name}.ttl"])


def told(name: str, form: str) -> str:
    found = assessed(name)
    return FORMATS[form](found, Checked(found.inspection, [HERE / f"{name}.ttl"], ROOT, "en", Severity.VIOLATION))


def test_principles_are_met_or_not() -> None:
    """The overlap is against reuse; of each criterion of the new block nothing is known."""
    verdicts = {
        (shorten(v.principle).removeprefix("principle:"), v.verdict) for v in assessed("second-ticketing").verdicts
    }
    assert verdicts == {
        ("herbruikbaarheid", "not-met"),
        ("open-systemen-gezamenlijk-beheer", "unknown"),
        ("werken-met-standaarden", "unknown"),
        ("gegevensontsluiting-hergebruik", "unknown"),
        ("niet-organisatiespecifiek", "unknown"),
    }
    text = told("second-ticketing", "text")
    assert "Principles, met or not:" in text
    assert "    not met: Digitaal Podium and Example tickets realise the same capability: Ticketing." in text


def test_what_is_no_longer_a_finding_is_not_called_met() -> None:
    """Documentation that is found is no criterion; UiTdatabank was a question to a principle and no longer is."""
    assert [(shorten(v.principle), v.verdict) for v in assessed("oslo-documented").verdicts] == [
        ("principle:werken-met-standaarden", "settled")
    ]


@pytest.mark.parametrize("name", ["second-ticketing", "oslo-documented", "mistakes"])
def test_turtle_is_a_shacl_report_and_the_findings_with_what_happens_to_them(name: str) -> None:
    triples = list(ox.parse(told(name, "turtle").encode(), format=ox.RdfFormat.TURTLE))
    said = {
        (str(t.subject.value), t.predicate.value, str(t.object.value))
        for t in triples
        if not isinstance(t.object, ox.Triple)
    }
    (conforms,) = [value for _, path, value in said if path == PREFIXES["sh"] + "conforms"]
    assert conforms == ("false" if name == "mistakes" else "true")
    expected = {(c.finding, NS + "change", f"{NS}change-{c.change}") for c in assessed(name).changes}
    assert {triple for triple in said if triple[1] == NS + "change"} == expected
    for change in assessed(name).changes:  # whole: the rule and the outcome come along
        assert (change.finding, NS + "rule", change.rule) in said
        assert (change.finding, NS + "outcome", change.after or change.before) in said


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("second-ticketing", {("fail", "new"), ("open", "new")}),
        ("oslo-documented", {("pass", "absent")}),
        ("mistakes", {("", "")}),
    ],
)
def test_sarif_keeps_the_rules_of_the_standard(name: str, states: set[tuple[str, str]]) -> None:
    run = json.loads(told(name, "sarif"))["runs"][0]
    assert {(r.get("kind", ""), r.get("baselineState", "")) for r in run["results"]} == states
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        if result.get("kind", "fail") != "fail":  # 3.27.10: then there is no level
            assert result["level"] == "none"
        where = result["locations"][0]["physicalLocation"]
        assert where["region"]["startLine"] >= 1
        assert where["artifactLocation"]["uri"].endswith(f"tests/assess/{name}.ttl")


def test_json_holds_the_same() -> None:
    found = json.loads(told("second-ticketing", "json"))
    assert {p["verdict"] for p in found["principles"]} == {"not-met", "unknown"}
    mended = [r["mend"] for r in json.loads(told("mistakes", "json"))["report"]["results"] if "mend" in r]
    assert mended[0] == [
        '# - building-block:voorbeeld-tickets skos:prefLabel "Voorbeeldtickets" .',
        'building-block:voorbeeld-tickets skos:prefLabel "Voorbeeldtickets"@nl .',
    ]
