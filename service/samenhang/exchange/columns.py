"""What a spreadsheet of descriptions looks like: a sheet for each kind, a column for each property, as the shapes say.

Nothing here knows a property by name: headings, help, what is required, codes and the things that a cell may name all
come from shapes, ontology and code lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

from samenhang import sources
from samenhang.errors import unknown
from samenhang.namespaces import ID, NS, PREFIXES, scope_graph
from samenhang.questions import Query, Words, collect

CLASSES: Final = (
    "BuildingBlock",
    "Interface",
    "BusinessCase",
    "Responsibility",
    "Lifecycle",
    "CapabilityRealisation",
    "InformationUse",
    "StandardSupport",
    "Exchange",
    "Dependency",
    "Use",
    "Management",
    "Cost",
    "Funding",
    "Evidence",
    "Source",
)
"""What an organisation describes, in the order of the sheets."""
LANGUAGES: Final = ("nl", "en")
SPEAKERS: Final = tuple(NS + name for name in ("Actor", "Body", "Collective"))
"""The classes of who owns building blocks, and describes them."""
IDENTIFIER: Final = Words("kenmerk", "id")
"""The heading of the first column: the last part of the address of what the row describes; it may be left empty."""
BOOLEANS: Final = Words("ja", "yes"), Words("nee", "no")
"""How true and false are written."""
_CLAIM: Final = "Claim"
_PROOF: Final = NS + "Evidence"
_WRITTEN: Final = re.compile(r" \(@\w+\)| \(\w+:\w+(?:, \w+:\w+)*\)| (?:tussen < en >|between < and >)")
"""What the words of a shape tell of how to write Turtle."""
_LABEL: Final = PREFIXES["skos"] + "prefLabel"
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_SAME: Final = ox.NamedNode(PREFIXES["owl"] + "sameAs")
_USUAL: Final = NS + "holds"
"""What a claim is taken to say when it does not say whether it holds."""
_TEXT: Final = PREFIXES["rdf"] + "langString"
_XSD: Final = PREFIXES["xsd"]
_BOOLEAN: Final = _XSD + "boolean"


@dataclass(frozen=True, eq=False)
class Column:
    """A property, by its *path*, that a sheet asks for; for texts in a language.

    *usual*: the value of what is left empty; *types*: the datatypes that a value may have; *codes*: all values that
    there are; *classes*: of which classes the things are that it names; *address*: whether it is one on the web;
    *telling*: whether it tells claims apart.
    """

    path: str
    lang: str
    heading: Words
    help: Words
    required: bool
    usual: str = ""
    types: tuple[str, ...] = ()
    codes: tuple[tuple[str, Words], ...] = ()
    classes: tuple[str, ...] = ()
    address: bool = False
    telling: bool = False

    @property
    def text(self) -> bool:
        """Whether a cell holds a text, which may have any sign in it."""
        return not (self.types or self.codes or self.classes or self.address)

    @property
    def boolean(self) -> bool:
        """Whether a cell holds yes or no."""
        return self.types == (_BOOLEAN,)

    @property
    def proof(self) -> bool:
        """Whether it names evidence: what has none has its row for evidence."""
        return self.classes == (_PROOF,)


@dataclass(frozen=True, eq=False)
class Sheet:
    """The descriptions of one class: *kind* as in addresses, the title, and the columns behind the identifier."""

    cls: str
    kind: str
    title: Words
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """The local name of its class."""
        return self.cls.removeprefix(NS)

    @property
    def labels(self) -> tuple[Column, ...]:
        """The columns with the names of what is described; claims and evidence have none."""
        return tuple(column for column in self.columns if column.path == _LABEL)


class Named(NamedTuple):
    """Things by name, of one class: *things* by each of their names, *shown* by which name each is best called."""

    things: Mapping[str, frozenset[str]]
    shown: Mapping[str, Words]


class Layout:
    """The sheets that ontology, shapes and code lists in *store* ask for, and the names of what it knows.

    *content*: the folder with the queries.
    """

    def __init__(self, store: ox.Store, content: Path) -> None:
        self.store = store
        self._pages = collect(content / "queries" / "pages")
        self._own = collect(content / "queries" / "exchange")
        self._names: dict[str, Named] = {}
        self._below: dict[str, dict[str, str]] = {}

    @classmethod
    def of(cls, content: Path, source: str = "") -> Layout:
        """That of the sources in *content*, or of one *source* only, beside what all of them share.

        Raises SyntaxProblem, Unreadable; NotFound for a source that there is not.
        """
        files, store = sources.find(content), ox.Store()
        shared = ("ontology", "shapes", sources.COMMON)
        known = {file.source for file in files if file.source not in shared}
        if source and source not in known:
            raise unknown(("bron", "source"), source, known)
        sources.load(store, (file for file in files if not source or file.source in (source, *shared)))
        return cls(store, content)

    def __contains__(self, thing: str) -> bool:
        """Whether anything is said of the address *thing*."""
        return next(iter(self.store.quads_for_pattern(ox.NamedNode(thing), None, None, None)), None) is not None

    def rows(self, query: Query, **values: Iterable[str]) -> Iterator[ox.QuerySolution]:
        """The rows of *query* about all that is known; in a release no triple stands there twice."""
        whole = ox.NamedNode(scope_graph("all"))
        text = query.bind({name: sorted(several) for name, several in values.items()})
        if self.store.contains_named_graph(whole):
            found = self.store.query(text, default_graph=[whole])
        else:
            found = self.store.query(text, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return found

    def own(self, name: str) -> Query:
        """The query *name* of ``queries/exchange``."""
        return self._own[name]

    def below(self, cls: str) -> Mapping[str, str]:
        """The class *cls* and those below it, each with the kind that stands in addresses."""
        if cls not in self._below:
            rows = self.rows(self._own["below"], range=[cls])
            self._below[cls] = {row["class"].value: row["kind"].value for row in rows}
        return self._below[cls]

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets, in their order."""
        classes = [NS + name for name in CLASSES]
        rows: dict[str, list[ox.QuerySolution]] = {cls: [] for cls in (*classes, NS + _CLAIM)}
        for row in self.rows(self._pages["fields"], **{"class": rows}):
            rows[row["class"].value].append(row)
        lists = {row["range"].value for many in rows.values() for row in many if row["code"].value == "true"}
        codes: dict[str, list[str]] = {}
        for row in self.rows(self._pages["codes-of"], **{"class": lists}):
            codes.setdefault(row["class"].value, []).append(row["thing"].value)
        words = self._words({*classes, *(code for many in codes.values() for code in many)})
        of_all = {row["property"].value for row in rows[NS + _CLAIM]}

        def made(cls: str) -> Sheet:
            found: dict[str, list[ox.QuerySolution]] = {}
            for row in rows[cls]:
                found.setdefault(row["property"].value, []).append(row)
            columns = [one for name, told in found.items() for one in _columns(told, codes, words, name not in of_all)]
            # Names first, then what is required; evidence last, that most rows are themselves.
            columns.sort(key=lambda one: (one.path != _LABEL, not one.required, one.proof))
            return Sheet(cls, self.below(cls)[cls], words[cls], tuple(columns))

        return tuple(made(cls) for cls in classes)

    def _words(self, things: Iterable[str]) -> dict[str, Words]:
        found = self.rows(self._own["words"], thing=things)
        return {row["thing"].value: Words(row["nl"].value, row["en"].value) for row in found}

    def named(self, cls: str) -> Named:
        """The things of the class *cls* and of those below it, by name."""
        if cls not in self._names:
            things: dict[str, set[str]] = {}
            shown: dict[str, dict[str, str]] = {}
            for row in self.rows(self._own["names"], range=[cls]):
                thing, name = row["thing"].value, row["name"]
                calls = shown.setdefault(thing, {})
                if name is not None:
                    things.setdefault(plain(name.value), set()).add(thing)
                    if row["preferred"].value == "true":
                        calls.setdefault(name.language, name.value)
            self._names[cls] = Named(
                {name: frozenset(those) for name, those in things.items()},
                {
                    thing: Words(*(calls.get(lang) or next(iter(calls.values()), short(thing)) for lang in LANGUAGES))
                    for thing, calls in shown.items()
                },
            )
        return self._names[cls]

    def known(self, text: str, classes: Iterable[str]) -> set[str]:
        """The things of *classes* that *text* is a name or the address of, or the end of that."""
        found = set[str]()
        for cls in classes:
            named = self.named(cls)
            found |= named.things.get(plain(text), frozenset())
            found |= {thing for thing in self.ends(text, cls) if thing in named.shown}
        return found

    def same(self, address: str) -> set[str]:
        """The things that are the same as what elsewhere has the *address*; none for an empty one."""
        if not address:
            return set()
        quads = self.store.quads_for_pattern(None, _SAME, ox.NamedNode(address), None)
        return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}

    def curated(self, things: Iterable[str], own: str = "") -> str:
        """The one of *things*, else *own*, that somebody describes beside what is imported; nothing when there is none.

        An import may describe what only imports describe, and has the same to say of it each time.
        """
        found = {thing for thing in things if self._described(thing)}
        if len(found) == 1:
            return found.pop()
        return own if own and self._described(own) else ""

    def _described(self, thing: str) -> bool:
        quads = self.store.quads_for_pattern(ox.NamedNode(thing), _TYPE, None, None)
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        return any("/imports/" not in graph and "/graph/scope/" not in graph for graph in graphs)

    def ends(self, text: str, cls: str) -> Iterator[str]:
        """The addresses that *text* can be the end of, for a thing of *cls* or of a class below it."""
        if text.startswith(ID):
            yield text
        for kind in self.below(cls).values():
            yield f"{ID}{kind}/{text.removeprefix(f'{kind}/')}"

    def actor(self, text: str) -> str:
        """The one who is called *text*, or whose address ends so. Raises NotFound."""
        found = self.known(text, SPEAKERS)
        if len(found) != 1:
            names = {words.nl for cls in SPEAKERS for words in self.named(cls).shown.values()}
            raise unknown(("actor", "actor"), text, map(short, found) if found else names)
        return next(iter(found))

    def call(self, thing: str, classes: Iterable[str], lang: str) -> str:
        """What to write in a cell for *thing*: its name where that is of no other, else the end of its address."""
        found = [self.named(cls) for cls in classes]
        words = next((named.shown[thing] for named in found if thing in named.shown), None)
        if words is None or ";" in words[lang] or "\n" in words[lang]:
            return short(thing)
        others = frozenset[str]().union(*(named.things.get(plain(words[lang]), frozenset()) for named in found))
        return words[lang] if others <= {thing} else short(thing)


