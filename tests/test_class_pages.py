"""A page for each class of the ontology: what stands around it was read by hand in ``ontology/`` and ``shapes/``."""

from __future__ import annotations

import html5rdf
import httpx
import pytest

from samenhang.namespaces import NS
from tests.test_thing_pages import page, part, rows
from tests.test_web import problem


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_a_class_leads_to_and_what_leads_to_it(client: httpx.Client, lang: str) -> None:
    found = page(client, f"/ns/classes/Exchange?lang={lang}")
    html5rdf.HTMLParser(strict=True).parse(found)
    words = {"nl": ("Bouwblok", "Informatieobject", "Noodzaak"), "en": ("Building block", "Information object", "Need")}
    block, information, need = words[lang]
    values = {value for _, value, _ in cells(part(found, "out"))}
    assert {block, information, need} <= values
    drawn = part(found, "beeld")
    for name in ("BuildingBlock", "InformationObject", "Need", "Claim"):
        assert f'<a href="/ns/classes/{name}?lang={lang}">' in drawn, name
    # What every claim has stands in the table, with whose it is.
    assert f'<a href="/ns/classes/Evidence?lang={lang}">' in part(found, "out")
    assert f'<a href="/ns/classes/Evidence?lang={lang}">' not in drawn
    into = part(page(client, f"/ns/classes/BuildingBlock?lang={lang}"), "in")
    assert {"nl": "Uitwisseling", "en": "Exchange"}[lang] in {value for _, value, _ in cells(into)}


def cells(part: str) -> list[list[str]]:
    return rows(part.replace('<th scope="row">', "<td>").replace("</th><td>", "</td><td>"))


def test_a_code_list_shows_its_codes_and_a_kind_all_of_it(client: httpx.Client) -> None:
    modality = page(client, "/ns/classes/Modality?lang=en")
    assert "Codes (6)" in modality and "<code>sam:opinion</code>" in modality
    assert 'href="/search?kind=building-block&amp;lang=en"' in page(client, "/ns/classes/BuildingBlock?lang=en")
    # Claims are no things that one looks up by name.
    assert "/search?kind=claim&" not in page(client, "/ns/classes/Exchange?lang=en")


def test_every_class_has_its_page_and_what_is_none_is_told(client: httpx.Client) -> None:
    ontology = page(client, "/ns?lang=en")
    names = [one.partition("?")[0] for one in ontology.split('href="/ns/classes/')[1:]]
    assert len(names) == len(set(names)) > 60
    addresses = client.get("/sitemap.xml").text
    for name in names:
        assert f'id="{name}"' in ontology
        assert f"/ns/classes/{name}</loc>" in addresses
        assert f"<code>sam:{name}</code></h1>" in page(client, f"/ns/classes/{name}?lang=en")
    assert NS not in names
    assert "BuildingBlock" in str(problem(client.get("/ns/classes/Buildingblok"), 404)["detail"])
