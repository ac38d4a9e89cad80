"""The map: what each of its queries gives on invented blocks, and the page, picture and data of the real mapping."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import html5rdf
import httpx
import pytest

from samenhang.drawing import drawn
from samenhang.engine import EmbeddedEngine
from samenhang.namespaces import ID
from samenhang.questions import collect
from samenhang.web import map as limits
from tests.support import ROOT, cells, tiny
from tests.test_web import BROWSER, problem

QUERIES = collect(ROOT / "queries" / "map")
BLOCK = ID + "building-block/"


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return tiny(Path(__file__).with_name("map.ttl"), rules=False)


def asked(engine: EmbeddedEngine, name: str, **values: str) -> list[tuple[str | None, ...]]:
    return cells(engine.query(QUERIES[name].bind(values)))


def test_each_layer_of_each_exchange_fits_or_not(engine: EmbeddedEngine) -> None:
    told = {(row[2], row[5]): (row[6], row[7], row[8]) for row in asked(engine, "exchanges")}
    assert told == {
        ("claim:a-b", "eif:IL3"): ("fits", "0", None),
        ("claim:a-b", "eif:IL4"): ("conflicting", "2", "finding:a-b-organisational"),
        ("claim:a-b", "eif:IL5"): ("gap", "4", "finding:a-b-semantic"),
        ("claim:a-b", "eif:IL6"): ("unknown", "1", "finding:a-b-technical"),
        ("claim:b-a", "eif:IL3"): ("fits", "0", None),
        ("claim:b-a", "eif:IL4"): ("fits", "0", None),
        ("claim:b-a", "eif:IL5"): ("fits", "0", None),
        ("claim:b-a", "eif:IL6"): ("bespoke", "3", "finding:b-a-technical"),
        # What a source leaves open is unknown in every layer; a finding of another rule says nothing of fitting.
        **{("claim:b-c", f"eif:IL{layer}"): ("unknown", "1", None) for layer in (3, 4, 5, 6)},
        **{("claim:c-a", f"eif:IL{layer}"): ("fits", "0", None) for layer in (3, 4, 5, 6)},
    }


def test_exchanges_of_one_information_in_one_layer(engine: EmbeddedEngine) -> None:
    (row,) = asked(engine, "exchanges", information=f"{ID}information-object/i", layer="http://data.europa.eu/IL5")
    assert (row[2], row[4], row[6]) == ("claim:a-b", "information-object:i", "gap")


@pytest.mark.parametrize(
    ("values", "blocks"),
    [
        ({}, {"a": "actor:o", "b": None, "c": None, "d": None}),  # whose b is, is left open
        ({"owner": "actor/o"}, {"a": "actor:o"}),
        ({"capability": "capability/wide"}, {"a": "actor:o"}),
        ({"standard": "standard/s"}, {"c": None}),
        ({"information": "information-object/i"}, {"a": "actor:o", "b": None}),
        ({"owner": "actor/o", "standard": "standard/s"}, {}),
    ],
)
def test_blocks_that_fit_a_choice(
    engine: EmbeddedEngine, values: dict[str, str], blocks: dict[str, str | None]
) -> None:
    found = asked(engine, "blocks", **{name: ID + value for name, value in values.items()})
    assert {row[0]: row[1] for row in found} == {f"building-block:{name}": owner for name, owner in blocks.items()}


def test_dependencies_standards_and_choices(engine: EmbeddedEngine) -> None:
    assert [row[:2] for row in asked(engine, "dependencies")] == [("building-block:c", "building-block:d")]
    assert [row[:2] for row in asked(engine, "standards")] == [("building-block:c", "standard:s")]
    assert {row for row in asked(engine, "choices") if row[0] != "layer"} == {
        ("capability", "capability:narrow"),
        ("capability", "capability:wide"),
        ("information", "information-object:i"),
        ("owner", "actor:o"),
        ("standard", "standard:s"),
    }


def test_a_picture_holds_every_block_in_the_box_of_its_owner_and_none_on_another() -> None:
    groups = {"o": [f"o{n}" for n in range(17)], "p": ["p0"], "": ["q0", "q1"]}
    plan = drawn(groups, [("o3", "p0"), ("q0", "q1")])
    assert drawn(groups, [("o3", "p0"), ("q0", "q1")]) == plan
    assert set(plan.blocks) == {block for blocks in groups.values() for block in blocks}
    for owner, blocks in groups.items():
        around = plan.owners[owner]
        for block in blocks:
            box = plan.blocks[block]
            assert around.x < box.x and box.x + box.width < around.x + around.width
            assert around.y < box.y and box.y + box.height < around.y + around.height
    boxes = list(plan.blocks.values())
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert all(box.x + box.width <= plan.width and box.y + box.height <= plan.height for box in plan.owners.values())


def test_the_page_leads_from_a_line_to_its_proof(client: httpx.Client) -> None:
    page = client.get("/map?lang=nl&owner=publiq", headers={"accept": BROWSER}).text
    lines = re.findall(r'<a href="#(uitwisseling-\d+|afhankelijkheid-\d+)" class="line"', page)
    assert lines
    for line in lines:
        (row,) = re.findall(rf'<tr id="{line}">(.*?)</tr>', page)
        (proof,) = re.findall(r'<a href="(/doc/claim/[^"]+)" aria-label="Bewijs: [^"]+">bewijs</a>', row)[:1]
        assert client.get(proof.replace("&amp;", "&"), headers={"accept": BROWSER}).status_code == 200


def test_data_page_and_picture_hold_the_same(client: httpx.Client) -> None:
    told = client.get("/map.json?owner=publiq").json()
    fits = {(one["provider"], one["consumer"]): one for one in told["exchanges"]}
    uitpas = fits[BLOCK + "uitdatabank", BLOCK + "uitpas"]
    # UiTPAS takes events from UiTdatabank, says its documentation; both are of publiq, so rights are no matter.
    assert f"{ID}claim/uitpas-from-uitdatabank" in uitpas["claims"]
    assert uitpas["layers"]["http://data.europa.eu/IL3"] == {"fit": "fits", "finding": None}
    chosen = {one["iri"] for one in told["blocks"] if one["chosen"]}
    owners = {one["owner"] for one in told["blocks"] if one["chosen"]}
    assert owners == {ID + "actor/publiq"} and BLOCK + "uitid" in chosen
    # What is not of publiq is there because something goes to or comes from it.
    ends = {end for one in told["exchanges"] for end in (one["provider"], one["consumer"])}
    ends |= {end for one in told["dependencies"] for end in (one["dependent"], one["dependedOn"])}
    assert {one["iri"] for one in told["blocks"]} - chosen <= ends
    answer = client.get("/map.svg?owner=publiq&lang=en")
    assert answer.headers["content-type"] == "image/svg+xml"
    picture = ElementTree.fromstring(answer.content)
    space = "{http://www.w3.org/2000/svg}"
    blocks = [one for one in picture.iter(f"{space}g") if one.get("class", "").startswith("block")]
    assert len(blocks) == len(told["blocks"])
    drawn_lines = [one for one in picture.iter(f"{space}path") if one.get("class", "").startswith("line")]
    assert len(drawn_lines) == len(told["exchanges"]) + len(told["dependencies"])


def test_one_layer_only(client: httpx.Client) -> None:
    told = client.get("/map.json?layer=IL5").json()
    assert {layer for one in told["exchanges"] for layer in one["layers"]} == {"http://data.europa.eu/IL5"}


def test_what_cannot_be_chosen_is_told(client: httpx.Client) -> None:
    assert "IL4" in str(problem(client.get("/map?layer=IL9"), 400)["detail"])
    assert "owner" in str(problem(client.get("/map?eigenaar=publiq"), 400)["detail"])
    problem(client.get("/map?owner=bestaat-niet"), 400)
    problem(client.get("/map?scope=veld"), 404)


def test_of_too_much_the_page_shows_what_is_drawn_and_leads_to_each_owner(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DRAWN", 8)
    monkeypatch.setattr(limits, "SHOWN", 5)
    monkeypatch.setattr(limits, "CHOICES", 3)
    page = client.get("/map?lang=en&scope=", headers={"accept": BROWSER}).text
    html5rdf.HTMLParser(strict=True).parse(page)
    assert "51 building blocks" in page
    assert page.count('<tr id="uitwisseling-') == page.count('<tr id="afhankelijkheid-') == 5
    assert "Those of the picture (8)" in page
    assert page.count("The first 5: ") == 2
    lines = re.findall(r'<a href="#([^"]+)" class="line"', page)
    assert lines
    assert [line for line in lines if f'<tr id="{line}"' not in page] == []
    owners = re.findall(r'<li><a href="(/map\?[^"]+)"[^>]*>([^<]+)</a> \((\d+)\)', page)
    numbers = [int(number) for _, _, number in owners]
    told = client.get("/map.json?lang=en&scope=").json()
    assert numbers == sorted(Counter(one["owner"] for one in told["blocks"] if one["owner"]).values(), reverse=True)
    assert '<input id="owner" name="owner"' in page
    own = client.get(html.unescape(owners[0][0]), headers={"accept": BROWSER}).text
    assert int(re.findall(r'role="status">(\d+) building', own)[0]) >= numbers[0]
    assert len(told["blocks"]) == 51
    assert sum(one["row"] is not None for one in told["exchanges"]) == 5
