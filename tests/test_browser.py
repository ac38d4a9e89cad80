"""Every kind of page in a real browser: both languages, three widths, light and dark, with and without JavaScript.

Nothing goes wrong, nothing is asked of another host, nothing runs off the side, and axe-core finds no barrier. Then
what users come to do, as they would do it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from samenhang.release import Release
from samenhang.web import choices
from tests.support import ROOT

AXE = ROOT / "interface" / "node_modules" / "axe-core" / "axe.min.js"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
LOOKS: Final[tuple[tuple[Literal["light", "dark"], int], ...]] = (
    ("light", 360),
    ("light", 820),
    ("light", 1280),
    ("dark", 1280),
)
"""How a page is looked at: at three widths, and once in the dark, which changes colours and no place of anything."""
QUERY: Final = urlencode({"query": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 5"})
PAGES: Final = {
    "start": "/",
    "map": "/map",
    "map, limited": "/map?owner=meemoo&layer=IL5",
    "matrices": "/matrices",
    "matrix": "/matrices/responsibility-matrix?size=20",
    "heat map": "/matrices/coverage-per-owner",
    "roadmap": "/roadmap",
    "search": "/search?q=uit",
    "kinds": "/search",
    "questions": "/questions",
    "question": "/questions/owners?scope=report-2021",
    "question with a value": "/questions/impact?thing=uitdatabank",
    "question with a picture": "/questions/coverage-per-aspect",
    "findings": "/findings?outcome=present",
    "rules": "/rules",
    "rule": "/rules/capability-overlap",
    "thing": "/doc/building-block/uitpas",
    "claim": "/doc/claim/uitpas-from-uitdatabank",
    "assess": "/assess",
    "improve": "/assess?about=building-block:uitpas",
    "form": "/describe/building-block",
    "letter": "/open-questions/cultuurconnect",
    "check": "/validate",
    "catalogue": "/catalog",
    "dumps": "/dumps",
    "API": "/api",
    "graphs": "/graph",
    "graph": "/graph/field/building-blocks",
    "shapes": "/shapes",
    "ontology": "/ns",
    "class": "/ns/classes/BuildingBlock",
    "SPARQL": "/sparql",
    "answer in SPARQL": f"/sparql?{QUERY}",
    "mistake": "/questions/owners?owner=bestaat-niet",
}
"""An address of each kind of page; that of a finding is only known from a release."""
ALIKE: Final = ("main section:nth-of-type(n+9)", "main tbody tr:nth-of-type(n+9)")
"""What axe-core need not look at: a long list is made in one way, and its first parts stand for all."""
FIRST: Final = 150_000
"""Bytes of the start page with all that it needs, at most."""


class Tab:
    """A tab in which everything that goes wrong is written down."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.base = base
        self.wrong: list[str] = []
        self.bytes = 0
        self.page.on("console", lambda message: self._note(message.type in ("error", "warning"), message.text))
        self.page.on("pageerror", lambda error: self._note(True, str(error)))
        self.page.on("requestfailed", lambda request: self._note(True, f"failed: {request.url}"))
        self.page.on("request", self._asked)

    def _note(self, bad: bool, text: str) -> None:
        # A browser reports the status of a page that tells a mistake; the page is what is looked at.
        if bad and "the server responded with a status of 4" not in text:
            self.wrong.append(text)

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and f"{address.scheme}://{address.netloc}" != self.base:
            self.wrong.append(f"another host: {request.url}")

    def open(self, path: str) -> Page:
        """Go to *path*, and wait until the page does what it does by itself."""
        self.wrong.clear()
        self.page.goto(self.base + path, wait_until="load")
        return self.page


def program() -> str | None:
    """The browser that is on the path, if any."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, or another of its family."""
    installed = program()
    if installed is None:
        pytest.skip(f"SKIPPED ALOUD: no browser ({', '.join(NAMES)}), so no page was looked at in one")
    with sync_playwright() as playwright:
        # Root has no sandbox in a container; pages are our own.
        launched = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def scripted(browser: Browser, client: httpx.Client) -> Tab:
    return Tab(browser.new_context(), str(client.base_url).rstrip("/"))


