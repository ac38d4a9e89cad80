"""What a body is, by how it begins: a server says much, and many a page that says "not found" has status 200."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from samenhang.errors import SyntaxProblem

ENDINGS: Final = {
    "turtle": ".ttl",
    "ntriples": ".nt",
    "nquads": ".nq",
    "trig": ".trig",
    "jsonld": ".jsonld",
    "rdfxml": ".rdf",
}
"""The formats that are RDF, and how the names of their files end."""
_TEXT: Final = ("turtle", "ntriples", "nquads", "publiccode", "csv")
_WANTED: Final = {
    **dict.fromkeys(_TEXT, ("text",)),
    "trig": ("text", "JSON"),  # its default graph begins with a bracket too
    "jsonld": ("JSON",),
    "rdfxml": ("XML",),
    "archimate": ("XML",),
    "spreadsheet": ("ZIP",),
}
"""What a format looks like; for any other its reader says what is wrong."""
_READ: Final = ("text", "JSON", "XML")
_SIGNS: Final = (
    ("HTML", re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)),
    ("XML", re.compile(rb"\s*<(\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?\s+[\w:.-]+\s*=)")),
    ("JSON", re.compile(rb'\s*(\{\s*"|\[\s*[\[{"]|\{\s*\}|\[\s*\])')),
    ("ZIP", re.compile(rb"PK\x03\x04")),
    ("gzip", re.compile(rb"\x1f\x8b")),
    ("PDF", re.compile(rb"%PDF-")),
)
_FIRST: Final = 4096


def seen(body: bytes) -> str:
    """What *body* looks like: ``HTML``, ``XML``, ``JSON``, ``ZIP``, ``gzip``, ``PDF``, ``binary`` or ``text``.

    >>> seen(b"<http://example.org/a> a <http://example.org/B> ."), seen(b'{"@context": {}}'), seen(b"<!doctype html>")
    ('text', 'JSON', 'HTML')
    """
    begin = body[:_FIRST].removeprefix(b"\xef\xbb\xbf")
    found = next((name for name, sign in _SIGNS if sign.match(begin)), "")
    return found or ("binary" if b"\x00" in begin else "text")


def agree(form: str, body: bytes, media: str) -> None:
    """Raise SyntaxProblem when *body* cannot be of the registered format; *media* is what the server says it is."""
    if not body.strip():
        raise SyntaxProblem("Er staat niets in de beschrijving.", "There is nothing in the description.")
    what = seen(body)
    if what in _WANTED.get(form, _READ):
        return
    says = media or "-"
    raise SyntaxProblem(
        f"Aangemeld is {form}, maar er staat {what} (de server noemt het {says}). Zet op het adres de beschrijving "
        "zelf, of meld het juiste formaat aan.",
        f"Registered is {form}, but there is {what} (the server calls it {says}). Put the description itself at the "
        "address, or register the right format.",
    )


def ending(endings: Sequence[str], body: bytes) -> str:
    """How the name of a file with *body* is to end, of *endings*, by which some readers know what is in it.

    >>> ending([".ttl", ".jsonld", ".json", ".rdf"], b'{"@id": "x:a"}'), ending([".yml", ".json"], b"openapi: 3.1.0")
    ('.jsonld', '.yml')
    """
    likely = {"JSON": (".jsonld", ".json"), "XML": (".rdf", ".xml")}.get(seen(body), ())
    return next((one for one in likely if one in endings), endings[0])
