"""How things, terms and texts are shown to a reader of one language, with what is in another language marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import pyoxigraph as ox
from markupsafe import escape

from samenhang.namespaces import SCOPES, shorten
from samenhang.web import links

Labels = Mapping[str, Mapping[str, str]]

_FALLBACK: Final = ("nl", "en")


class Text(NamedTuple):
    """A text with the language it is in where that is not the page's (else empty), and where it leads, if anywhere."""

    text: str
    lang: str = ""
    href: str = ""

    def __html__(self) -> str:
        """What a template writes of it: the text, as a link where it leads anywhere, with its language."""
        lang = f' lang="{escape(self.lang)}"' if self.lang else ""
        if self.href:
            return f'<a href="{escape(self.href)}"{lang}>{escape(self.text)}</a>'
        return f"<span{lang}>{escape(self.text)}</span>" if lang else str(escape(self.text))


class Naming:
    """Names in one language: that of the page, else Dutch, English, any other, and at last the short address."""

    def __init__(self, lang: str, scope: str, *labels: Labels) -> None:
        self.lang = lang
        self._labels = labels
        self.query = f"?lang={lang}" + (f"&scope={scope}" if scope != SCOPES[0] else "")
        self._order = (lang, *_FALLBACK)
        self._shown: dict[str, Text] = {}

    def plain(self, iri: str) -> Text:
        """The name of *iri*, without a link.

        >>> Naming("nl", "all", {"x:a": {"en": "Agenda"}}).plain("x:a")
        Text(text='Agenda', lang='en', href='')
        """
        for labels in self._labels:
            if known := labels.get(iri):
                for lang in self._order:
                    if lang in known:
                        return Text(known[lang], "" if lang == self.lang else lang)
                return Text(known[lang := min(known)], lang)
        return Text(shorten(iri).strip("<>"))

    def named(self, iri: str) -> Text:
        """The name of *iri*, which leads to its document."""
        if (shown := self._shown.get(iri)) is None:
            shown = self._shown[iri] = self.plain(iri)._replace(href=links.place(iri, self.query) or "")
        return shown

    def term(self, term: object) -> Text:
        """What *term* looks like on a page: a name that leads to its document, or a text."""
        if isinstance(term, ox.NamedNode):
            return self.named(term.value)
        if isinstance(term, ox.Literal):
            return Text(term.value, "" if term.language == self.lang else term.language or "")
        return Text(str(term))

    def several(self, terms: Collection[object]) -> list[Text]:
        """Terms as they look on a page, by name; of texts in languages only those that the reader reads, if any."""
        if len(terms) < 2:
            return [self.term(term) for term in terms]
        shown = sorted({self.term(term) for term in terms}, key=lambda text: (text.text.casefold(), text))
        spoken = {term.language for term in terms if isinstance(term, ox.Literal) and term.language}
        best = next((lang for lang in self._order if lang in spoken), None)
        if best is None:
            return shown
        own = "" if best == self.lang else best
        return [text for text in shown if text.href or text.lang == own]


def begun(text: str) -> tuple[str, str]:
    """The first sentence of *text*, and the rest.

    >>> begun("Does it fit? One row per claim. No more.")
    ('Does it fit?', 'One row per claim. No more.')
    """
    first, *rest = re.split(r"(?<=[.?!]) ", text, maxsplit=1)
    return first, "".join(rest)
