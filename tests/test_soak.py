"""``make soak`` in short: nothing that is hostile makes an answer wrong, late for ever, or the service larger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.siege import besiege


def test_nothing_hostile_hurts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = besiege(20, tmp_path, builds=False, again=120)
    with capsys.disabled():
        print("", *report.lines(), sep="\n")
    assert report.problems == []
    assert report.switches > 0
    hostile = {kind for kind in report.counted if kind.startswith("hostile")}
    assert {"hostile 400", "hostile 413", "hostile 504"} <= hostile
    assert report.counted["query 200"] > 9 * (report.counted["query 429"] + report.counted["query 503"])
