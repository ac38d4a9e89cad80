"""The page of a thing beyond its document: what is around it, what stops with it, what is not known, how to mend it.

What must stand there was read by hand in ``data/``.
"""

from __future__ import annotations

import html
import re

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import ID, NS, PREFIXES
from tests.support import ROOT
from tests.test_web import BROWSER, problem


def page(client: httpx.Client, address: str) -> str:
    answer = client.get(address, headers={"accept": BROWSER})
    assert answer.status_code == 200, answer.text
    return answer.text


def part(page: str, name: str) -> str:
    """What stands below the heading *name*, up to the next one of that rank."""
    return page.partition(f'<h2 id="{name}">')[2].partition("<h2")[0]


def rows(part: str) -> list[list[str]]:
    """The cells of the table in *part*, as text."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", part.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
        for row in found
    ]


def test_what_is_around_a_block_is_a_picture_and_a_table(client: httpx.Client) -> None:
    around = part(page(client, "/doc/building-block/uitid?lang=nl"), "buren")
    told = {name: (direction, ties) for name, direction, ties in rows(around)}
    out, into = "van dit naar de buur", "van de buur naar dit"
    assert told["publiq"] == (out, "eigendom van, uitgebaat door")
    assert told["Keycloak"] == (out, "draait op, hangt af van")
    assert told["OAuth 2.0"] == (out, "volgt de standaard")
    assert told["Data-uitwisselingsplatform (DDT)"] == (out, "kandidaat voor")
    # What is not a fact says so.
    assert told["UiTPAS"] == told["UiTdatabank"] == (into, "Afhankelijkheid (onze lezing)")
    drawn = around.partition("<svg")[2].partition("</svg>")[0]
    assert '<a href="/doc/actor/publiq?lang=nl">' in drawn
    targets = set(re.findall(r'href="#(buur-\d+)"', drawn))
    assert targets and targets <= set(re.findall(r'<tr id="(buur-\d+)"', around))


def test_what_is_hit_when_a_block_stops_with_the_proof_of_each(client: httpx.Client) -> None:
    hit = part(page(client, "/doc/building-block/uitid?lang=en"), "gevolgen")
    direct = {tuple(row[:3]) for row in rows(hit) if row[1] == "UiTiD"}
    assert direct == {("UiTdatabank", "UiTiD", "our reading"), ("UiTPAS", "UiTiD", "our reading")}
    # It depends on it, and gets data of it: one row, with the proof of both.
    assert [row for row in rows(hit) if row[0] == "Cultuurkuur"] == [
        ["Cultuurkuur", "UiTdatabank", "fact", "proof, proof 2"]
    ]
    for claim in ("cultuurkuur-depends-on-uitdatabank", "cultuurkuur-from-uitdatabank"):
        assert f'href="/doc/claim/{claim}?lang=en"' in hit
    assert rows(hit)[0][1] == rows(hit)[1][1] == "UiTiD"  # what rests on it itself comes first
    assert 'href="/doc/claim/uitdatabank-depends-on-uitid?lang=en"' in hit


def test_that_nothing_is_known_to_rest_on_it_is_no_no(client: httpx.Client) -> None:
    hit = part(page(client, "/doc/building-block/ensor?lang=nl"), "gevolgen")
    assert ">onbekend</span>: geen bron noemt iets dat erop steunt." in hit


def test_what_is_not_known_is_a_question_to_somebody(client: httpx.Client) -> None:
    asked = part(page(client, "/doc/building-block/uitid?lang=en"), "onbekend")
    # Who owns and runs it is on the map; on reuse and cost there is no claim.
    assert "May others reuse the data of UiTiD" in asked and "What does UiTiD cost" in asked
    assert "Who owns or is responsible for UiTiD?" not in asked and "Who runs UiTiD?" not in asked
    assert all('href="/doc/actor/publiq?lang=en"' in one for one in asked.split("<li>")[1:])


@pytest.mark.parametrize(
    ("address", "absent"),
    [
        ("/doc/evidence/s17-uitdatabank-uitid", ("gevolgen", "onbekend")),
        ("/doc/claim/uitid-eigenaar-publiq", ("gevolgen", "onbekend")),
        ("/doc/capability/publiek-aanmelden", ("gevolgen",)),
    ],
)
def test_other_kinds_have_the_parts_that_mean_something_for_them(
    client: httpx.Client, address: str, absent: tuple[str, ...]
) -> None:
    found = page(client, address + "?lang=en")
    for name in ("buren", "verbeteren", "vormen"):
        assert f'<h2 id="{name}">' in found, name
    for name in absent:
        assert f'<h2 id="{name}">' not in found, name


def test_a_hub_shows_some_and_says_where_the_rest_is(client: httpx.Client) -> None:
    found = page(client, "/doc/actor/dcjm?lang=en")
    heading = re.search(r"<h3>Responsibility \((\d+)\)</h3>", found)
    assert heading and int(heading[1]) > 12
    shown = found[heading.end() :].partition("<h3")[0]
    assert shown.count("<article>") == 12
    rest = re.search(r'The first 12 of \d+. <a href="([^"]+)">', shown)
    assert rest
    address = html.unescape(rest[1]).replace("/claims-about?", "/claims-about.csv?")
    claims = {line.rsplit(",", 1)[1].strip() for line in client.get(address).text.splitlines()[1:]}
    assert len(claims) == int(heading[1])
    source = page(client, "/doc/source/eindverslag-2021?lang=en")
    assert re.search(r'<a href="/doc/source/eindverslag-2021\.ttl">and \d+ more \(as data\)</a>', source)


def textarea(found: str) -> str:
    return html.unescape(found.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0])


def test_the_description_of_a_thing_is_there_to_change(client: httpx.Client) -> None:
    found = part(page(client, "/doc/building-block/uitid?lang=en"), "verbeteren")
    files = ["data/field/building-blocks.ttl", "data/report-2021/building-blocks.ttl"]
    assert re.findall("<code>([^<]+)</code>", found) == files
    address = re.search(r'href="(/assess\?[^"]+)"', found)
    assert address
    given = textarea(page(client, html.unescape(address[1])))
    assert given.startswith("# This is how it stands on the map now (data/field/building-blocks.ttl, ")
    thing = ox.NamedNode(f"{ID}building-block/uitid")
    kept = {str(q.triple) for file in files for q in ox.parse(path=ROOT / file) if q.subject == thing}
    assert {str(quad.triple) for quad in ox.parse(given, format=ox.RdfFormat.TURTLE)} == kept


def test_a_claim_is_changed_by_another_in_its_place(client: httpx.Client) -> None:
    given = textarea(page(client, "/assess?about=claim:uitid-eigenaar-publiq&lang=nl"))
    found = [quad.triple for quad in ox.parse(given, format=ox.RdfFormat.TURTLE)]
    old, new = (ox.NamedNode(f"{ID}claim/uitid-eigenaar-publiq{end}") for end in ("", "-nieuw"))
    assert ox.Triple(new, ox.NamedNode(NS + "replaces"), old) in found
    assert ox.Triple(new, ox.NamedNode(NS + "responsible"), ox.NamedNode(PREFIXES["actor"] + "publiq")) in found
    assert {triple.subject for triple in found} == {new}


@pytest.mark.parametrize("about", ["building-block:bestaat-niet", "sam:BuildingBlock", "uitid> <x", "http://[", "x"])
def test_what_is_not_on_the_map_cannot_be_begun_from(client: httpx.Client, about: str) -> None:
    assert about in str(problem(client.get("/assess", params={"about": about}), 404)["detail"])
