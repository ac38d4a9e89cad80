"""``make faults`` in short: a few kills at moments that are the same each time, and faults that take no mount."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import killing, trouble
from tests.faults.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Scene(tmp_path) as scene:
        yield scene


def nothing_lost(scene: Scene) -> None:
    """What is published is whole, and no wrong answer was seen."""
    assert [*scene.problems, *scene.look()] == []


def test_builds_that_are_killed_lose_nothing(scene: Scene) -> None:
    assert killing.builds_killed(scene, rounds=12, seed=7, whole=False).startswith("12 builds")
    nothing_lost(scene)


def test_a_switch_or_a_process_that_is_killed_loses_nothing(scene: Scene) -> None:
    killing.switches_killed(scene, rounds=1, seed=7)
    killing.services_killed(scene, rounds=2, seed=7)
    nothing_lost(scene)


def test_a_build_without_room_or_handles_is_refused_with_a_reason(scene: Scene) -> None:
    assert trouble.limited(scene, {"bytes": 0}, range(0, 40_000, 20_000)) == (
        "2 builds refused with a reason, 0 published"
    )
    trouble.limited(scene, {"files": 0}, range(6, 26, 6))
    nothing_lost(scene)


def test_a_whole_build_without_room_is_refused_by_its_processes_too(scene: Scene) -> None:
    """Where scopes are sorted on their way to a release, each by a process of its own."""
    before = scene.shelf.current().name
    _, ended = scene.build(0, whole=True, bytes=500_000)
    assert int(next(ended)) == 2
    assert scene.shelf.current().name == before
    assert [path.name for path in scene.shelf.folder.glob(".*")] == []
    nothing_lost(scene)


def test_builds_at_once_lose_nothing(scene: Scene) -> None:
    trouble.together(scene)
    nothing_lost(scene)
