"""``python -m samenhang``: the same as the command ``samenhang``."""

from __future__ import annotations

from samenhang.cli import main

main()
