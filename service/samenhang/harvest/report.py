"""What is told of a round: for people, as JSON for programs, and as RDF."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import pyoxigraph as ox

from samenhang import turtle as form
from samenhang.harvest.registry import Registration
from samenhang.harvest.round import Outcome
from samenhang.namespaces import GRAPH, ID, NS, PREFIXES
from samenhang.questions import Words
from samenhang.release.collection import State
from samenhang.settings import Lang

STANDINGS: Final[Mapping[str, Words]] = {
    "": Words("nog niet opgehaald", "not collected yet"),
    "valid": Words("geldig", "valid"),
    "invalid": Words("ongeldig", "invalid"),
    "gone": Words("weg", "gone"),
    "away": Words("onbereikbaar", "unreachable"),
}
"""How an address can stand, in words."""
_TOLD: Final = (
    *("address", "standing", "since", "checked", "heard", "collected", "digest", "until"),
    *("words", "flaws", "said", "wanted", "missing"),
)
"""What programs are told of a state."""


def text(outcomes: Sequence[Outcome], lang: Lang) -> str:
    """A few lines for each source, and how many stand how."""
    counts = {
        words[lang]: number
        for name, words in STANDINGS.items()
        if (number := sum(one.state.standing == name for one in outcomes))
    }
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    none = Words("Er is geen enkel adres aangemeld.", "No address is registered.")[lang]
    return "\n".join([*(line for one in outcomes for line in _lines(one, lang)), f"{told}." if told else none, ""])


def _lines(one: Outcome, lang: Lang) -> Iterator[str]:
    state = one.state

    def say(nl: str, en: str) -> str:
        return Words(nl, en)[lang]

    since = say(f"sinds {state.since}", f"since {state.since}")
    yield f"{one.registration.name}: {STANDINGS[state.standing][lang]}, {since}"
    yield f"  {state.address}"
    if one.passed:
        yield "  " + (
            say(
                f"Niet opgehaald: de server vraagt te wachten tot {state.until}.",
                f"Not collected: the server asks to wait until {state.until}.",
            )
            if state.until
            else say(
                f"Nog niet aan de beurt: het laatst op {state.checked}.", f"Not its turn yet: last at {state.checked}."
            )
        )
        return
    yield f"  {state.words[lang]}"
    yield from (f"  ! {flaw[lang]}" for flaw in state.flaws)
    if state.standing != "valid" and state.file:
        yield "  " + say(
            f"Wat er het laatst goed was (sinds {state.collected}), blijft staan.",
            f"What was good last (since {state.collected}) stays.",
        )
    if state.standing == "valid" and not one.renewed:
        yield "  " + say("Dat verandert niets.", "That changes nothing.")
    for mark, things in (("+", one.added), ("~", one.changed), ("-", one.withdrawn)):
        yield from (f"  {mark} {thing}" for thing in things)
    if one.others:
        yield "  " + say(
            "Over bouwblokken van anderen, wat telt als van een derde:",
            "About building blocks of others, which counts as of a third party:",
        )
        yield from (f"    {claim} ({owner[lang]})" for claim, owner in one.others)
    if state.wanted:
        share = f"{state.said}/{state.wanted}"
        yield "  " + say(f"Volledigheid: {share}.", f"Completeness: {share}.")
        yield from (f"  {say('ontbreekt', 'missing')}: {block[lang]}" for block in state.missing)


def document(outcomes: Sequence[Outcome], _lang: Lang) -> str:
    """As JSON, with words in both languages."""
    return json.dumps({"sources": [_object(one) for one in outcomes]}, ensure_ascii=False, indent=2) + "\n"


def standing(one: Registration, state: State | None) -> dict[str, Any]:
    """How the source *one* stands, for programs; with no more than where it is when it was never gone to."""
    told = {"source": one.iri, "speaker": one.speaker, "address": one.address, "standing": ""}
    return told | ({name: asdict(state)[name] for name in _TOLD} if state is not None else {})


def _object(one: Outcome) -> dict[str, Any]:
    return {
        **standing(one.registration, one.state),
        "passed": one.passed,
        "renewed": one.renewed,
        "added": one.added,
        "changed": one.changed,
        "withdrawn": one.withdrawn,
        "others": {claim: asdict(owner) for claim, owner in one.others},
    }


def graph(outcomes: Sequence[Outcome], _lang: Lang) -> str:
    """As Turtle: each visit is a ``prov:Activity`` that used an address, with what it gave."""
    return form.write(triple for one in outcomes for triple in _triples(one))


def _triples(one: Outcome) -> Iterator[ox.Triple]:
    state, visit = one.state, ox.NamedNode(f"{GRAPH}harvest/{one.registration.name}/state")
    source, date = ox.NamedNode(f"{ID}source/{one.registration.name}"), ox.NamedNode(PREFIXES["xsd"] + "dateTime")

    def said(path: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        prefix, _, local = path.partition(":")
        return ox.Triple(visit, ox.NamedNode(PREFIXES[prefix] + local), value)

    yield said("rdf:type", ox.NamedNode(PREFIXES["prov"] + "Activity"))
    yield said("prov:used", source)
    yield said("dcat:downloadURL", ox.NamedNode(state.address))
    yield said("prov:wasAssociatedWith", ox.NamedNode(one.registration.speaker))
    yield said("prov:endedAtTime", ox.Literal(state.checked, datatype=date))
    yield said("schema:status", ox.Literal(state.standing))
    yield said("dct:modified", ox.Literal(state.since, datatype=date))
    for words in (state.words, *state.flaws):
        for lang in ("nl", "en"):
            yield said("dct:description", ox.Literal(words[lang], language=lang))
    if state.collected:
        yield ox.Triple(source, ox.NamedNode(f"{NS}collected"), ox.Literal(state.collected, datatype=date))
        version = ox.Literal(f"sha256:{state.digest}")
        yield ox.Triple(source, ox.NamedNode(PREFIXES["dcat"] + "version"), version)


FORMATS: Final[Mapping[str, Callable[[Sequence[Outcome], Lang], str]]] = {
    "text": text,
    "json": document,
    "turtle": graph,
}
"""The forms by name; the first is the default."""
