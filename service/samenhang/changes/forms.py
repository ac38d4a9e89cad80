"""A difference for people and programs: text, JSON, RDF Patch, and PROV as Turtle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from samenhang import texts, turtle
from samenhang.changes.difference import Difference
from samenhang.changes.ledger import Kept
from samenhang.namespaces import shorten
from samenhang.questions import Words

SECTIONS: Final[Mapping[str, Words]] = {
    "things": Words("Dingen", "Things"),
    "findings": Words("Bevindingen", "Findings"),
    "terms": Words("Termen van de ontologie", "Terms of the ontology"),
    "questions": Words("Vragen", "Questions"),
    "answers": Words("Antwoorden", "Answers"),
}
"""The lists of a difference, and what they are called."""
KEYS: Final = {
    "things": "thing",
    "findings": "finding",
    "terms": "term",
    "questions": "question",
    "answers": "question",
}
"""What an entry of each list is about."""
CHANGES: Final[Mapping[str, Words]] = {
    "added": Words("toegevoegd", "added"),
    "changed": Words("veranderd", "changed"),
    "withdrawn": Words("weggevallen", "withdrawn"),
    "opened": Words("geopend", "opened"),
    "closed": Words("gesloten", "closed"),
    "retold": Words("anders verwoord of bewezen", "told or proved otherwise"),
    "deprecated": Words("verouderd verklaard", "deprecated"),
    "removed": Words("weggehaald", "removed"),
}
"""What can have happened to an entry."""
_SIGNS: Final = {"added": "+", "opened": "+", "withdrawn": "-", "closed": "-", "removed": "-"}
_UNLISTED: Final = Words(
    "Er veranderde te veel om het op te sommen; de patch (--format patch) heeft alles.",
    "Too much changed to list it; the patch (--format patch) has all of it.",
)
_UNASKED: Final = Words(
    "Of antwoorden op vragen veranderden, is niet nagegaan: de releases zijn daarvoor te groot.",
    "Whether answers to questions changed was not looked at: the releases are too large for that.",
)


def name(document: Mapping[str, Any], iri: str, lang: str) -> str:
    """What *iri* is called in *lang*, else in another language, else in short.

    >>> name({"names": {"x:a": {"nl": "Agenda"}}}, "x:a", "en")
    'Agenda'
    """
    known = document["names"].get(iri, {})
    return str(known.get(lang) or next(iter(known.values()), "") or shorten(iri))


def text(found: Difference, lang: str) -> str:
    """The difference in lines, for a reader of *lang*."""
    # A text of several lines stays in its place, and nothing in the data may steer a terminal.
    lines = (" ".join(line.splitlines()) if "\n" in line else line for line in _lines(found, lang))
    return "".join(texts.plain(ox.Literal(line), {}) + "\n" for line in lines)


def _lines(found: Difference, lang: str) -> Iterator[str]:
    nl, document = lang == "nl", found.document
    yield f"{document['before']} → {document['after']}"
    if found.empty:
        yield "Beide releases zeggen hetzelfde." if nl else "Both releases say the same."
        return
    for key, words in (("statements", ("uitspraken", "statements")), ("quads", ("quads", "quads"))):
        gone, come = document[key]["removed"], document[key]["added"]
        said = f"{come} erbij, {gone} weg" if nl else f"{come} added, {gone} removed"
        yield f"{words[not nl]}: {said}"
    if not document["complete"]:
        yield _UNLISTED[lang]
        return
    for section, title in SECTIONS.items():
        if document.get(section):
            counted = ", ".join(f"{n} {CHANGES[change][lang]}" for change, n in document["counts"][section].items())
            yield ""
            yield f"{title[lang]}: {counted}"
            for entry in document[section]:
                yield from _told(document, section, entry, lang)
    if not document["answersCompared"]:
        yield ""
        yield _UNASKED[lang]


def _told(document: Mapping[str, Any], section: str, entry: Mapping[str, Any], lang: str) -> Iterator[str]:
    iri = entry[KEYS[section]]
    sign = _SIGNS.get(entry.get("change", ""), "~")
    if section == "answers":
        rows = "rijen" if lang == "nl" else "rows"
        yield f"  {sign} {name(document, iri, lang)}: {entry['before']} → {entry['after']} {rows}"
        return
    said = entry.get(lang) or name(document, iri, lang)
    kind = f" ({name(document, entry['class'], lang)})" if "class" in entry else ""
    if "involves" in entry and iri not in document["names"]:
        kind += f": {', '.join(name(document, one, lang) for one in entry['involves'])}"
    outcome = " → ".join(name(document, entry[side], lang) for side in ("before", "after") if side in entry)
    if entry.get("before") == entry.get("after") and "after" in entry:
        outcome = name(document, entry["after"], lang)
    short = shorten(iri)
    yield f"  {sign} {said}{kind}{f' [{outcome}]' if outcome else ''}{f'  {short}' if said != short else ''}"
    if successors := entry.get("successors"):
        instead = "in de plaats komt" if lang == "nl" else "in its place"
        yield f"      {instead}: {', '.join(name(document, one, lang) for one in successors)}"
    for told in entry.get("properties", ()) if section in ("things", "terms") else ():
        for mark, side in (("-", "before"), ("+", "after")):
            for value in told[side]:
                yield f"      {mark} {name(document, told['property'], lang)}: {shown(document, value, lang)}"


def shown(document: Mapping[str, Any], value: Mapping[str, str], lang: str) -> str:
    """A value as a reader sees it."""
    if "iri" in value:
        return name(document, value["iri"], lang)
    return value["value"] + (f" ({value['lang']})" if "lang" in value else "")


def provenance(triples: bytes) -> str:
    """PROV (N-Triples) as Turtle."""
    return turtle.write(list(ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)))


FORMATS: Final[Mapping[str, Callable[[Kept, str], Iterable[bytes]]]] = {
    "text": lambda kept, lang: [text(kept.difference, lang).encode()],
    "json": lambda kept, _: _pieces(kept, "json"),
    "patch": lambda kept, _: _pieces(kept, "patch"),
    "turtle": lambda kept, _: [provenance(kept.difference.provenance).encode()],
}
"""How a difference is written, by name: of what is kept, in a language, piece by piece."""


def _pieces(kept: Kept, form: str) -> Iterator[bytes]:
    with kept.path(form).open("rb") as file:
        while piece := file.read(1 << 16):
            yield piece
