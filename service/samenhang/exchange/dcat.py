"""A catalogue in DCAT, in any form of RDF, as datasets and interfaces: whose, under which terms, in which formats.

Which property is read as what, ``queries/exchange/catalogued.rq`` says. Each piece of evidence points at the address of
the entry in the file. What the map knows keeps its address: an organisation by its OVO number or its name, a standard
by its namespace, its page or its name. Persons, mail and a text with a mail address in it are not read; nothing that
the file points at is fetched.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from samenhang import sources
from samenhang.errors import SyntaxProblem
from samenhang.exchange.account import Account, beneath, line
from samenhang.exchange.columns import SPEAKERS, Layout
from samenhang.exchange.rows import slug
from samenhang.exchange.standards import MEDIA, Standards
from samenhang.exchange.terms import code
from samenhang.namespaces import ID, NS, PREFIXES, shorten
from samenhang.questions import Words, is_iri

_LARGEST: Final = 20_000_000
"""Bytes; a catalogue of thousands of datasets has a quarter of that."""
_SIGN: Final = re.compile(rb"www\.w3\.org/ns/dcat#")
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_CLASSES: Final = tuple(
    ox.NamedNode(PREFIXES["dcat"] + name) for name in ("Catalog", "Dataset", "DataService", "Distribution")
)
_KINDS: Final[Mapping[str, tuple[str, str, Words]]] = {
    NS + "Dataset": ("Dataset", "dataset", Words("Dataset", "Dataset")),
    NS + "Interface": ("Interface", "interface", Words("Koppelvlak", "Interface")),
}
"""The class and the kind in addresses of what an entry is, and its name."""
_PAGES: Final = ("foaf:homepage", "rdfs:seeAlso", "dcat:endpointURL", "dcat:endpointDescription")
_ACCESS: Final = re.compile(r"https?://publications\.europa\.eu/resource/authority/access-right/(PUBLIC|NON_PUBLIC)\Z")
_LIFE: Final = re.compile(r"https?://data\.vlaanderen\.be/id/concept/levensfase/(design|live|sunset|deprecated)\Z")
_STATES: Final[Mapping[str, str]] = {
    "design": "in-development",
    "live": "live",
    "sunset": "phasing-out",
    "deprecated": "ended",
}
_OVO: Final = re.compile(r"https?://data\.vlaanderen\.be/(?:id|doc)/organisatie/(OVO[0-9]{6})\Z")
_IANA: Final = re.compile(r"https?://www\.iana\.org/assignments/media-types/(.+)\Z")
_FILE_TYPE: Final = re.compile(r"https?://publications\.europa\.eu/resource/authority/file-type/([A-Z0-9_]+)\Z")
_FILE_TYPES: Final[Mapping[str, str]] = {
    "CSV": "text/csv",
    "JSON": "application/json",
    "JSON_LD": "application/ld+json",
    "RDF_N_QUADS": "application/n-quads",
    "RDF_N_TRIPLES": "application/n-triples",
    "RDF_TRIG": "application/trig",
    "RDF_TURTLE": "text/turtle",
    "RDF_XML": "application/rdf+xml",
    "XML": "application/xml",
}
_OPEN: Final = re.compile(
    r"https?://(creativecommons\.org/(licenses/by(-sa)?/|publicdomain/zero/)|spdx\.org/licenses/(CC0|CC-BY)-[0-9]|"
    r"data\.vlaanderen\.be/id/licentie/(creative-commons-zero-verklaring|modellicentie-gratis-hergebruik)/)"
)
"""Licences by which anybody may reuse what is under them."""
_MAIL: Final = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_LONGEST: Final = 2_000
"""Characters of a description."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal


def knows(text: bytes, where: str) -> bool:
    """Whether *text* is a catalogue that others wrote: DCAT, and nothing that has an address of ours."""
    if not _SIGN.search(text) or len(text) > _LARGEST:
        return False
    if where.endswith(".xml") and b"rdf:RDF" not in text:
        return False
    read = sources.parsed(text, where)
    ours = any(isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(ID) for quad in read)
    return not ours and any(quad.predicate == _TYPE and quad.object in _CLASSES for quad in read)


