"""A report in each form: read as its readers read it, and saying the same as the inspection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from junitparser import JUnitXml, TestSuite

from samenhang.namespaces import PREFIXES, SHAPES
from samenhang.release.build import look
from samenhang.reports import FORMATS, Checked
from samenhang.settings import Lang
from samenhang.validation import Severity
from tests.small import AGENDA, content, write

# The line on which the description of the building block begins; other lines are counted by hand from there.
FIRST = AGENDA[: AGENDA.index("\nbuilding-block:")].count("\n") + 2
GOOD = AGENDA.replace("agenda", "voorbeeld").replace('"Agenda"', '"Voorbeeld"')
BAD = GOOD.replace('    sam:heading "Verzonnen hoofdstuk"@nl ;\n', "").replace("sam:slide 3", "sam:slide 0")
# A term that does not exist, with a value that XML cannot hold.
BAD = BAD.replace("sam:modality sam:fact", 'sam:modalitie "stil\\u0007"')

Write = Callable[..., str]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("map met spatie")
    return [write(folder / "goed.ttl", GOOD), write(folder / "mijn fout.ttl", BAD.replace("voorbeeld", "slecht"))]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, files: list[Path]) -> Write:
    """The same inspection of the two files, in any form."""
    folder = content(tmp_path_factory.mktemp("reports") / "content")
    inspection = look(folder, files).inspection

    def written(form: str, lang: Lang = "nl", level: Severity | None = Severity.VIOLATION) -> str:
        return FORMATS[form](Checked(inspection, files, folder, lang, level))

    return written


def test_what_the_other_tests_must_find(told: Write) -> None:
    results = json.loads(told("json"))["results"]
    assert {(r["severity"], r["shape"].rpartition("#")[2], Path(r["files"][0]).name) for r in results} == {
        ("violation", "undeclared-term", "mijn fout.ttl"),
        ("violation", "Thing-modality", "mijn fout.ttl"),
        ("violation", "Evidence-slide", "mijn fout.ttl"),
        ("warning", "Evidence-place", "mijn fout.ttl"),
    }


def test_text_names_file_and_line(told: Write, files: list[Path]) -> None:
    assert f"  bestand: {files[1]}:{FIRST + 4}\n" in told("text")  # sam:modalitie
    assert f"  file: {files[1]}:{FIRST + 8}\n" in told("text", "en")  # sam:slide 0


# SARIF: the rules of the standard that a reader depends on, from its text (sections 3.13, 3.14, 3.19, 3.27, 3.49).


def run_of(text: str) -> dict[str, Any]:
    document = json.loads(text)
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_sarif_keeps_the_rules_of_the_standard(told: Write, lang: Lang) -> None:
    run = run_of(told("sarif", lang))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["language"]) == ("samenhang", lang)
    names = [rule["id"] for rule in driver["rules"]]
    assert len(set(names)) == len(names)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] == rule["properties"]["message"][lang]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        if rule["id"][0].isupper():
            assert rule["helpUri"] == SHAPES + rule["id"]
    for result in run["results"]:
        assert names[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (location,) = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]["uri"]
        assert artifact.startswith("file:///") and " " not in artifact
        assert location["physicalLocation"]["region"]["startLine"] >= 1
        assert location["logicalLocations"][0]["fullyQualifiedName"].startswith("https://w3id.org/samenhang/id/")
    marks = [result["partialFingerprints"]["samenhang/v1"] for result in run["results"]]
    assert len(set(marks)) == len(marks)
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_says_what_and_where(told: Write, files: list[Path]) -> None:
    results = run_of(told("sarif", "en"))["results"]
    (slide,) = (result for result in results if result["ruleId"] == "Evidence-slide")
    place = slide["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": files[1].as_uri()}, "region": {"startLine": FIRST + 8}}
    assert slide["message"]["text"].startswith("evidence:slecht: Write one slide number as a number")
    assert {r["ruleId"]: r["level"] for r in results} == {
        "undeclared-term": "error",
        "Thing-modality": "error",
        "Evidence-slide": "error",
        "Evidence-place": "warning",
    }


def test_a_fingerprint_does_not_depend_on_place_or_language(told: Write, files: list[Path], tmp_path: Path) -> None:
    moved = write(tmp_path / "elders.ttl", "\n\n\n" + files[1].read_text(encoding="utf-8"))
    folder = content(tmp_path / "content")
    again = FORMATS["sarif"](Checked(look(folder, [moved]).inspection, [moved], folder, "en", None))
    marks = [{r["partialFingerprints"]["samenhang/v1"] for r in run_of(t)["results"]} for t in (told("sarif"), again)]
    assert marks[0] == marks[1] != set()


# JUnit.


def cases(text: str) -> dict[str, list[Any]]:
    """The cases that a reader of JUnit finds, by name, each with its results."""
    found = JUnitXml.fromstring(text.encode())
    (suite,) = found
    assert isinstance(suite, TestSuite)
    assert (suite.tests, suite.failures, suite.errors) == (
        len(list(suite)),
        sum(len(case.result) for case in suite),
        0,
    )
    return {case.name: list(case.result) for case in suite}


def test_junit_fails_what_fails_the_check_and_nothing_else(told: Write) -> None:
    seen = {name: bool(results) for name, results in cases(told("junit")).items()}
    assert seen == {
        "undeclared-term: building-block:slecht": True,
        "Thing-modality: building-block:slecht": True,
        "Evidence-slide: evidence:slecht": True,
        "Evidence-place: evidence:slecht": False,
        "geen opmerkingen": False,
    }
    assert not any(cases(told("junit", level=None)).values())
    (slide,) = cases(told("junit", "en"))["Evidence-slide: evidence:slecht"]
    assert slide.message.startswith("Write one slide number")
    assert slide.type == "violation"


# SHACL.


def test_turtle_is_a_shacl_report_with_our_shapes(told: Write) -> None:
    store = ox.Store()
    store.load(told("turtle").encode(), format=ox.RdfFormat.TURTLE)
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("sh", "shapes", "evidence", "sam"))
    assert store.query(
        prefixes
        + """ASK { ?report a sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ;
        sh:focusNode evidence:slecht ; sh:resultPath sam:slide ; sh:value 0 ; sh:resultSeverity sh:Violation ;
        sh:sourceShape shapes:Evidence-slide ; sh:sourceConstraintComponent sh:MinInclusiveConstraintComponent ;
        sh:resultMessage ?nl , ?en ] FILTER (LANG(?nl) = "nl" && LANG(?en) = "en") }"""
    )
    # What SHACL asks of every result: one of each.
    results = [quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(PREFIXES["sh"] + "result"), None)]
    assert len(results) == len(json.loads(told("json"))["results"])
    for node in results:
        assert isinstance(node, ox.BlankNode)
        for name in ("focusNode", "resultSeverity", "sourceConstraintComponent"):
            assert len(list(store.quads_for_pattern(node, ox.NamedNode(PREFIXES["sh"] + name), None))) == 1


def test_nothing_wrong_is_a_report_too(tmp_path: Path) -> None:
    good = write(tmp_path / "goed.ttl", GOOD)
    folder = content(tmp_path / "content")
    checked = Checked(look(folder, [good]).inspection, [good], folder, "nl", Severity.VIOLATION)
    assert run_of(FORMATS["sarif"](checked))["results"] == []
    assert cases(FORMATS["junit"](checked)) == {"geen opmerkingen": []}
    assert "sh:conforms true" in FORMATS["turtle"](checked)


# The command.


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_writes_the_form_in_the_language_asked_and_keeps_its_exit_status(
    files: list[Path], tmp_path: Path, form: str
) -> None:
    environment = os.environ | {"SAMENHANG_CONTENT": str(content(tmp_path / "content"))}
    done = subprocess.run(
        [sys.executable, "-m", "samenhang", "check", files[1].name, "--format", form, "--lang", "en"],
        cwd=files[1].parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "Write one slide number as a number" in done.stdout
    if form == "sarif":
        # Relative to where it ran: so a server finds the file in the repository.
        places = [r["locations"][0]["physicalLocation"] for r in run_of(done.stdout)["results"]]
        assert {place["artifactLocation"]["uri"] for place in places} == {"mijn%20fout.ttl"}
