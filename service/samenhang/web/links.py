"""Where things are on the web: addresses of documents for pages, and the Link field of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from samenhang.namespaces import BASE, ID
from samenhang.web.negotiation import FORMS

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_OUTSIDE: Final = ("http://", "https://", "mailto:")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*(#[A-Za-z0-9_.-]*)?\Z")
_SAFE: Final = "/:?#[]@!$&'()*+,;=~%-._"


def place(iri: str, query: str = "") -> str | None:
    """Where a reader of a page goes for *iri*: a path here for what is ours, with *query*; None when it is no link.

    Only http, https and mailto are links; anything else in the data could be a script.

    >>> place("https://w3id.org/samenhang/id/actor/publiq", "?lang=nl")
    '/doc/actor/publiq?lang=nl'
    >>> place("https://w3id.org/samenhang/ns#fact", "?lang=nl")
    '/ns?lang=nl#fact'
    >>> place("javascript:alert(1)") is None
    True
    """
    if not iri.startswith(BASE):
        return quote(iri, safe=_SAFE) if iri.lower().startswith(_OUTSIDE) else None
    rest = f"doc/{iri[len(ID) :]}" if iri.startswith(ID) else iri[len(BASE) :]
    if not _PLAIN.match(rest):
        # Two slashes in front would be another host.
        rest = quote(rest.lstrip("/"), safe="/#~")
    path, hash_, fragment = rest.partition("#")
    return f"/{path}{query}{hash_}{fragment}"


def header(public: str, path: str, forms: Iterable[str], query: str = "", describes: str = "") -> str:
    """The Link field of the document at *path* of *public*: its forms, licence and dataset, and what it *describes*.

    *query* (``?scope=field`` or nothing) goes along in the addresses of its forms.
    """
    found = [f'<{public}{path}{query}>; rel="canonical"']
    found += [
        f'<{public}{path}.{key}{query}>; rel="alternate"; type="{FORMS[key].media.partition(";")[0]}"' for key in forms
    ]
    found += [f'<{LICENCE}>; rel="license"', f'<{public}/.well-known/void>; rel="describedby"']
    return ", ".join([*found, *([f'<{describes}>; rel="describes"'] if describes else [])])
