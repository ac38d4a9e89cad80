"""The documents of things and the names of terms, as the queries of ``queries/documents`` ask them of the pool."""

from __future__ import annotations

import asyncio
import csv
from bisect import bisect
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox
from starlette.datastructures import State

from samenhang import settings
from samenhang.engine.embedded import name_of
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import NotFound, SamenhangError, Withdrawn, unknown
from samenhang.namespaces import ID, KINDS, PREFIXES, SCOPES, scope_graph, shorten
from samenhang.questions import SLUG, Words, collect
from samenhang.release import Release
from samenhang.release.remains import remains
from samenhang.release.shelf import QUERIES
from samenhang.web.wording import moment

_DEPRECATED: Final = ox.NamedNode(PREFIXES["owl"] + "deprecated")
_TRUE: Final = tuple(ox.Literal(word, datatype=ox.NamedNode(PREFIXES["xsd"] + "boolean")) for word in ("true", "1"))
_LABELS: Final = tuple(
    ox.NamedNode(PREFIXES[space] + name) for space, name in (("skos", "prefLabel"), ("rdfs", "label"))
)
_REPLACED: Final = ox.NamedNode(PREFIXES["dct"] + "isReplacedBy")
_AROUND: Final = 50
"""Neighbours in the alphabet among which the likest names are sought: comparing with all takes too long."""

Labels = dict[str, dict[str, str]]
"""Names by IRI and then by language."""


class Library:
    """What pages and documents of one release are made of. Names are asked once, the first time they are needed."""

    @classmethod
    def of(cls, state: State) -> Library:
        """That of what is served at the moment."""
        kept = getattr(state, "library", None)
        if not isinstance(kept, cls) or kept._pool is not state.pool:
            kept = state.library = cls(state.pool, state.release)
        return kept

    def __init__(self, pool: Pool, release: Release) -> None:
        self._pool = pool
        self._release = release
        self._queries = collect(settings.content() / QUERIES / "documents")
        self._labels: Labels = {}
        self._names: list[tuple[str, str]] = []

    async def document(self, thing: str, scope: str | None) -> tuple[bytes, str]:
        """The document of *thing* (an IRI) as N-Triples in the order of the alphabet, and the scope that it is of.

        That is one query. Without *scope* it is the first one where the thing occurs: some findings follow from one
        source alone, and not from all together. Raises NotFound (404) with what is like it, Withdrawn (410) with what
        replaces it.
        """
        kind, _, slug = thing.removeprefix(ID).partition("/")
        if kind not in KINDS:
            raise unknown(("soort", "kind"), kind[:200], KINDS)
        if scope is not None and scope not in SCOPES:
            raise unknown(("scope", "scope"), scope[:200], SCOPES)
        for tried in ((scope,) if scope else SCOPES) if SLUG.match(slug) else ():
            if body := await self._ask(thing, tried):
                if b"#deprecated>" in body:
                    _refuse_withdrawn(thing, body)
                # What is only spoken of, such as by what took its place, may have been a thing of its own.
                if tried == SCOPES[0] and f"\n<{thing}> ".encode() not in b"\n" + body:
                    await self._refuse_gone(thing)
                return body, tried
        if SLUG.match(slug) and (scope is None or not await self._ask(thing, SCOPES[0])):
            await self._refuse_gone(thing)
        raise await self._missing(kind, slug, scope)

    async def labels(self) -> Labels:
        """The names of classes, properties and codes, ours and those of others."""
        if not self._labels:
            body = await self._pool.document(Inquiry(self._queries["terms"].text, "json"))
            labels: Labels = {}
            for row in _solutions(body):
                term, label = row["term"], row["label"]
                if isinstance(term, ox.NamedNode) and isinstance(label, ox.Literal):
                    labels.setdefault(term.value, {})[label.language or ""] = label.value
            self._labels = labels
        return self._labels

    async def _ask(self, thing: str, scope: str) -> bytes:
        text = self._queries["thing"].bind({"thing": thing, "graph": scope_graph(scope), "release": self._release.name})
        body = await self._pool.document(Inquiry(text, "nt", scope))
        # An engine takes the branches of a query in any order, and the same document must be the same bytes.
        return b"".join(sorted(body.splitlines(keepends=True)))

    async def _refuse_gone(self, thing: str) -> None:
        """Raise Withdrawn when an earlier release had *thing*, or a source of this one that no longer counts."""
        left = await asyncio.to_thread(remains, self._release, thing)
        if left is None:
            return
        body = await self._pool.document(Inquiry(self._queries["successors"].bind({"thing": thing}), "json"))
        named = (row["successor"].value for row in _solutions(body) if isinstance(row["successor"], ox.NamedNode))
        after = tuple(dict.fromkeys((*named, *left.successors)))
        what, short = _named(left.triples), shorten(thing)
        told = ", ".join(map(shorten, after))
        nl, en = (f". Release {left.release} had het nog.", f". Release {left.release} still had it.")
        if left.since is not None and left.since.at is not None:
            since = left.since.at
            nl = f" sinds {moment(since, 'nl')}; release {left.release} had het nog."
            en = f" since {moment(since, 'en')}; release {left.release} still had it."
        elif left.release is None:
            nl, en = "; het staat enkel nog bij zijn bron.", "; it only still stands with its source."
        raise Withdrawn(
            f"'{short}'{what.nl} is er niet meer{nl}" + (f" In de plaats kwam {told}." if told else ""),
            f"'{short}'{what.en} is no longer there{en}" + (f" It was replaced by {told}." if told else ""),
            thing=thing,
            successors=after,
            since=left.since.told() if left.since else "",
            last=left.release or "",
            said=ox.serialize(left.triples, format=ox.RdfFormat.N_TRIPLES) or b"",
        )

    async def _missing(self, kind: str, slug: str, scope: str | None) -> SamenhangError:
        """The error for a thing that does not exist in *scope*, with names that are like it."""
        if scope and SLUG.match(slug) and await self._ask(f"{ID}{kind}/{slug}", SCOPES[0]):
            return NotFound(
                f"'{kind}/{slug}' komt niet voor in scope '{scope}'; wel in scope '{SCOPES[0]}'.",
                f"'{kind}/{slug}' does not occur in scope '{scope}'; it does in scope '{SCOPES[0]}'.",
                status=404,
            )
        if not self._names:
            body = await self._pool.document(Inquiry(self._queries["names"].text, "csv"))
            things = (row[0].removeprefix(ID).partition("/") for row in csv.reader(body.decode().splitlines()[1:]))
            self._names = sorted((kind, slug) for kind, _, slug in things)
        at = bisect(self._names, (kind, slug))
        near = [name for of, name in self._names[max(0, at - _AROUND) : at + _AROUND] if of == kind]
        return unknown((f"{kind}", f"{kind}"), slug[:200], near)


