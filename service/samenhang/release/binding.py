"""Binding a question's parameters: what a person writes for a thing becomes its address, which takes looking up.

What must be looked up is yielded, so that one way serves whoever waits for the engine (the command line) and whoever
may not (the service).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence

from samenhang.errors import unknown
from samenhang.namespaces import ID, KINDS, expand
from samenhang.questions import SLUG, Parameter, Query, is_iri

Binding = Generator[str, list[str], str]
"""Yields SPARQL texts that select one column of addresses, is sent those, and returns the text to ask."""


def bind(question: Query, values: Mapping[str, str | Sequence[str]]) -> Binding:
    """The text of *question* with *values*; a thing may stand by its address, short name or slug.

    Raises NotFound (a parameter, or a thing that the release does not know, with the nearest names) and WrongValue.
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
        return value
    listed = " ".join(f"<{candidate}>" for candidate in candidates)
    known = yield (
        f"SELECT ?thing WHERE {{ VALUES ?thing {{ {listed} }} "
        "FILTER (EXISTS { ?thing ?p ?o } || EXISTS { ?s ?q ?thing }) }"
    )
    for candidate in candidates:
        if candidate in known:
            return candidate
    things = yield f"SELECT DISTINCT ?thing WHERE {{ ?thing a ?class FILTER (STRSTARTS(STR(?thing), '{ID}')) }}"
    names = (thing.removeprefix(ID).partition("/") for thing in things)
    wanted = value.rpartition("/")[2].rpartition(":")[2]
    wrong = unknown(("ding", "thing"), wanted, {slug for kind, _, slug in names if kind in kinds})
    wrong.status = 422
    raise wrong


def settle(binding: Binding, look: Callable[[str], list[str]]) -> str:
    """The text that *binding* comes to, with *look* to answer what it looks up."""
    try:
        text = next(binding)
        while True:
            text = binding.send(look(text))
    except StopIteration as done:
        bound: str = done.value
        return bound
