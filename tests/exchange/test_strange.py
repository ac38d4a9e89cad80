"""Files that nobody should send, made up by Hypothesis for every importer: read, or refused with a reason, never more.

Bytes are cut, turned over and put in where they do not belong; values are exchanged for others, where a format has a
structure to leave whole. What once went wrong stands in ``strange/``, and is tried for ever. More of them:
``STRANGE=5000 pytest tests/exchange/test_strange.py``.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import openpyxl
import pyoxigraph as ox
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samenhang import turtle
from samenhang.errors import SyntaxProblem
from samenhang.exchange import IMPORTERS
from samenhang.exchange.columns import Layout
from samenhang.namespaces import ID
from samenhang.sources import Reader
from tests.exchange import test_archimate, test_dcat, test_openapi, test_publiccode
from tests.small import content

FEW = settings(
    max_examples=int(os.environ.get("STRANGE", "25")),
    deadline=None,
    derandomize="STRANGE" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FOUND: Final = Path(__file__).parent / "strange"
REGISTER: Final = {
    "numberOfStandardsConfigured": 2,
    "uniqueContributors": 3,
    "uniqueAffiliations": 2,
    "standards": [
        {
            "standard": "Vocabularium Dienst",
            "publicationDate": "2018-07-03",
            "status": "https://data.vlaanderen.be/id/concept/StandaardStatus/ErkendeStandaard",
            "contributors": [],
            "organization": [
                {"name": "De Lijn", "resourceReference": "http://data.vlaanderen.be/id/organisatie/OVO000100"}
            ],
        },
        {"standard": "API richtlijnen", "publicationDate": "TBD", "status": ""},
    ],
}
SHEET: Final = (
    "bouwblok;gebruiker;modaliteit;geldig vanaf;geldig tot en met\n"
    "Agenda;Berta;feit;2020;\nAgenda;Huis Anna;feit;;2021\n"
)


def workbook(cells: list[list[object]]) -> bytes:
    """A workbook with the sheet of uses, and *cells* on it."""
    book = openpyxl.Workbook()
    book.active.title = "Gebruik"
    for row in cells:
        book.active.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


ROWS: Final[list[list[object]]] = [list(row) for row in csv.reader(io.StringIO(SHEET), delimiter=";")]
FILES: Final[dict[str, tuple[str, bytes]]] = {
    "spreadsheet": ("gebruik.xlsx", workbook(ROWS)),
    "csv": ("gebruik.csv", SHEET.encode()),
    "oslo": ("statistics.json", json.dumps(REGISTER).encode()),
    "openapi": ("openapi.yaml", test_openapi.FILE.encode()),
    "publiccode": ("publiccode.yml", test_publiccode.FILE.encode()),
    "dcat": ("catalogus.ttl", test_dcat.FILE.encode()),
    "archimate": ("huis.xml", test_archimate.FOREIGN.encode()),
}
"""A good file for each importer."""
ODD: Final = (
    *(b"\x00", b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"&a;", b"*a", b"<!DOCTYPE a>", b"]]>"),
    *(b"\\ud800", b'"', b"'", b"{", b"}", b"[" * 40, b"<", b">", b"\t", b"\r", b"\n", b": ", b"- ", b"#", b"%00"),
)
VALUES: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "<>",
            "://",
            "https://[",
            "https://a b",
            "http://x/\x7f",
            "../..",
            "é",
            "\u202e",
            "\x00",
            "-",
            "2020-02-30",
        ]
    ),
    st.sampled_from([[], {}, [[]], {"$ref": "#"}, {"$ref": "#/"}, {"": ""}, "x" * 400, "=1+1", "*a", "a\nb"]),
)
"""What may stand where something else belongs."""
PLACES: Final = st.lists(st.tuples(st.integers(0, 10**6), VALUES), min_size=1, max_size=4)
KEPT: Final = re.compile(rf"{re.escape(ID)}[a-z-]+/[a-z0-9]+(-[a-z0-9]+)*\Z")


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = content(tmp_path_factory.mktemp("strange") / "content", {"data/field/blocks.ttl": test_openapi.MAP})
    return Layout.of(folder)


@pytest.fixture(scope="module")
def readers(layout: Layout) -> dict[str, Reader]:
    return {name: known.reader(lambda: layout) for name, known in IMPORTERS.items()}


def tried(reader: Reader, text: bytes, name: str) -> None:
    """That *text* is refused with words in both languages, or read as triples that can be kept and read again."""
    try:
        found = reader(text, name)
    except SyntaxProblem as problem:
        assert problem.nl
        assert problem.en
        return
    kept = {
        ox.Triple(t.subject, t.predicate, t.object) for t in ox.parse(turtle.write(found), format=ox.RdfFormat.TURTLE)
    }
    assert kept == set(found)
    if not name.endswith(".xml"):  # a model may tell of anything by its address
        assert [t.subject for t in found if not KEPT.match(t.subject.value)] == []  # type: ignore[union-attr]


@pytest.mark.parametrize("form", FILES)
@FEW
@given(data=st.data())
def test_bytes_that_are_cut_and_turned_over(readers: dict[str, Reader], form: str, data: st.DataObject) -> None:
    name, text = FILES[form]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        until = data.draw(st.integers(at, min(at + 30, len(text))))
        text = text[:at] + data.draw(st.sampled_from([b"", *ODD])) + text[until:]
        if data.draw(st.integers(0, 9)) == 0:
            text = text[: data.draw(st.integers(0, len(text)))]
    tried(readers[form], text, name)


def exchanged(tree: Any, places: list[tuple[int, Any]]) -> Any:
    """*tree* with other values, and other keys, at some of its *places*."""
    holders: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        pairs = (
            list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
        )
        for key, value in pairs:
            holders.append((node, key))
            walk(value)

    whole = [tree]
    walk(whole)
    for at, value in places:
        holder, key = holders[at % len(holders)]
        if isinstance(holder, dict) and isinstance(value, str) and at % 3 == 0 and key in holder:
            holder[value] = holder.pop(key)
        else:
            holder[key] = value
    return whole[0]


@pytest.mark.parametrize("form", ["oslo", "openapi", "publiccode"])
@FEW
@given(places=PLACES)
def test_values_of_a_tree_that_are_others(readers: dict[str, Reader], form: str, places: list[tuple[int, Any]]) -> None:
    name, text = FILES[form]
    tree = exchanged(yaml.load(text, Loader=yaml.BaseLoader), places)
    written = json.dumps(tree, ensure_ascii=bool(places[0][0] % 2), indent=1).encode("utf-8", "surrogatepass")
    tried(readers[form], written, name)


@FEW
@given(places=PLACES)
def test_cells_that_hold_something_else(readers: dict[str, Reader], places: list[tuple[int, Any]]) -> None:
    rows = [list(row) for row in ROWS]
    for at, value in places:
        row = rows[at % len(rows)]
        row[at // 7 % len(row)] = str(value)
    into = io.StringIO(newline="")
    csv.writer(into, delimiter=";").writerows(rows)
    tried(readers["csv"], into.getvalue().encode("utf-8", "surrogatepass"), "gebruik.csv")
    seen = [[re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", str(cell)) for cell in row] for row in rows]
    tried(readers["spreadsheet"], workbook([list(row) for row in seen]), "gebruik.xlsx")


@FEW
@given(places=PLACES, seed=st.randoms(use_true_random=False))
def test_triples_of_a_catalogue_that_are_others(
    readers: dict[str, Reader], places: list[tuple[int, Any]], seed: Any
) -> None:
    told = [quad.triple for quad in ox.parse(test_dcat.FILE, format=ox.RdfFormat.TURTLE)]
    nodes: list[Callable[[], Any]] = [lambda: seed.choice(told).subject, lambda: seed.choice(told).object, ox.BlankNode]
    for at, value in places:
        one = told[at % len(told)]
        other: Any = seed.choice(nodes)() if at % 2 else ox.Literal(str(value).encode("utf-8", "replace").decode())
        told.append(ox.Triple(one.subject, seed.choice(told).predicate, other))
        told.append(ox.Triple(seed.choice(told).subject, one.predicate, one.object))
    written = ox.serialize(told, format=ox.RdfFormat.N_TRIPLES)
    assert written is not None
    tried(readers["dcat"], written, "catalogus.nt")


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_what_once_went_wrong(readers: dict[str, Reader], path: Path) -> None:
    """The name of each begins with that of its importer."""
    tried(readers[path.name.partition("-")[0]], path.read_bytes(), path.name)
