"""Why a query found nothing: names in it that the map does not know, or knows only as proposals and readings."""

from __future__ import annotations

import difflib
import re
from typing import Final

import pyoxigraph as ox

from samenhang.engine import EmbeddedEngine, guard
from samenhang.namespaces import ID, NS, expand, shorten
from samenhang.questions import Words

_FULL: Final = re.compile(rf"<({re.escape(NS)}[^<>\s]+|{re.escape(ID)}[^<>\s]+)>")


def hints(engine: EmbeddedEngine, query: str) -> list[Words]:
    """One sentence for each name of ours in *query* that explains an empty answer."""
    short = (expand(word) for word in guard.words(query) if ":" in word[1:] and not word.endswith(":"))
    named = dict.fromkeys(
        iri for iri in [*_FULL.findall(query), *short] if iri and iri.startswith((NS, ID)) and iri[-1] not in "/#"
    )
    found = []
    for iri in named:
        occurs = f"ASK {{ {{ <{iri}> ?p ?o }} UNION {{ ?s <{iri}> ?o }} UNION {{ ?s ?p <{iri}> }} }}"
        unused = (
            f"ASK {{ <{iri}> a ?kind VALUES ?kind {{ <{NS}StatedRelation> <{NS}Shortcut> }} "
            f"FILTER NOT EXISTS {{ ?s <{iri}> ?o }} }}"
        )
        if not engine.query(occurs).yes:
            found.append(_unknown(engine, iri))
        elif engine.query(unused).yes:
            name = shorten(iri)
            found.append(
                Words(
                    f"{name} komt niet als rechtstreekse relatie voor, enkel als voorstel of lezing: vraag de claims "
                    f"op (bij een uitspraak: ?claim rdf:predicate {name} ; rdf:subject ?a ; rdf:object ?b).",
                    f"{name} does not occur as a direct relation, only as a proposal or reading: ask for the claims "
                    f"(of a statement: ?claim rdf:predicate {name} ; rdf:subject ?a ; rdf:object ?b).",
                )
            )
    return found


def _unknown(engine: EmbeddedEngine, iri: str) -> Words:
    start = NS if iri.startswith(NS) else iri.rpartition("/")[0] + "/"
    rows = engine.query(
        f"SELECT DISTINCT ?known WHERE {{ ?known a ?class FILTER (STRSTARTS(STR(?known), '{start}')) }}"
    ).rows()
    known = [term.value for row in rows if isinstance(term := row["known"], ox.NamedNode)]
    near = [shorten(name) for name in difflib.get_close_matches(iri, known, n=3, cutoff=0.85)]
    nl, en = (f" Bedoelde u: {', '.join(near)}?", f" Did you mean: {', '.join(near)}?") if near else ("", "")
    return Words(f"{shorten(iri)} bestaat niet in deze kaart.{nl}", f"{shorten(iri)} does not exist in this map.{en}")
