"""Which form and language a request wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from fastapi import Request

from samenhang.errors import WrongValue

FORMS: Final = {
    "json": "application/sparql-results+json",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "xml": "application/sparql-results+xml",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
}
"""What an answer can be written as, with its media type; the first that fits an answer is what one gets unasked."""
_ALIASES: Final = {"application/json": "json"}


def accepted(request: Request) -> list[tuple[str, float]]:
    """The media types of the Accept header with their weight, best first; all of them when there is no header."""
    weighed: list[tuple[str, float]] = []
    for part in (request.headers.get("accept") or "*/*").split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.lower().startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if media:
            weighed.append((media.lower(), weight))
    return sorted(weighed, key=lambda pair: -pair[1])


def wants_page(request: Request) -> bool:
    """Whether a person with a browser asks: HTML is accepted by name, and nothing else of ours by name rather."""
    weights = dict(reversed(accepted(request)))
    page = max(weights.get(media, 0.0) for media in ("text/html", "application/xhtml+xml"))
    known = {media.partition(";")[0] for media in (*FORMS.values(), *_ALIASES)}
    return page > 0 and page >= max((weight for media, weight in weights.items() if media in known), default=0.0)


def form(request: Request, asked: str | None, available: dict[str, str]) -> str:
    """The key in *available* that the request wants: by ``?format=``, else by Accept. Raises WrongValue (406)."""
    if asked:
        if asked in available:
            return asked
        raise _none(asked, list(available))
    names = {media.partition(";")[0]: key for key, media in available.items()}
    names |= {media: key for media, key in _ALIASES.items() if key in available}
    refused = {media for media, weight in accepted(request) if weight <= 0}
    for media, weight in accepted(request):
        if weight <= 0:
            continue
        if media in names:
            return names[media]
        for name, key in names.items():
            if name not in refused and (media == "*/*" or (media.endswith("/*") and name.startswith(media[:-1]))):
                return key
    raise _none(request.headers.get("accept", ""), sorted(names))


def _none(asked: str, available: Sequence[str]) -> WrongValue:
    listed = ", ".join(available)
    return WrongValue(
        f"'{asked}' is er niet; wel: {listed}.", f"'{asked}' is not available; what is: {listed}.", status=406
    )


def language(request: Request) -> Literal["nl", "en"]:
    """The language of pages and messages: ``?lang=``, else the first of Accept-Language that we speak, else Dutch."""
    asked = request.query_params.get("lang")
    if asked in ("nl", "en"):
        return "nl" if asked == "nl" else "en"
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith("nl"):
            return "nl"
        if tag.startswith("en"):
            return "en"
    return "nl"
