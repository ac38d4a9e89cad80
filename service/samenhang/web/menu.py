"""Where a page stands: the main menu, and the way from the start to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from samenhang.questions import Words
from samenhang.web.negotiation import Lang


class Step(NamedTuple):
    """A name with the address it leads to; *here* when that is the part of the site that the page belongs to."""

    text: str
    href: str
    here: bool = False


PARTS: Final = {
    "/map": Words("Kaart", "Map"),
    "/matrices": Words("Matrices", "Matrices"),
    "/roadmap": Words("Stappenplan", "Roadmap"),
    "/questions": Words("Vragen", "Questions"),
    "/findings": Words("Bevindingen", "Findings"),
    "/rules": Words("Regels", "Rules"),
    "/open-questions": Words("Open vragen", "Open questions"),
    "/harvest": Words("Herkomst van beschrijvingen", "Where descriptions come from"),
    "/assess": Words("Voorstel toetsen", "Assess a proposal"),
    "/describe": Words("Met een formulier", "With a form"),
    "/validate": Words("Beschrijving nakijken", "Check a description"),
    "/search": Words("Alle dingen", "All things"),
    "/catalog": Words("Gegevens", "Data"),
    "/changes": Words("Wijzigingen", "Changes"),
    "/dumps": Words("Dumps", "Dumps"),
    "/releases": Words("Releases", "Releases"),
    "/api": Words("API", "API"),
    "/graph": Words("Grafen", "Graphs"),
    "/ns": Words("Ontologie", "Ontology"),
    "/shapes": Words("Shapes", "Shapes"),
    "/sparql": Words("SPARQL", "SPARQL"),
}
"""The parts of the site and their names."""
_MENU: Final = (
    "/map",
    "/matrices",
    "/roadmap",
    "/questions",
    "/findings",
    "/open-questions",
    "/assess",
    "/search",
    "/catalog",
    "/sparql",
)
_WITHIN: Final = {
    "/doc": "/search",
    "/rules": "/findings",
    "/validate": "/assess",
    "/describe": "/assess",
    "/changes": "/catalog",
    "/harvest": "/assess",
    "/dumps": "/catalog",
    "/releases": "/catalog",
    "/api": "/catalog",
    "/graph": "/catalog",
    "/ns": "/catalog",
    "/shapes": "/ns",
}
"""Which part another one belongs to."""


def menu(path: str, known: Collection[str], lang: Lang) -> list[Step]:
    """The main menu as it stands on the page at *path*: of the parts only those that are *known*."""
    around = {_part(path), *_above(_part(path))}
    return [Step(PARTS[part][lang], _spoken(part, lang), part in around) for part in _MENU if part in known]


def trail(path: str, known: Collection[str], lang: Lang) -> list[Step]:
    """The way from the start to the page at *path*, itself left out; empty for the start.

    >>> [step.text for step in trail("/rules/funding", ["/findings", "/rules"], "en")]
    ['Start', 'Findings', 'Rules']
    >>> [step.text for step in trail("/doc/finding/funding-1", ["/findings", "/search"], "en")]
    ['Start', 'Findings']
    """
    part = _part(path)
    above = [*reversed(_above(part)), *([part] if part != path else [])]
    steps = [Step(PARTS[one][lang], _spoken(one, lang)) for one in above if one in known and one in PARTS]
    return [Step("Start", _spoken("/", lang)), *steps] if path != "/" else []


def _part(path: str) -> str:
    if path.startswith("/doc/finding/"):
        return "/findings"  # that is where one comes from
    return "/" + path.strip("/").partition("/")[0].partition(".")[0]


def _above(part: str) -> list[str]:
    found: list[str] = []
    while part in _WITHIN:
        part = _WITHIN[part]
        found.append(part)
    return found


def _spoken(path: str, lang: Lang) -> str:
    return f"{path}?lang={lang}"
