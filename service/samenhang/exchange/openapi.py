"""An OpenAPI document (3.0 or 3.1) as an interface: where it answers, in which formats, and how one signs in.

https://spec.openapis.org. Each piece of evidence points at its place in the file, as JSON Pointer. Which building block
it is of the standard has no word for: ``info.x-samenhang-block`` names it, else the map does, else it has the title of
the document. What is said of standards is said of that block. References within the file are followed, those that lead
out of it never. A contact is read when the map knows an organisation by that name; persons, mail and prose are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from samenhang.errors import SyntaxProblem
from samenhang.exchange import tree
from samenhang.exchange.account import Account, beneath, line, pointer
from samenhang.exchange.columns import SPEAKERS, Layout
from samenhang.exchange.rows import slug
from samenhang.exchange.standards import MEDIA, Standards
from samenhang.exchange.terms import code
from samenhang.exchange.tree import Tree
from samenhang.namespaces import ID, NS
from samenhang.questions import Words, is_iri

BLOCK: Final = "x-samenhang-block"
"""Under ``info``: the name of the building block on the map, or the end of its address."""
_VERSION: Final = re.compile(r"3\.[01]\.[0-9]+(?:-[A-Za-z0-9.]+)?\Z")
_SIGN: Final = re.compile(rb"""(?:^|[{,]\s*)["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
_VERBS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SIGNING: Final[Mapping[tuple[str, str], str]] = {
    ("http", "basic"): "http-basic",
    ("apiKey", "query"): "api-key",
    ("oauth2", ""): "oauth-2-0",
    ("openIdConnect", ""): "openid-connect-1-0",
}
"""Which standard of the map is meant by a security scheme: its type, and what tells it apart."""
_APART: Final[Mapping[str, str]] = {"http": "scheme", "apiKey": "in"}
_SPDX: Final = re.compile(r"[A-Za-z0-9.+-]+\Z")
_DEEPEST: Final = 20
"""References that lead to one another."""


def knows(text: bytes, where: str) -> bool:
    """Whether *text* looks like an OpenAPI document."""
    del where
    return _SIGN.search(text) is not None


def read(layout: Callable[[], Layout]) -> Callable[[bytes, str], list[ox.Triple]]:
    """A reader of these, for :data:`samenhang.sources.Reader`."""
    return lambda text, where: _Document(layout(), where, tree.read(text, where)).triples()


class _Document:
    def __init__(self, layout: Layout, where: str, root: Tree) -> None:
        self._layout, self._where = layout, where
        if not isinstance(root, Mapping):
            raise self._problem("geen OpenAPI: er staan geen sleutels in.", "not OpenAPI: it has no keys.")
        self._root = root
        self._version = _text(root.get("openapi"))
        if not _VERSION.match(self._version):
            told = self._version or _text(root.get("swagger")) or "-"
            raise self._problem(
                f"'openapi' is '{told[:40]}'; gelezen worden versies 3.0 en 3.1. Zet een ouder document (Swagger 2.0) "
                "eerst om.",
                f"'openapi' is '{told[:40]}'; read are versions 3.0 and 3.1. Convert an older document (Swagger 2.0) "
                "first.",
            )
        self._info = _mapping(root.get("info"))
        self._title = line(_text(self._info.get("title")))[:200]
        if not slug(self._title):
            raise self._problem(
                "'info.title' ontbreekt; het koppelvlak heet daarnaar.",
                "'info.title' is missing; the interface is called so.",
            )
        known = layout.curated(layout.known(self._title, [f"{NS}Interface"]))
        self._known = bool(known)
        self._block, self._named = self._find_block(known)
        self._interface = ox.NamedNode(known or f"{ID}interface/{beneath(self._block, self._title)}")
        file = where.rpartition("/")[2]
        title = Words(f"OpenAPI-beschrijving {self._title}", f"OpenAPI description {self._title}")
        self._account = Account(f"{self._interface.value.rpartition('/')[2]}-openapi", file, title)
        self._named_standards = Standards(layout, self._account)
        self._operations = 0

    def triples(self) -> list[ox.Triple]:
        """What the document says."""
        formats, signing = self._walk()
        self._describe()
        self._about()
        if self._block:
            self._standards(formats, signing)
        return self._account.triples()

    def _problem(self, nl: str, en: str) -> SyntaxProblem:
        return SyntaxProblem(
            f"{self._where}: {nl}", f"{self._where}: {en}", where=self._where, line=1, column=1, status=422
        )

    def _find_block(self, known: str) -> tuple[str, str]:
        """The block that it is an interface of, and who says so: the file, its title, or the map."""
        named = line(_text(self._info.get(BLOCK)))
        found = self._layout.known(named or self._title, [f"{NS}BuildingBlock"])
        if named and len(found) != 1:
            raise self._problem(
                f"'info.{BLOCK}' is '{named[:100]}'; dat is niet één bouwblok van de kaart.",
                f"'info.{BLOCK}' is '{named[:100]}'; that is not one building block of the map.",
            )
        if named:
            return next(iter(found)), "file"
        if known:
            rows = self._layout.rows(self._layout.own("interface-of"), interface=[known])
            blocks = sorted({row["block"].value for row in rows})
            return (blocks[0], "map") if len(blocks) == 1 else ("", "")
        return (next(iter(found)), "title") if len(found) == 1 else ("", "")

    def _describe(self) -> None:
        account, interface = self._account, self._interface
        proof = account.proof("title", "/info/title")
        if not self._known:
            many = self._operations != 1
            defined = Words(
                f"Koppelvlak met {self._operations} bewerking{'en' if many else ''}, beschreven met OpenAPI "
                f"{self._version}.",
                f"Interface with {self._operations} operation{'s' if many else ''}, described with OpenAPI "
                f"{self._version}.",
            )
            account.thing(interface, "Interface", Words(self._title, self._title), defined, proof)
        if version := line(_text(self._info.get("version")))[:100]:
            account.add(interface, "dcat:version", ox.Literal(version))
        for server in _listed(self._root.get("servers")):
            if address := _address(_mapping(server)):
                account.add(interface, "dcat:endpointURL", ox.NamedNode(address))
        pages = (self._info.get("termsOfService"), _mapping(self._root.get("externalDocs")).get("url"))
        for page in map(_text, pages):
            if _web(page):
                account.add(interface, "rdfs:seeAlso", ox.NamedNode(page))
        if self._block and self._named != "map":
            modality, place = ("fact", BLOCK) if self._named == "file" else ("derived", "title")
            proof = account.proof(place, pointer("info", place))
            account.statement("block", interface, "sam:interfaceOf", ox.NamedNode(self._block), proof, modality)

    def _about(self) -> None:
        """The licence, and the organisation to turn to."""
        account = self._account
        licence = _mapping(self._info.get("license"))
        identifier, address = _text(licence.get("identifier")), _text(licence.get("url"))
        if _SPDX.match(identifier):
            address = f"https://spdx.org/licenses/{identifier}"
        value = ox.NamedNode(address) if _web(address) else ox.Literal(line(_text(licence.get("name")))[:200])
        if value.value:
            proof = account.proof("license", "/info/license")
            account.statement("license", self._interface, "dct:license", value, proof)
        contact = line(_text(_mapping(self._info.get("contact")).get("name")))
        actors = self._layout.known(contact, SPEAKERS) if contact else set()
        if len(actors) == 1:
            told = {
                "sam:responsibilityType": code("responsibility-contact-point"),
                "sam:responsible": ox.NamedNode(actors.pop()),
                "sam:responsibleFor": self._interface,
            }
            account.claim("contact", "Responsibility", account.proof("contact", "/info/contact"), told)

    def _standards(self, formats: Mapping[str, str], signing: Mapping[str, str]) -> None:
        if openapi := self._named_standards.named("openapi"):
            claim = self._support("openapi", openapi, "/openapi")
            self._account.add(claim, "sam:standardVersion", ox.Literal(self._version))
        for media, place in formats.items():
            standard = self._named_standards.format(media, place)
            self._support(standard.value.rpartition("/")[2], standard, place)
        schemes = _mapping(_mapping(self._root.get("components")).get("securitySchemes"))
        for name, place in signing.items():
            scheme = self._resolved(schemes.get(name), pointer("components", "securitySchemes", name))
            if scheme is None:
                self._flaw(
                    f"aanmelding-{name}",
                    place,
                    Words(
                        f"De aanmelding '{name[:100]}' wordt gevraagd en nergens beschreven.",
                        f"The security scheme '{name[:100]}' is asked for and described nowhere.",
                    ),
                )
                continue
            self._sign(scheme, name)

    def _sign(self, scheme: Mapping[str, Tree], name: str) -> None:
        kind = _text(scheme.get("type"))
        apart = _text(scheme.get(_APART.get(kind, ""))).lower()
        place = pointer("components", "securitySchemes", name)
        words = line(f"{kind} {apart}")[:60]
        if not slug(words):
            return
        standard = self._named_standards.named(_SIGNING.get((kind, apart), "")) or self._named_standards.own(
            f"authentication-{slug(words)}",
            f"OpenAPI: {words}",
            Words(f"Aanmelding zoals OpenAPI ze noemt: {words}.", f"Authentication as OpenAPI calls it: {words}."),
            "authentication",
            place,
        )
        self._support(standard.value.rpartition("/")[2], standard, place)

    def _support(self, name: str, standard: ox.NamedNode, place: str) -> ox.NamedNode:
        told = {
            "sam:block": ox.NamedNode(self._block),
            "sam:interface": self._interface,
            "sam:standard": standard,
            "sam:supportLevel": code("support-implemented"),
        }
        return self._account.claim(f"supports-{name}", "StandardSupport", self._account.proof(name, place), told)

    def _flaw(self, name: str, place: str, what: Words) -> None:
        label = Words(f"Gebrek in {self._title}: {line(name)[:100]}", f"Defect in {self._title}: {line(name)[:100]}")
        self._account.anomaly(name, label, what, self._account.proof(f"gebrek-{name}", place))

    def _walk(self) -> tuple[dict[str, str], dict[str, str]]:
        """The media types and the security schemes of all operations, each with the place where it first stands."""
        formats: dict[str, str] = {}
        signing: dict[str, str] = dict(self._schemes(self._root, ""))
        for path, item in _mapping(self._root.get("paths")).items():
            place = pointer("paths", path)
            found = self._resolved(item, place) or {}
            for verb in _VERBS:
                operation = found.get(verb)
                if not isinstance(operation, Mapping):
                    continue
                self._operations += 1
                at = place + pointer(verb)
                for name, where in self._schemes(operation, at):
                    signing.setdefault(name, where)
                for media, where in self._content(operation, at):
                    formats.setdefault(media, where)
        return formats, signing

    def _schemes(self, holder: Mapping[str, Tree], place: str) -> Iterator[tuple[str, str]]:
        for number, choice in enumerate(_listed(holder.get("security"))):
            for name in _mapping(choice):
                yield name, f"{place}{pointer('security', number)}"

    def _content(self, operation: Mapping[str, Tree], place: str) -> Iterator[tuple[str, str]]:
        """The media types of what an operation takes and gives."""
        bodies = [(operation.get("requestBody"), pointer("requestBody"))]
        bodies += [(one, pointer("responses", name)) for name, one in _mapping(operation.get("responses")).items()]
        for body, at in bodies:
            found = self._resolved(body, place + at)
            for media in _mapping(found.get("content")) if found else ():
                plain = media.partition(";")[0].strip().lower()
                if MEDIA.match(plain):
                    yield plain, f"{place}{at}{pointer('content', media)}"

    def _resolved(self, value: Tree, place: str) -> Mapping[str, Tree] | None:
        """What *value* is, or what it refers to within the file; nothing for what stands elsewhere or nowhere."""
        seen: set[str] = set()
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            reference = _text(value["$ref"])
            if not reference.startswith("#"):
                return None
            if reference in seen or len(seen) > _DEEPEST:
                self._broken(place, reference, Words("draait in het rond", "goes round in circles"))
                return None
            seen.add(reference)
            value = self._at(reference[1:])
            if value is None:
                self._broken(place, reference, Words("leidt naar niets", "leads to nothing"))
        return value if isinstance(value, Mapping) else None

    def _broken(self, place: str, reference: str, how: Words) -> None:
        what = Words(
            f"De verwijzing {reference[:200]} {how.nl}; wat er staat, is niet gelezen.",
            f"The reference {reference[:200]} {how.en}; what stands there was not read.",
        )
        self._flaw(f"verwijzing-{reference}", place, what)

    def _at(self, place: str) -> Tree:
        value: Tree = self._root
        for part in place.split("/")[1:]:
            value = _mapping(value).get(part.replace("~1", "/").replace("~0", "~"))
        return value


def _address(server: Mapping[str, Tree]) -> str:
    """Where a server answers, with the usual value of each variable; nothing when that is no address on the web."""
    variables = _mapping(server.get("variables"))
    told = re.sub(
        r"\{([^{}]*)\}", lambda found: _text(_mapping(variables.get(found[1])).get("default")), _text(server.get("url"))
    )
    return told if _web(told) else ""


def _web(text: str) -> bool:
    return text.startswith(("https://", "http://")) and is_iri(text) and len(text) <= 2000


def _mapping(value: Tree) -> Mapping[str, Tree]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Tree) -> list[Tree]:
    return value if isinstance(value, list) else []


def _text(value: Tree) -> str:
    return value.strip() if isinstance(value, str) else ""
