"""Releases: the same input gives the same bytes anywhere, and nothing that goes wrong on the way leaves a trace."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from samenhang.engine import errand
from samenhang.engine.errand import Errand, Say
from samenhang.errors import NotFound, SamenhangError, SyntaxProblem, Unreadable
from samenhang.lock import alone
from samenhang.namespaces import GRAPH, NS, PREFIXES, SCOPES, scope_graph, shorten
from samenhang.release import Analysis, Release, Shelf, materialise
from samenhang.release.build import build, look
from samenhang.release.description import describe
from samenhang.release.folders import DATA, MANIFEST, canonical
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
        if name.endswith(".gz"):
            text = gzip.decompress(text)
        elif name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(text)) as packed:
                text = b"".join(packed.read(one) for one in packed.namelist())
        assert str(tmp_path).encode() not in text, name
        assert str(small).encode() not in text, name
        assert str(ROOT).encode() not in text, name
        assert os.uname().nodename.encode() not in text, name


BUILD = "import sys; from samenhang.cli import main; sys.argv = ['samenhang', 'build', '--out', sys.argv[1]]; main()"


def test_the_same_content_gives_the_same_bytes_wherever_and_however_it_is_built(
    release: Release, tmp_path: Path
) -> None:
    """A copy of the real content, written in opposite order, in a folder of another length; with another working
    folder, locale, language, time zone and hash seed than the release that these tests share."""
    folder = tmp_path / ("b" * 40) / "content"
    names = [p for part in ("ontology", "shapes", "queries", "data") for p in (ROOT / part).rglob("*") if p.is_file()]
    for name in sorted(names, reverse=True):
        target = folder / name.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(name, target)
    elsewhere = {"LC_ALL": "en_US.UTF-8", "LANG": "en_US.UTF-8", "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path / "var")],
        cwd=folder / "data",
        env={"PATH": os.environ["PATH"], "SAMENHANG_CONTENT": str(folder), **elsewhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = contents(tmp_path / "var" / "releases" / release.name)
    assert made == contents(release.folder)
    assert len(made) == 6


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


def test_a_process_for_each_scope_makes_what_one_store_of_all_holds(small: Path, tmp_path: Path) -> None:
    found = built(small, tmp_path / "var")
    files, store, queries = find(small), ox.Store(), small / "queries"
    load(store, files)
    materialise(store, files, Analysis.read(queries))
    describe(store, queries)
    at_once = Shelf(tmp_path / "one").put({DATA: canonical(store)}, {})
    assert (found.folder / DATA).read_bytes() == (at_once.folder / DATA).read_bytes()
    assert found.manifest["quads"] == len(store)


@pytest.mark.parametrize(("large", "most"), [("2000", len(os.sched_getaffinity(0))), ("1", 1)])
def test_scopes_of_large_sources_are_made_one_after_the_other(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: str, most: int
) -> None:
    """And it is the same release."""
    asked: list[int] = []

    def sent(errands: list[Errand[object]], most: int = 1, *hear: Say) -> list[object]:
        asked.append(most)
        return errand.sent(errands, most, *hear)

    monkeypatch.setenv("SAMENHANG_LARGE", large)
    monkeypatch.setattr("samenhang.release.scope.errand", SimpleNamespace(sent=sent))
    said: list[str] = []
    made = build(small, Shelf(tmp_path), progress=lambda _, en: said.append(en)).release
    assert asked == [most]
    assert made == built(small, tmp_path)
    for scope in SCOPES:
        assert [line for line in said if line.endswith(f"scope {scope}")] == [
            f"{what}: scope {scope}"
            for what in ("deriving and testing", "checking findings", "counting", "answering", "sorting")
        ]


def test_a_process_that_the_system_ends_publishes_nothing(
    small: Path, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(shelf)
    monkeypatch.setattr("samenhang.release.scope.answers", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(SamenhangError, match=r"for scope [a-z0-9-]+ was ended \(SIGKILL\)"):
        build(content(tmp_path / "other", {"data/field/blocks.ttl": AGENDA.replace("Verzonnen", "Ander")}), shelf)
    assert state(shelf) == before
    assert list(shelf.folder.glob(".*")) == []


def test_a_full_disk_under_a_scope_is_told(small: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(shelf)

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("samenhang.release.scope.together", full)
    with pytest.raises(Unreadable, match="the disk is full"):
        build(small, shelf)
    assert state(shelf) == before


THREADS = """
import os, sys
from pathlib import Path
from samenhang.engine import errand
kept = errand.sent
def sent(*given):
    print(len(os.listdir("/proc/self/task")))
    return kept(*given)
