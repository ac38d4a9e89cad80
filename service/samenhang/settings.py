"""What can be set from outside, as one declared list; everything else has one way.

Each setting is an environment variable, read here and nowhere else. An empty one counts as absent: that is how unit
files and containers write it. The command line's options win over them.
"""

from __future__ import annotations

import functools
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
    """One environment variable, and what it is for (Dutch, English).

    ``default``: what holds without it; ``otherwise`` says so in words (Dutch, English) where it is no fixed value.
    ``unit``: what a number counts (``s``, ``MB``). ``secret``: its value is shown nowhere.
    """

    name: str
    nl: str
    en: str
    default: str = ""
    otherwise: tuple[str, str] = ("", "")
    unit: str = ""
    secret: bool = False

    def absent(self, lang: Lang) -> str:
        """What holds without it, as a person reads it; empty when nothing does."""
        return (self.otherwise[0 if lang == "nl" else 1] or f"{self.default} {self.unit}").strip()


SETTINGS: Final = (
    Setting(
        "SAMENHANG_CONTENT",
        "Map met ontology, shapes, queries en data.",
        "Folder with ontology, shapes, queries and data.",
        otherwise=("de map waaruit samenhang draait", "the folder samenhang runs from"),
    ),
    Setting("SAMENHANG_VAR", "Map waarin releases staan.", "Folder that holds the releases.", "var"),
    Setting(
        "SAMENHANG_LANG",
        "Taal van de meldingen: nl of en.",
        "Language of the messages: nl or en.",
        otherwise=("de landinstelling, anders nl", "the locale, else nl"),
    ),
    Setting(
        "SAMENHANG_PUBLIC",
        "Openbaar adres van de dienst: waar de documenten staan waar de IRI's naar doorverwijzen.",
        "Public address of the service: where the documents are that the IRIs redirect to.",
        otherwise=(
            "het adres waarop samenhang serve luistert",
            "the address that samenhang serve listens at",
        ),
    ),
    Setting(
        "SAMENHANG_LOG",
        "Wat de dienst op standaardfout meldt: problems, requests (elk verzoek en probleem als een regel JSON, zonder "
        "wie het vroeg) of queries (ook de tekst van queries).",
        "What the service tells on standard error: problems, requests (each request and problem as a line of JSON, "
        "without who asked) or queries (the text of queries too).",
        "problems",
    ),
    Setting(
        "SAMENHANG_SECONDS",
        "Hoelang een query aan de dienst mag duren.",
        "How long a query to the service may take.",
        "10",
        unit="s",
    ),
    Setting(
        "SAMENHANG_MEMORY",
        "Geheugen dat een query aan de dienst mag gebruiken, naast de data.",
        "Memory that a query to the service may use, beside the data.",
        "512",
        unit="MB",
    ),
    Setting(
        "SAMENHANG_LARGE",
        "N-Quads vanaf waar de dienst een release van schijf leest in plaats van uit het geheugen, en vanaf waar een "
        "build de scopes een na een maakt in plaats van samen.",
        "N-Quads above which the service reads a release from disk and not from memory, and above which a build makes "
        "the scopes one after the other and not together.",
        "2000",
        unit="MB",
    ),
    Setting(
        "SAMENHANG_HARVEST_SECONDS",
        "Hoelang het ophalen van één beschrijving mag duren, met omwegen en robots.txt.",
        "How long collecting one description may take, with detours and robots.txt.",
        "30",
        unit="s",
    ),
    Setting(
        "SAMENHANG_HARVEST_SIZE",
        "Hoe groot een opgehaalde beschrijving mag zijn, uitgepakt.",
        "How large a collected description may be, unpacked.",
        "10",
        unit="MB",
    ),
    Setting(
        "SAMENHANG_HARVEST_HOSTS",
        "Servers waar een aangemeld adres naar mag verwijzen, met spaties ertussen, naast die van de adressen zelf.",
        "Servers that a registered address may redirect to, by spaces apart, beside those of the addresses themselves.",
        otherwise=("geen", "none"),
    ),
    Setting(
        "SAMENHANG_HARVEST_LOOPBACK",
        "yes: haal ook op van deze machine, voor proeven.",
        "yes: collect from this machine too, for trials.",
        "no",
    ),
    Setting(
        "SAMENHANG_PAST",
        "Hoeveel vroegere releases de dienst tegelijk open houdt, voor wie iets met asOf vraagt.",
        "How many earlier releases the service keeps open at once, for who asks something with asOf.",
        "2",
    ),
    Setting(
        "SAMENHANG_ENGINE",
        "Adres waar een SPARQL 1.1-server vragen beantwoordt; de dienst vraagt daar wat samenhang load er bracht.",
        "Address where a SPARQL 1.1 server answers queries; the service asks there what samenhang load brought.",
        otherwise=("de ingebouwde engine", "the engine that is built in"),
    ),
    Setting(
        "SAMENHANG_ENGINE_GRAPHS",
        "Adres van zijn grafen (Graph Store Protocol), voor samenhang load.",
        "Address of its graphs (Graph Store Protocol), for samenhang load.",
        otherwise=("geen", "none"),
    ),
    Setting(
        "SAMENHANG_ENGINE_UPDATE",
        "Adres van zijn wijzigingen (SPARQL Update), voor samenhang load.",
        "Address of its updates (SPARQL Update), for samenhang load.",
        otherwise=("geen", "none"),
    ),
    Setting(
        "SAMENHANG_ENGINE_USER",
        "Naam waarmee de SPARQL-server ons kent; de dienst heeft genoeg aan een naam die enkel mag lezen.",
        "Name by which the SPARQL server knows us; one that may only read is enough for the service.",
        otherwise=("geen", "none"),
    ),
    Setting("SAMENHANG_ENGINE_PASSWORD", "Wachtwoord van die naam.", "Password of that name.", secret=True),
)

