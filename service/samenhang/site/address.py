"""Which addresses of the service are files of a site, and where each of these stands: one rule for all of them.

What a page is asked by (``?scope=field``) becomes a part of its path, since a host of files looks at nothing else.
"""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

from samenhang.web.negotiation import FORMS, Lang

SERVED: Final = ("/sparql", "/validate", "/assess", "/describe", "/api")
"""What only a service can do: there the site has a page that says how, whatever is asked."""
_ABSENT: Final = re.compile(r"/(id|health|metrics|openapi\.json|vocabulary\.json)(/|\Z)|/doc/.*\.svg\Z")
"""What a site has no file of; the picture of a thing stands on its page, and thousands more would say the same."""
_FORMS: Final = frozenset((*FORMS, "css", "gz", "js", "sha256", "svg", "txt")) - {"text"}
"""How an address ends that says itself what it holds; every other one is that of a page."""
_SPOKEN: Final = ("html", "svg", "xlsx")
"""Forms that hold words in one language; data hold both."""
_KEPT: Final = (
    (re.compile(r"/(doc|assets|dumps)/"), ()),
    (re.compile(r"/search\Z"), ("kind", "scope", "page")),
    (re.compile(r"/findings\Z"), ("rule", "severity", "layer", "actor", "principle", "outcome", "scope", "page")),
    (re.compile(r"/map\Z"), ("owner", "scope")),
    (re.compile(r""), ("scope", "page")),
)
"""By what an address may be asked, by its path, in the order in which that stands in the path of the file."""
_TOGETHER: Final = ("outcome", "page")
"""What goes with one other choice; all that can be chosen together would be more files than anybody reads."""
_LEFT_OUT: Final = ("format", "q")
"""What chooses a form, and what a script of the page looks at."""
_UNASKED: Final = {"scope": "all", "page": "1"}
_LONGEST: Final = 80
_SAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


class Address(NamedTuple):
    """A file of the site: the path that the service has it at, its form, its language, and what else it is asked by."""

    path: str
    form: str
    lang: Lang = "nl"
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def target(self) -> str:
        """What the service is asked: a page by its path alone, data with the suffix of their form."""
        asked = [*self.asked, *([("lang", self.lang)] if self.form in _SPOKEN else [])]
        suffix = "" if self.form == "html" else f".{self.form}"
        return f"{quote(self.path)}{suffix}{f'?{urlencode(asked)}' if asked else ''}"

    @property
    def file(self) -> str:
        """Where it stands below the top of the site; what is in Dutch has the name without a language."""
        parts = [self.path.strip("/"), *(part for name, value in self.asked for part in (name, _written(value)))]
        spoken = ".en" if self.form in _SPOKEN and self.lang == "en" else ""
        return f"{'/'.join(filter(None, parts)) or 'index'}{spoken}.{self.form}"


@functools.lru_cache(maxsize=100_000)
def read(link: str, lang: Lang = "nl") -> Address | None:
    """The file for *link*, a path of the service with what it is asked by; None when the site has none.

    *lang* is that of the page with the link, for one that does not say it.

    >>> read("/doc/actor/publiq?lang=en").file, read("/doc/actor/publiq.ttl?scope=field").file
    ('doc/actor/publiq.en.html', 'doc/actor/publiq.ttl')
    >>> read("/findings?rule=funding&page=2").file, read("/?scope=field").file
    ('findings/rule/funding/page/2.html', 'scope/field.html')
    >>> read("/assess?about=actor:publiq").file
    'assess.html'
    >>> read("/questions/owners?sort=owner") is None
    True
    """
    path, _, query = link.partition("#")[0].partition("?")
    path, told = unquote(path), dict(parse_qsl(query))
    if not path.startswith("/") or path.startswith("//") or ".." in path.split("/") or _ABSENT.match(path):
        return None
    spoken: Lang = "en" if told.pop("lang", lang) == "en" else "nl"
    for served in SERVED:
        if path == served or path.startswith(f"{served}/"):
            return Address(served, "html", spoken)
    stem, dot, ending = path.rpartition(".")
    path, form = (stem, ending) if dot and ending in _FORMS else (path, told.get("format", "html"))
    if form not in _FORMS:
        return None
    kept = next(names for pattern, names in _KEPT if pattern.match(path))
    asked = {
        name: value
        for name, value in told.items()
        if name not in _LEFT_OUT and _UNASKED.get(name) != value and (kept or name != "scope")
    }
    if not asked.keys() <= set(kept) or any(len(value) > _LONGEST for value in asked.values()):
        return None
    if len(asked.keys() - set(_TOGETHER)) > 1:
        return None
    found = tuple((name, asked[name]) for name in kept if name in asked)
    return Address(path, form, spoken if form in _SPOKEN else "nl", found)


def _written(value: str) -> str:
    """A *value* as the name of a file: a colon is no part of one everywhere.

    >>> _written("actor:publiq"), _written("a/b")
    ('actor-publiq', 'a~2fb')
    """
    return _SAFE.sub(lambda sign: "-" if sign[0] == ":" else f"~{ord(sign[0]):x}", value).replace("..", "~2e~2e")
