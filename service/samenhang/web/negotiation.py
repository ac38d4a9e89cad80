"""Which form and language a request wants, by address (``.ttl``, ``?format=``) or by header: one way for all of it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from fastapi import Request

from samenhang.errors import WrongValue
from samenhang.web import accept

Lang = Literal["nl", "en"]


class Form(NamedTuple):
    """One way to write an answer: its short name (the suffix too), its media type, and other names of that type."""

    key: str
    media: str
    aliases: tuple[str, ...] = ()


_ALL: Final = (
    Form("json", "application/sparql-results+json", ("application/json",)),
    Form("csv", "text/csv; charset=utf-8"),
    Form("tsv", "text/tab-separated-values; charset=utf-8"),
    Form("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Form("ttl", "text/turtle; charset=utf-8", ("application/x-turtle",)),
    Form("jsonld", "application/ld+json", ("application/json",)),
    Form("nt", "application/n-triples", ("text/plain",)),
    Form("rdf", "application/rdf+xml", ("application/xml", "text/xml")),
    Form("trig", "application/trig"),
    Form("nq", "application/n-quads"),
    Form("patch", "application/rdf-patch"),
    Form("sarif", "application/sarif+json"),
    Form("text", "text/plain; charset=utf-8"),
    Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Form("html", "text/html; charset=utf-8", ("application/xhtml+xml",)),
)
FORMS: Final[Mapping[str, Form]] = {form.key: form for form in _ALL}
"""Every form there is, by short name."""

ROWS: Final = ("json", "csv", "tsv", "xml")
"""What the rows of a SELECT can be written as; the first is what one gets unasked."""
TABLES: Final = (*ROWS, "xlsx")
"""What the rows of a question of ours can be had as: a spreadsheet too, with headings and names for people."""
BOOLEAN: Final = ("json", "xml")
"""What the yes or no of an ASK can be written as."""
TRIPLES: Final = ("ttl", "jsonld", "nt", "rdf", "trig", "nq")
"""What a graph can be written as."""
REPORTS: Final[Mapping[str, Form]] = {
    "json": Form("json", "application/json"),
    **{key: FORMS[key] for key in ("text", "ttl", "sarif", "html")},
}
"""What the report on a description can be had as, by short name; its JSON is no table."""
DOCUMENT: Final = ("ttl", "jsonld", "nt", "rdf", "trig", "html")
"""What the document of a thing can be had as."""


def choose(header: str | None, asked: str | None, available: Sequence[str], report: bool = False) -> str:
    """The short name in *available* that is wanted: *asked* (``?format=`` or a suffix) if given, else by Accept.

    Of forms that are wanted equally, one that is named goes before one that only fits a wildcard, and a page before
    data (browsers list ``application/xml`` beside HTML, never the other way round); then the order of *available*.
    Raises WrongValue (406) with what there is. *report*: the forms are those of REPORTS.
    """
    forms = REPORTS if report else FORMS
    if asked:
        if asked in available:
            return asked
        raise not_acceptable(asked, available, forms)
    if not header or not header.strip():
        return available[0]
    chosen = _best(header, tuple([forms[key] for key in available]))
    if not chosen:
        raise not_acceptable(header, available, forms)
    return chosen


@functools.lru_cache(maxsize=512)
def _best(header: str, forms: tuple[Form, ...]) -> str:
    """The short name of the one of *forms* that *header* wants most; empty when it wants none of them."""
    best, chosen = (0.0, 0, False, 0), ""
    for place, form in enumerate(forms):
        weight, precision = accept.media(header, form.media)
        if precision < 2:
            for alias in form.aliases:
                named = accept.media(header, alias)
                # An alias counts where it is named; else the type itself says what is wanted of it.
                if named[1] == 2 and named[0] > 0 and weight >= 0:
                    weight, precision = max((weight, precision), named, key=lambda pair: (pair[1], pair[0]))
        rank = (weight, precision, form.key == "html" and precision == 2, -place)
        if weight > 0 and rank > best:
            best, chosen = rank, form.key
    return chosen


def not_acceptable(asked: str, available: Iterable[str], forms: Mapping[str, Form] = FORMS) -> WrongValue:
    """The error for a form that is not there, with those that are."""
    listed = ", ".join(f"{key} ({forms[key].media.partition(';')[0]})" for key in available)
    return WrongValue(
        f"'{asked[:200]}' is er niet; wel: {listed}.",
        f"'{asked[:200]}' is not available; what is: {listed}.",
        status=406,
    )


def names(header: str | None, key: str) -> bool:
    """Whether the *header* (Accept) names the form *key* itself, and not only a wildcard that it fits."""
    form = FORMS[key]
    return any(accept.media(header or "", name)[1] == 2 for name in (form.media, *form.aliases))


@functools.lru_cache(maxsize=512)
def wants_page(header: str | None) -> bool:
    """Whether a person with a browser asks: the *header* (Accept) names HTML, and wants nothing else of ours more."""
    if not header:
        return False
    weight, precision = max(accept.media(header, name) for name in ("text/html", "application/xhtml+xml"))
    if precision < 2 or weight <= 0:
        return False
    others = (name.partition(";")[0] for form in _ALL if form.key != "html" for name in (form.media, *form.aliases))
    return all(weight >= other for other, precise in (accept.media(header, name) for name in others) if precise == 2)


def language(request: Request) -> Lang:
    """The language of pages and messages: ``?lang=``, else the one that Accept-Language wants most, else Dutch."""
    asked = request.query_params.get("lang")
    if asked in ("nl", "en"):
        return "nl" if asked == "nl" else "en"
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Lang:
    """The language that an Accept-Language *header* wants most; Dutch when it does not matter.

    >>> preferred("fr, en-GB;q=0.8, nl;q=0.3")
    'en'
    """
    weights: dict[Lang, float] = {}
    rest = 0.0
    for choice in accept.choices(header):
        tag = choice.value.partition("-")[0]
        if tag in ("nl", "en"):
            lang: Lang = "nl" if tag == "nl" else "en"
            weights[lang] = max(weights.get(lang, 0.0), choice.weight)
        elif tag == "*":
            rest = choice.weight
    dutch, english = weights.get("nl", rest), weights.get("en", rest)
    return "en" if english > dutch else "nl"
