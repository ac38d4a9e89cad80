"""What several tests share: the reference material, and one release built from the real mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from samenhang.release import Release, Shelf
from samenhang.release.build import build
from tests.support import ROOT

SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the facts, vocabularies and W3C suites; a test that needs it says aloud when it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"SKIPPED ALOUD: {SHARED} is absent, so this check against the outside material was not made")
    return SHARED


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the real mapping, built once for all tests."""
    built = build(ROOT, Shelf(tmp_path_factory.mktemp("var")))
    assert built.release is not None, [(f.result.focus, f.result.shape) for f in built.inspection.flaws][:10]
    return built.release


@pytest.fixture(scope="session")
def client(release: Release) -> Iterator[httpx.Client]:
    """A client of the session's release, served."""
    from tests.test_web import served  # a module of tests, which pytest must rewrite first

    yield from served(release)
