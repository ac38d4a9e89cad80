"""Forms instead of Turtle: what they ask follows from the shapes, and what they make is assessed as any description."""

from __future__ import annotations

import html
import re

import html5rdf
import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import ID, NS, PREFIXES
from samenhang.web.form import FORMS
from tests.test_thing_pages import page, textarea
from tests.test_web import BROWSER, problem

PROPOSED = f"{NS}proposed"
PLATFORM = {
    "BuildingBlock.0.prefLabel.nl": "Voorbeeldtickets",
    "BuildingBlock.0.prefLabel.en": "Example tickets",
    "BuildingBlock.0.definition.nl": "Een verzonnen tweede ticketplatform.",
    "BuildingBlock.0.definition.en": "An invented second ticketing platform.",
    "BuildingBlock.0.modality": PROPOSED,
    "Responsibility.0.responsible": "publiq",
    "CapabilityRealisation.0.capability": "TICKETING",
    "StandardSupport.0.supportLevel": f"{NS}support-planned",  # chosen unasked: no claim
    "Evidence.0.source": "Verzonnen nota",
    "Evidence.0.heading": "Verzonnen voorstel",
    "Evidence.0.fragment": "dit is een voorbeeldzin",
    "Evidence.0.confidence": f"{NS}A",
    "Source.0.issued": "2026-11",
}
"""The same plan as in ``tests/assess/second-ticketing.ttl``, as one fills it in."""


def sent(client: httpx.Client, form: str, values: dict[str, str], status: int = 200) -> str:
    answer = client.post(f"/describe/{form}?lang=en", data=values, headers={"accept": BROWSER}, timeout=120)
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    html5rdf.HTMLParser(strict=True).parse(answer.text)
    return answer.text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_form_asks_what_the_shapes_ask_in_the_words_of_the_reader(client: httpx.Client, lang: str) -> None:
    form = page(client, f"/describe/building-block?lang={lang}")
    html5rdf.HTMLParser(strict=True).parse(form)
    assert "<script" not in form
    names = re.findall(r'<(?:input|select) id="([^"]+)" name="', form)
    assert set(PLATFORM) <= set(names) and len(names) == len(set(names))
    for name in names:
        assert f'<label for="{name}">' in form or name == "find", name
    label = {"nl": "omschrijving, Engels", "en": "definition, English"}[lang]
    assert f'<label for="BuildingBlock.0.definition.en">{label} <abbr' in form
    modality = form.partition('<select id="BuildingBlock.0.modality"')[2].partition("</select>")[0]
    values = re.findall(r'<option value="([^"]*)"', modality)
    assert set(values) == {"", *(NS + one for one in ("fact", "proposed", "conditional", "open", "opinion", "derived"))}
    assert re.search(rf'value="{PROPOSED}" selected>{ {"nl": "voorstel", "en": "proposed"}[lang] }<', modality)
    suggested = form.partition('<datalist id="names-actor')[2].partition("</datalist>")[0]
    assert '<option value="publiq">' in suggested and 'value="UiTdatabank"' not in suggested
    assert f'href="/describe?lang={lang}"' in page(client, f"/assess?lang={lang}")
    assert f'href="/describe/exchange?lang={lang}"' in page(client, f"/describe?lang={lang}")


def test_a_plan_that_was_filled_in_is_assessed_and_can_be_taken_along(client: httpx.Client) -> None:
    found = sent(client, "building-block", PLATFORM)
    assert "Nothing is wrong with this description." in found
    added = found.partition("Findings that it adds: 1")[2].partition("<h3>")[0]
    assert "Digitaal Podium and Example tickets realise the same capability: Ticketing." in added
    assert "Digitaal Podium: Cultuurconnect (owns)" in found.partition("Who else it touches")[2]
    block = f"<{ID}building-block/voorbeeldtickets>"
    said = {str(quad.triple) for quad in ox.parse(textarea(found), format=ox.RdfFormat.TURTLE)}
    for expected in (
        f'{block} <{PREFIXES["skos"]}prefLabel> "Example tickets"@en',
        f"{block} <{NS}evidence> <{ID}evidence/voorbeeldtickets>",
        f'<{ID}evidence/voorbeeldtickets> <{NS}fragmentDigest> "c6c9c4e8652b3cf1"',
        f"<{ID}evidence/voorbeeldtickets> <{NS}source> <{ID}source/voorbeeldtickets>",
        f'<{ID}source/voorbeeldtickets> <{PREFIXES["dct"]}issued> "2026-11"^^<{PREFIXES["xsd"]}gYearMonth>',
    ):
        assert expected in said, expected
    assert any(line.endswith(f"<{NS}responsible> <{ID}actor/publiq>") for line in said)
    assert any(line.endswith(f"<{NS}capability> <{ID}capability/ticketing>") for line in said)
    assert not any(f"{NS}StandardSupport" in line for line in said)