errand.sent = sent
from samenhang.release.build import look
look(Path(sys.argv[1]))
"""


def test_no_thread_runs_where_processes_are_forked() -> None:
    """Neither reading nor what is made ready of the shapes starts one: it would not come along."""
    done = subprocess.run([sys.executable, "-c", THREADS, str(ROOT)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_dumps_that_are_harmed_are_made_again_and_the_name_stays(small: Path, shelf: Shelf, harm: str) -> None:
    before = contents(shelf.current().folder)
    dump = shelf.current().folder / "dump.nq.gz"
    if harm == "gone":
        dump.unlink()
    else:
        dump.write_bytes(b"something else")
    name = shelf.current().name
    again = build(small, shelf).release
    assert again is not None
    assert (again.name, contents(again.folder)) == (name, before)


# What goes wrong on the way. Here with releases of a few bytes: how they were made does not matter any more.


def put(shelf: Shelf, word: str) -> Release:
    """A release that says *word*, kept and published."""
    data = f'<http://example.org/a> <http://example.org/p> "{word}" <{scope_graph("all")}> .\n'.encode()
    found = shelf.put({DATA: data, "inspection.json": b"{}\n"}, {"quads": 1})
    shelf.publish(found)
    return found


def says(shelf: Shelf) -> str:
    ((word,),) = cells(shelf.current().query("SELECT ?o { ?s ?p ?o }"))
    return word or ""


@pytest.fixture
def old(tmp_path: Path) -> Shelf:
    """A shelf with a release that says "old", published."""
    shelf = Shelf(tmp_path / "var")
    put(shelf, "old")
    return shelf


KILLED = """
import os, signal, sys
from pathlib import Path
from samenhang.release import Shelf
from tests.test_release import put

# In a child of its own each time: killed, in the way that cannot be caught, before its first write, its second ...
steps = 0
def counted(function, last):
    def call(*args, **kwargs):
        global steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call

for last in range(1, 100):
    folder = Path(sys.argv[1]) / f"{last:02}"
    put(Shelf(folder), "old")
    child = os.fork()
    if not child:
        for name in ("open", "write", "fsync", "chmod", "replace", "rename", "symlink", "mkdir", "rmdir", "unlink"):
            setattr(os, name, counted(getattr(os, name), last))
        put(Shelf(folder), "new")
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


def test_a_release_in_the_making_that_is_killed_leaves_nothing_that_looks_like_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    shelves = [Shelf(folder) for folder in sorted(tmp_path.iterdir())]
    assert len(shelves) > 8
    words = [says(shelf) for shelf in shelves]
    turn = words.index("new")
    assert words == ["old"] * turn + ["new"] * (len(words) - turn)
    for shelf in shelves:
        assert shelf.published()
        for name in shelf.names():
            assert shelf.get(name).engine  # whole: the checksum is right
            assert sorted(contents(shelf.get(name).folder)) == [DATA, "inspection.json", MANIFEST]
        put(shelf, "new")  # what is left does not stand in the way
        assert says(shelf) == "new"