def read(layout: Callable[[], Layout]) -> Callable[[bytes, str], list[ox.Triple]]:
    """A reader of catalogues, for :data:`samenhang.sources.Reader`."""
    return lambda text, where: _Catalogue(layout(), where, text).triples()


class _Entry:
    """A dataset or a data service of the file: what is said of it, by prefixed name of ours."""

    def __init__(self, node: Term, cls: str) -> None:
        self.node, self.cls = node, cls
        self.told: dict[str, list[Term]] = {}

    def texts(self, path: str) -> dict[str, str]:
        """The texts for *path* by language, each on one line; in no language under nothing."""
        found: dict[str, str] = {}
        for term in self.told.get(path, ()):
            if isinstance(term, ox.Literal) and (text := line(term.value)):
                found.setdefault((term.language or "").partition("-")[0].lower(), text)
        return found

    @property
    def title(self) -> str:
        titles = self.texts("skos:prefLabel")
        return titles.get("nl") or titles.get("en") or next(iter(titles.values()), "")

    @property
    def place(self) -> str:
        """Where it stands in the file: its address; by its title when it has none."""
        return self.node.value if isinstance(self.node, ox.NamedNode) else self.title


class _Catalogue:
    def __init__(self, layout: Layout, where: str, text: bytes) -> None:
        self._layout, self._where = layout, where
        if len(text) > _LARGEST:
            raise self._problem(f"groter dan {_LARGEST} bytes.", f"larger than {_LARGEST} bytes.")
        store = ox.Store()
        store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in sources.parsed(text, where))
        self._entries = self._listed(store)
        if not self._entries:
            raise self._problem(
                "geen catalogus: er staat geen dcat:Dataset en geen dcat:DataService in.",
                "not a catalogue: it has no dcat:Dataset and no dcat:DataService.",
            )
        self._names: dict[Term, list[str]] = {}
        self._bodies: set[Term] = set()
        for named in self._asked(store, "catalogued-names"):
            self._names.setdefault(named["thing"], []).append(line(named["name"].value))
            if named["organisation"].value == "true":
                self._bodies.add(named["thing"])
        self._standards: dict[str, str] = {}
        for row in layout.rows(layout.own("standard-addresses")):
            self._standards.setdefault(_bare(row["value"].value), row["thing"].value)
        file = where.rpartition("/")[2]
        self._account = Account(
            f"{file.rpartition('.')[0]}-dcat", file, Words(f"Catalogus {file}", f"Catalogue {file}")
        )
        self._formats = Standards(layout, self._account)
        self._file = file
        self._things: dict[Term, ox.NamedNode] = {}
        self._blocks: dict[Term, str] = {}

    def triples(self) -> list[ox.Triple]:
        """What the catalogue says."""
        twice = Counter(one for entry in self._entries for one in set(entry.texts("dct:identifier").values()))
        for entry in self._entries:
            self._name(entry)
            for identifier in entry.texts("dct:identifier").values():
                if twice[identifier] > 1:
                    what = Words(
                        f"“{entry.title}”: het kenmerk '{identifier[:100]}' staat ook bij een andere vermelding.",
                        f"“{entry.title}”: the identifier '{identifier[:100]}' stands with another entry too.",
                    )
                    self._flaw(entry, "kenmerk", what)
        for entry in self._entries:
            if entry.node in self._things:
                self._describe(entry)
        return self._account.triples()

    def _problem(self, nl: str, en: str) -> SyntaxProblem:
        return SyntaxProblem(
            f"{self._where}: {nl}", f"{self._where}: {en}", where=self._where, line=1, column=1, status=422
        )

    def _asked(self, store: ox.Store, name: str) -> list[Mapping[str, Term]]:
        found = store.query(self._layout.own(name).text)
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in found]

    def _listed(self, store: ox.Store) -> list[_Entry]:
        entries: dict[Term, _Entry] = {}
        for row in self._asked(store, "catalogued"):
            entry = entries.setdefault(row["thing"], _Entry(row["thing"], row["class"].value))
            entry.told.setdefault(shorten(row["property"].value), []).append(row["value"])
        return sorted(entries.values(), key=lambda entry: (entry.title, entry.place))

    def _name(self, entry: _Entry) -> None:
        """Give *entry* the address of what it describes."""
        cls, kind, _ = _KINDS[entry.cls]
        title, address = entry.title, entry.node.value
        if not slug(title):
            what = Words(
                f"De vermelding {entry.place[:200] or '(zonder adres)'} heeft geen titel en is weggelaten.",
                f"The entry {entry.place[:200] or '(without an address)'} has no title and was left out.",
            )
            self._flaw(entry, f"zonder-titel-{entry.place}", what)
            return
        block = self._blocks[entry.node] = self._block(entry) if cls == "Interface" else ""
        known = self._layout.curated(self._layout.known(title, [NS + cls]))
        own = address if address.startswith(f"{ID}{kind}/") else known or f"{ID}{kind}/{beneath(block, title)}"
        if own in {thing.value for thing in self._things.values()}:
            if isinstance(entry.node, ox.BlankNode) or known:
                what = Words(
                    f"“{title}” staat er twee keer; enkel de eerste is gelezen.",
                    f"“{title}” is there twice; only the first was read.",
                )
                self._flaw(entry, "dubbel", what)
                return
            own += "-" + hashlib.sha256(address.encode()).hexdigest()[:8]
        self._things[entry.node] = ox.NamedNode(own)

    def _block(self, entry: _Entry) -> str:
        """The building block that a data service is an interface of: as it says, as the map does, or by its title."""
        said = [one.value for one in entry.told.get("sam:interfaceOf", ()) if isinstance(one, ox.NamedNode)]
        if len(said) == 1 and said[0] in self._layout:
            return said[0]
        interface = self._layout.curated(self._layout.known(entry.title, [f"{NS}Interface"]))
        if interface:
            rows = self._layout.rows(self._layout.own("interface-of"), interface=[interface])
            found = {row["block"].value for row in rows}
        else:
            found = self._layout.known(entry.title, [f"{NS}BuildingBlock"])
        return next(iter(found)) if len(found) == 1 else ""

    def _describe(self, entry: _Entry) -> None:
        account, thing = self._account, self._things[entry.node]
        proof = account.proof(slug(entry.title), entry.place)
        cls, _, words = _KINDS[entry.cls]
        titles, texts = entry.texts("skos:prefLabel"), entry.texts("skos:definition")
        texts = {lang: text[:_LONGEST] for lang, text in texts.items() if not _MAIL.search(text)}
        if not self._layout.curated([thing.value]):
            label = Words(*(titles.get(lang, entry.title)[:300] for lang in ("nl", "en")))
            usual = Words(f"{words.nl} uit {self._file}.", f"{words.en} of {self._file}.")
            account.thing(thing, cls, label, Words(*(texts.get(lang) or usual[lang] for lang in ("nl", "en"))), proof)
        for path in _PAGES:
            for page in _addresses(entry.told.get(path, ())):
                account.add(thing, path, ox.NamedNode(page))
        if isinstance(entry.node, ox.NamedNode) and entry.node != thing and _web(entry.node.value):
            account.add(thing, "rdfs:seeAlso", entry.node)
        for version in entry.texts("dcat:version").values():
            account.add(thing, "dcat:version", ox.Literal(version[:100]))
        self._terms(entry, thing, proof)
        self._holders(entry, thing, proof)
        self._conforms(entry, thing, proof)
        self._serves(entry, thing, proof)
        for state in entry.told.get("sam:lifecycleState", ()):
            if (found := _LIFE.match(state.value)) and cls == "Interface":
                told = {"sam:interface": thing, "sam:lifecycleState": code(f"lifecycle-{_STATES[found[1]]}")}
                account.claim(_named(thing, "life", found[1]), "Lifecycle", proof, told)

    def _terms(self, entry: _Entry, thing: ox.NamedNode, proof: ox.NamedNode) -> None:
        """Licence, access, and what a licence says of reuse."""
        account = self._account
        for licence in dict.fromkeys(entry.told.get("dct:license", ())):
            value: ox.NamedNode | ox.Literal | None = licence if isinstance(licence, ox.Literal) else None
            if isinstance(licence, ox.NamedNode) and _web(licence.value):
                value = _spelled(licence)
            if value is None or not value.value.strip():
                continue
            account.statement(_named(thing, "license", value.value), thing, "dct:license", value, proof)
            if _OPEN.match(value.value):
                # That it may be reused, and so by anybody, is our reading of the licence.
                reuse = code("reuse-open")
                account.statement(_named(thing, "reuse"), thing, "sam:reuseCondition", reuse, proof, "derived")
        for access in entry.told.get("dct:accessRights", ()):
            if found := _ACCESS.match(access.value):
                right = ox.NamedNode(f"http://publications.europa.eu/resource/authority/access-right/{found[1]}")
                account.statement(_named(thing, "access", found[1]), thing, "dct:accessRights", right, proof)

    def _holders(self, entry: _Entry, thing: ox.NamedNode, proof: ox.NamedNode) -> None:
        """Who publishes it, which we read as owning it, and the organisation to turn to."""
        for kind, modality in (("owns", "derived"), ("contact-point", "fact")):
            for node in entry.told.get(f"sam:responsibility-{kind}", ()):
                if actor := self._actor(node, proof):
                    told = {
                        "sam:responsibilityType": code(f"responsibility-{kind}"),
                        "sam:responsible": actor,
                        "sam:responsibleFor": thing,
                    }
                    name = _named(thing, kind, actor.value.rpartition("/")[2])
                    self._account.claim(name, "Responsibility", proof, told, modality)

    def _actor(self, node: Term, proof: ox.NamedNode) -> ox.NamedNode | None:
        """The organisation that *node* is: of the map, else as the file describes it; nothing for a person."""
        number = _OVO.match(node.value) if isinstance(node, ox.NamedNode) else None
        ovo = PREFIXES["ovo"] + number[1] if number else ""
        names = [node.value] if isinstance(node, ox.Literal) else self._names.get(node, [])
        found = self._layout.same(ovo)
        for name in names:
            found = found or self._layout.known(name, SPEAKERS)
        if known := self._layout.curated(found):
            return ox.NamedNode(known)
        if not (names and slug(names[0]) and (ovo or node in self._bodies)):
            return None
        actor = ox.NamedNode(f"{ID}actor/{slug(names[0])}")
        if actor not in self._account:
            words = Words(f"Organisatie die gegevens uitgeeft, volgens {self._file}.", f"Publisher in {self._file}.")
            self._account.thing(actor, "Actor", Words(names[0], names[0]), words, proof)
            if ovo:
                self._account.add(actor, "owl:sameAs", ox.NamedNode(ovo))
        return actor

    def _conforms(self, entry: _Entry, thing: ox.NamedNode, proof: ox.NamedNode) -> None:
        """Standards and formats; what the map does not know is named by its address elsewhere."""
        account, block = self._account, self._blocks[entry.node]
        for node in dict.fromkeys(entry.told.get("dct:conformsTo", ())):
            standard = self._standard(node)
            if standard and block:
                told = {
                    "sam:block": ox.NamedNode(block),
                    "sam:interface": thing,
                    "sam:standard": standard,
                    "sam:supportLevel": code("support-implemented"),
                }
                account.claim(
                    _named(thing, "supports", standard.value.rpartition("/")[2]), "StandardSupport", proof, told
                )
            elif value := standard or (_spelled(node) if isinstance(node, ox.NamedNode) else None):
                account.statement(_named(thing, "conforms", value.value), thing, "dct:conformsTo", value, proof)
        for node in dict.fromkeys(entry.told.get("dct:format", ())):
            if standard := self._format(node, entry.place):
                name = _named(thing, "format", standard.value.rpartition("/")[2])
                account.statement(name, thing, "dct:format", standard, proof)

    def _standard(self, node: Term) -> ox.NamedNode | None:
        """The standard of the map that *node* is, by its address or its name."""
        known = {self._standards[_bare(node.value)]} if _bare(node.value) in self._standards else set()
        for name in [node.value] if isinstance(node, ox.Literal) else self._names.get(node, []):
            known = known or self._layout.known(name, [f"{NS}Standard"])
        return ox.NamedNode(known.pop()) if len(known) == 1 else None

    def _format(self, node: Term, place: str) -> ox.NamedNode | None:
        text = line(node.value)
        kind = found[1] if (found := _FILE_TYPE.match(text)) else text.upper()
        media = found[1] if (found := _IANA.match(text)) else _FILE_TYPES.get(kind, text)
        if MEDIA.match(media.lower()):
            return self._formats.format(media.lower(), place)
        if isinstance(node, ox.NamedNode) and not _FILE_TYPE.match(text):
            return None
        if not slug(kind) or len(kind) > 40:
            return None
        words = Words(f"Bestandsformaat dat {kind} genoemd wordt.", f"File format that is called {kind}.")
        return self._formats.own(f"file-type-{slug(kind)}", kind, words, "format", place)

    def _serves(self, entry: _Entry, thing: ox.NamedNode, proof: ox.NamedNode) -> None:
        """Which block it is of, and which datasets it gives."""
        block = self._blocks[entry.node]
        if block:
            modality = "fact" if "sam:interfaceOf" in entry.told else "derived"
            name = _named(thing, "of", block.rpartition("/")[2])
            self._account.statement(name, thing, "sam:interfaceOf", ox.NamedNode(block), proof, modality)
        for node in dict.fromkeys(entry.told.get("dcat:servesDataset", ())):
            dataset = self._things.get(node)
            if dataset and dataset != thing:
                name = _named(thing, "serves", dataset.value.rpartition("/")[2])
                self._account.statement(name, thing, "dcat:servesDataset", dataset, proof)

    def _flaw(self, entry: _Entry, name: str, what: Words) -> None:
        label = Words(
            f"Gebrek in {self._file}: {entry.title or name}"[:300],
            f"Defect in {self._file}: {entry.title or name}"[:300],
        )
        key = slug(f"gebrek-{entry.title}-{name}-{entry.place}")
        self._account.anomaly(key, label, what, self._account.proof(key, entry.place or "-"))


def _named(thing: ox.NamedNode, *parts: str) -> str:
    """The name of a claim on *thing*."""
    return "-".join((thing.value.rpartition("/")[2], *parts))


def _addresses(terms: Sequence[Term]) -> Iterator[str]:
    """The addresses on the web among *terms*, whether they are written as such or as a text."""
    yield from (term.value for term in terms if not isinstance(term, ox.BlankNode) and _web(term.value))


def _web(text: str) -> bool:
    return text.startswith(("https://", "http://")) and is_iri(text) and len(text) <= 2000


def _spelled(node: ox.NamedNode) -> ox.NamedNode:
    """*node* in the one spelling that we write."""
    return ox.NamedNode(re.sub(r"\Ahttp://(data\.vlaanderen\.be|schema\.org)/", r"https://\1/", node.value))


def _bare(address: str) -> str:
    """An *address* as it is compared: without how it is fetched and without the mark at its end."""
    return re.sub(r"\Ahttps?://", "", address).rstrip("#/")