@pytest.fixture(scope="module")
def plain(browser: Browser, client: httpx.Client) -> Tab:
    """A tab without JavaScript."""
    return Tab(browser.new_context(java_script_enabled=False), str(client.base_url).rstrip("/"))


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it stands, by the criteria of WCAG 2.2 A and AA and good practice."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: dict[str, Any] = page.evaluate(
        "([exclude, runOnly]) => axe.run({exclude}, {runOnly, resultTypes: ['violations']})",
        [[[selector] for selector in ALIKE], tags],
    )
    return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"][:3]]


def runs_off(page: Page) -> int:
    """Pixels by which a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("kind", [*PAGES, "finding"])
def test_a_page_in_a_browser(scripted: Tab, plain: Tab, release: Release, kind: str, lang: str) -> None:
    path = PAGES.get(kind) or _finding(release)
    path += ("&" if "?" in path else "?") + f"lang={lang}"
    for tab in (scripted, plain):
        page = tab.open(path)
        if tab is scripted and (kind.startswith("map") or "SPARQL" in kind):
            page.wait_for_selector("[data-drawn]")
        if "picture" in kind:
            assert page.get_by_role("img").is_visible()
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == lang
        for scheme, width in LOOKS if tab is scripted else LOOKS[:-1]:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            assert runs_off(page) == 0, f"{scheme}, {width}"
            # Each language, scheme and shape is judged once; all of their pairs would say the same.
            if tab is scripted and (lang, scheme, width) in (("nl", "light", 360), ("en", "dark", 1280)):
                assert barriers(page) == [], f"{scheme}, {width}"
        assert tab.wrong == []


def _finding(release: Release) -> str:
    (first, *_) = (row["finding"].value for row in release.findings().rows())
    return "/doc/finding/" + first.rpartition("/")[2]


def test_the_first_page_is_small_and_does_not_jump(browser: Browser, client: httpx.Client) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = Tab(context, str(client.base_url).rstrip("/"))
    sizes: list[int] = []
    tab.page.on("response", lambda answer: sizes.append(len(answer.body())))
    page = tab.open("/?lang=nl")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < FIRST
    moved = page.evaluate(
        """() => new Promise(done => {
            let moved = 0;
            new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; }))
                .observe({type: "layout-shift", buffered: true});
            requestAnimationFrame(() => requestAnimationFrame(() => done(moved)));
        })"""
    )
    assert moved == 0
    context.close()


def test_who_owns_uitid_and_the_proof_by_keyboard_alone(plain: Tab) -> None:
    page = plain.open("/?lang=nl")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Naar de inhoud"
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("uitid")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "UiTiD":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/building-block/uitid*")
    assert page.locator("h1").inner_text() == "UiTiD"
    ownership = page.locator("article:visible", has_text="publiq").filter(has_text=re.compile("eigenaar", re.I)).first
    assert ownership.locator("q").first.inner_text()
    assert ownership.locator("a[href*='/doc/evidence/']").count() >= 1


def test_the_matrix_of_responsibilities_is_limited_and_taken_along(scripted: Tab) -> None:
    page = scripted.open("/?lang=nl")
    page.get_by_role("link", name="Wie waarvoor verantwoordelijk is").click()
    page.get_by_label("Enkel van deze organisatie of groep").fill("publiq")
    page.get_by_role("button", name="Tonen").click()
    page.wait_for_url("**actor=publiq*")
    rows = page.locator("tbody tr")
    named = rows.locator("th a:first-child").all_inner_texts()
    assert "UiTiD" in named and page.locator("thead th").count() == 3
    rows.filter(has_text="UiTiD").get_by_role("link", name="is eigenaar", exact=True).first.hover()
    assert (
        page.get_by_text("Een rij per claim.").count() == 1 and not page.get_by_text("Een rij per claim.").is_visible()
    )
    with page.expect_download() as kept:
        page.get_by_role("link", name="CSV").click()
    lines = kept.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(named) + 1 and lines[0].split(",")[:2] == ["ding", "publiq"]


def test_a_second_ticketing_platform_is_assessed_by_the_form(plain: Tab) -> None:
    page = plain.open("/assess?lang=nl")
    page.get_by_role("link", name="Vul een formulier in").click()
    page.get_by_role("link", name="Bouwblok", exact=True).click()
    for label, text in (
        ("voorkeursnaam, Nederlands", "Voorbeeldtickets"),
        ("voorkeursnaam, Engels", "Example tickets"),
        ("omschrijving, Nederlands", "Een verzonnen tweede ticketplatform."),
        ("omschrijving, Engels", "An invented second ticketing platform."),
        ("verantwoordelijke", "publik"),
        ("functie", "ticketing"),
        ("bron", "Verzonnen nota"),
        ("opschrift", "Verzonnen voorstel"),
    ):
        page.get_by_label(re.compile(f"^{label}")).first.fill(text)
    button = page.get_by_role("button", name="Maak de beschrijving en toets ze")
    button.click()
    # Nobody is called so: the field says who is, and what was filled in stands there still.
    page.get_by_role("link", name="Bedoelde u: publiq").click()
    page.get_by_label("verantwoordelijke").fill("publiq")
    button.click()
    told = page.locator("main").inner_text()
    assert "Met deze beschrijving is niets mis." in told
    assert "Digitaal Podium en Voorbeeldtickets vervullen dezelfde functie: Ticketing." in told
    assert "Wie betaalt Voorbeeldtickets, en met welke middelen?" in told
    assert plain.wrong == []


def test_what_the_page_of_an_organisation_leads_to_is_a_letter_on_paper(plain: Tab) -> None:
    page = plain.open("/doc/actor/publiq?lang=nl")
    page.get_by_role("link", name="De open vragen aan publiq").click()
    assert page.locator("h1").inner_text() == "Open vragen aan publiq"
    assert not page.locator(".answer").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".answer").first.is_visible()
    assert not page.get_by_role("navigation").first.is_visible()
    page.set_viewport_size({"width": 700, "height": 1000})
    page.goto(f"{plain.base}/matrices/standards-of-blocks?lang=nl")
    # Dozens of columns do not fit on a sheet: what is known is there as a list.
    assert runs_off(page) == 0
    row = page.locator("tbody tr", has_text="UiTPAS").filter(has=page.locator("th:has-text('UiTPAS')")).first
    assert row.locator("td:visible").count() < 10 < page.locator("thead th").count()
    assert row.locator("td:visible").last.evaluate("cell => getComputedStyle(cell, '::before').content") != '": "'
    page.emulate_media(media="screen")


def test_the_other_language_of_a_deep_page(plain: Tab) -> None:
    page = plain.open("/findings?severity=high&scope=field&lang=nl")
    number = page.locator("h2").first.inner_text().split()[0]
    page.get_by_role("link", name="English").click()
    assert "severity=high" in page.url and "scope=field" in page.url and page.url.startswith(f"{plain.base}/findings?")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h2").first.inner_text().split()[0] == number
    # On a phone the menu opens from a button, without a script too.
    page.set_viewport_size({"width": 360, "height": 800})
    part = page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Open questions")
    assert part.count() == 0
    page.get_by_role("button", name="Menu").press("Enter")
    part.click()
    assert page.locator("h1").inner_text() == "Open questions"
    page.set_viewport_size({"width": 1280, "height": 800})


def test_why_an_exchange_of_the_platform_is_unknown(plain: Tab) -> None:
    page = plain.open("/map?lang=nl")
    page.get_by_label("Eigenaar", exact=True).select_option(label="publiq")
    page.get_by_role("button", name="Tonen").click()
    row = page.locator("tr[id^=uitwisseling]", has_text="Data-uitwisselingsplatform").filter(has_text="UiTiD")
    row.get_by_role("link", name="onbekend").first.click()
    assert "/doc/finding/interoperability-gap-" in page.url
    assert "niet bekend of de uitwisseling past" in page.locator("main").inner_text()


def test_the_map_is_kept_as_a_picture_and_leads_on(scripted: Tab) -> None:
    page = scripted.open("/map?lang=en")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_selector("[data-drawn]")
    with page.expect_download() as kept:
        page.get_by_role("button", name="Picture as PNG").click()
    assert kept.value.suggested_filename == "samenhang-map.png"
    assert kept.value.path().read_bytes().startswith(b"\x89PNG")
    assert scripted.wrong == []


def test_an_example_query_is_changed_with_completion_run_and_taken_along(scripted: Tab) -> None:
    page = scripted.open("/sparql?lang=nl")
    page.get_by_text("Voorbeelden").click()
    page.get_by_role("link", name="Eigenaars en uitbaters van bouwblokken").click()
    page.wait_for_selector("[data-drawn]")
    field = page.get_by_role("textbox", name="Uw vraag")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?x WHERE { ?x a sam:Portf")
    page.get_by_role("option", name="sam:Portfolio").wait_for()
    assert barriers(page) == []
    page.keyboard.press("Enter")
    assert page.locator("#query").input_value().split("\n")[0] == "PREFIX sam: <https://w3id.org/samenhang/ns#>"
    page.keyboard.type(" } }")
    page.get_by_text("Fout op regel 2.").wait_for()
    page.keyboard.press("Backspace")
    page.get_by_text("Fout op regel 2.").wait_for(state="detached")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sparql?*query=*")
    assert page.locator("tbody tr").count() > 1
    page.wait_for_selector("[data-drawn]")
    for _ in range(2):
        page.get_by_role("columnheader", name="x").get_by_role("button").click()
    names = [name.casefold() for name in page.locator("tbody tr").all_inner_texts()]
    assert names == sorted(names, reverse=True)
    assert scripted.wrong == []  # a download is told as a request that was broken off
    with page.expect_download() as kept:
        page.get_by_role("link", name="CSV").click()
    assert kept.value.path().read_text(encoding="utf-8").count("/id/portfolio/") == page.locator("tbody tr").count()


def test_the_editor_is_no_trap_for_the_keyboard(scripted: Tab) -> None:
    page = scripted.open("/sparql?lang=en")
    page.wait_for_selector("[data-drawn]")
    page.get_by_role("textbox", name="Your query").focus()
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "scope"
    page.keyboard.press("Shift+Tab")
    assert page.locator(":focus").get_attribute("role") == "textbox"


def test_an_answer_is_chosen_by_name_ordered_and_kept(scripted: Tab, plain: Tab) -> None:
    page = scripted.open("/questions/owners?lang=nl")
    page.get_by_label("Enkel deze eigenaar of uitbater").fill("publiq")
    page.get_by_role("button", name="Vragen").click()
    page.wait_for_url("**owner=publiq*")
    blocks = page.locator("tbody td:first-child")
    before = blocks.all_inner_texts()
    page.get_by_role("columnheader", name="bouwblok").get_by_role("link").click()
    page.get_by_role("columnheader", name="bouwblok").get_by_role("link").click()
    assert page.locator("th[aria-sort=descending]").count() == 1
    assert "sort=block" in page.url and "order=desc" in page.url
    quick = page.locator("tbody tr").all_inner_texts()
    # The service orders as the page does.
    slow = plain.open(page.url.removeprefix(plain.base)).locator("tbody tr")
    column = [text.split("\t")[0] for text in quick]
    assert column == [text.split("\t")[0] for text in slow.all_inner_texts()] != before
    with page.expect_download() as kept:
        page.get_by_role("link", name="xlsx").click()
    assert kept.value.suggested_filename == "owners.xlsx" and kept.value.path().read_bytes().startswith(b"PK")


def test_the_list_of_questions_narrows_while_one_types(scripted: Tab) -> None:
    page = scripted.open("/questions?lang=nl")
    page.get_by_label("Enkel vragen met").press_sequentially("eigenaar uitbater")
    items = page.locator(".item:visible")
    assert items.filter(has_text="Eigenaars en uitbaters van bouwblokken").count() == 1
    assert 0 < items.count() < 10
    assert page.locator("[data-count]").inner_text() == str(items.count())
    parts = page.locator("section:visible [data-part]").all_inner_texts()
    assert sum(map(int, parts)) == items.count()
    assert scripted.wrong == []


def test_of_many_things_those_that_fit_are_offered(scripted: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "CHOICES", 5)
    page = scripted.open("/questions/owners?lang=nl&scope=field")
    assert page.locator("#block-choices option").count() == 0
    page.get_by_label("Enkel dit bouwblok").press_sequentially("uit-databank")
    option = page.locator("#block-choices option[label=UiTdatabank]")
    option.wait_for(state="attached")
    page.get_by_label("Enkel dit bouwblok").fill(option.get_attribute("value") or "")
    page.get_by_role("button", name="Vragen").click()
    page.wait_for_url("**block=*")
    assert page.get_by_label("Enkel dit bouwblok").input_value() == "UiTdatabank"
    assert scripted.wrong == []
