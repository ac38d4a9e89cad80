"""Samenhang: the digital infrastructure of the cultural sector in Flanders, as linked data.

>>> import samenhang
>>> release = samenhang.open()
>>> release.manifest["scopes"]
['all', 'report-2021', 'field']
"""

from __future__ import annotations

from samenhang.release.shelf import Release
from samenhang.release.shelf import open_current as open

__version__ = "0.1.0"
__all__ = ["Release", "__version__", "open"]
