"""A request of the SPARQL 1.1 Protocol, read: which query, over which graphs, in which form (W3C, §2.1)."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Mapping
from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from samenhang.errors import WrongValue
from samenhang.namespaces import SCOPES

LARGEST: Final = 1_000_000
"""Bytes of a request's body: the longest query, with every character escaped."""
METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")

_QUERY: Final = "application/sparql-query"
_FORM: Final = "application/x-www-form-urlencoded"
_UPDATE: Final = "application/sparql-update"
_FIELDS: Final = 100
"""Fields of an address or a form, at most."""
_ODD_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Asked(NamedTuple):
    """What somebody asks: the SPARQL text (None: a bare GET), and how and over what."""

    query: str | None
    form: str | None = None
    scope: str = SCOPES[0]
    graphs: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


async def read(scope: Scope, receive: Receive) -> Asked:
    """What the request asks, by address or by body.

    Raises WrongValue: 400 (not UTF-8, no query or several), 403 (an update), 413, 415.
    """
    values = decoded(scope["query_string"])
    if scope["method"] != "POST":
        bare = "query" not in values and "update" not in values
        return _asked(values, None if bare else _only(values))
    headers = Headers(scope=scope)
    media, charset = content_type(headers.get("content-type", ""))
    if media == _UPDATE:
        raise _read_only()
    if media not in (_QUERY, _FORM):
        raise WrongValue(
            f"Inhoudstype '{media[:200]}' kan hier niet; wel {_QUERY} en {_FORM}.",
            f"Content type '{media[:200]}' is not possible here; {_QUERY} and {_FORM} are.",
            status=415,
        )
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise _no_utf8()
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise WrongValue(
            f"De inhoud is verpakt als '{encoding[:200]}'; stuur hem zoals hij is.",
            f"The content is encoded as '{encoding[:200]}'; send it as it is.",
            status=415,
        )
    body = await received(headers, receive)
    if media == _FORM:
        for name, several in decoded(body).items():
            values.setdefault(name, []).extend(several)
    else:
        try:
            values.setdefault("query", []).append(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise _no_utf8() from None
    return _asked(values, _only(values))


def _asked(values: Mapping[str, list[str]], query: str | None) -> Asked:
    if any(name.lower() == "asof" for name in values):
        raise WrongValue(
            "Zet asOf in het adres (/sparql?asOf=...), niet in de inhoud.",
            "Put asOf in the address (/sparql?asOf=...), not in the body.",
        )
    return Asked(
        query,
        values.get("format", [""])[-1] or None,
        values.get("scope", [""])[-1] or SCOPES[0],
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
    )


def _only(values: Mapping[str, list[str]]) -> str:
    """The one query in *values*."""
    if "update" in values:
        raise _read_only()
    queries = values.get("query", [])
    if len(queries) != 1:
        raise WrongValue(
            f"Geef precies één query (parameter 'query'); er kwamen er {len(queries)}.",
            f"Give exactly one query (parameter 'query'); {len(queries)} came in.",
        )
    return queries[0]


def decoded(text: bytes) -> dict[str, list[str]]:
    """The values of each name in *text* (of an address, or a form), decoded once."""
    if _ODD_PERCENT.search(text):
        raise WrongValue(
            "Na een procentteken horen twee hexadecimale cijfers; schrijf een procentteken zelf als %25.",
            "After a percent sign come two hexadecimal digits; write a percent sign itself as %25.",
        )
    fields = text.split(b"&")
    if len(fields) > _FIELDS:
        raise WrongValue(f"Meer dan {_FIELDS} velden.", f"More than {_FIELDS} fields.")
    values: dict[str, list[str]] = {}
    try:
        for field in filter(None, fields):
            name, _, value = field.partition(b"=")
            values.setdefault(_plain(name), []).append(_plain(value))
    except UnicodeDecodeError:
        raise _no_utf8() from None
    return values


def _plain(escaped: bytes) -> str:
    """What a name or a value of a form stands for. Raises UnicodeDecodeError.

    It is quoted-printable but for the sign before two digits, and for that Python has a decoder that takes no time.
    """
    escaped.decode("ascii")
    return a2b_qp(escaped.replace(b"+", b" ").replace(b"=", b"%3D").replace(b"%", b"=")).decode("utf-8")


def content_type(header: str) -> tuple[str, str]:
    """The media type and the charset of a Content-Type, in lower case."""
    media, *parameters = header.lower().split(";")
    named = dict(part.strip().partition("=")[::2] for part in parameters)
    return media.strip(), named.get("charset", "").strip('" ')


async def received(headers: Headers, receive: Receive) -> bytes:
    """The body, refused before it fills the memory."""
    told = headers.get("content-length", "")
    parts: list[bytes] = []
    size = int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0
    more, got = size <= LARGEST, 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        got += len(parts[-1])
        more = message.get("more_body", False) and got <= LARGEST
    if max(size, got) > LARGEST:
        raise WrongValue(
            f"Er kwam meer dan {LARGEST} bytes binnen; dat wordt niet aanvaard.",
            f"More than {LARGEST} bytes came in; that is not accepted.",
            status=413,
        )
    return b"".join(parts)


def _no_utf8() -> WrongValue:
    return WrongValue("De query is geen UTF-8.", "The query is not UTF-8.")


def _read_only() -> WrongValue:
    return WrongValue("Deze dienst is alleen-lezen.", "This service is read-only.", status=403)
