"""``python -m samenhang.site``: a clerk at work."""

import sys

from samenhang.site.clerk import main

main(*sys.argv[1:])
