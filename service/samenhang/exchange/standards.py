"""The standards that a description means by a media type or a way of signing in: of the map, else as it calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from samenhang.exchange.account import Account
from samenhang.exchange.columns import Layout
from samenhang.exchange.rows import slug
from samenhang.exchange.terms import code
from samenhang.namespaces import ID, PREFIXES
from samenhang.questions import Words

MEDIA: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\Z")
"""A media type, in small letters and without parameters."""
_FORMATS: Final[Mapping[str, str]] = {
    "application/json": "json",
    "application/ld+json": "json-ld",
    "application/n-quads": "rdf",
    "application/n-triples": "rdf",
    "application/rdf+xml": "rdf",
    "application/trig": "rdf",
    "application/xml": "xml",
    "text/turtle": "turtle",
    "text/xml": "xml",
}
"""Which standard of the map is meant by a media type."""


class Standards:
    """What an *account* of a file says of standards, beside the map of *layout*."""

    def __init__(self, layout: Layout, account: Account) -> None:
        self._layout, self._account = layout, account

    def named(self, name: str) -> ox.NamedNode | None:
        """The standard of the map with this *name* in its address."""
        found = self._layout.curated([f"{ID}standard/{name}"]) if name else ""
        return ox.NamedNode(found) if found else None

    def format(self, media: str, place: str) -> ox.NamedNode:
        """The format that the media type *media*, which stands at *place*, is of."""
        name = _FORMATS.get(media, "json" if media.endswith("+json") else "xml" if media.endswith("+xml") else "")
        words = Words(f"Formaat met het mediatype {media}.", f"Format with the media type {media}.")
        return self.named(name) or self.own(f"media-type-{slug(media)}", media, words, "format", place)

    def own(self, name: str, label: str, defined: Words, facet: str, place: str) -> ox.NamedNode:
        """A standard that the map does not know."""
        standard = ox.NamedNode(f"{ID}standard/{slug(name)}")
        if standard not in self._account:
            self._account.thing(standard, "Standard", Words(label, label), defined, self._account.proof(name, place))
            self._account.add(standard, "sam:facet", code(f"facet-{facet}"))
            self._account.add(standard, "sam:layer", ox.NamedNode(PREFIXES["eif"] + "IL6"))
        return standard
