"""The export of the Flemish standards register (OSLO), read as standards with their status and who answers for them.

https://github.com/Informatievlaanderen/OSLO-Standaardenregister, as it stands in the repository: ``statistics.json``
(every entry with its status and date) and ``output.json`` (every title with its organisations). Each piece of evidence
points at the entry. What is wrong in an entry is kept as a note about the source, which a check tells of; nothing is
left out in silence. Persons are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date as day
from typing import Final

import pyoxigraph as ox

from samenhang.errors import SyntaxProblem
from samenhang.exchange import tree
from samenhang.exchange.account import Account, date, line, pointer
from samenhang.exchange.columns import Layout
from samenhang.exchange.rows import slug
from samenhang.exchange.terms import code
from samenhang.exchange.tree import Tree
from samenhang.namespaces import ID, NS, PREFIXES
from samenhang.questions import Words

_STATUSES: Final = re.compile(
    r"https?://data\.vlaanderen\.be/(?:id|doc)/concept/StandaardStatus/"
    r"((?:Ontwerp|Kandidaat|Erkende|Verouderde|Vervangen|Herroepen)Standaard|NotaWerkgroep|ZonderStatus)\Z"
)
_ORGANISATIONS: Final = re.compile(r"https?://data\.vlaanderen\.be/(?:id|doc)/organisatie/(OVO[0-9]{6})\Z")
_KINDS: Final = (
    (re.compile(r"applicatieprofiel|basisprofiel", re.IGNORECASE), Words("Applicatieprofiel", "Application profile")),
    (re.compile(r"vocabulari|uitbreiding", re.IGNORECASE), Words("Vocabularium", "Vocabulary")),
    (re.compile(r"implementatiemodel", re.IGNORECASE), Words("Implementatiemodel", "Implementation model")),
)
"""How the title of a standard tells what it is."""
_OTHER: Final = Words("Vermelding", "Entry")
_PROTOCOL: Final = re.compile(r"\bAPI\b")


def knows(text: bytes, where: str) -> bool:
    """Whether *text* looks like an export of the register."""
    del where
    return all(word in text for word in (b'"standards"', b'"publicationDate"')) or b'"resourceReference"' in text


def read(layout: Callable[[], Layout]) -> Callable[[bytes, str], list[ox.Triple]]:
    """A reader of either file, for :data:`samenhang.sources.Reader`."""
    return lambda text, where: _Register(layout(), where).read(tree.read(text, where))


class _Register:
    def __init__(self, layout: Layout, where: str) -> None:
        self._layout, self._where = layout, where
        file = where.rpartition("/")[2]
        title = Words(f"OSLO-standaardenregister, {file}", f"OSLO standards register, {file}")
        self._account = Account(f"oslo-{file.rpartition('.')[0]}", file, title)
        self._seen: dict[str, str] = {}
        self._called: dict[str, str] = {}

    def read(self, root: Tree) -> list[ox.Triple]:
        """What the file with the tree *root* says. Raises SyntaxProblem."""
        listed = root.get("standards") if isinstance(root, Mapping) else root
        if not isinstance(listed, list) or not listed or not all(isinstance(one, Mapping) for one in listed):
            raise self._problem(
                "geen uitvoer van het standaardenregister: verwacht wordt een lijst 'standards' (statistics.json), of "
                "een lijst van titels met organisaties (output.json).",
                "not an export of the standards register: expected is a list 'standards' (statistics.json), or a list "
                "of titles with organisations (output.json).",
            )
        if isinstance(root, Mapping):
            self._numbers(root, listed)
        within = ("standards",) if isinstance(root, Mapping) else ()
        for number, entry in enumerate(listed):
            self._entry(entry, pointer(*within, number), number)
        return self._account.triples()

    def _problem(self, nl: str, en: str) -> SyntaxProblem:
        return SyntaxProblem(
            f"{self._where}: {nl}", f"{self._where}: {en}", where=self._where, line=1, column=1, status=422
        )

    def _numbers(self, root: Mapping[str, Tree], listed: list[Tree]) -> None:
        """What the file says of itself."""
        told = _text(root.get("numberOfStandardsConfigured"))
        if told and told != str(len(listed)):
            self._flaw(
                "aantal",
                "/numberOfStandardsConfigured",
                Words(
                    f"Het bestand telt {told} standaarden en bevat er {len(listed)}; elke vermelding is gelezen.",
                    f"The file counts {told} standards and holds {len(listed)}; every entry was read.",
                ),
            )
        people, bodies = (_text(root.get(name)) for name in ("uniqueContributors", "uniqueAffiliations"))
        empty = all(isinstance(one, Mapping) and not one.get("contributors") for one in listed)
        if empty and (people or "0", bodies or "0") != ("0", "0"):
            self._flaw(
                "medewerkers",
                "/uniqueAffiliations",
                Words(
                    f"Het bestand telt {people} medewerkers en {bodies} organisaties, en noemt ze bij "
                    "geen enkele standaard. Ze zijn niet gelezen.",
                    f"The file counts {people} contributors and {bodies} affiliations, and names none of them with any "
                    "standard. They were not read.",
                ),
            )

    def _entry(self, entry: Mapping[str, Tree], place: str, number: int) -> None:
        title = line(_text(entry.get("standard") or entry.get("title")))
        key = slug(title)
        if not key:
            what = Words(
                f"Vermelding {number + 1} van het bestand heeft geen titel en is weggelaten.",
                f"Entry {number + 1} of the file has no title and was left out.",
            )
            self._flaw(f"vermelding-{number + 1}-zonder-titel", place, what)
            return
        if key in self._seen:
            what = Words(
                f"“{title}” staat twee keer in het bestand, ook op {self._seen[key]}; enkel die eerste is gelezen.",
                f"“{title}” is in the file twice, also at {self._seen[key]}; only that first one was read.",
            )
            self._flaw(f"{key}-dubbel-{number + 1}", place, what)
            return
        self._seen[key] = place
        standard = self._standard(title, key, place)
        if "status" in entry or "publicationDate" in entry:
            self._status(standard, title, key, entry, place)
        organisations = entry.get("organization")
        for at, one in enumerate(organisations if isinstance(organisations, list) else ()):
            if isinstance(one, Mapping):
                self._organisation(standard, title, key, one, f"{place}{pointer('organization', at)}")

    def _standard(self, title: str, key: str, place: str) -> ox.NamedNode:
        """The standard called *title*: that of the map, else one that is described here."""
        own = f"{ID}standard/{slug('oslo ' + title.removeprefix('OSLO '))}"
        known = self._layout.curated(self._layout.known(title, [f"{NS}Standard"]), own)
        if known:
            return ox.NamedNode(known)
        standard = ox.NamedNode(own)
        kind = next((words for pattern, words in _KINDS if pattern.search(title)), None)
        told = kind or _OTHER
        defined = Words(
            f"{told.nl} in het Vlaamse standaardenregister.", f"{told.en} in the Flemish standards register."
        )
        account = self._account
        account.thing(standard, "Standard", Words(title, title), defined, account.proof(key, place))
        protocol = kind is None and _PROTOCOL.search(title)
        account.add(standard, "sam:facet", code("facet-protocol" if protocol else "facet-model"))
        account.add(standard, "sam:layer", ox.NamedNode(PREFIXES["eif"] + ("IL6" if protocol else "IL5")))
        if kind is None:
            account.note(
                standard,
                Words(
                    "Waarover deze standaard gaat, zegt het register niet; de indeling is onze lezing van de titel.",
                    "What this standard is about the register does not say; the facet is our reading of the title.",
                ),
            )
        return standard

    def _status(self, standard: ox.NamedNode, title: str, key: str, entry: Mapping[str, Tree], place: str) -> None:
        status, written = (_text(entry.get(name)) for name in ("status", "publicationDate"))
        found = _STATUSES.match(status)
        if found is None:
            self._flaw(
                f"{key}-status",
                place + pointer("status"),
                Words(
                    f"“{title}”: de status '{status[:200]}' staat niet op de codelijst en is weggelaten.",
                    f"“{title}”: the status '{status[:200]}' is not in the code list and was left out.",
                ),
            )
            return
        iri = PREFIXES["standaardstatus"] + found[1]
        if status != iri:
            self._flaw(
                f"{key}-status",
                place + pointer("status"),
                Words(
                    f"“{title}”: de status staat er als {status}; gelezen is {iri}.",
                    f"“{title}”: the status is written {status}; read was {iri}.",
                ),
            )
        claim = self._account.statement(
            f"{key}-status", standard, "adms:status", ox.NamedNode(iri), self._account.proof(key, place)
        )
        if _dated(written):
            self._account.add(claim, "sam:validFrom", date(written))
        else:
            self._flaw(
                f"{key}-datum",
                place + pointer("publicationDate"),
                Words(
                    f"“{title}”: de publicatiedatum '{written[:40]}' is geen datum en is weggelaten.",
                    f"“{title}”: the publication date '{written[:40]}' is no date and was left out.",
                ),
            )

    def _organisation(self, standard: ox.NamedNode, title: str, key: str, told: Mapping[str, Tree], place: str) -> None:
        name, reference = line(_text(told.get("name"))), _text(told.get("resourceReference"))
        found = _ORGANISATIONS.match(reference)
        if not slug(name) or (reference and found is None):
            self._flaw(
                f"{key}-organisatie-{place.rpartition('/')[2]}",
                place,
                Words(
                    f"“{title}”: de organisatie '{name[:200]}' ({reference[:200]}) heeft geen naam of OVO-adres en "
                    "is weggelaten.",
                    f"“{title}”: the organisation '{name[:200]}' ({reference[:200]}) has no name or no OVO address and "
                    "was left out.",
                ),
            )
            return
        number = found[1] if found else ""
        ovo = PREFIXES["ovo"] + number
        if number and reference != ovo:
            self._flaw(
                f"{key}-{number}-adres",
                place + pointer("resourceReference"),
                Words(
                    f"“{title}”: {name} staat er als {reference}; gelezen is {ovo}.",
                    f"“{title}”: {name} is written {reference}; read was {ovo}.",
                ),
            )
        if number and self._called.setdefault(number, name) != name:
            self._flaw(
                f"{key}-{number}-naam",
                place + pointer("name"),
                Words(
                    f"“{title}”: {number} heet hier {name} en eerder {self._called[number]}; het is één organisatie.",
                    f"“{title}”: {number} is called {name} here and {self._called[number]} before; it is one "
                    "organisation.",
                ),
            )
        actor = self._actor(self._called.get(number, name), ovo if number else "", place)
        self._account.statement(
            f"{key}-created-by-{actor.value.rpartition('/')[2]}",
            standard,
            "dct:creator",
            actor,
            self._account.proof(key, place.rpartition("/organization/")[0]),
        )

    def _actor(self, name: str, ovo: str, place: str) -> ox.NamedNode:
        """The organisation: that of the map by its OVO number or its name, else one that is described here."""
        own = f"{ID}actor/{slug(name)}"
        known = self._layout.curated(self._layout.same(ovo) or self._layout.known(name, [f"{NS}Actor"]), own)
        if known:
            return ox.NamedNode(known)
        actor = ox.NamedNode(own)
        if actor in self._account:
            return actor
        defined = Words(
            "Organisatie die volgens het Vlaamse standaardenregister instaat voor standaarden.",
            "Organisation that answers for standards, according to the Flemish standards register.",
        )
        proof = self._account.proof(f"actor-{slug(name)}", place)
        self._account.thing(actor, "Actor", Words(name, name), defined, proof)
        if ovo:
            self._account.add(actor, "owl:sameAs", ox.NamedNode(ovo))
        return actor

    def _flaw(self, name: str, place: str, what: Words) -> None:
        """That the entry at *place* is not as it should be."""
        label = Words(f"Gebrek in het standaardenregister: {name}", f"Defect in the standards register: {name}")
        self._account.anomaly(name, label, what, self._account.proof(f"gebrek-{name}", place))


def _text(value: Tree) -> str:
    return value.strip() if isinstance(value, str) else ""


def _dated(text: str) -> bool:
    try:
        return len(text) == 10 and bool(day.fromisoformat(text))
    except ValueError:
        return False
