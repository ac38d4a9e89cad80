"""What can be set from outside, as one declared list; everything else has one way.

Each setting is an environment variable. The command line's options win over them.
"""

from __future__ import annotations

import locale
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from samenhang.errors import Unreadable, WrongValue

Lang = Literal["nl", "en"]


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what holds without it, and what it is for (Dutch, English)."""

    name: str
    default: str
    nl: str
    en: str


SETTINGS: Final = (
    Setting(
        "SAMENHANG_CONTENT",
        "de map waaruit samenhang draait / the folder samenhang runs from",
        "Map met ontology, shapes, queries en data.",
        "Folder with ontology, shapes, queries and data.",
    ),
    Setting("SAMENHANG_VAR", "var", "Map waarin releases staan.", "Folder that holds the releases."),
    Setting(
        "SAMENHANG_LANG",
        "de landinstelling, anders nl / the locale, else nl",
        "Taal van de meldingen: nl of en.",
        "Language of the messages: nl or en.",
    ),
    Setting(
        "SAMENHANG_PUBLIC",
        "het adres waarop samenhang serve luistert / the address that samenhang serve listens at",
        "Openbaar adres van de dienst: waar de documenten staan waar de IRI's naar doorverwijzen.",
        "Public address of the service: where the documents are that the IRIs redirect to.",
    ),
    Setting(
        "SAMENHANG_SECONDS",
        "10",
        "Seconden die een query aan de dienst mag duren.",
        "Seconds that a query to the service may take.",
    ),
    Setting(
        "SAMENHANG_MEMORY",
        "512",
        "MB geheugen die een query aan de dienst mag gebruiken, naast de data.",
        "MB of memory that a query to the service may use, beside the data.",
    ),
    Setting(
        "SAMENHANG_LARGE",
        "2000",
        "MB N-Quads vanaf waar de dienst een release van schijf leest in plaats van uit het geheugen.",
        "MB of N-Quads above which the service reads a release from disk and not from memory.",
    ),
)


def content() -> Path:
    """The folder that holds ``ontology/``, ``shapes/``, ``queries/`` and ``data/``.

    In a wheel it stands inside the package, in a checkout two folders up. Raises Unreadable when neither is there.
    """
    if chosen := os.environ.get("SAMENHANG_CONTENT"):
        folder = Path(chosen)
    else:
        packaged = Path(__file__).parent / "content"
        folder = packaged if packaged.is_dir() else Path(__file__).parents[2]
    for part in ("ontology", "shapes", "queries", "data"):
        if not (folder / part).is_dir():
            raise Unreadable(
                f"In '{folder}' ontbreekt de map '{part}'. Zet SAMENHANG_CONTENT op een map met ontology, shapes, "
                "queries en data.",
                f"'{folder}' has no folder '{part}'. Set SAMENHANG_CONTENT to a folder with ontology, shapes, queries "
                "and data.",
            )
    return folder


def var() -> Path:
    """The folder that holds the releases (``SAMENHANG_VAR``, by default ``var`` in the current folder)."""
    return Path(os.environ.get("SAMENHANG_VAR", "var"))


_PUBLIC: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*\Z|https?://\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?\Z"
)


def public(otherwise: str = "http://127.0.0.1:8000") -> str:
    """The public address of the service (``SAMENHANG_PUBLIC``, or *otherwise*), without a slash at the end.

    It stands in redirects and links, so it is never taken from a request. Raises WrongValue when it is no address.
    """
    address = os.environ.get("SAMENHANG_PUBLIC", otherwise).rstrip("/")
    if not _PUBLIC.match(address):
        raise WrongValue(
            f"SAMENHANG_PUBLIC is '{address}'; gevraagd is een adres zoals https://samenhang.example.org.",
            f"SAMENHANG_PUBLIC is '{address}'; wanted is an address such as https://samenhang.example.org.",
        )
    return address


def number(name: str) -> int:
    """The whole number that the setting *name* holds, at least 1. Raises WrongValue when it is none."""
    (default,) = (setting.default for setting in SETTINGS if setting.name == name)
    text = os.environ.get(name, default)
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise WrongValue(
            f"{name} is '{text}'; gevraagd is een geheel getal vanaf 1.",
            f"{name} is '{text}'; wanted is a whole number from 1.",
        )
    return int(text)


def language() -> Lang:
    """The language of messages: ``SAMENHANG_LANG``, else the locale, else Dutch."""
    chosen = os.environ.get("SAMENHANG_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    # Without any of these, a Unix has the locale "C", which Python's locale module takes for English.
    chosen = chosen or os.environ.get("LANG") or (locale.getlocale()[0] if sys.platform == "win32" else "") or ""
    return "en" if chosen.lower().startswith("en") else "nl"
