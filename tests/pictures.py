"""``make pictures``: the pictures of the README, taken of the published release as the service shows it."""

from __future__ import annotations

import sys
from typing import Final

from playwright.sync_api import sync_playwright

from samenhang.errors import SamenhangError
from samenhang.namespaces import ID
from samenhang.release import open_current
from tests.service import served
from tests.support import ROOT
from tests.test_browser import program

FOLDER: Final = ROOT / "docs" / "pictures"
OVERLAP: Final = "overlap"
PICTURES: Final = {
    "start": "/",
    "map": "/map?owner=publiq",
    "matrix": "/matrices/capability-matrix?owner=publiq",
    OVERLAP: "/doc/finding/",
}
"""The name of a picture, and the page that it is of; of a finding the address is only known from a release."""


def main() -> int:
    """Take them all; 0 when that went well."""
    browser = program()
    if browser is None:
        print("Pictures are taken in a browser, and there is none here: install chromium.", file=sys.stderr)
        return 2
    try:
        release = open_current()
    except SamenhangError as problem:
        print(problem.en, file=sys.stderr)
        return 2
    found = next(
        row["finding"].value
        for row in release.findings(rule="capability-overlap").rows()
        if row["outcome"].value.endswith("present")
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as (_, client), sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = window.new_page(viewport={"width": 1200, "height": 800})
        for name, path in PICTURES.items():
            whole = path + found.removeprefix(f"{ID}finding/") if name == OVERLAP else path
            page.goto(f"{client.base_url}{whole}{'&' if '?' in whole else '?'}lang=en", wait_until="networkidle")
            if name == "map":
                page.wait_for_selector("[data-drawn]")
                page.evaluate("document.getElementById('beeld').scrollIntoView({behavior: 'instant'})")
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"docs/pictures/{name}.png")
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