@pytest.mark.parametrize("moment", [0.3, 0.7])
def test_the_command_killed_while_it_builds_leaves_what_there_was(small: Path, old: Shelf, moment: float) -> None:
    """At whatever step these moments find it; that is why nothing here depends on which."""
    environment = os.environ | {"SAMENHANG_CONTENT": str(small)}
    building = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(old.folder)], env=environment, stdout=subprocess.DEVNULL
    )
    time.sleep(moment)
    building.kill()
    building.wait()
    for name in old.names():
        assert old.get(name).engine
    assert old.current().name in old.names()


def test_what_a_killed_build_left_is_swept_away_and_not_what_another_is_making(old: Shelf) -> None:
    """Whatever the clock says of their age: it may have been set."""
    draft, link = old.folder / ".draft-left", old.folder / ".current-left"
    write(draft / DATA, "half")
    link.symlink_to("releases/nowhere")
    os.utime(draft, (0, 0))
    with ThreadPoolExecutor(1) as pool:
        with alone(old.folder):  # as a build that is writing
            waiting = pool.submit(put, old, "new")
            time.sleep(0.2)
            assert draft.exists()
            assert not waiting.done()
            assert says(old) == "old"
        assert waiting.result() == old.current()
    assert not draft.exists()
    assert not link.is_symlink()
    assert says(old) == "new"


def test_a_clock_that_is_set_back_keeps_the_order_of_publishing(old: Shelf) -> None:
    later = datetime.now(UTC) + timedelta(days=400)
    line = json.dumps({"release": old.current().name, "at": later.isoformat(timespec="seconds")})
    (old.folder / "published.jsonl").write_text(line + "\n", encoding="utf-8")
    first, second = old.current().name, put(old, "new").name
    published = old.published()
    assert list(published) == [first, second]
    assert datetime.fromisoformat(published[second]) - datetime.fromisoformat(published[first]) == timedelta(seconds=1)


def test_the_last_whole_release_is_found_with_what_is_wrong_with_those_after_it(old: Shelf) -> None:
    first = old.current()
    second, third = put(old, "new"), put(old, "newest")
    assert old.sound() == (third, ())
    (third.folder / DATA).write_bytes(b"x")
    found, (problem,) = old.sound()
    assert found == second
    assert f"Release {third.name} is damaged: '{third.folder / DATA}'" in problem.message("en")
    (second.folder / MANIFEST).unlink()
    found, problems = old.sound()
    assert found == first
    assert [third.name in problems[0].en, second.name in problems[1].en, len(problems)] == [True, True, 2]
    (first.folder / "inspection.json").write_bytes(b"[]")
    with pytest.raises(Unreadable, match=third.name):
        old.sound()
    (old.folder / "current").unlink()
    put(old, "newest")
    (old.folder / "current").unlink()  # it is lost, but the log says what was published
    assert old.sound()[0] == third


def full(*_args: object, **_kwargs: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def forbidden(*_args: object, **_kwargs: object) -> NoReturn:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("step", ["mkdir", "fsync", "rename", "symlink", "replace"])
@pytest.mark.parametrize(("trouble", "nl"), [(full, "de schijf is vol"), (forbidden, "geen toegang")])
def test_a_full_disk_or_no_permission_is_said_and_nothing_is_published(
    old: Shelf, monkeypatch: pytest.MonkeyPatch, step: str, trouble: Callable[..., NoReturn], nl: str
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Unreadable) as caught:
        patch.setattr(os, step, trouble)
        put(old, "new")
    assert caught.value.nl.endswith(f": {nl}.")
    assert str(old.folder) in caught.value.nl
    assert caught.value.exit_code == 2
    assert says(old) == "old"
    assert not list(old.folder.glob(".draft-*"))
    for name in old.names():
        assert old.get(name).engine
    put(old, "new")
    assert says(old) == "new"


@pytest.mark.parametrize("place", ["a file/var", "a file"])
def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path, place: str) -> None:
    write(tmp_path / "a file", "")
    with pytest.raises(Unreadable, match="is not a folder"):
        put(Shelf(tmp_path / place), "new")


# Damage.


