"""Which form and language come of a request's header fields, case by case as RFC 9110 §12 has it."""

from __future__ import annotations

import pytest

from samenhang.errors import WrongValue
from samenhang.web import accept, comparison, negotiation
from samenhang.web.negotiation import DOCUMENT, ROWS, choose, preferred

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDFLIB = "text/turtle, application/rdf+xml;q=0.9, text/n3;q=0.9, */*;q=0.1"
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,application/xml;q=0.6"
)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (None, "ttl"),
        ("", "ttl"),
        (" ", "ttl"),
        ("*/*", "ttl"),
        (CHROME, "html"),
        (FIREFOX, "html"),
        (RDFLIB, "ttl"),
        (JENA, "ttl"),
        ("text/html", "html"),
        ("application/xhtml+xml", "html"),
        ("text/*", "ttl"),
        ("text/*;q=0.5, text/html", "html"),
        ("application/*", "jsonld"),
        ("application/ld+json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted", */*;q=0.1', "ttl"),
        ("application/json", "jsonld"),
        ("application/rdf+xml", "rdf"),
        ("application/xml", "rdf"),
        ("application/n-triples", "nt"),
        ("text/plain", "nt"),
        ("application/trig", "trig"),
        ("TEXT/TURTLE;Q=0.3, Application/Trig;q=0.2", "ttl"),
        ("text/turtle;charset=utf-8", "ttl"),
        ("text/turtle ; charset=UTF-8 ; q=0.5 , application/trig ;q=0.4", "ttl"),
        ("text/turtle;q=0, */*", "jsonld"),
        ("text/turtle;q=0.000, text/html;q=0.001", "html"),
        ("*/*;q=0.1, application/trig;q=0.1", "trig"),
        ("text/turtle, text/html", "html"),
        ("text/turtle;q=0.9, text/html;q=0.8", "ttl"),
        ("image/png, text/html;q=0.1", "html"),
        (",,text/html,,", "html"),
        ("text/turtle;q=5, application/trig;q=0.1", "trig"),
        ("text/turtle;q=nan, application/trig", "trig"),
        ('text/html;a="x,y;q=0", application/trig;q=0.5', "trig"),
    ],
)
def test_the_form_of_a_document(header: str | None, form: str) -> None:
    assert choose(header, None, DOCUMENT) == form


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (None, "json"),
        ("application/sparql-results+json", "json"),
        ("application/json", "json"),
        ("application/sparql-results+xml, application/sparql-results+json;q=0.9", "xml"),
        ("text/xml", "xml"),
        ("text/csv", "csv"),
        ("text/*", "csv"),
        ("text/tab-separated-values, text/csv;q=0.5", "tsv"),
        ("application/sparql-results+json;q=0, */*", "csv"),
        ("text/turtle, text/csv;q=0.1", "csv"),
    ],
)
def test_the_form_of_rows(header: str | None, form: str) -> None:
    assert choose(header, None, ROWS) == form


@pytest.mark.parametrize("header", ["image/png", "text/turtle;q=0", "*/*;q=0", "nonsense", "text/csv", "text", "/"])
def test_nothing_that_fits_is_said_with_what_there_is(header: str) -> None:
    with pytest.raises(WrongValue) as caught:
        choose(header, None, DOCUMENT)
    assert caught.value.status == 406
    assert header in caught.value.en
    for name in ("ttl", "text/turtle", "jsonld", "application/rdf+xml", "html"):
        assert name in caught.value.en


def test_what_is_asked_in_the_address_goes_before_the_header() -> None:
    assert choose("text/html", "nt", DOCUMENT) == "nt"
    with pytest.raises(WrongValue) as caught:
        choose("text/html", "pdf", DOCUMENT)
    assert (caught.value.status, "'pdf'" in caught.value.nl) == (406, True)


def test_a_long_header_costs_no_more_than_its_first_elements() -> None:
    assert len(accept.choices("a/b," * 10_000)) <= accept.LONGEST
    with pytest.raises(WrongValue) as caught:
        choose("x/y," * 5_000, None, DOCUMENT)
    assert len(caught.value.en) < 600


def test_every_form_has_its_own_type_and_name() -> None:
    forms = negotiation.FORMS.values()
    assert len({form.media for form in forms}) == len(forms)
    used = (
        negotiation.TABLES,
        DOCUMENT,
        negotiation.BOOLEAN,
        negotiation.TRIPLES,
        negotiation.REPORTS,
        comparison.FORMS,
    )
    assert {form for forms in used for form in forms} == set(negotiation.FORMS)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "nl"),
        ("nl", "nl"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("fr", "nl"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0.5, nl-BE;q=0.6", "nl"),
        ("en, nl", "nl"),
        ("nl;q=0, *", "en"),
        ("*", "nl"),
        ("*;q=0.5, en;q=0.4", "nl"),
        ("english", "nl"),
        ("nl;q=0.5, en-US, en;q=0.2", "en"),
    ],
)
def test_the_language_of_a_page(header: str, lang: str) -> None:
    assert preferred(header) == lang
