"""What long work tells of itself while it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, str], None]
"""Called with what is being done now, in Dutch and in English."""


def silent(_nl: str, _en: str) -> None:
    """The progress of whoever does not want to know."""