_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}
_PREFIX: Final = "SAMENHANG_"


def given(name: str) -> str:
    """What the environment says of the setting *name*; empty when it says nothing."""
    assert name in _BY_NAME, f"{name} is not declared"
    return os.environ.get(name, "")


def text(name: str) -> str:
    """What the setting *name* holds: as given, else its default."""
    return given(name) or _BY_NAME[name].default


def strangers() -> list[str]:
    """The names in the environment that look like settings of ours and are none: mistyped, or of another version."""
    return sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in _BY_NAME)


def content() -> Path:
    """The folder that holds ``ontology/``, ``shapes/``, ``queries/`` and ``data/``.

    In a wheel it stands inside the package, in a checkout two folders up. Raises Unreadable when neither is there.
    """
    return _content(given("SAMENHANG_CONTENT"))


@functools.cache
def _content(chosen: str) -> Path:
    if chosen:
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
    return Path(text("SAMENHANG_VAR"))


_PUBLIC: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*\Z|https?://\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?\Z"
)


def public(otherwise: str = "http://127.0.0.1:8000") -> str:
    """The public address of the service (``SAMENHANG_PUBLIC``, or *otherwise*), without a slash at the end.

    It stands in redirects and links, so it is never taken from a request. Raises WrongValue when it is no address.
    """
    return addressed(given("SAMENHANG_PUBLIC") or otherwise, "SAMENHANG_PUBLIC")


def addressed(written: str, name: str) -> str:
    """*written*, what *name* was set to, as a public address: without a slash at the end. Raises WrongValue."""
    address = written.rstrip("/")
    if not _PUBLIC.match(address):
        raise WrongValue(
            f"{name} is '{address}'; gevraagd is een adres zoals https://samenhang.example.org.",
            f"{name} is '{address}'; wanted is an address such as https://samenhang.example.org.",
        )
    return address


def number(name: str) -> int:
    """The whole number that the setting *name* holds, at least 1. Raises WrongValue when it is none."""
    written = text(name)
    if not (written.isascii() and written.isdigit() and int(written) > 0):
        raise WrongValue(
            f"{name} is '{written}'; gevraagd is een geheel getal vanaf 1.",
            f"{name} is '{written}'; wanted is a whole number from 1.",
        )
    return int(written)


def switch(name: str) -> bool:
    """Whether the setting *name* is on. Raises WrongValue when it is neither ``yes`` nor ``no``."""
    written = text(name)
    if written not in ("yes", "no"):
        raise WrongValue(
            f"{name} is '{written}'; gevraagd is yes of no.", f"{name} is '{written}'; wanted is yes or no."
        )
    return written == "yes"


_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[^\s#]*)?\Z")


def address(name: str) -> str:
    """The address that the setting *name* holds; empty when it is absent. Raises WrongValue when it is none.

    A name or password in it would end up in messages, so these have settings of their own.
    """
    found = given(name)
    if found and not _ADDRESS.match(found):
        raise WrongValue(
            f"{name} is geen adres zoals http://127.0.0.1:7878/query, zonder naam of wachtwoord erin.",
            f"{name} is no address such as http://127.0.0.1:7878/query, without a name or password in it.",
        )
    return found


def language() -> Lang:
    """The language of messages: ``SAMENHANG_LANG``, else the locale, else Dutch."""
    chosen = given("SAMENHANG_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    # Without any of these, a Unix has the locale "C", which Python's locale module takes for English.
    chosen = chosen or os.environ.get("LANG") or (locale.getlocale()[0] if sys.platform == "win32" else "") or ""
    return "en" if chosen.lower().startswith("en") else "nl"