def test_an_exchange_between_two_blocks_by_their_names(client: httpx.Client) -> None:
    values = {
        "Exchange.0.provider": "uitdatabank",
        "Exchange.0.consumer": "Digitaal Podium",
        "Exchange.0.need": f"{NS}planned",
        "Exchange.0.modality": PROPOSED,
        "Exchange.0.polarity": f"{NS}holds",
        "Evidence.0.source": "source:eindverslag-2021",
        "Evidence.0.heading": "Verzonnen plan",
        "Evidence.0.confidence": f"{NS}C",
    }
    found = sent(client, "exchange", values)
    assert "Nothing is wrong with this description." in found
    claim = f"<{ID}claim/digitaal-podium-from-uitdatabank>"
    said = {str(quad.triple) for quad in ox.parse(textarea(found), format=ox.RdfFormat.TURTLE)}
    assert f"{claim} <{NS}provider> <{ID}building-block/uitdatabank>" in said
    assert f"{claim} <{NS}consumer> <{ID}building-block/digitaal-podium>" in said
    # A source that is on the map is not described anew.
    assert {line.partition(" ")[0] for line in said} == {claim, f"<{ID}evidence/digitaal-podium-from-uitdatabank>"}
    # Whether it fits cannot be known as long as nobody says what Digitaal Podium accepts.
    assert "UiTdatabank" in found.partition("What stays unknown")[2].partition("<h3>")[0]


def test_every_form_asks_of_each_field_what_it_is_for(client: httpx.Client) -> None:
    listed = page(client, "/describe?lang=nl")
    links = re.findall(r'<a href="(/describe/[^"]+)">', listed)
    assert {link.partition("?")[0].rpartition("/")[2] for link in links} == set(FORMS)
    assert "Zegt dat een organisatie of een doelgroep een bouwblok gebruikt." in listed and "sam:" not in listed
    for link in links:
        form = page(client, link)
        html5rdf.HTMLParser(strict=True).parse(form)
        fields = re.findall(r'<(?:input|select) id="([A-Z][^"]+)" name="', form)
        assert len(fields) == len(set(fields)), link
        for name in fields:
            assert f'<label for="{name}">' in form and f'id="{name}-help"' in form, name
        for suggested in re.findall(r' list="([^"]+)"', form):
            assert f'<datalist id="{suggested}"><option' in form, suggested


