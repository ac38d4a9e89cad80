"""What is asked of an engine, as one value: all that the answer depends on within a release."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from samenhang.namespaces import SCOPES

_VOLATILE: Final = {
    # What begins with the letters sought is found soonest, and a text without them need not be searched at all.
    word: re.compile(rf"{word}\b(?<!\w{word})")
    for word in ("NOW", "RAND", "UUID", "STRUUID")
}


class Inquiry(NamedTuple):
    """A SPARQL text, over which graphs, and how the answer is written.

    ``form`` is one of ``json xml csv tsv`` (rows, yes or no) or ``ttl nt jsonld rdf trig nq`` (triples). ``graphs`` and
    ``named`` are those of the SPARQL Protocol; without any, the default graph is that of ``scope``. ``most``: only so
    many rows are written, for a page that shows no more (None: all). ``sheet``: how a spreadsheet
    (``xlsx``) shows them; ``cross``: how they make a table of two ways (``csv`` or ``xlsx``), as ``crosstab`` has it.
    """

    text: str
    form: str
    scope: str = SCOPES[0]
    graphs: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    most: int | None = None
    sheet: tuple[str, tuple[tuple[str, str], ...]] | None = None
    cross: tuple[str, tuple[str, str], str, tuple[str, str, str], tuple[tuple[str, str], ...]] | None = None

    @property
    def volatile(self) -> bool:
        """Whether it may be answered differently each time (``NOW()``, ``RAND()``): then no answer is kept."""
        text = self.text.upper()
        for word, found in _VOLATILE.items():
            if word in text and found.search(text):
                return True
        return "\\U" in text
