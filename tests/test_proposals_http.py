"""``/validate`` and ``/assess`` over HTTP: each form, what is refused and how, and that nothing of it stays.

The descriptions are those of ``tests/assess``, invented; what is expected of them is told there, by hand.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import html5rdf
import httpx
import pyoxigraph as ox
import pytest

from samenhang.errors import Busy
from samenhang.namespaces import PREFIXES
from samenhang.web import examination, protocol
from samenhang.web.submission import SYNTAXES, TYPES
from tests.support import ROOT
from tests.test_web import BROWSER, problem

HERE = ROOT / "tests" / "assess"
MISTAKES = {
    "Thing-label",
    "dangling-reference",
    "Responsibility-responsible",
    "undeclared-term",
    "Evidence-slide",
}
TURTLE = {"content-type": "text/turtle"}


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever was sent: afterwards there is no file of it where descriptions pass."""
    monkeypatch.setattr(examination, "memory", lambda: str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


@cache
def text(name: str) -> bytes:
    return (HERE / f"{name}.ttl").read_bytes()


def sent(client: httpx.Client, address: str, name: str, accept: str = "application/json") -> httpx.Response:
    answer = client.post(address, content=text(name), headers={**TURTLE, "accept": accept}, timeout=120)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    return answer


def filled_in(client: httpx.Client, address: str, files: dict[str, tuple[None | str, bytes | str]]) -> httpx.Response:
    """What a browser gets that sends the form of the page."""
    return client.post(address, files=files, headers={"accept": BROWSER}, timeout=120)


def test_a_report_as_json_names_each_mistake(client: httpx.Client) -> None:
    answer = sent(client, "/validate", "mistakes")
    assert answer.headers["content-type"] == "application/json"
    assert {found["shape"].rpartition("#")[2] for found in answer.json()["results"]} == MISTAKES


def test_a_report_as_sarif_has_the_lines(client: httpx.Client) -> None:
    answer = sent(client, "/validate", "mistakes", "application/sarif+json")
    (run,) = answer.json()["runs"]
    assert {found["ruleId"] for found in run["results"]} == MISTAKES
    (slide,) = (found for found in run["results"] if found["ruleId"] == "Evidence-slide")
    line = slide["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert "sam:slide 0" in text("mistakes").decode().splitlines()[line - 1]


def test_a_report_as_turtle_is_a_validation_report(client: httpx.Client) -> None:
    answer = sent(client, "/validate", "mistakes", "text/turtle")
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    conforms = ox.NamedNode(f"{PREFIXES['sh']}conforms")
    (found,) = store.quads_for_pattern(None, conforms, None)
    assert '"false"' in str(found.object)


def test_a_report_as_text_is_in_the_language_that_is_wanted(client: httpx.Client) -> None:
    answer = client.post("/validate?lang=nl", content=text("mistakes"), headers={**TURTLE, "accept": "text/plain"})
    assert (answer.headers["content-type"], answer.headers["content-language"]) == ("text/plain; charset=utf-8", "nl")
    assert answer.text.startswith("FOUT")
    assert "voorstel.ttl:" in answer.text
    assert "/shm/" not in answer.text and "/tmp/" not in answer.text


def test_what_a_proposal_changes_as_json(client: httpx.Client) -> None:
    found = sent(client, "/assess", "second-ticketing").json()
    assert not found["refused"]
    assert [each["words"]["en"] for each in found["changes"] if each["change"] == "added"] == [
        "Digitaal Podium and Example tickets realise the same capability: Ticketing."
    ]
    assert {each["words"]["en"] for each in found["touched"]} == {
        "Digitaal Podium: Cultuurconnect (operates)",
        "Digitaal Podium: Cultuurconnect (owns)",
    }


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_tells_the_mistakes_with_their_lines_and_keeps_what_was_typed(client: httpx.Client, lang: str) -> None:
    typed = text("mistakes").decode()
    page = filled_in(client, f"/validate?lang={lang}", {"text": (None, typed), "syntax": (None, "ttl")})
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    html5rdf.HTMLParser(strict=True).parse(page.text)
    assert f'<html lang="{lang}">' in page.text
    for rule in MISTAKES:
        assert f"<small>({rule})</small>" in page.text
    assert {"nl": "Om over te nemen", "en": "To copy"}[lang] in page.text
    word = {"nl": "regel", "en": "line"}[lang]
    assert re.search(rf"<strong>\w+, {word} \d+</strong>", page.text)
    assert "sam:slide 0" in page.text.partition("<textarea")[2]
    assert "<script" not in page.text


def test_the_page_tells_the_delta_in_words_and_leads_to_the_rules(client: httpx.Client) -> None:
    file = ("my plan.ttl", text("second-ticketing"))
    page = filled_in(client, "/assess?lang=en", {"file": file, "text": (None, "what stood there before")})
    assert page.status_code == 200
    html5rdf.HTMLParser(strict=True).parse(page.text)
    added = page.text.partition("Findings that it adds: 1")[2].partition("<h3>")[0]
    assert "Digitaal Podium and Example tickets realise the same capability: Ticketing." in added
    assert 'href="/rules/capability-overlap?lang=en"' in added
    assert "Digitaal Podium: Cultuurconnect (owns)" in page.text.partition("Who else it touches")[2]
    assert "Who pays for Example tickets, and out of which means?" in page.text


def test_a_description_can_be_kept_as_a_file_without_git(client: httpx.Client) -> None:
    typed = "@prefix a: <http://a/> .\r\na:b a:c a:d .\r\n"
    answer = filled_in(client, "/assess", {"text": (None, typed), "syntax": (None, "ttl"), "keep": (None, "1")})
    assert answer.content.decode() == typed.replace("\r\n", "\n")
    assert answer.headers["content-disposition"] == 'attachment; filename="voorstel.ttl"'
    assert answer.headers["content-type"].startswith("text/turtle")
    odd = filled_in(client, "/assess", {"file": ('../a"\r\nb.nt', b"<a:a> <a:b> <a:c> ."), "keep": (None, "1")})
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9-]+\.nt"', odd.headers["content-disposition"])


@pytest.mark.parametrize(
    ("media", "body", "line"),
    [
        ("text/turtle", b"@prefix sam: <https://w3id.org/samenhang/ns#> .\n<x:a> a sam:BuildingBlock ,, .\n", 2),
        ("application/n-triples", b"<x:a> <x:b> <x:c> .\n<x:a> <x:b> .\n", 2),
        ("application/ld+json", b'{"@id": "x:a",\n "x:b": }', 2),
        ("application/rdf+xml", b"<rdf:RDF>\n<oops", None),
    ],
)
def test_a_mistake_in_the_syntax_is_told_with_its_place(
    client: httpx.Client, media: str, body: bytes, line: int | None
) -> None:
    answer = client.post("/validate", content=body, headers={"content-type": media}, timeout=120)
    told = problem(answer, 400)
    assert f"voorstel.{TYPES[media]}" in str(told["detail"])
    assert answer.headers["cache-control"] == "no-store"
    if line is not None:
        assert told["line"] == line
        assert isinstance(told["column"], int)


def test_a_mistake_in_the_syntax_on_the_page_loses_nothing(client: httpx.Client) -> None:
    page = filled_in(client, "/assess?lang=en", {"text": (None, "<x:a> <x:b>\n & <c>"), "syntax": (None, "ttl")})
    assert page.status_code == 400
    assert re.search(r'role="alert">voorstel\.ttl:2:\d+: ', page.text)
    assert "&lt;x:a&gt; &lt;x:b&gt;\n &amp; &lt;c&gt;</textarea>" in page.text


@pytest.mark.parametrize(
    ("headers", "body", "status", "told"),
    [
        ({"content-type": "application/pdf"}, b"%PDF", 415, "text/turtle"),
        ({}, b"<x:a> <x:b> <x:c> .", 415, "text/turtle"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"<x:a> <x:b> <x:c> .", 415, "text/turtle"),
        ({"content-type": "text/turtle; charset=latin-1"}, b"<x:a> <x:b> <x:c> .", 415, "UTF-8"),
        ({"content-type": "text/turtle", "content-encoding": "gzip"}, b"\x1f\x8b", 415, "verpakt"),
        ({"content-type": "text/turtle"}, b" \n", 400, "beschrijving"),
        ({"content-type": "text/turtle"}, b"#" * (protocol.LARGEST + 1), 413, f"{protocol.LARGEST}"),
        ({"content-type": "multipart/form-data"}, b"x", 400, "formulier"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\nno form", 400, ""),
        ({"content-type": "application/x-www-form-urlencoded"}, b"text=%3Ca&syntax=docx", 415, ".ttl"),
        (
            {"content-type": "text/turtle", "accept": "image/png"},
            b"<x:a> <x:b> <x:c> .",
            406,
            "json (application/json)",
        ),
    ],
)
@pytest.mark.parametrize("address", ["/validate", "/assess"])
def test_what_cannot_be_looked_at_is_refused_with_what_would_work(
    client: httpx.Client, address: str, headers: dict[str, str], body: bytes, status: int, told: str
) -> None:
    assert told in str(problem(client.post(address, content=body, headers=headers), status)["detail"])


def test_a_file_of_another_kind_is_refused_on_the_page(client: httpx.Client) -> None:
    page = filled_in(client, "/validate?lang=en", {"file": ("plan.docx", b"PK")})
    assert page.status_code == 415
    assert "A file that ends in .docx is not possible here" in page.text
    for ending in SYNTAXES:
        assert f".{ending}" in page.text


HOSTILE = {
    "entities": (
        "application/rdf+xml",
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>',
    ),
    "another's file": (
        "application/rdf+xml",
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>',
    ),
    "another's context": ("application/ld+json", b'{"@context": "https://example.org/context.jsonld", "@id": "x:a"}'),
    "nested JSON": ("application/ld+json", b'{"a":' * 100_000),
    "nested brackets": ("text/turtle", b"<x:a> <x:b> " + b"(" * 400_000),
    "nested blank nodes": ("text/turtle", b"<x:a> <x:b> " + b"[ <x:c> " * 100_000),
    "no UTF-8": ("text/turtle", b'<x:a> <x:b> "\xff\xfe" .'),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_description_gets_a_reason_and_the_service_goes_on(client: httpx.Client, name: str) -> None:
    media, body = HOSTILE[name]
    answer = client.post("/validate", content=body, headers={"content-type": media}, timeout=120)
    assert answer.status_code in (400, 413)
    told = problem(answer, answer.status_code)
    assert "root:" not in str(told["detail"])
    assert client.get("/health").json()["status"] == "ok"


def test_two_at_once_do_not_see_each_other(client: httpx.Client) -> None:
    bodies = [b"<x:%d> a <https://w3id.org/samenhang/ns#Evidence> ." % number for number in (1, 2)]
    with ThreadPoolExecutor(2) as both:
        answers = list(
            both.map(lambda body: client.post("/validate", content=body, headers=TURTLE, timeout=120).json(), bodies)
        )
    for number, found in enumerate(answers, 1):
        assert {result["thing"] for result in found["results"]} == {f"x:{number}"}, found


def test_what_takes_too_long_is_stopped(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "SECONDS", 0.001)
    answer = client.post("/validate", content=text("mistakes"), headers=TURTLE)
    assert "0.001" in str(problem(answer, 504)["detail"])


def test_who_sends_too_much_at_once_is_told_to_come_back_and_turns_are_taken() -> None:
    async def scene() -> list[str]:
        room, order = examination.Room(), []
        await room.enter("a")

        async def one(who: str) -> None:
            await room.enter(who)
            order.append(who)
            room.leave(who, 1)

        waiting = [asyncio.create_task(one("a")) for _ in range(examination.OWN)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as caught:
            await room.enter("a")
        assert (caught.value.status, caught.value.after > 0) == (429, True)
        gone = asyncio.create_task(one("c"))
        waiting.append(asyncio.create_task(one("b")))
        await asyncio.sleep(0)
        gone.cancel()
        room.leave("a", 5)
        await asyncio.gather(*waiting)
        await room.enter("d")  # there is place again
        return order

    assert asyncio.run(scene()) == ["b", "a", "a"]


def test_the_report_of_what_is_right_says_so(client: httpx.Client) -> None:
    page = filled_in(client, "/validate?lang=en", {"text": (None, text("second-ticketing")), "syntax": (None, "ttl")})
    assert "Nothing is wrong with this description." in page.text
    assert json.loads(sent(client, "/validate", "second-ticketing").content)["results"] == []


def test_a_description_that_is_short_in_turtle_and_of_many_megabytes_without_prefixes(client: httpx.Client) -> None:
    # Large data are validated in two threads where one can be started, and a confined process cannot.
    far = "https://example.org/" + "far-away/" * 6
    lines = "".join(f"e:{number} r:seeAlso e:{number + 1}.\n" for number in range(30_000))
    text = f"@prefix e: <{far}> .\n@prefix r: <{PREFIXES['rdfs']}> .\n{lines}"
    assert len(text) < protocol.LARGEST < 4 * 1024 * 1024 < len(far) * 60_000
    answer = client.post(
        "/validate", content=text, headers={"content-type": "text/turtle", "accept": "application/json"}
    )
    assert answer.status_code == 200, answer.text