def test_an_interface_of_a_block_and_what_a_block_costs(client: httpx.Client) -> None:
    proof = {
        "Evidence.0.source": "Eigen verklaring",
        "Evidence.0.heading": "Verzonnen",
        "Evidence.0.confidence": f"{NS}A",
    }
    named = {
        "prefLabel.nl": "Voorbeeld-API",
        "prefLabel.en": "Example API",
        "definition.nl": "Een.",
        "definition.en": "One.",
    }
    interface = {f"Interface.0.{key}": value for key, value in {**named, "modality": PROPOSED}.items()}
    found = sent(client, "interface", proof | interface | {"Statement.0.object": "UiTPAS"})
    assert "Nothing is wrong with this description." in found
    said = {str(quad.triple) for quad in ox.parse(textarea(found), format=ox.RdfFormat.TURTLE)}
    tie = f"<{ID}claim/voorbeeld-api-interface-of-1>"
    for name, value in (
        ("subject", f"{ID}interface/voorbeeld-api"),
        ("predicate", f"{NS}interfaceOf"),
        ("object", f"{ID}building-block/uitpas"),
    ):
        assert f"{tie} <{PREFIXES['rdf']}{name}> <{value}>" in said
    # The form begins from the page of the block, whose name stands in it.
    (link,) = re.findall(r'href="(/describe/cost[^"]+)"', page(client, "/doc/building-block/uitpas?lang=en"))
    assert 'id="Cost.0.costOf" name="Cost.0.costOf" value="UiTPAS"' in page(client, html.unescape(link))
    cost = {"costOf": "UiTPAS", "costKind": f"{NS}cost-operation", "modality": f"{NS}fact", "polarity": f"{NS}holds"}
    values = proof | {f"Cost.0.{key}": value for key, value in cost.items()}
    refused = html.unescape(sent(client, "cost", values | {"Cost.0.amount": "1.250.000"}, 422))
    assert "Write a number without separators or currency" in refused
    found = sent(client, "cost", values | {"Cost.0.amount": "1250,50"})
    assert "Nothing is wrong with this description." in found
    said = {str(quad.triple) for quad in ox.parse(textarea(found), format=ox.RdfFormat.TURTLE)}
    claim = f"<{ID}claim/uitpas-has-cost-operation>"
    assert f'{claim} <{PREFIXES["schema"]}amount> "1250.50"^^<{PREFIXES["xsd"]}decimal>' in said
    assert f'{claim} <{PREFIXES["schema"]}currency> "EUR"' in said


def test_a_claim_takes_no_address_that_is_taken(client: httpx.Client) -> None:
    """The map says already what UiTPAS gets of UiTdatabank: another claim about it is not the same one."""
    values = {
        "Exchange.0.provider": "UiTdatabank",
        "Exchange.0.consumer": "UiTPAS",
        "Exchange.0.need": f"{NS}planned",
        "Evidence.0.source": "Eigen verklaring",
    }
    text = textarea(sent(client, "exchange", values))
    assert "claim:uitpas-from-uitdatabank-2 a sam:Exchange" in text


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"BuildingBlock.0.prefLabel.nl": " "}, "BuildingBlock.0.prefLabel.nl", "the address is made of it"),
        ({"BuildingBlock.0.prefLabel.nl": "UiTiD"}, "BuildingBlock.0.prefLabel.nl", "on the map"),
        ({"Evidence.0.source": ""}, "Evidence.0.source", "Name the source"),
        ({"Responsibility.0.responsible": "publik"}, "Responsibility.0.responsible", "publiq (actor:publiq)"),
        ({"CapabilityRealisation.0.capability": "UiTiD"}, "CapabilityRealisation.0.capability", "is not on the map"),
        ({"BuildingBlock.0.modality": f"{NS}nonsense"}, "BuildingBlock.0.modality", "Choose a value of the list."),
        ({"Lifecycle.0.validFrom": "maart"}, "Lifecycle.0.validFrom", "2026-11-30"),
        ({"BuildingBlock.0.homepage": "javascript:alert(1)"}, "BuildingBlock.0.homepage", "with https:// in front"),
    ],
)
def test_what_is_to_be_mended_is_told_at_its_field_and_nothing_is_lost(
    client: httpx.Client, changed: dict[str, str], field: str, told: str
) -> None:
    found = html.unescape(sent(client, "building-block", PLATFORM | changed, 422))
    message = found.partition(f'id="{field}-wrong">')[2].partition("</span>")[0]
    assert told in message
    assert f'<a href="#{field}">{message}</a>' in found
    assert 'value="Een verzonnen tweede ticketplatform."' in found


def test_a_form_that_there_is_not_and_a_body_that_is_none(client: httpx.Client) -> None:
    assert "building-block" in str(problem(client.get("/describe/building-blok"), 404)["detail"])
    answer = client.post("/describe/building-block", content=b"a=%zz", headers={"accept": "application/json"})
    problem(answer, 400)
    sent(client, "building-block", {"<b>": "x", "BuildingBlock.0.prefLabel.nl": '"><script>'}, 422)
