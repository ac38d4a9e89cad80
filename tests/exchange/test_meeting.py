"""The coherence report: what a meeting reads, that each line has its proof, and that unknown stays unknown."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import pytest

from samenhang.errors import WrongValue
from samenhang.exchange import meeting, paper
from samenhang.namespaces import ID
from samenhang.release import Release
from tests.support import ROOT


class Page(HTMLParser):
    """A page's text by heading, its rows, and its links within the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: dict[str, str] = {}
        self.rows: list[list[str]] = []
        self.anchors: set[str] = set()
        self.within: list[str] = []
        self._heading, self._open, self._cell = "", "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.anchors |= {name for name in [known.get("id")] if name}
        if tag == "a" and (known.get("href") or "").startswith("#"):
            self.within.append((known["href"] or "")[1:])
        if tag == "h2":
            self._heading, self._open = "", "h2"
        if tag == "tr":
            self.rows.append([])
        self._cell = tag in ("td", "th") or (self._cell and tag in ("a", "span"))
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._open = ""
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._open == "h2":
            self._heading += data
        else:
            self.parts[self._heading] = self.parts.get(self._heading, "") + data
        if self._cell:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def whole(release: Release) -> Page:
    return Page(meeting.write(release.engine, ROOT, "nl"))


def test_what_is_known_and_unknown_of_a_block_overlaps_and_what_is_to_be_decided(whole: Page) -> None:
    rows = {row[0]: row[1:] for row in whole.rows}
    assert rows["Digitaal Podium"] == ["Cultuurconnect", "in gebruik", "Ticketing"]
    assert rows["UiTinVlaanderen"][0] == "onbekend"
    assert "Mijn Bibliotheek en UiTiD vervullen dezelfde functie: Publiek aanmelden." in whole.parts["2. Wat overlapt"]
    assert "Van UiTdatabank hangen 4 andere bouwblokken af." in whole.parts["3. Wat niet past"]
    assert "Overlappende functies" in whole.parts["4. Wat onbekend is"]
    decide = [row[0] for row in whole.rows if len(row) == 4 and row[1:] == ["", "", ""]]
    assert any(text.startswith("Van UiTdatabank hangen 4 andere bouwblokken af.") for text in decide)


def test_every_number_leads_to_a_note_with_its_proof(whole: Page) -> None:
    assert whole.within and set(whole.within) <= whole.anchors
    notes = whole.parts["Noten: het bewijs"]
    assert "betrouwbaarheid A" in notes and f"{ID}finding/capability-overlap-" in notes
    numbers = re.findall(r"\[(\d+)\]", whole.parts["2. Wat overlapt"] + whole.parts["3. Wat niet past"])
    assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1))


def test_of_one_organisation_only_what_is_of_it(release: Release) -> None:
    page = Page(meeting.write(release.engine, ROOT, "en", actor=f"{ID}actor/publiq"))
    assert {row[0] for row in page.rows} >= {"UiTdatabank", "UiTiD", "UiTPAS"}
    assert "Digitaal Podium" not in {row[0] for row in page.rows}
    assert "4 other building blocks depend on UiTdatabank." in page.parts["3. What does not fit"]
    assert "publiq" in page.parts[""]


def test_of_an_organisation_without_blocks_it_says_so(release: Release) -> None:
    page = Page(meeting.write(release.engine, ROOT, "en", actor=f"{ID}actor/bestaat-niet"))
    assert "No building block on the map belongs to this." in page.parts["1. What there is"]
    assert page.parts["2. What overlaps"].strip() == "No overlap established."


def test_it_is_printed_by_the_browser_of_the_machine(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "BROWSERS", ())
    with pytest.raises(WrongValue, match="PDF and PNG need a browser"):
        paper.printed(b"<p>x</p>")
    monkeypatch.undo()
    if not any(map(shutil.which, paper.BROWSERS)):
        pytest.skip("SKIPPED ALOUD: no browser, so nothing was printed")
    assert paper.printed(meeting.write(release.engine, ROOT, "nl").encode()).startswith(b"%PDF-")
