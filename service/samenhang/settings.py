"""What can be set from outside, as one declared list; everything else has one way.

Each setting is an environment variable. The command line's options win over them.
"""

from __future__ import annotations

import locale
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from samenhang.errors import Unreadable

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


def language() -> Lang:
    """The language of messages: ``SAMENHANG_LANG``, else the locale, else Dutch."""
    chosen = os.environ.get("SAMENHANG_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    # Without any of these, a Unix has the locale "C", which Python's locale module takes for English.
    chosen = chosen or os.environ.get("LANG") or (locale.getlocale()[0] if sys.platform == "win32" else "") or ""
    return "en" if chosen.lower().startswith("en") else "nl"
