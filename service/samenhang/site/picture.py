"""A picture that the service draws, as a file of its own."""

from __future__ import annotations

import asyncio
import json
from typing import Final
from urllib.parse import quote, urlencode

from samenhang.errors import NotFound, WrongValue
from samenhang.namespaces import KINDS
from samenhang.release import Release
from samenhang.settings import Lang
from samenhang.site.scribe import ask
from samenhang.web import application, edition

_WHOLE: Final = ("map", "roadmap")
_CLASS: Final = "ns/classes"


def drawn(release: Release, what: str, lang: Lang, scope: str) -> bytes:
    """The picture of *what* in *release*, as SVG that stands alone.

    *what*: ``map``, ``roadmap``, a thing (``building-block/uitid``) or a class (``ns/classes/BuildingBlock``). Raises
    WrongValue for what no picture is of, NotFound for what there is not.
    """
    kind, _, name = what.rpartition("/")
    if what not in _WHOLE and (kind not in (*KINDS, _CLASS) or not name):
        raise WrongValue(
            f"Van '{what}' is er geen beeld. Wel van map, roadmap, een ding (building-block/uitid) of een klasse "
            f"({_CLASS}/BuildingBlock).",
            f"There is no picture of '{what}'. There is of map, roadmap, a thing (building-block/uitid) or a class "
            f"({_CLASS}/BuildingBlock).",
        )
    path = what if what in _WHOLE or kind == _CLASS else f"doc/{what}"
    asked = {"lang": lang} if kind == _CLASS else {"lang": lang, "scope": scope}
    app = application(release, still=True)
    try:
        status, _, body = asyncio.run(ask(app, f"/{quote(path)}.svg?{urlencode(asked)}", "application/json"))
    finally:
        edition.stop(app)
    if status != 200:
        told = json.loads(body)["detail"]
        raise NotFound(told, told)
    return body
