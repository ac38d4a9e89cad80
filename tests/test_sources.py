"""From files to named graphs: which file becomes which graph, and what is said of a file that cannot be read."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NoReturn

import pyoxigraph as ox
import pytest

from samenhang import sources
from samenhang.errors import SyntaxProblem, Unreadable
from samenhang.namespaces import GRAPH
from samenhang.sources import SourceFile

TRIPLE = "<http://example.org/a> <http://example.org/p> 1 .\n"


def content(folder: Path, files: dict[str, str]) -> Path:
    """A content folder with *files*, and with the four folders that every content has."""
    for name in ("ontology", "shapes", "queries", "data"):
        (folder / name).mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def load(*files: SourceFile) -> ox.Store:
    store = ox.Store()
    sources.load(store, files)
    return store


def test_each_file_is_a_graph_and_ontology_and_shapes_are_one_graph_each(tmp_path: Path) -> None:
    folder = content(
        tmp_path,
        dict.fromkeys(
            [
                "ontology/b.ttl",
                "ontology/a.ttl",
                "ontology/examples/a.ttl",
                "shapes/a.ttl",
                "data/dataset.ttl",
                "data/vocabularies/need.ttl",
                "data/report-2021/actors.ttl",
                "data/report-2021/more/actors.ttl",
                "data/README.md",
                "data/.draft.ttl",
                "data/.git/x.ttl",
            ],
            TRIPLE,
        ),
    )
    found = [
        (f.path.relative_to(folder).as_posix(), f.graph.removeprefix(GRAPH), f.source) for f in sources.find(folder)
    ]
    assert found == [
        ("data/dataset.ttl", "dataset", "vocabularies"),
        ("ontology/a.ttl", "ontology", "ontology"),
        ("ontology/b.ttl", "ontology", "ontology"),
        ("data/report-2021/actors.ttl", "report-2021/actors", "report-2021"),
        ("data/report-2021/more/actors.ttl", "report-2021/more/actors", "report-2021"),
        ("shapes/a.ttl", "shapes", "shapes"),
        ("data/vocabularies/need.ttl", "vocabularies/need", "vocabularies"),
    ]


def test_triples_stand_in_the_graph_of_their_file(tmp_path: Path) -> None:
    folder = content(tmp_path, {"data/field/a.ttl": TRIPLE, "data/field/b.ttl": TRIPLE, "ontology/x.ttl": TRIPLE})
    store = load(*sources.find(folder))
    assert sorted(quad.graph_name.value for quad in store if isinstance(quad.graph_name, ox.NamedNode)) == [
        GRAPH + "field/a",
        GRAPH + "field/b",
        GRAPH + "ontology",
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("field/mijn blok.ttl", "kleine letters, cijfers en streepjes"),
        ("field/Actoren.ttl", "kleine letters, cijfers en streepjes"),
        ("veld>/a.ttl", "kleine letters, cijfers en streepjes"),
        ("scope/all.ttl", "'scope' kan in data geen map of bestand zijn"),
        ("ontology.ttl", "'ontology' kan in data geen map of bestand zijn"),
    ],
)
def test_a_name_that_cannot_be_an_address_or_is_taken_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    folder = content(tmp_path, {f"data/{name}": TRIPLE})
    with pytest.raises(Unreadable) as caught:
        sources.find(folder)
    assert str(folder / "data" / name) in caught.value.nl
    assert reason in caught.value.nl
    assert caught.value.exit_code == 2


def test_no_data_at_all_is_said(tmp_path: Path) -> None:
    folder = content(tmp_path, {"ontology/a.ttl": TRIPLE, "data/notes.txt": "later"})
    with pytest.raises(Unreadable) as caught:
        sources.find(folder)
    assert caught.value.nl == f"In '{folder}/data' staat geen enkel Turtle-bestand (*.ttl)."
    assert caught.value.en == f"'{folder}/data' holds no Turtle file (*.ttl)."


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        sources.find(tmp_path / "elders")
    assert caught.value.nl == f"'{tmp_path}/elders/ontology': bestaat niet."


def test_a_folder_without_permission_is_said_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = content(tmp_path, {"data/field/a.ttl": TRIPLE, "data/report-2021/a.ttl": TRIPLE})
    # Not with chmod: for the administrator, as whom tests may run, that forbids nothing.
    listing = Path.iterdir

    def forbidden(path: Path) -> object:
        if path.name == "field":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", forbidden)
    with pytest.raises(Unreadable) as caught:
        sources.find(folder)
    assert caught.value.nl == f"'{folder}/data/field': geen toegang."
    assert caught.value.en == f"'{folder}/data/field': no permission."


PREFIX = "@prefix ex: <http://example.org/> .\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "nl", "en"),
    [
        ("ex:a ex:p .", 2, 11, "hier werd een waarde verwacht", "a value was expected here"),
        (
            "\n  ex:a ex:p 1\n  ex:b ex:p 2 .",
            4,
            3,
            "punt, puntkomma of komma verwacht",
            "a dot, semicolon or comma was expected",
        ),
        ("ex:a ex:p 'x'@nl ex:b .", 2, 18, "punt, puntkomma of komma verwacht", "dot, semicolon or comma was expected"),
        ("ex:a ex:p ex:b", 2, 15, "houdt op voor dit af is", "ends before this is complete"),
        ("ex:a p 1 .", 2, 6, "hier werd een eigenschap verwacht, geen 'p'", "a property was expected here, not 'p'"),
        (
            "ex:a sam:block 1 .",
            2,
            6,
            "zet bovenaan: @prefix sam: <https://w3id.org/samenhang/ns#> .",
            "put on top: @prefix sam: <https://w3id.org/samenhang/ns#> .",
        ),
        ("ex:a ex:p 'één' .\nex:b ex:p \"a\nb\" .", 3, 13, "een tekst van meer dan één regel", "more than one line"),
        ("ex:a ex:p <http://a b> .", 2, 11, "in een adres kan geen ' ' staan", "cannot have ' ' in it"),
        ("ex:a ex:p <b> .", 2, 11, "hier werd een volledig adres verwacht", "a whole address was expected"),
        ("ex:a ex:p [ ex:q 1 .", 2, 20, "hier werd een ] verwacht", "a ] was expected here"),
        ("ex:a ex:p “x” .", 2, 11, "'“' kan hier niet", "'“' is not possible here"),
    ],
)
def test_a_syntax_error_has_file_line_column_and_what_was_expected(
    tmp_path: Path, text: str, line: int, column: int, nl: str, en: str
) -> None:
    path = tmp_path / "blok.ttl"
    path.write_text(PREFIX + text, encoding="utf-8")
    with pytest.raises(SyntaxProblem) as caught:
        load(SourceFile(path, GRAPH + "field/blok", "field"))
    problem = caught.value
    assert (problem.where, problem.line, problem.column, problem.exit_code) == (str(path), line, column, 2)
    assert problem.nl.startswith(f"{path}:{line}:{column}: het bestand is geen geldige Turtle: ")
    assert problem.en.startswith(f"{path}:{line}:{column}: the file is not valid Turtle: ")
    assert nl in problem.nl
    assert en in problem.en


def test_text_that_is_not_utf_8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "blok.ttl"
    path.write_bytes(PREFIX.encode() + b"ex:a ex:p 'caf\xe9' .")
    with pytest.raises(SyntaxProblem) as caught:
        load(SourceFile(path, GRAPH + "field/blok", "field"))
    assert caught.value.nl.startswith(f"{path}:2:")
    assert "bewaar het bestand als UTF-8" in caught.value.nl


def test_the_mark_that_some_editors_put_in_front_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "blok.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + TRIPLE.replace("\n", "\r\n").encode())
    assert len(load(SourceFile(path, GRAPH + "field/blok", "field"))) == 1


def test_every_broken_file_is_named_in_one_go(tmp_path: Path) -> None:
    folder = content(
        tmp_path,
        {
            "data/field/a.ttl": "<a",
            "data/field/b.ttl": TRIPLE,
            "ontology/c.ttl": PREFIX + "ex:a ex:p .",
            "shapes/d.ttl": "x",
        },
    )
    gone = folder / "data" / "field" / "gone.ttl"
    gone.symlink_to(tmp_path / "nowhere.ttl")
    with pytest.raises(SyntaxProblem) as caught:
        load(*sources.find(folder))
    for text in (caught.value.nl, caught.value.en):
        lines = text.splitlines()
        assert len(lines) == 4
        for line, file in zip(
            lines,
            ("data/field/a.ttl:1:1", "data/field/gone.ttl", "ontology/c.ttl:2:11", "shapes/d.ttl:1:1"),
            strict=True,
        ):
            assert str(folder / file) in line


@pytest.mark.parametrize(
    ("problem", "nl", "en"),
    [
        (FileNotFoundError(errno.ENOENT, "x"), "bestaat niet", "does not exist"),
        (PermissionError(errno.EACCES, "x"), "geen toegang", "no permission"),
        (IsADirectoryError(errno.EISDIR, "x"), "is een map, geen bestand", "is a folder, not a file"),
        (NotADirectoryError(errno.ENOTDIR, "x"), "is geen map", "is not a folder"),
        (OSError(errno.ENOSPC, "x"), "de schijf is vol", "the disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "er kan niet geschreven worden", "cannot be written to"),
        (UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "x"), "de tekst is geen UTF-8", "the text is not UTF-8"),
    ],
)
def test_what_the_system_refuses_is_said_in_words(problem: OSError | UnicodeDecodeError, nl: str, en: str) -> None:
    said = sources.unreadable(Path("map/blok.ttl"), problem)
    assert (said.nl, said.en, said.exit_code) == (f"'map/blok.ttl': {nl}.", f"'map/blok.ttl': {en}.", 2)


def test_a_folder_or_an_unknown_format_in_place_of_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "map.ttl").mkdir()
    (tmp_path / "blok.docx").write_text("x", encoding="utf-8")

    def refused(name: str) -> str:
        with pytest.raises(Unreadable) as caught:
            sources.triples(tmp_path / name)
        return caught.value.nl

    assert refused("map.ttl") == f"'{tmp_path}/map.ttl': is een map, geen bestand."
    assert "onbekend formaat '.docx'. Bruikbaar zijn .ttl" in refused("blok.docx")


@pytest.mark.parametrize("name", ["blok.nt", "blok.nq", "blok.trig", "blok.jsonld", "blok.rdf"])
def test_other_formats_say_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    media = ox.RdfFormat.from_extension(path.suffix[1:])
    assert media is not None
    quad = ox.Quad(ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p"), ox.Literal(1))
    ox.serialize([quad], path, format=media)
    assert sources.triples(path) == [quad]


BLANK = "ex:a ex:p [ ex:q 1 ; ex:r ( 2 3 ) ] .\n"


def test_labels_of_blank_nodes_follow_from_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = tmp_path / "one" / "thing.ttl", tmp_path / "two" / "thing.ttl"
    one.write_text(PREFIX + BLANK + TRIPLE, encoding="utf-8")
    two.write_text(PREFIX + TRIPLE + BLANK.replace("ex:q 1 ; ex:r ( 2 3 )", "ex:r ( 2 3 ) ; ex:q 1"), encoding="utf-8")
    stores = [load(SourceFile(path, GRAPH + "shapes", "shapes")) for path in (one, two)]
    assert set(stores[0]) == set(stores[1])
    assert len(stores[0]) == 8


def test_files_never_share_a_blank_node(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "mijn blök.ttl" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(PREFIX + BLANK, encoding="utf-8")
    other = tmp_path / "shape.ttl"
    other.write_text(PREFIX + BLANK, encoding="utf-8")
    files = [*sources.proposals(paths), *(SourceFile(p, GRAPH + "shapes", "shapes") for p in (other, paths[0]))]
    nodes = {quad.object for quad in load(*files) if isinstance(quad.object, ox.BlankNode)}
    assert len(nodes) == 4 * 3


def test_proposals_have_a_graph_each_whatever_their_name(tmp_path: Path) -> None:
    paths = [Path("a/mijn blok.ttl"), Path("b/mijn blok.ttl"), Path("x>y.ttl"), Path("a/mijn blok.ttl")]
    files = sources.proposals(paths)
    assert [(f.path, f.graph.removeprefix(GRAPH)) for f in files] == [
        (paths[0], "proposal/mijn%20blok"),
        (paths[1], "proposal/mijn%20blok-2"),
        (paths[2], "proposal/x%3Ey"),
    ]
    assert all(ox.NamedNode(f.graph) for f in files)


def test_a_full_disk_is_named_wherever_it_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _mode: str) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a.ttl"
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(Unreadable, match="the disk is full"):
        sources.triples(path)
