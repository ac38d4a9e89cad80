"""Where queries are asked: one interface, whatever answers behind it.

What answers is in this process (:mod:`samenhang.engine.embedded`), in workers of the service that share its data
(:mod:`samenhang.engine.pool`), or elsewhere: any SPARQL 1.1 server (:mod:`samenhang.engine.remote`).
"""

from __future__ import annotations

from samenhang.engine.embedded import Answer, EmbeddedEngine
from samenhang.engine.holding import Holding

__all__ = ["Answer", "EmbeddedEngine", "Holding"]
