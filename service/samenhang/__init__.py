"""Samenhang: the digital infrastructure of the cultural sector in Flanders, as linked data.

>>> import samenhang
>>> release = samenhang.open()
>>> release.manifest["scopes"]
['all', 'report-2021', 'field']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samenhang.release.shelf import Release

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(folder: str | Path | None = None) -> Release:
    """The published release in *folder* (by default ``SAMENHANG_VAR``, else ``var``).

    Raises NotFound when nothing was published there yet.
    """
    # Here, because the engine takes a moment to import and not every use of the package needs it.
    from samenhang.release.shelf import open_current

    return open_current(folder)
