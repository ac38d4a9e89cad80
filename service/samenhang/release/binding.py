"""Binding a question's parameters: what a person writes for a thing becomes its address, which takes looking up.

What must be looked up is yielded, so that one way serves whoever waits for the engine (the command line) and whoever
may not (the service).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from samenhang.errors import WrongValue, unknown
from samenhang.namespaces import ID, KINDS, NS, expand, shorten
from samenhang.questions import SLUG, Parameter, Query, is_iri

LONGEST: Final = 200
"""Characters of a name that is looked up."""

Binding = Generator[str, list[str], str]
"""Yields SPARQL texts that select one column of addresses, is sent those, and returns the text to ask."""


def bind(question: Query, values: Mapping[str, str | Sequence[str]]) -> Binding:
    """The text of *question* with *values*; a thing may stand by its address, short name, slug, or one of its names.

    Raises NotFound (a parameter, or a thing that the release does not know, with the nearest names) and WrongValue
    (a name that several things have, with these).
    """
    types = {parameter.name: parameter for parameter in question.parameters}
    found: dict[str, str | Sequence[str]] = {}
    for name, value in values.items():
        if name in types and types[name].type == "iri":
            things = []
            for each in [value] if isinstance(value, str) else value:
                things.append((yield from _thing(types[name], each)))
            found[name] = things
        else:
            found[name] = value
    return question.bind(found)


def _thing(parameter: Parameter, value: str) -> Binding:
    """The address of the thing that *value* names; the release must know it.

    Something that is not a name at all is left as it is, for the parameter to refuse.
    """
    kinds = parameter.kinds or KINDS
    iri = expand(value)
    candidates = [iri] if iri else [f"{ID}{kind}/{value}" for kind in kinds] if SLUG.match(value) else []
    if not candidates or not all(is_iri(candidate) for candidate in candidates):
        return (yield from _called(parameter, value)) or value
    listed = " ".join(f"<{candidate}>" for candidate in candidates)
    known = yield (
        f"SELECT ?thing WHERE {{ VALUES ?thing {{ {listed} }} "
        "FILTER (EXISTS { ?thing ?p ?o } || EXISTS { ?s ?q ?thing }) }"
    )
    for candidate in candidates:
        if candidate in known:
            return candidate
    if named := (yield from _called(parameter, value)):
        return named
    listed = " ".join(f"'{kind}'" for kind in kinds)
    ours = f"FILTER (STRSTARTS(STR(?thing), '{ID}'))"
    # Of the classes of these kinds: to go through all things takes too long on a large sector.
    of = f"VALUES ?kind {{ {listed} }} ?class <{NS}kind> ?kind ."
    things = yield f"SELECT DISTINCT ?thing WHERE {{ {of} ?thing a ?class {ours} }}"
    if not things:  # data without the ontology
        things = yield f"SELECT DISTINCT ?thing WHERE {{ ?thing a ?class {ours} }}"
    names = (thing.removeprefix(ID).partition("/") for thing in things)
    wanted = value.rpartition("/")[2].rpartition(":")[2]
    wrong = unknown(("ding", "thing"), wanted, {slug for kind, _, slug in names if kind in kinds})
    wrong.status = 422
    raise wrong


def _called(parameter: Parameter, name: str) -> Binding:
    """The address of the one thing of the right kind that is called *name*, whatever the case; empty when none is."""
    if len(name) > LONGEST:
        return ""
    try:
        text = str(ox.Literal(name))
    except ValueError:  # half a character
        return ""
    found = yield (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT DISTINCT ?thing WHERE { VALUES ?says { rdfs:label skos:altLabel skos:hiddenLabel } ?thing ?says ?name "
        f"FILTER (LCASE(STR(?name)) = LCASE({text}) && STRSTARTS(STR(?thing), '{ID}')) }}"
    )
    kinds = parameter.kinds or KINDS
    things = sorted(thing for thing in found if thing.removeprefix(ID).partition("/")[0] in kinds)
    if len(things) > 1:
        listed = ", ".join(map(shorten, things))
        raise WrongValue(
            f"Meer dan één ding heet '{name}': {listed}. Geef een van deze korte namen op.",
            f"More than one thing is called '{name}': {listed}. Give one of these short names.",
            status=422,
        )
    return things[0] if things else ""


def settle(binding: Binding, look: Callable[[str], list[str]]) -> str:
    """The text that *binding* comes to, with *look* to answer what it looks up."""
    try:
        text = next(binding)
        while True:
            text = binding.send(look(text))
    except StopIteration as done:
        bound: str = done.value
        return bound
