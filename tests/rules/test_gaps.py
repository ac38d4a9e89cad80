"""The overlaps and gaps that the facts of the field support: what each rule says of them on the real mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from samenhang.namespaces import ID, expand
from samenhang.release import Release
from tests.support import cells

GAPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "gaps.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: f"{gap['gap']}-{gap['rule']}")
def test_what_the_rule_says_of_the_gap(gap: dict[str, Any], release: Release) -> None:
    things = " , ".join(f"<{expand(name)}>" for name in gap["about"])
    layer = f"; sam:layer <{expand(gap['layer'])}>" if "layer" in gap else ""
    found = cells(
        release.query(
            f"PREFIX sam: <https://w3id.org/samenhang/ns#> SELECT DISTINCT ?o"
            f" {{ ?f sam:rule <{ID}rule/{gap['rule']}> ; sam:about {things} ; sam:outcome ?o {layer} }}"
        )
    )
    assert found == ([] if gap.get("silent") else [(gap["outcome"],)])


def test_every_gap_of_the_facts_is_answered() -> None:
    """G12, that what is not known is called so, is a property of every rule."""
    assert {gap["gap"] for gap in GAPS} == {f"G{number}" for number in range(1, 12)}
