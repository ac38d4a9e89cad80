"""What several tests share: where the project and the published reference material are."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
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
