"""A page as PDF, or a picture as PNG, made by the browser that is on this machine: what it shows is our own."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from samenhang.errors import Unreadable, WrongValue

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_LONGEST: Final = 120
"""Seconds."""
_SHARP: Final = 2
"""Dots of a PNG for each unit of the picture, each way."""
_SIZE: Final = re.compile(rb'<svg[^>]* width="([0-9.]+)" height="([0-9.]+)"')


def printed(page: bytes) -> bytes:
    """The PDF of *page*, which asks for nothing elsewhere.

    Raises WrongValue without a browser, Unreadable when that fails.
    """
    return _made(page, "page.html", "page.pdf", "--no-pdf-header-footer", "--print-to-pdf={}")


def photographed(picture: bytes) -> bytes:
    """The PNG of *picture*, an SVG that says its width and height. Raises WrongValue without a browser, Unreadable."""
    size = _SIZE.search(picture)
    assert size is not None  # every picture of ours says it
    width, height = (round(float(number) + 0.5) for number in size.groups())
    return _made(
        picture,
        "picture.svg",
        "picture.png",
        f"--window-size={width},{height}",
        f"--force-device-scale-factor={_SHARP}",
        "--hide-scrollbars",
        "--screenshot={}",
    )


def _made(shown: bytes, name: str, result: str, *options: str) -> bytes:
    """The file *result* that a browser makes of a file called *name* that holds *shown*; ``{}`` stands for its path."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise WrongValue(
            "Voor PDF en PNG is een browser nodig (chromium of een verwant programma), en die is hier niet. Schrijf "
            "een verslag als .html, of een beeld als .svg, en druk het af vanuit een browser.",
            "PDF and PNG need a browser (chromium or one of its family), and there is none here. Write a report as "
            ".html, or a picture as .svg, and print it from a browser.",
        )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / name, Path(folder) / result
        source.write_bytes(shown)
        command = [
            browser,
            "--headless",
            "--no-sandbox",  # a container has none for root; the page is our own, and has no script
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
            *(option.format(target) for option in options),
            source.as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST)
            return target.read_bytes()
        except (OSError, subprocess.SubprocessError):
            raise Unreadable(
                f"'{browser}' kon er geen {target.suffix[1:].upper()} van maken. Schrijf het als {source.suffix}, en "
                "druk het zelf af.",
                f"'{browser}' could not make a {target.suffix[1:].upper()} of it. Write it as {source.suffix}, and "
                "print it yourself.",
            ) from None
