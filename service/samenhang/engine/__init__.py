"""Where queries are asked: one interface, whatever answers behind it.

Today there is one engine, in this process (:mod:`samenhang.engine.embedded`).
"""

from __future__ import annotations

from samenhang.engine.embedded import Answer, EmbeddedEngine
from samenhang.engine.holding import Holding

__all__ = ["Answer", "EmbeddedEngine", "Holding"]
