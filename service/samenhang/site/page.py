"""An answer of the service as a file of a site: its links lead to other files, and what needs a service is left out."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from samenhang.questions import Words
from samenhang.site.address import Address, read
from samenhang.web.negotiation import TRIPLES

_ATTRIBUTE: Final = re.compile(r'\s(href|src|action|data-source)="([^"]*)"')
_TAG: Final = re.compile(r'<[a-z]+\b[^<>]*?\s(?:href|src|action|data-source)="[^<>]*>')
_FORM: Final = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_USEFUL: Final = re.compile(r'<form\b[^>]*action="/search"|data-filter=')
"""A form that a script of the page answers."""
_BEGINNING: Final = '<meta charset="utf-8">\n'
_ALTERNATE: Final = re.compile(r'<([^<>]*)>; rel="alternate"; type="([^"]*)"')
_ONLY_IN_HEADERS: Final = "; frame-ancestors 'none'"
"""What a policy that stands in a page cannot say."""
_CHOOSE: Final = Words(
    "Zelf kiezen of invullen kan met een dienst; dit is een site van bestanden.",
    "To choose or to fill in takes a service; this is a site of files.",
)
_HOW: Final = Words("Hoe dat kan", "How that is done")
_BLANK: Final = re.compile(rb'(_:|nodeID=")[0-9a-f]{24,32}\b')
"""A blank node, by the number that the engine made up for it when it loaded the data."""
_FOLLOWED: Final = re.compile(r"/changes(/|\Z)")
"""Where programs go from one document to the next: in the form that they read already."""
_POINTS: Final = "href"
"""What in JSON leads somewhere."""


class _Numbered:
    """Numbers blank nodes as they come, so that the same data are the same bytes."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}

    def __call__(self, node: re.Match[bytes]) -> bytes:
        name = node[0].removeprefix(node[1])
        return node[1] + self._known.setdefault(name, b"b%d" % len(self._known))


class Leaf:
    """One file of the site below *base*, and ``found``: the addresses that it leads to."""

    def __init__(self, own: Address, base: str) -> None:
        self._own, self._base = own, base
        self._up = "../" * own.file.count("/")
        self._absolute = re.compile(rf'(?<=[<>"]){re.escape(base)}(/[^<>"\s]*)(?=[<>"])')
        self.found: set[Address] = set()

    def written(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """What stands in the file when the service answers *body* with *headers*."""
        media = headers.get("content-type", "").partition(";")[0]
        for address, _ in _ALTERNATE.findall(headers.get("link", "")):
            self._file(address.removeprefix(self._base))
        if media in ("text/html", "image/svg+xml"):
            return self._page(body.decode(), headers).encode()
        if media == "application/json":
            return _json(self._pointed(json.loads(body)))
        if media in ("text/javascript", "text/css", "application/gzip"):
            return body
        if b"_:" in body or b"nodeID" in body:
            body = _BLANK.sub(_Numbered(), body)
        return self._absolute.sub(self._elsewhere, body.decode()).encode() if self._base.encode() in body else body

    def _page(self, text: str, headers: Mapping[str, str]) -> str:
        told = _FORM.sub(self._form, text)
        told = _TAG.sub(self._tag, told)
        return told.replace(_BEGINNING, _BEGINNING + self._head(told, headers), 1)

    def _head(self, text: str, headers: Mapping[str, str]) -> str:
        """What a host of files does not say in headers: the policy, and what else there is of the page."""
        policy = headers.get("content-security-policy", "").replace(_ONLY_IN_HEADERS, "")
        lines = [f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'] if policy else []
        if 'rel="alternate"' not in text:
            for address, media in _ALTERNATE.findall(headers.get("link", "")):
                if target := self._link(address.removeprefix(self._base)):
                    lines.append(f'<link rel="alternate" type="{media}" href="{html.escape(target)}">')
        return "".join(f"{line}\n" for line in lines)

    def _form(self, form: re.Match[str]) -> str:
        """A form that a script answers; in the place of any other why it is not there."""
        if _USEFUL.search(form[0]):
            return form[0]
        lang = self._own.lang
        return f'<p class="quiet">{_CHOOSE[lang]} <a href="/api?lang={lang}">{_HOW[lang]}</a></p>'

    def _tag(self, tag: re.Match[str]) -> str:
        """The tag without links to where there is nothing; none at all of an element that is only such a link."""
        text = _ATTRIBUTE.sub(self._attribute, tag[0])
        return "" if text.startswith("<link") and "href=" not in text else text

    def _attribute(self, attribute: re.Match[str]) -> str:
        link = html.unescape(attribute[2])
        if link.startswith(f"{self._base}/") or link == self._base:
            address = read(link.removeprefix(self._base) or "/", self._own.lang)
            if address:
                self.found.add(address)
            return f' {attribute[1]}="{html.escape(self._whole(address))}"' if address else ""
        if link.startswith("?"):
            link = self._own.path + link
        if not link.startswith("/"):
            return attribute[0]
        target = self._link(link)
        return f' {attribute[1]}="{html.escape(target)}"' if target else ""

    def _elsewhere(self, link: re.Match[str]) -> str:
        """An address in data, whole: those that read them may have them from anywhere."""
        there, hash_, place = html.unescape(link[1]).partition("#")
        address = read(there, self._own.lang)
        if address is not None and _FOLLOWED.match(address.path) and self._own.form in TRIPLES:
            address = address._replace(form=self._own.form, lang="nl")
        if address is None:
            return link[0]
        self.found.add(address)
        return html.escape(f"{self._whole(address)}{hash_}{place}")

    def _whole(self, address: Address) -> str:
        return f"{self._base}/{'' if address.file == 'index.html' else _quoted(address)}"

    def _pointed(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: self._link(said) if name == _POINTS and isinstance(said, str) else self._pointed(said)
                for name, said in value.items()
            }
        if isinstance(value, str) and value.startswith(f"{self._base}/"):
            address = self._file(value.removeprefix(self._base))
            return self._whole(address) if address else value
        return [self._pointed(each) for each in value] if isinstance(value, list) else value

    def _link(self, link: str) -> str:
        """The way from this file to that of *link*; empty when there is none."""
        if link.startswith("#"):
            return link
        address = self._file(link)
        if address is None:
            return ""
        _, hash_, fragment = link.partition("#")
        return f"{self._up}{_quoted(address)}{hash_}{fragment}"

    def _file(self, link: str) -> Address | None:
        address = read(link, self._own.lang)
        if address is not None:
            self.found.add(address)
        return address


@functools.lru_cache(maxsize=100_000)
def _quoted(address: Address) -> str:
    return quote(address.file)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
