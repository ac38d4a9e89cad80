"""Releases: the same input gives the same bytes anywhere, and nothing that goes wrong on the way leaves a trace."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from samenhang.errors import NotFound, SyntaxProblem, Unreadable
from samenhang.namespaces import GRAPH, NS, PREFIXES, SCOPES, scope_graph
from samenhang.release import Release, Shelf, build, materialise
from samenhang.release.folders import DATA, MANIFEST
from samenhang.release.materialise import in_scope
from samenhang.sources import find, load
from tests.small import AGENDA, content, write
from tests.small import PREFIXES as TURTLE
from tests.support import ROOT, analysis, cells, content_files


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below *folder*, by its path in it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content(tmp_path_factory.mktemp("small") / "content")


def built(folder: Path, var: Path) -> Release:
    found = build(folder, Shelf(var))
    assert found.release is not None
    return found.release


# The same input, the same bytes.


def test_a_release_is_named_by_its_content(small: Path, tmp_path: Path) -> None:
    found = built(small, tmp_path)
    listed = found.manifest["files"]
    assert sorted(listed) == [DATA, "inspection.json"]
    for name, about in listed.items():
        text = (found.folder / name).read_bytes()
        assert about == {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}
    whole = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
    assert (found.name, found.manifest["sha256"], found.folder.name) == (whole[:16], whole, whole[:16])
    assert found.manifest["quads"] == (found.folder / DATA).read_bytes().count(b"\n")
    assert found.manifest["scopes"] == list(SCOPES)
    assert found.manifest["rules"] == sorted(path.stem for path in (ROOT / "queries/rules").glob("*.rq"))


def test_no_moment_and_no_place_gets_into_a_release(small: Path, tmp_path: Path) -> None:
    found = built(small, tmp_path)
    for name, text in contents(found.folder).items():
        assert str(tmp_path).encode() not in text, name
        assert str(small).encode() not in text, name
        assert str(ROOT).encode() not in text, name
        assert os.uname().nodename.encode() not in text, name


BUILD = "import sys; from samenhang.cli import main; sys.argv = ['samenhang', 'build', '--out', sys.argv[1]]; main()"


def test_the_same_content_gives_the_same_bytes_wherever_and_however_it_is_built(tmp_path: Path) -> None:
    """Two copies of the real content, written in opposite order, in folders of other lengths; with another working
    folder, locale, language, time zone and hash seed."""
    names = [
        p.relative_to(ROOT) for part in ("ontology", "shapes", "queries", "data") for p in (ROOT / part).rglob("*")
    ]
    names = [name for name in names if (ROOT / name).is_file()]
    made: list[dict[str, bytes]] = []
    for label, order, environment in (
        ("a", sorted(names), {"LC_ALL": "C", "PYTHONHASHSEED": "1", "TZ": "UTC"}),
        ("b" * 40, sorted(names, reverse=True), {"LC_ALL": "en_US.UTF-8", "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}),
    ):
        folder = tmp_path / label / "content"
        for name in order:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
        var = tmp_path / label / "var"
        done = subprocess.run(
            [sys.executable, "-c", BUILD, str(var)],
            cwd=folder / "data" if label == "a" else tmp_path,
            env={"PATH": os.environ["PATH"], "SAMENHANG_CONTENT": str(folder), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        made.append(contents(var / "releases"))
    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_a_change_of_one_character_is_another_release(small: Path, tmp_path: Path) -> None:
    other = content(
        tmp_path / "other", {"data/field/blocks.ttl": AGENDA.replace("Verzonnen bouwblok", "Bedacht bouwblok")}
    )
    assert built(small, tmp_path / "var").name != built(other, tmp_path / "var").name
    assert len(Shelf(tmp_path / "var").names()) == 2


def test_how_a_file_is_laid_out_does_not_matter(small: Path, tmp_path: Path) -> None:
    other = content(tmp_path / "other", {"data/field/blocks.ttl": "# words\n" + AGENDA.replace(" ;\n    ", ";\t")})
    assert built(small, tmp_path / "one").name == built(other, tmp_path / "two").name


# What is refused, and what stays.


@pytest.fixture
def shelf(small: Path, tmp_path: Path) -> Shelf:
    """A shelf with one good release, published."""
    shelf = Shelf(tmp_path / "var")
    assert build(small, shelf).release is not None
    return shelf


def state(shelf: Shelf) -> tuple[list[str], str, dict[str, bytes]]:
    """What anybody who looks at the shelf sees: the names, the published one, and every file."""
    return shelf.names(), shelf.current().name, contents(shelf.folder)


def test_a_violation_refuses_and_the_published_release_stays(shelf: Shelf, tmp_path: Path) -> None:
    before = state(shelf)
    bad = content(tmp_path / "bad", {"data/field/blocks.ttl": AGENDA.replace("sam:slide 3", "sam:slide 0")})
    found = build(bad, shelf)
    assert found.release is None
    assert [flaw.result.focus for flaw in found.inspection.flaws] == [PREFIXES["evidence"] + "agenda"]
    assert state(shelf) == before


def test_a_syntax_error_leaves_everything_as_it_was(shelf: Shelf, tmp_path: Path) -> None:
    before = state(shelf)
    with pytest.raises(SyntaxProblem):
        build(content(tmp_path / "bad", {"data/field/blocks.ttl": AGENDA + "<"}), shelf)
    assert state(shelf) == before


def test_a_warning_is_kept_in_the_release(tmp_path: Path) -> None:
    text = AGENDA.replace('    sam:heading "Verzonnen hoofdstuk"@nl ;\n    sam:slide 3 ;\n', "")
    found = built(content(tmp_path / "content", {"data/field/blocks.ttl": text}), tmp_path / "var")
    assert (found.manifest["violations"], found.manifest["warnings"]) == (0, 1)
    told = json.loads((found.folder / "inspection.json").read_text(encoding="utf-8"))
    (result,) = told["results"]
    assert (result["severity"], result["files"]) == ("warning", ["data/field/blocks.ttl"])
    assert set(result["message"]) == {"nl", "en"}


def test_building_the_same_again_changes_nothing_but_the_moment_of_publishing(small: Path, shelf: Shelf) -> None:
    names, current, before = state(shelf)
    stamps = {p: p.stat().st_mtime_ns for p in shelf.folder.rglob("*") if p.name != "published.jsonl" and p.is_file()}
    assert build(small, shelf).release == shelf.current()
    again = state(shelf)
    log, more = before.pop("published.jsonl"), again[2].pop("published.jsonl")
    assert again == (names, current, before)
    assert more.startswith(log)
    assert more.count(b"\n") == 2
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps


# What goes wrong on the way.

SLOW = """
import os, sys, time
from pathlib import Path
from samenhang.release import Shelf, build, shelf
# At the given step, say so and wait to be killed.
step = int(sys.argv[3])
count = 0
def paused(function):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == step:
            print("here", flush=True)
            time.sleep(60)
        return function(*args, **kwargs)
    return call
