"""Releases: made from sources, kept as folders named by their content, opened and listed.

``materialise`` derives, ``build`` writes (and is not imported here: who only reads releases need not wait for all that
making one takes), ``shelf`` keeps, publishes and opens.
"""

from __future__ import annotations

from samenhang.release.materialise import Analysis, materialise
from samenhang.release.shelf import Release, Shelf, open_current

__all__ = ["Analysis", "Release", "Shelf", "materialise", "open_current"]
