"""What an inspection found, for whoever asked: one module a form, all of them listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from samenhang.reports import document, junit, plain, sarif, shacl
from samenhang.reports.checked import Checked

__all__ = ["FORMATS", "Checked"]

FORMATS: Final[Mapping[str, Callable[[Checked], str]]] = {
    "text": plain.write,
    "json": document.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "turtle": shacl.write,
}
"""The forms by name, each with who writes it; the first is the default."""
