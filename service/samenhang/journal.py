"""What a service writes to standard error: plain problems, or lines of JSON when requests are logged too.

Apart from what keeps the record of requests, because the service begins to write before it imports all that answers.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from samenhang import settings
from samenhang.errors import WrongValue

log = logging.getLogger(__name__)
"""Where requests are told."""

LEVELS: Final = ("problems", "requests", "queries")


class Lines(logging.Formatter):
    """Writes each thing that happens as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of *record*."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {"at": moment, "level": record.levelname.lower(), "event": record.getMessage()}
        told |= getattr(record, "told", {})
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def level() -> str:
    """What is to be logged, as the setting says. Raises WrongValue."""
    chosen = settings.text("SAMENHANG_LOG")
    if chosen not in LEVELS:
        known = ", ".join(LEVELS)
        raise WrongValue(
            f"SAMENHANG_LOG is '{chosen}'; gevraagd is een van {known}.",
            f"SAMENHANG_LOG is '{chosen}'; wanted is one of {known}.",
        )
    return chosen


def begin(chosen: str) -> None:
    """Let what happens be written to standard error: plain problems, or lines of JSON when requests are logged too."""
    if chosen == LEVELS[0]:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(logging.INFO)
