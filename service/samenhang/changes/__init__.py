"""What changed: the difference of two releases, and the feed of every version of every thing.

``merge`` reads two releases side by side, ``difference`` asks what that means, ``forms`` writes it, ``ledger`` keeps it
beside the shelf; ``feed`` keeps the versions of things.
"""

from __future__ import annotations

from samenhang.changes.difference import Difference, compare
from samenhang.changes.feed import Feed
from samenhang.changes.ledger import Ledger

__all__ = ["Difference", "Feed", "Ledger", "compare"]
