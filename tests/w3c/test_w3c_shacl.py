"""Both engines over the W3C SHACL suite: what fails is known by name and reason, and everything else passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from samenhang.validation import BrokenShapes, engines, validate
from samenhang.validation.engines import Choice

from .w3c_shacl import Case, cases, outcome

KNOWN: dict[Choice, dict[str, str]] = {
    "compiled": {
        "sparql/pre-binding/unsupported-sparql-004": "a subquery that does not select $this is not refused",
    },
    "reference": {
        "sparql/node/prefixes-001": "sh:prefixes does not follow owl:imports to further declarations",
        "sparql/pre-binding/shapesGraph-001": "$shapesGraph is not supported",
    },
}
REFUSED = {
    "core/misc/severity-002": r"must be sh:Violation, sh:Warning or sh:Info, not <.*#MySeverity>",
    "core/path/path-strange-002": r"not well-formed SHACL; see <http://example.org/test#s1>",
}
"""What the engines take and the adapter does not: a severity that nothing can be decided by, a path that is two."""


@pytest.fixture(scope="module")
def suite(shared: Path) -> list[Case]:
    return cases(shared / "w3c" / "shacl" / "tests")


def test_the_suite_is_whole(suite: list[Case]) -> None:
    assert len(suite) == 121
    assert sum(case.name.startswith("core/") for case in suite) == 98
    assert sum(case.expected is None for case in suite) == 7


@pytest.mark.parametrize("choice", ["compiled", "reference"])
def test_only_known_cases_fail(suite: list[Case], scores: list[str], choice: Choice) -> None:
    engine = engines.engine(choice)
    failing = {case.name: wrong for case in suite if (wrong := outcome(case, engine))}
    scores.append(f"W3C SHACL: {engine.name}: {len(suite) - len(failing)} of {len(suite)}")
    scores.extend(f"  not {name}: {KNOWN[choice].get(name, wrong)}" for name, wrong in sorted(failing.items()))
    better = KNOWN[choice].keys() - failing.keys()
    assert not better, f"pass now; take them out of KNOWN: {sorted(better)}"
    worse = {name: wrong for name, wrong in failing.items() if name not in KNOWN[choice]}
    assert not worse


def test_the_adapter_gives_the_same_results_from_both_engines(suite: list[Case]) -> None:
    compared = 0
    for case in suite:
        if case.expected is None or case.name in KNOWN["reference"] | REFUSED:
            continue
        compiled, reference = (validate(case.data, case.shapes, engine=choice) for choice in KNOWN)
        assert compiled.results == reference.results, case.name
        assert compiled.idle == reference.idle, case.name
        # The adapter says each result once; the suite expects some twice (one shape reached along two ways).
        assert len(compiled.results) <= case.expected.total()
        assert {result.component for result in compiled.results} == {f.component[1:-1] for f in case.expected}
        compared += 1
    assert compared == 121 - 7 - 2 - 2


@pytest.mark.parametrize("choice", ["compiled", "reference"])
@pytest.mark.parametrize("name", REFUSED)
def test_the_adapter_refuses(suite: list[Case], name: str, choice: Choice) -> None:
    (case,) = (case for case in suite if case.name == name)
    with pytest.raises(BrokenShapes, match=REFUSED[name]):
        validate(case.data, case.shapes, engine=choice)