for name in ("fsync", "replace", "rename", "symlink", "mkdir"):
    setattr(os, name, paused(getattr(os, name)))
build(Path(sys.argv[1]), Shelf(Path(sys.argv[2])))
print("done", flush=True)
"""


def test_a_build_that_is_killed_leaves_nothing_that_looks_like_a_release(small: Path, tmp_path: Path) -> None:
    """Killed (-9) before each of its writes in turn, until one gets through; beside a release that was published."""
    before = built(
        content(tmp_path / "old", {"data/field/blocks.ttl": AGENDA.replace("Calendar", "Diary")}), tmp_path / "var"
    )
    shelf = Shelf(tmp_path / "var")
    after = built(small, tmp_path / "elsewhere")
    killed = 0
    for step in range(1, 40):
        build_it = subprocess.Popen(
            [sys.executable, "-c", SLOW, str(small), str(shelf.folder), str(step)], stdout=subprocess.PIPE, text=True
        )
        assert build_it.stdout is not None
        said = build_it.stdout.readline().strip()
        if said == "here":
            build_it.send_signal(signal.SIGKILL)
            killed += 1
        build_it.wait()
        build_it.stdout.close()
        assert set(shelf.names()) <= {before.name, after.name}
        for name in shelf.names():
            assert contents(shelf.get(name).folder) == contents((before if name == before.name else after).folder)
        assert shelf.current().name in shelf.names()
        assert len(list(shelf.current().query("SELECT * { ?s ?p ?o } LIMIT 1").rows())) == 1
        if said == "done":
            break
    assert said == "done"
    assert killed >= 6
    assert shelf.current().name == after.name
    assert len(shelf.published()) == 2


def test_what_a_killed_build_left_is_swept_away_after_an_hour_and_not_before(small: Path, shelf: Shelf) -> None:
    old, young = shelf.folder / ".draft-old", shelf.folder / ".draft-young"
    for draft in (old, young):
        write(draft / DATA, "half")
    link = shelf.folder / ".current-old"
    link.symlink_to("releases/nowhere")
    past = time.time() - 7200
    os.utime(old, (past, past))
    os.utime(link, (past, past), follow_symlinks=False)
    build(small, shelf)
    assert not old.exists()
    assert not link.is_symlink()
    assert young.exists()


def full(*_args: object, **_kwargs: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def forbidden(*_args: object, **_kwargs: object) -> NoReturn:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("step", ["fsync", "rename", "replace", "symlink"])
@pytest.mark.parametrize(("trouble", "nl"), [(full, "de schijf is vol"), (forbidden, "geen toegang")])
def test_a_full_disk_or_no_permission_is_said_and_nothing_is_published(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, trouble: Callable[..., NoReturn], nl: str
) -> None:
    shelf = Shelf(tmp_path / "var")
    old = built(content(tmp_path / "old", {"data/field/blocks.ttl": AGENDA.replace("Calendar", "Diary")}), shelf.folder)
    with monkeypatch.context() as patch, pytest.raises(Unreadable) as caught:
        patch.setattr(os, step, trouble)
        build(small, shelf)
    assert caught.value.nl.endswith(f": {nl}.")
    assert str(shelf.folder) in caught.value.nl
    assert caught.value.exit_code == 2
    assert shelf.current() == old
    assert not list(shelf.folder.glob(".draft-*"))
    for name in shelf.names():
        assert shelf.get(name).engine
    assert build(small, shelf).release == shelf.current()


@pytest.mark.parametrize("place", ["a file/var", "a file"])
def test_a_file_where_the_folder_should_be_is_said(small: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").write_text("", encoding="utf-8")
    with pytest.raises(Unreadable, match="is not a folder"):
        build(small, Shelf(tmp_path / place))


# Damage.


def test_damaged_data_are_found_when_opened_and_mended_by_building(small: Path, shelf: Shelf) -> None:
    found = shelf.current()
    whole = contents(found.folder)
    text = whole[DATA]
    (found.folder / DATA).write_bytes(text.replace(b"Agenda", b"Agendo"))
    with pytest.raises(Unreadable) as caught:
        shelf.current().query("SELECT * { ?s ?p ?o }")
    assert caught.value.nl == (
        f"Release {found.name} is beschadigd: '{found.folder}/data.nq' is niet meer wat het was. Bouw opnieuw: "
        "samenhang build."
    )
    assert build(small, shelf).release == found
    assert contents(found.folder) == whole
    assert shelf.current().engine


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": {}}', "\xff"])
def test_a_damaged_manifest_is_said_and_mended_by_building(small: Path, shelf: Shelf, text: str) -> None:
    found = shelf.current()
    whole = contents(found.folder)
    (found.folder / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(Unreadable, match="is damaged"):
        shelf.current()
    assert build(small, shelf).release == found
    assert contents(found.folder) == whole


def test_half_a_release_is_replaced(small: Path, shelf: Shelf) -> None:
    found = shelf.current()
    whole = contents(found.folder)
    (found.folder / DATA).unlink()
    (found.folder / MANIFEST).unlink()
    with pytest.raises(NotFound):
        shelf.current()
    build(small, shelf)
    assert contents(found.folder) == whole


def test_missing_data_are_said(shelf: Shelf) -> None:
    (shelf.current().folder / DATA).unlink()
    with pytest.raises(Unreadable, match=r"data\.nq': does not exist"):
        shelf.current().query("SELECT * { ?s ?p ?o }")


# Publishing, and the list.


def test_publishing_is_one_step(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks while it happens sees the old one or the new one, never nothing."""
    seen: list[str] = []
    names = ("symlink", "replace", "rename", "fsync")

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            seen.append(shelf.current().name)
            result = function(*args, **kwargs)
            seen.append(shelf.current().name)
            return result

        return call

    old = shelf.current().name
    other = content(tmp_path / "other", {"data/field/blocks.ttl": AGENDA.replace("Calendar", "Diary")})
    with monkeypatch.context() as patch:
        for name in names:
            patch.setattr(os, name, watched(getattr(os, name)))
        new = built(other, shelf.folder).name
    turn = seen.index(new)
    assert set(seen[:turn]) == {old}
    assert set(seen[turn:]) == {new}
    assert os.readlink(shelf.folder / "current") == f"releases/{new}"


