"""An index of what things are called: found by any name in either language, without accents, with a typing error."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from samenhang.engine.embedded import Row
from samenhang.namespaces import BASE, ID, NS, expand, shorten

LONGEST: Final = 200
"""Characters of what is searched."""
TERM: Final = "term"
"""What is a kind here and none of things: a class, property or code."""
_ALIKE: Final = 80.0
"""From which likeness on, of 100, a name is taken for one with a typing error."""
_TELLING: Final = 3
"""Letters from which on a word may contain a typing error, or stand in the middle of a name."""
_SIGNS: Final = re.compile(r"[^0-9a-z]+")
_LANGUAGES: Final = ("nl", "en")


class Entry(NamedTuple):
    """What one thing, term or question is called, by language, and what it is."""

    thing: str
    names: dict[str, str]
    aliases: list[str]
    definitions: dict[str, str]

    @property
    def kind(self) -> str:
        """The kind in its address; ``term`` of the ontology's own, ``questions`` of the map."""
        if self.thing.startswith(NS):
            return TERM
        return self.thing.removeprefix(ID).removeprefix(BASE).partition("/")[0]

    @property
    def short(self) -> str:
        """Its short address."""
        return shorten(self.thing)

    def called(self, lang: str) -> str:
        """Its name in *lang*, else in another language, else its short address."""
        return self.names.get(lang) or next(iter(self.names.values()), self.short)


class Hit(NamedTuple):
    """A thing that was found, by which name (none: by its definition), and how well it fits, of 100."""

    entry: Entry
    name: str | None
    score: float


class Index:
    """The names in the rows of ``queries/pages/wording.rq``."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.entries: dict[str, Entry] = {}
        for row in rows:
            text, iri = row["text"], row["thing"].value
            assert isinstance(text, ox.Literal)
            entry = self.entries.setdefault(iri, Entry(iri, {}, [], {}))
            if row["as"].value == "alias":
                entry.aliases.append(text.value)
            else:
                (entry.names if row["as"].value == "name" else entry.definitions)[text.language or ""] = text.value
        self._called = [
            (name, entry)
            for entry in self.entries.values()
            for name in dict.fromkeys((*entry.names.values(), *entry.aliases))
        ]
        self._plain = [plain(name) for name, _ in self._called]
        self._said = {iri: f" {plain(' '.join(entry.definitions.values()))}" for iri, entry in self.entries.items()}

    def kinds(self) -> Mapping[str, int]:
        """How many things there are of each kind."""
        return Counter(entry.kind for entry in self.entries.values())

    def called(self, name: str, kinds: Collection[str]) -> list[Entry]:
        """What of *kinds* is called *name* in some language, or has it as its address; accents are no matter."""
        wanted = plain(name)
        found = {
            entry.thing: entry
            for (_, entry), called in zip(self._called, self._plain, strict=True)
            if called == wanted and entry.kind in kinds
        }
        addresses = [expand(name) or "", *(f"{ID}{kind}/{name}" for kind in kinds)]
        by_address = [self.entries[one] for one in addresses if one in self.entries and self.entries[one].kind in kinds]
        return by_address or list(found.values())

    def find(self, asked: str) -> list[Hit]:
        """What fits *asked*, best first: names, then names with a typing error, then definitions."""
        wanted = plain(asked)
        if not wanted:
            return []
        found: dict[str, Hit] = {}

        def add(entry: Entry, name: str | None, score: float) -> None:
            if entry.thing not in found or found[entry.thing].score < score:
                found[entry.thing] = Hit(entry, name, score)

        alike = process.extract(wanted, self._plain, scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=None)
        for (name, entry), called in zip(self._called, self._plain, strict=True):
            if score := _named(wanted, called):
                add(entry, name, score)
        if len(wanted) >= _TELLING:
            for _, score, place in alike:
                name, entry = self._called[place]
                if _shared(wanted, self._plain[place]):
                    # Less than any name that is written as asked.
                    add(entry, name, score * 0.7)
        words = [f" {word}" for word in wanted.split()]
        for iri, said in self._said.items():
            if iri not in found and all(word in said for word in words):
                add(self.entries[iri], None, 40)
        return sorted(found.values(), key=_order)


def _order(hit: Hit) -> tuple[float, bool, int, str]:
    """Best first; of what is as good the things come first, since most look for one."""
    return -hit.score, not hit.entry.thing.startswith(ID), len(hit.name or ""), hit.entry.thing


def _named(wanted: str, called: str) -> float:
    """How well a name fits what is wanted as it is written; 0 when it does not."""
    joined, whole = wanted.replace(" ", ""), called.replace(" ", "")
    if joined == whole:
        return 100 if wanted == called else 98
    if whole.startswith(joined):
        return 95
    if all(any(word.startswith(part) for word in called.split()) for part in wanted.split()):
        return 90
    return 80 if len(joined) >= _TELLING and joined in whole else 0


def _shared(wanted: str, called: str) -> bool:
    """Whether at least half of the words that are *wanted* have one like it: a letter in common says nothing."""
    words = [word for word in wanted.split() if len(word) >= _TELLING]
    alike = sum(any(fuzz.partial_ratio(word, other) >= _ALIKE for other in called.split()) for word in words)
    return 0 < len(words) <= 2 * alike


def plain(text: str) -> str:
    """*text* in small letters without accents, its words with one space between.

    >>> plain("Één UiT-databank (publiq)")
    'een uit databank publiq'
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _SIGNS.sub(" ", "".join(sign for sign in letters if not unicodedata.combining(sign))).strip()
