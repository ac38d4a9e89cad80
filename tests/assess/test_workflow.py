"""The workflow that the docs offer, as an organisation uses it: its shell steps run in a small repository made here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT

HERE = Path(__file__).parent
WORKFLOW: Mapping[str, Any] = yaml.safe_load((ROOT / "docs" / "github-workflow.yml").read_text(encoding="utf-8"))
JOB: Mapping[str, Any] = WORKFLOW["jobs"]["assess"]
STEPS = {step["name"]: step["run"] for step in JOB["steps"] if "run" in step}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with nothing in it but an empty folder for plans."""
    (tmp_path / "samenhang").mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def run(repository: Path, proposal: str, step: str) -> subprocess.CompletedProcess[str]:
    """Commit the proposal as the organisation's plan, and run one step of the workflow."""
    shutil.copy(HERE / f"{proposal}.ttl", repository / "samenhang" / "plan.ttl")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "add", "samenhang"], cwd=repository, check=True)
    subprocess.run(["git", *who, "commit", "--quiet", "--allow-empty", "-m", proposal], cwd=repository, check=True)
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", STEPS[step]],
        cwd=repository,
        env=os.environ
        | {name: str(value) for name, value in JOB["env"].items()}
        | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "SAMENHANG_CONTENT": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(repository / "summary.txt"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def results(repository: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((repository / "samenhang.sarif").read_text(encoding="utf-8"))["runs"][0][
        "results"
    ]
    return found


def place(result: dict[str, Any]) -> tuple[str, str]:
    """The file and the words at the line that a result points at."""
    where = result["locations"][0]["physicalLocation"]
    return where["artifactLocation"]["uri"], where["region"]["startLine"]


def test_the_steps_are_those_that_this_runs() -> None:
    """All but the installation, which is of the package that is tested here."""
    assert list(STEPS) == ["Install", "Assess", "Tell"]
    assert STEPS["Install"] == 'python -m pip install "$SAMENHANG"'


def test_a_good_plan_passes_and_its_finding_stands_beside_the_line_that_brings_it(repository: Path) -> None:
    done = run(repository, "second-ticketing", "Assess")
    assert (done.returncode, done.stderr) == (0, "")
    (overlap,) = [result for result in results(repository) if result["kind"] == "fail"]
    assert (overlap["ruleId"], overlap["level"], overlap["baselineState"]) == ("capability-overlap", "warning", "new")
    file, line = place(overlap)
    assert file == "samenhang/plan.ttl"
    said = (repository / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert (
        said == "claim:voorbeeld-tickets-eigenaar-publiq a sam:Responsibility ;"
    )  # one of the claims that it follows from
    # What is not known is open, and no failure: the standard gives it no level.
    open_ones = [result for result in results(repository) if result["kind"] != "fail"]
    assert {(result["kind"], result["level"]) for result in open_ones} == {("open", "none")}
    assert len(open_ones) == 5


def test_a_plan_with_mistakes_fails_and_still_tells(repository: Path) -> None:
    assert run(repository, "mistakes", "Assess").returncode == 1
    levels = {(result["ruleId"], result["level"]) for result in results(repository)}
    assert ("Thing-label", "error") in levels
    assert run(repository, "mistakes", "Tell").returncode == 0
    told = (repository / "summary.txt").read_text(encoding="utf-8")
    assert 'building-block:voorbeeld-tickets skos:prefLabel "Voorbeeldtickets"@nl .' in told
