"""Where the description of a thing is kept, and that description as one would change it."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from samenhang import sources, turtle
from samenhang.engine.pool import Pool
from samenhang.namespaces import NS, PREFIXES
from samenhang.web import asking

_CLAIM = ox.NamedNode(NS + "polarity")


class Origin(NamedTuple):
    """The files that describe a thing, below the folder of the content, and their triples of it."""

    files: list[str]
    triples: list[ox.Triple]

    def template(self, lang: str) -> str:
        """The description as Turtle, to change: of a claim as another one that comes in its place."""
        nl, kept = lang == "nl", ", ".join(self.files)
        if any(triple.predicate == _CLAIM for triple in self.triples):
            old = self.triples[0].subject
            assert isinstance(old, ox.NamedNode)
            new = ox.NamedNode(old.value + ("-nieuw" if nl else "-new"))
            replaced = ox.Triple(new, ox.NamedNode(NS + "replaces"), old)
            triples = [replaced, *(ox.Triple(new, triple.predicate, triple.object) for triple in self.triples)]
            told = (
                f"# Zo staat de uitspraak nu op de kaart ({kept}).\n"
                "# Verander wat anders is, met het bewijsstuk ervoor: deze komt dan in de plaats van de oude.\n"
                if nl
                else f"# This is how the claim stands on the map now ({kept}).\n"
                "# Change what is otherwise, with the evidence for it: this one then comes in place of the old one.\n"
            )
        else:
            triples = self.triples
            told = (
                f"# Zo staat het nu op de kaart ({kept}).\n"
                "# Verander of vul aan. Wat twee dingen verbindt, is een uitspraak met een eigen adres en bewijs.\n"
                if nl
                else f"# This is how it stands on the map now ({kept}).\n"
                "# Change or add. What ties two things together is a claim with an address and evidence of its own.\n"
            )
        return turtle.write(triples, header=told, prefixes=PREFIXES)


async def files(pool: Pool, thing: str) -> list[str]:
    """The files that describe *thing*, below the folder of the content; none when no source does."""
    rows = await asking.rows(pool, asking.own("pages")["described"].bind({"thing": thing}))
    found = [sources.of_graph(row["graph"].value) for row in rows]
    return sorted({file.path.as_posix() for file in found if file})


async def of(pool: Pool, thing: str) -> Origin:
    """The origin of *thing*, without what was derived. No files when no source describes it."""
    rows = await asking.rows(pool, asking.own("pages")["origin"].bind({"thing": thing}))
    own = [(file.path.as_posix(), row) for row in rows if (file := sources.of_graph(row["graph"].value))]
    subject = ox.NamedNode(thing)
    triples = [
        ox.Triple(subject, ox.NamedNode(row["property"].value), row["value"])
        for _, row in own
        if isinstance(row["value"], ox.NamedNode | ox.Literal)
    ]
    return Origin(sorted({path for path, _ in own}), triples)
