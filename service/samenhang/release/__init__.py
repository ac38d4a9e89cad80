"""Releases: made from sources, kept as folders named by their content, opened and listed.

``materialise`` derives, ``build`` writes, ``shelf`` keeps, publishes and opens.
"""

from __future__ import annotations

from samenhang.release.build import build
from samenhang.release.materialise import Analysis, materialise
from samenhang.release.shelf import Release, Shelf, open_current

__all__ = ["Analysis", "Release", "Shelf", "build", "materialise", "open_current"]