def test_damaged_data_are_found_when_opened_and_mended_by_building(small: Path, shelf: Shelf) -> None:
    found = shelf.current()
    whole = contents(found.folder)
    (found.folder / DATA).write_bytes(whole[DATA].replace(b"Agenda", b"Agendo"))
    with pytest.raises(Unreadable) as caught:
        shelf.current().query("SELECT * { ?s ?p ?o }")
    assert caught.value.nl == (
        f"Release {found.name} is beschadigd: '{found.folder}/data.nq' is niet meer wat het was. Bouw opnieuw: "
        "samenhang build."
    )
    assert build(small, shelf).release == found
    assert contents(found.folder) == whole
    assert shelf.current().engine


def test_what_was_just_verified_is_checked_when_it_is_read_all_the_same(old: Shelf) -> None:
    found = old.current()
    (found.folder / DATA).write_bytes(b"<http://example.org/a> <http://example.org/p> <not an IRI> .\n")
    with pytest.raises(Unreadable, match="is damaged"):
        found.holding()
    with pytest.raises(Unreadable, match="is no longer what it was"):
        found.holding(verified=True).load()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": {}}', '{"files": 3}', "\xff"])
def test_a_damaged_manifest_is_said_and_mended_by_building(old: Shelf, text: str) -> None:
    found = old.current()
    whole = contents(found.folder)
    (found.folder / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(Unreadable, match="is damaged"):
        old.current()
    assert put(old, "old") == found
    assert contents(found.folder) == whole


@pytest.mark.parametrize("gone", [[DATA], [MANIFEST], [DATA, MANIFEST]])
def test_half_a_release_is_replaced(old: Shelf, gone: list[str]) -> None:
    found = old.current()
    whole = contents(found.folder)
    for name in gone:
        (found.folder / name).unlink()
    with pytest.raises((NotFound, Unreadable)):
        says(old)
    put(old, "old")
    assert contents(found.folder) == whole


# Publishing, and the list.


def test_publishing_is_one_step(old: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks while it happens sees the old one or the new one, never nothing."""
    seen: list[str] = []

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            seen.append(old.current().name)
            result = function(*args, **kwargs)
            seen.append(old.current().name)
            return result

        return call

    before = old.current().name
    with monkeypatch.context() as patch:
        for name in ("symlink", "replace", "rename", "fsync"):
            patch.setattr(os, name, watched(getattr(os, name)))
        new = put(old, "new").name
    turn = seen.index(new)
    assert set(seen[:turn]) == {before}
    assert set(seen[turn:]) == {new}
    assert os.readlink(old.folder / "current") == f"releases/{new}"


def test_builds_at_the_same_time_do_not_hurt_each_other(old: Shelf) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: put(old, f"new {number % 2}"), range(16)))
    assert len({one.name for one in made}) == 2
    assert len(old.names()) == 3
    assert all(old.get(name).engine for name in old.names())
    assert says(old) in ("new 0", "new 1")
    assert not [*old.folder.glob(".draft-*"), *old.folder.glob(".current-*")]
    assert set(old.published()) == set(old.names())


def test_an_earlier_release_can_be_published_again(old: Shelf) -> None:
    first = old.current()
    second = put(old, "new")
    assert old.current() == second
    old.publish(first)
    assert old.current() == first
    assert old.names() == sorted([first.name, second.name])
    assert set(old.published()) == {first.name, second.name}
    assert len((old.folder / "published.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_a_line_of_the_list_that_was_cut_short_spoils_no_other(old: Shelf) -> None:
    found = old.current()
    log = old.folder / "published.jsonl"
    line = log.read_bytes()
    log.write_bytes(b'"x"\n[1]\n{"release": 3}\n\xff\n' + line + b'{"release": "abc", "a')
    assert old.published() == {found.name: json.loads(line)["at"]}
    log.write_bytes(b'{"release": "abc", "a')
    put(old, "old")
    assert list(old.published()) == [found.name]


def test_nothing_published_yet_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        Shelf(tmp_path).current()
    assert caught.value.nl == f"In '{tmp_path}' is nog niets gepubliceerd. Bouw eerst: samenhang build."
    assert Shelf(tmp_path).names() == []
    assert Shelf(tmp_path).published() == {}


@pytest.mark.parametrize("name", ["", ".", "..", "../releases", "nergens"])
def test_a_release_that_is_not_there(old: Shelf, name: str) -> None:
    with pytest.raises(NotFound) as caught:
        old.get(name)
    assert old.current().name in caught.value.nl


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
        quads(release, graph)
        for graph in (
            *sorted(members),
            *(f"{GRAPH}{made}/{scope}" for made in ("derived", "findings", "statistics")),
            f"{GRAPH}questions",
        )
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


def test_what_is_withdrawn_leaves_the_scope_and_stays_in_its_source(tmp_path: Path) -> None:
    """The field withdraws a claim of the report: it is gone from all, where both are, and not from the report alone."""
    tickets = AGENDA[len(TURTLE) :].split("\nevidence:agenda")[0]
    tickets = tickets.replace("building-block:agenda", "building-block:tickets").replace("Agenda", "Tickets")
    claim = CLAIMS.replace("MODALITY", "sam:fact").replace("POLARITY", "sam:holds")
    folder = content(
        tmp_path / "content",
        {
            "data/report-2021/a.ttl": AGENDA + tickets + claim,
            "data/field/a.ttl": AGENDA + "evidence:agenda sam:withdraws claim:agenda-depends-on-tickets .",
        },
    )
    assert look(folder).inspection.flaws == ()  # a source may withdraw what it does not describe itself
    files, store = find(folder), ox.Store()
    load(store, files)
    materialise(store, files, analysis())
    withdrawn, block = ox.NamedNode(f"{PREFIXES['claim']}agenda-depends-on-tickets"), PREFIXES["building-block"]
    relation = (ox.NamedNode(f"{block}agenda"), ox.NamedNode(f"{NS}dependsOn"), ox.NamedNode(f"{block}tickets"))

    def said(graph: str) -> int:
        return len(list(store.quads_for_pattern(withdrawn, None, None, ox.NamedNode(graph))))

    assert said(scope_graph("all")) == 0
    assert ox.Quad(*relation, ox.NamedNode(scope_graph("all"))) not in store
    assert said(scope_graph("report-2021")) > 0
    assert ox.Quad(*relation, ox.NamedNode(scope_graph("report-2021"))) in store
    assert said(f"{GRAPH}withdrawn/all") == said(f"{GRAPH}report-2021/a") > 0


ABOUT_CLAIMS = {"rdf:type", "rdfs:label", "sam:involves", "sam:aspect", "sam:confidence"}
"""What is derived of every claim or thing, whatever its modality; all else is a direct relation."""


@pytest.mark.parametrize(
    "change",
    [
        None,
        "DELETE { GRAPH ?g { ?c sam:modality sam:fact } } INSERT { GRAPH ?g { ?c sam:modality sam:proposed } }"
        " WHERE { GRAPH ?g { ?c sam:modality sam:fact } }",
        "DELETE { GRAPH ?g { ?c sam:polarity sam:holds } } INSERT { GRAPH ?g { ?c sam:polarity sam:doesNotHold } }"
        " WHERE { GRAPH ?g { ?c sam:polarity sam:holds } }",
    ],
    ids=["as it is", "nothing is a fact", "nothing holds"],
)
def test_the_whole_map_has_direct_relations_only_of_facts_that_hold(change: str | None) -> None:
    files, store = content_files(), ox.Store()
    load(store, files)
    if change:
        store.update(f"PREFIX sam: <{NS}> {change}")
    materialise(store, files, replace(analysis(), rules=(), conclusions=()), scopes=["all"])
    derived = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{GRAPH}derived/all"))
    relations = {shorten(quad.predicate.value) for quad in derived} - ABOUT_CLAIMS
    assert len(relations) == 0 if change else len(relations) > 8, relations


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
