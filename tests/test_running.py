"""What whoever runs the service is given: a doctor, backups, a unit file and a container file."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from samenhang.cli import doctor
from samenhang.errors import Unreadable
from samenhang.questions import Words
from samenhang.release import Shelf
from samenhang.release.backup import restore, save
from samenhang.release.collection import Collection, State
from samenhang.settings import SETTINGS
from samenhang.sources import HARVEST
from tests.faults.maker import put
from tests.support import ROOT

DEPLOY = ROOT / "docs" / "deploy"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A shelf with two releases, the second one published; it is that of the settings."""
    monkeypatch.setenv("SAMENHANG_VAR", str(tmp_path / "var"))
    shelf = Shelf()
    put(shelf, 3)
    put(shelf, 4)
    return shelf


# Backups.


def test_a_backup_brings_everything_back(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    names, current, published = shelf.names(), shelf.current(), shelf.published()
    assert (sorted(save(shelf, file).names), save(shelf, file).current) == (names, current.name)
    shutil.rmtree(shelf.folder)
    shelf.folder.mkdir()
    moved = restore(shelf, file)
    assert (sorted(moved.names), moved.current) == (names, current.name)
    assert (shelf.names(), shelf.current()) == (names, current)
    for name in names:
        shelf.get(name).verify()
    assert list(shelf.published()) == list(published)
    assert [*tmp_path.glob(".backup*"), *shelf.folder.glob(".*")] == []


def test_a_backup_takes_along_what_was_collected(shelf: Shelf, tmp_path: Path) -> None:
    file, collection = tmp_path / "backup.tar.gz", Collection(shelf.folder / HARVEST)
    moment = "2026-11-30T06:00:00Z"
    state = State("https://example.org/a", "valid", moment, moment, Words("Goed.", "Good."), heard=moment)
    kept = {name: collection.keep(name, state, f"<x:{name}> <x:b> <x:c> .\n") for name in ("kassa", "loket")}
    gone = {"weg": collection.keep("weg", State("https://example.org/b", "gone", moment, moment, Words("", "")))}
    assert save(shelf, file).collected == ("kassa", "loket", "weg")
    shutil.rmtree(collection.folder / "kassa")
    shutil.rmtree(collection.folder / "weg")
    newer = collection.keep("loket", kept["loket"], "<x:newer> <x:b> <x:c> .\n")
    assert restore(shelf, file).collected == ("kassa", "weg")
    assert {name: collection.state(name) for name in collection.names()} == {**kept, **gone, "loket": newer}
    assert (collection.folder / "kassa" / kept["kassa"].file).read_text(encoding="utf-8") == "<x:kassa> <x:b> <x:c> .\n"


def test_a_backup_mends_what_is_damaged_and_leaves_what_is_newer(shelf: Shelf, tmp_path: Path) -> None:
    file, old = tmp_path / "backup.tar.gz", shelf.current()
    save(shelf, file)
    newer = put(shelf, 5)
    (old.folder / "data.nq").write_bytes(b"x")
    assert restore(shelf, file).current == newer.name
    assert shelf.current() == newer
    shelf.get(old.name).verify()


def test_what_is_damaged_gets_into_no_backup_and_that_is_said(shelf: Shelf, tmp_path: Path) -> None:
    first, second = shelf.published()
    (shelf.folder / "releases" / second / "copy.nq").write_bytes(b"x")
    moved = save(shelf, tmp_path / "backup.tar.gz")
    assert (moved.names, moved.current) == ((first,), first)
    assert [second in problem.en for problem in moved.problems] == [True]


@pytest.mark.parametrize("harm", ["short", "changed", "text", "foreign"])
def test_what_is_no_backup_is_refused_and_nothing_is_lost(shelf: Shelf, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "backup.tar.gz"
    save(shelf, file)
    if harm == "short":
        file.write_bytes(file.read_bytes()[:300])
    elif harm == "text":
        file.write_text("no archive", encoding="utf-8")
    else:
        folder = tmp_path / "unpacked"
        shutil.unpack_archive(file, folder)
        if harm == "changed":
            (folder / shelf.current().name / "data.nq").write_bytes(b"<http://x/a> <http://x/b> <http://x/c> .\n")
        else:
            (folder / "current").unlink()
        shutil.make_archive(str(tmp_path / "backup"), "gztar", folder)
    before = shelf.current()
    with pytest.raises(Unreadable, match="is no \\(whole\\) backup"):
        restore(shelf, file)
    assert shelf.current() == before
    before.verify()


# The doctor.


def told(name: str) -> dict[str, str]:
    """What the doctor sees of the things called *name*: the last of each state."""
    return {sign.state: sign.seen for check in doctor.CHECKS for sign in check() if sign.what == name}


def test_the_doctor_says_of_what_nothing_was_heard_for_long(shelf: Shelf) -> None:
    moment = "2020-01-01T06:00:00Z"
    words = Words("Er antwoordt niemand.", "Nobody answers.")
    assert told("harvest") == {}
    Collection().keep("kassa", State("https://example.org/a", "away", moment, moment, words))
    assert "'kassa'" in told("harvest")["mind"]


def test_the_doctor_tells_a_good_installation_from_a_bad_one(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(told("release")) == ["good"]
    assert list(told("var")) == list(told("python")) == list(told("dependencies")) == ["good"]
    assert told("settings") == {}
    name = shelf.current().name
    (shelf.current().folder / "copy.nq").write_bytes(b"x")
    seen = told("release")
    assert name in seen["wrong"]
    assert name not in seen["good"]  # the one that would be served
    monkeypatch.setenv("SAMENHANG_SECONDS", "veel")
    monkeypatch.setenv("SAMENHANG_SECOND", "1")
    assert ("SAMENHANG_SECONDS" in told("settings")["wrong"], "SAMENHANG_SECOND " in told("settings")["mind"]) == (
        True,
    ) * 2
    shutil.rmtree(shelf.folder)
    assert list(told("release")) == ["wrong"]


def test_data_on_disk_need_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMENHANG_LARGE", "100")
    monkeypatch.setattr(doctor, "available", lambda: 8 << 30)
    held, laid = (doctor._memory(quads=50_000_000, size=size << 20) for size in (100, 101))
    assert (held.state, laid.state) == ("mind", "good")
    assert ("van schijf" in held.seen or "from disk" in held.seen) is False
    assert "van schijf" in laid.seen or "from disk" in laid.seen


def test_every_sign_that_is_not_good_says_what_to_do(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenhang.engine.confinement.tried", lambda _forbid: False)
    monkeypatch.setattr("resource.getrlimit", lambda _kind: (256, 256))
    monkeypatch.setattr("shutil.disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1))
    monkeypatch.setattr(doctor, "available", lambda: 1 << 20)
    monkeypatch.setenv("SAMENHANG_ENGINE", "http://127.0.0.1:9/query")  # where nobody listens
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert doctor.doctor.main(["--json", "--port", str(port)], standalone_mode=False) == 1
    signs = json.loads(capsys.readouterr().out)
    states = {sign["what"]: sign["state"] for sign in signs}
    assert states["disk"] == states["engine"] == "wrong"
    assert {states[what] for what in ("confinement", "handles", "memory", "port")} == {"mind"}
    assert all(bool(sign["remedy"]) == (sign["state"] != "good") for sign in signs)


# Files for those who run it.


@pytest.mark.parametrize("name", ["samenhang.service", "samenhang-harvest.service", "samenhang-harvest.timer"])
def test_a_unit_file_is_one_that_systemd_takes(tmp_path: Path, name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    declared = {setting.name for setting in SETTINGS}
    assert set(re.findall(r"SAMENHANG_[A-Z_]+", text)) <= declared
    hardened = ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes")
    own = {
        "samenhang.service": (*hardened, "ExecReload=/bin/kill -HUP $MAINPID"),
        "samenhang-harvest.service": (*hardened, "Type=oneshot", "ExecStart=/opt/samenhang/bin/samenhang build"),
        "samenhang-harvest.timer": ("Persistent=true",),
    }
    for line in own[name]:
        assert f"\n{line}\n" in text
    options = [one for one in re.findall(r"^(\w+)=", text, re.MULTILINE) if one not in ("Environment", "ExecStart")]
    assert len(set(options)) == len(options)
    verify = shutil.which("systemd-analyze")
    if verify is None:
        print("SAID ALOUD: there is no systemd-analyze here; the unit file was read by this test only")
        return
    for path in DEPLOY.glob("samenhang*.*"):  # with a program that is there
        there = re.sub(r"/opt/samenhang/bin/samenhang ", "/bin/true ", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(there, encoding="utf-8")
    done = subprocess.run([verify, "verify", "--man=no", tmp_path / name], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if name in line] == []


def test_the_container_is_nobody_with_a_root_to_read() -> None:
    """As far as it can be seen here, where no container is built."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    steps = re.findall(r"^([A-Z]+) (.+)$", text, re.MULTILINE)
    names = [name for name, _ in steps]
    assert dict(steps)["USER"] == "10001"
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert json.loads(dict(steps)["ENTRYPOINT"]) == ["samenhang"]
    assert json.loads(dict(steps)["CMD"])[0] == "serve"
    assert "--read-only" in text
    assert set(re.findall(r"SAMENHANG_[A-Z_]+", text)) <= {setting.name for setting in SETTINGS}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".venv", "var", ".git", "**/node_modules"} <= set(ignored)
