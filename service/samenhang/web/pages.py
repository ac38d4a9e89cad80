"""Pages for people: templates filled in, in Dutch or English, whole without scripts and with nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from samenhang.namespaces import SCOPES, shorten
from samenhang.release import Release
from samenhang.web import assets, memento, menu, negotiation
from samenhang.web.naming import begun
from samenhang.web.wording import moment, plainly


class _Spoken(NodeTransformer):
    """Puts the language in a template: ``lang``, and ``nl`` (whether that is Dutch)."""

    def __init__(self, lang: str) -> None:
        self._known: dict[str, object] = {"lang": lang, "nl": lang == "nl"}

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:
        if node.ctx == "load" and node.name in self._known:
            return nodes.Const(self._known[node.name], lineno=node.lineno, environment=node.environment)
        return node


class _Environment(Environment):
    """Templates in one language: which of two texts a page has is settled once, and not each time it is made."""

    def __init__(self, lang: str) -> None:
        super().__init__(
            loader=PackageLoader("samenhang.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # A template does not change while it is served.
            auto_reload=False,
        )
        self._spoken = _Spoken(lang)
        self.globals |= {
            "shorten": shorten,
            "asset": assets.address,
            "begun": begun,
            "plainly": plainly,
            "moment": moment,
        }

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed: nodes.Template = self._spoken.visit(super()._parse(source, name, filename))
        return parsed


_ENVIRONMENTS: Final = {lang: _Environment(lang) for lang in ("nl", "en")}

SCRIPTED: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
"""What a page with a script of ours is sent with beside that: other pages may have none at all."""
HEADERS: Final = {"Vary": "Accept, Accept-Language"}
"""What every page is sent with."""


def answer(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """The page *template* in the language of the request, as a whole answer."""
    spoken = HEADERS | {"Content-Language": negotiation.language(request)}
    return HTMLResponse(render(request, template, **values), status, spoken | dict(headers or {}))


def drawn(request: Request, template: str, **values: Any) -> Response:
    """The picture *template* in the language of the request, whole by itself: to keep or to print."""
    headers = {"Content-Language": negotiation.language(request), "Vary": "Accept-Language"}
    return Response(render(request, template, alone=True, **values), media_type="image/svg+xml", headers=headers)


def render(request: Request, template: str, **values: Any) -> str:
    """The page *template* in the language of the request."""
    lang = negotiation.language(request)
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    values["other_language"] = "?" + urlencode([*asked, ("lang", "en" if lang == "nl" else "nl")])
    path, known = request.url.path, request.app.state.addresses
    values |= {"menu": menu.menu(path, known, lang), "trail": menu.trail(path, known, lang), "addresses": known}
    then, state = memento.of(request.scope), request.app.state
    values |= {"then": then, "present": memento.present(request.scope)}
    text = (
        _ENVIRONMENTS[lang]
        .get_template(template)
        .render(release=state.release, still=state.still, scopes=SCOPES, **values)
    )
    return memento.page(text, then) if then else text


def release(request: Request) -> Release:
    """The release that is served."""
    served = request.app.state.release
    assert isinstance(served, Release)
    return served


def embedded(triples: Iterable[ox.Triple]) -> Markup:
    """*triples* as JSON-LD that can stand in a page: nothing in it can end the element or begin a comment."""
    written = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert written is not None  # no output file was given
    return Markup(written.decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
