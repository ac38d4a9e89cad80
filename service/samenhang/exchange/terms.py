"""What every reader of a format makes triples with: our terms by name, and addresses of names."""

from __future__ import annotations

import re
import unicodedata

import pyoxigraph as ox

from samenhang.namespaces import NS, PREFIXES


def slug(text: str) -> str:
    """The last part of an address made of *text*; nothing when it has no letter or digit.

    >>> slug("Café « Één »")
    'cafe-een'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def code(name: str) -> ox.NamedNode:
    """The term *name* of the ontology.

    >>> code("fact").value
    'https://w3id.org/samenhang/ns#fact'
    """
    return ox.NamedNode(NS + name)


def triple(subject: ox.NamedNode, path: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    """The triple of *subject* and *value* by the prefixed name *path*."""
    prefix, _, local = path.partition(":")
    return ox.Triple(subject, ox.NamedNode(PREFIXES[prefix] + local), value)