def test_an_earlier_release_can_be_published_again(shelf: Shelf, tmp_path: Path) -> None:
    first = shelf.current()
    other = content(tmp_path / "other", {"data/field/blocks.ttl": AGENDA.replace("Calendar", "Diary")})
    second = built(other, shelf.folder)
    assert shelf.current() == second
    shelf.publish(first)
    assert shelf.current() == first
    assert sorted(shelf.names()) == sorted([first.name, second.name])
    assert set(shelf.published()) == {first.name, second.name}
    assert len((shelf.folder / "published.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_a_line_of_the_list_that_was_cut_short_spoils_no_other(small: Path, shelf: Shelf) -> None:
    found = shelf.current()
    log = shelf.folder / "published.jsonl"
    line = log.read_bytes()
    log.write_bytes(b'"x"\n[1]\n{"release": 3}\n\xff\n' + line + b'{"release": "abc", "a')
    assert shelf.published() == {found.name: json.loads(line)["at"]}
    log.write_bytes(b'{"release": "abc", "a')
    build(small, shelf)
    assert list(shelf.published()) == [found.name]


def test_nothing_published_yet_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        Shelf(tmp_path).current()
    assert caught.value.nl == f"In '{tmp_path}' is nog niets gepubliceerd. Bouw eerst: samenhang build."
    assert Shelf(tmp_path).names() == []
    assert Shelf(tmp_path).published() == {}


@pytest.mark.parametrize("name", ["", ".", "..", "../releases", "nergens"])
def test_a_release_that_is_not_there(shelf: Shelf, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        shelf.get(name)
    assert shelf.current().name in caught.value.nl


# What is in it.


def quads(found: Release, graph: str) -> set[tuple[object, object, object]]:
    store = found.engine.store
    return {(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, ox.NamedNode(graph))}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_is_its_members_each_triple_once(release: Release, scope: str) -> None:
    lines = (release.folder / DATA).read_bytes().splitlines()
    assert len(lines) == len(set(lines))
    members = {file.graph for file in content_files() if in_scope(file, scope)}
    assert members
    assert not any("/field/" in g for g in members if scope == "report-2021")
    assert not any("/report-2021/" in g for g in members if scope == "field")
    assert all("shapes" not in g for g in members)
    parts = [
        quads(release, graph) for graph in (*sorted(members), f"{GRAPH}derived/{scope}", f"{GRAPH}findings/{scope}")
    ]
    assert quads(release, scope_graph(scope)) == set().union(*parts)


def test_a_scope_is_what_a_query_sees(release: Release) -> None:
    for scope in SCOPES:
        ((count,),) = cells(release.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", scope=scope))
        assert int(count or 0) == len(quads(release, scope_graph(scope)))


CLAIMS = """
claim:agenda-depends-on-tickets a sam:Dependency ;
    sam:dependent building-block:agenda ;
    sam:dependedOn building-block:tickets ;
    sam:dependencyKind sam:dependency-hard ;
    sam:evidence evidence:agenda ;
    sam:modality MODALITY ;
    sam:polarity POLARITY .
"""


@pytest.mark.parametrize(
    ("modality", "polarity", "derived"),
    [
        ("sam:fact", "sam:holds", True),
        ("sam:fact", "sam:doesNotHold", False),
        ("sam:proposed", "sam:holds", False),
        ("sam:conditional", "sam:holds", False),
        ("sam:open", "sam:holds", False),
        ("sam:opinion", "sam:holds", False),
        ("sam:derived", "sam:holds", False),
    ],
)
def test_only_a_fact_that_holds_becomes_a_direct_relation(
    tmp_path: Path, modality: str, polarity: str, derived: bool
) -> None:
    tickets = AGENDA[len(TURTLE) :].split("\nevidence:agenda")[0]
    tickets = tickets.replace("building-block:agenda", "building-block:tickets").replace("Agenda", "Tickets")
    claim = CLAIMS.replace("MODALITY", modality).replace("POLARITY", polarity)
    folder = content(tmp_path / "content", {"data/field/a.ttl": AGENDA + tickets + claim})
    files, store = find(folder), ox.Store()
    load(store, files)
    materialise(store, files, analysis(), scopes=["all"])
    block = PREFIXES["building-block"]
    relation = (ox.NamedNode(f"{block}agenda"), ox.NamedNode(f"{NS}dependsOn"), ox.NamedNode(f"{block}tickets"))
    assert (ox.Quad(*relation, ox.NamedNode(f"{GRAPH}derived/all")) in store) is derived
    assert (ox.Quad(*relation, ox.NamedNode(scope_graph("all"))) in store) is derived


@pytest.mark.parametrize("scope", SCOPES)
def test_deriving_once_is_enough(release: Release, scope: str) -> None:
    """Derivations asked again of their own result give nothing new, so their order cannot matter."""
    known = quads(release, scope_graph(scope))
    for query in (*analysis().derivations, *analysis().conclusions):
        answer = release.engine.query(query.text, scope)
        new = {(t.subject, t.predicate, t.object) for t in answer.triples()} - known
        assert not new, query.name


@pytest.mark.parametrize("scope", SCOPES)
def test_rules_asked_again_of_the_whole_give_the_same_findings(release: Release, scope: str) -> None:
    known = quads(release, f"{GRAPH}findings/{scope}")
    for rule in analysis().rules:
        answer = release.engine.query(rule.text, scope)
        assert {(t.subject, t.predicate, t.object) for t in answer.triples()} <= known, rule.name


def test_no_blank_node_in_what_is_published_but_in_the_shapes(release: Release) -> None:
    blank = {
        q.graph_name.value
        for q in release.engine.store
        if isinstance(q.graph_name, ox.NamedNode)
        and (isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode))
    }
    assert blank <= {GRAPH + "shapes"}


def test_the_dataset_is_the_release_for_rdflib(release: Release) -> None:
    graph = release.dataset.graph(URIRef(scope_graph("report-2021")))
    assert len(graph) == len(quads(release, scope_graph("report-2021")))