def _solutions(body: bytes) -> Sequence[ox.QuerySolution]:
    solutions = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    return list(solutions)


def _named(triples: Iterable[ox.Triple]) -> Words:
    """The name of a thing in brackets, in both languages, as its *triples* have it; empty without one."""
    labels = [
        triple.object for triple in triples if triple.predicate in _LABELS and isinstance(triple.object, ox.Literal)
    ]
    nl, en = name_of(labels, "nl"), name_of(labels, "en")
    return Words(f" ({nl})" if nl else "", f" ({en})" if en else "")


def _refuse_withdrawn(thing: str, document: bytes) -> None:
    """Raise Withdrawn when *thing* itself, and not something beside it, is said to be."""
    own = [quad for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES) if quad.subject == ox.NamedNode(thing)]
    if any(quad.predicate == _DEPRECATED and quad.object in _TRUE for quad in own):
        after = [
            quad.object.value for quad in own if quad.predicate == _REPLACED and isinstance(quad.object, ox.NamedNode)
        ]
        told = ", ".join(map(shorten, after))
        raise Withdrawn(
            f"'{shorten(thing)}' is ingetrokken" + (f"; in de plaats kwam {told}." if told else "."),
            f"'{shorten(thing)}' was withdrawn" + (f"; it was replaced by {told}." if told else "."),
            thing=thing,
            successors=tuple(after),
            said=ox.serialize((quad.triple for quad in own), format=ox.RdfFormat.N_TRIPLES) or b"",
        )