def short(thing: str) -> str:
    """The end of the address of a thing: its kind and its slug.

    >>> short("https://w3id.org/samenhang/id/actor/publiq")
    'actor/publiq'
    """
    return thing.removeprefix(ID)


def plain(text: str) -> str:
    """*text* as it is compared: without regard to case and to how much white space there is.

    >>> plain(" UiT  databank")
    'uit databank'
    """
    return " ".join(text.split()).casefold()


def _columns(
    rows: list[ox.QuerySolution], codes: Mapping[str, list[str]], words: Mapping[str, Words], telling: bool
) -> Iterator[Column]:
    """The columns for one property, of which each of *rows* tells a range: a text has one for each language."""
    first = rows[0]
    path, address = first["property"].value, first["address"].value == "true"
    heading = Words(first["nl"].value, first["en"].value)
    tip = Words(*(_WRITTEN.sub("", first[name].value) for name in ("helpNl", "helpEn")))
    ranges = [row["range"].value for row in rows if row["range"] is not None]
    values = [(code, words[code]) for one in ranges for code in codes.get(one, ())]
    classes = () if values or address else tuple(one for one in ranges if not one.startswith(_XSD) and one != _TEXT)
    usual = _USUAL if _USUAL in dict(values) else ""
    required = first["least"] is not None and classes != (_PROOF,) and not usual
    if ranges == [_TEXT] or not (ranges or address):
        for lang in (*LANGUAGES, *([] if ranges else [""])):
            tongues = Words(*(f"{heading[one]} ({lang})" if lang else heading[one] for one in LANGUAGES))
            yield Column(path, lang, tongues, tip, required)
        return
    types = tuple(one for one in ranges if one.startswith(_XSD))
    yield Column(path, "", heading, tip, required, usual, types, tuple(values), classes, address, telling)
