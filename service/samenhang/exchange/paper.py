"""A page of HTML as PDF, printed by the browser that is on this machine: the page itself says how it prints."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from samenhang.errors import Unreadable, WrongValue

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_LONGEST: Final = 120
"""Seconds."""


def printed(page: bytes) -> bytes:
    """The PDF of *page*, which asks for nothing elsewhere.

    Raises WrongValue without a browser, Unreadable when that fails.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise WrongValue(
            "Voor PDF is een browser nodig (chromium of een verwant programma), en die is hier niet. Schrijf het "
            "verslag als .html, en druk het af vanuit een browser.",
            "PDF needs a browser (chromium or one of its family), and there is none here. Write the report as .html, "
            "and print it from a browser.",
        )
    with tempfile.TemporaryDirectory() as folder:
        html, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        html.write_bytes(page)
        command = [
            browser,
            "--headless",
            "--no-sandbox",  # a container has none for root; the page is our own, and has no script
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            html.as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST)
            return pdf.read_bytes()
        except (OSError, subprocess.SubprocessError):
            raise Unreadable(
                f"'{browser}' kon het verslag niet afdrukken. Schrijf het als .html, en druk het zelf af.",
                f"'{browser}' could not print the report. Write it as .html, and print it yourself.",
            ) from None
