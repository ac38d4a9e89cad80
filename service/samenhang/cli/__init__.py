"""The command ``samenhang``: one module a group of commands, all in Dutch and English.

Exit status: 0 fine, 1 findings or violations at the asked level, 2 wrong use or unreadable input.
"""

from __future__ import annotations

from samenhang.cli.main import main

__all__ = ["main"]
