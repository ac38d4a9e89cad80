"""What goes out, or comes in, as something else than RDF: one module a format, all of them listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from samenhang.exchange import ontology, publiccode
from samenhang.questions import Words
from samenhang.settings import Lang
from samenhang.sources import Reader

__all__ = ["FORMATS", "READERS", "Format"]


@dataclass(frozen=True)
class Format:
    """One format: its name, what it holds, and who writes the content of a folder in it, in a language."""

    name: str
    about: Words
    write: Callable[[Path, Lang], str]


_ALL: Final = (
    Format(
        "ontology",
        Words("de ontologie als één pagina Markdown", "the ontology as one page of Markdown"),
        ontology.write,
    ),
)

FORMATS: Final[Mapping[str, Format]] = {known.name: known for known in _ALL}
"""The formats, by name."""

READERS: Final[Mapping[str, Reader]] = {".yml": publiccode.read, ".yaml": publiccode.read}
"""What reads a description that is no RDF, by how the name of its file ends."""
