"""What whoever runs the service is given: a doctor, backups, a unit file and a container file."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from samenhang.cli import doctor
from samenhang.cli.main import group
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


def piped(command: str, given: bytes, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    """*command* with standard output and input in the place of its file."""
    return subprocess.run(
        [sys.executable, "-m", "samenhang", command, "-"], input=given, capture_output=True, env=env, check=False
    )


def test_a_backup_goes_through_standard_output_and_input(shelf: Shelf, tmp_path: Path) -> None:
    """As the account of a service, which writes and reads no file of who runs it."""
    name = shelf.current().name
    env = os.environ | {"SAMENHANG_VAR": str(shelf.folder), "SAMENHANG_LANG": "en"}
    saved = piped("backup", b"", env)
    assert (saved.returncode, saved.stderr.decode()) == (0, f"2 releases; published: {name}\n")
    again = env | {"SAMENHANG_VAR": str(tmp_path / "again")}
    back = piped("restore", saved.stdout, again)
    assert (back.returncode, back.stdout.decode()) == (0, f"2 releases; published: {name}\n")
    assert Shelf(tmp_path / "again").names() == shelf.names()
    strange = piped("restore", saved.stdout[:300], again)
    assert strange.returncode == 2
    assert b"'-' is no (whole) backup" in strange.stderr


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

UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
HARDENED = {
    "DynamicUser": "yes",
    "ProtectSystem": "strict",
    "ProtectProc": "invisible",
    "NoNewPrivileges": "yes",
    "SystemCallFilter": "@system-service",
    "StateDirectory": "samenhang",
    "EnvironmentFile": "-/etc/samenhang.env",
}
OWN: dict[str, dict[str, str]] = {
    "samenhang.service": HARDENED | {"ExecReload": "/bin/kill -HUP $MAINPID", "Restart": "on-failure"},
    "samenhang-harvest.service": HARDENED | {"Type": "oneshot"},
    "samenhang-harvest.timer": {"Persistent": "true"},
    "virtuoso-opensource-7.service": {"Restart": "always", "StartLimitIntervalSec": "0"},
}


def documented(title: str, page: str = RUNNING) -> list[list[str]]:
    """The commands under a heading, as a shell reads them."""
    part = re.split(r"^#+ ", page.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return [shlex.split(line, comments=True) for line in re.findall(r"^    (\S.*)$", part, re.MULTILINE)]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_file_is_one_that_systemd_takes(tmp_path: Path, name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert set(re.findall(r"SAMENHANG_[A-Z_]+", text)) <= {setting.name for setting in SETTINGS}
    options = re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)
    assert OWN[name].items() <= dict(options).items()
    once = [option for option, _ in options if option not in ("Environment", "ExecStart")]
    assert len(set(once)) == len(once)
    verify = shutil.which("systemd-analyze")
    if verify is None:
        print("SAID ALOUD: there is no systemd-analyze here; the unit file was read by this test only")
        return
    for path in (DEPLOY / name for name in UNITS):  # with programs that are there
        there = re.sub(r"/\S+/(samenhang|virtuoso-t) ", "/bin/true ", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(there, encoding="utf-8")
    done = subprocess.run([verify, "verify", "--man=no", tmp_path / name], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if name in line] == []


@pytest.mark.parametrize(("status", "goes"), [(0, True), (1, True), (2, False)])
def test_an_address_that_is_not_valid_keeps_no_release_back(tmp_path: Path, status: int, goes: bool) -> None:
    """The nightly unit builds after what is good or not valid, not after what cannot run; of a build 1 is a failure."""
    text = (DEPLOY / "samenhang-harvest.service").read_text(encoding="utf-8")
    first, second = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    assert second == "/opt/samenhang/bin/samenhang build"
    assert "SuccessExitStatus" not in text
    harvest = tmp_path / "samenhang"
    harvest.write_text(f'#!/bin/sh\ntest "$*" = harvest && exit {status}\nexit 9\n', encoding="utf-8")
    harvest.chmod(0o755)
    command = shlex.split(first.replace("$$", "$").replace("/opt/samenhang/bin/samenhang", str(harvest)))
    assert (subprocess.run(command, check=False).returncode == 0) is goes


def test_commands_as_the_account_of_the_service_are_where_its_unit_is(tmp_path: Path) -> None:
    """What samenhang.sh asks of systemd is what the unit says: account, folder, settings, program."""
    recorder = tmp_path / "systemd-run"
    recorder.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    recorder.chmod(0o755)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LANG": "nl_BE.UTF-8"}
    done = subprocess.run(
        ["sh", DEPLOY / "samenhang.sh", "ask", "a b"], env=env, capture_output=True, text=True, check=True
    )
    given = done.stdout.splitlines()
    unit = (DEPLOY / "samenhang.service").read_text(encoding="utf-8").splitlines()
    asked = {given[at + 1] for at, word in enumerate(given) if word == "-p"}
    assert {
        "DynamicUser=yes",
        "User=samenhang",
        "StateDirectory=samenhang",
        "EnvironmentFile=-/etc/samenhang.env",
    } <= asked
    assert asked <= set(unit)
    assert "Environment=SAMENHANG_VAR=/var/lib/samenhang" in unit
    assert "SAMENHANG_VAR=/var/lib/samenhang" in given
    program = next(line for line in unit if line.startswith("ExecStart=")).removeprefix("ExecStart=").split()[0]
    assert given[-3:] == [program, "ask", "a b"]


def test_steps_that_are_documented_name_files_and_commands_that_exist() -> None:
    steps = documented("With systemd") + documented("In a container") + documented("Keep")
    copied = [word for step in steps for word in step if word.startswith("docs/deploy/")]
    assert all(list(ROOT.glob(word)) for word in copied)
    named = {name for name in UNITS if any((DEPLOY / name).match(word) for word in copied)}
    assert named == {name for name in UNITS if name.startswith("samenhang")}
    before = [step[:2] for step in steps]
    assert before.index(["samenhang", "build"]) < before.index(["systemctl", "enable"])
    ours = [step[step.index("samenhang", 1 if step[0] == "podman" else 0) :] for step in steps if "samenhang" in step]
    known = set(group.list_commands(click.Context(group)))
    assert {word for step in ours for word in step if word in ("build", "doctor", "backup", "restore")} <= known
    assert not any("samenhang" in step for step in steps if step[:2] == ["pip", "install"])


def test_virtuoso_is_started_again_by_a_unit_in_the_place_of_its_script() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    steps = re.findall(r"^    (sudo .+?)(?: +#.*)?$", readme, re.MULTILINE)
    (copied,) = [shlex.split(step)[2] for step in steps if step.startswith("sudo cp")]
    assert (ROOT / copied).is_file()
    name = Path(copied).stem
    stopped, started = (
        next(n for n, s in enumerate(steps) if s == f"sudo systemctl {do} {name}") for do in ("stop", "enable --now")
    )
    assert stopped < steps.index(f"sudo cp {copied} /etc/systemd/system/") < started


def test_the_container_is_nobody_with_a_root_to_read() -> None:
    """What is documented of the container file; docs/running.md says when it was built and run."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    steps = re.findall(r"^([A-Z]+) (.+)$", text, re.MULTILINE)
    names = [name for name, _ in steps]
    assert dict(steps)["USER"] == "10001"
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert json.loads(dict(steps)["ENTRYPOINT"]) == ["samenhang"]
    assert json.loads(dict(steps)["CMD"])[0] == "serve"
    assert set(re.findall(r"SAMENHANG_[A-Z_]+", text)) <= {setting.name for setting in SETTINGS}
    image, volume, run, *_ = documented("In a container")
    assert image[image.index("--format") + 1] == "docker"  # the other form has no health check
    mounted = f"samenhang:{dict(steps)['VOLUME']}"
    assert volume[volume.index("-v") + 1] == mounted
    assert run[run.index("-v") + 1] == f"{mounted}:ro"
    assert {"--read-only", "--cap-drop", "no-new-privileges"} <= set(run)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".venv", "var", ".git", "**/node_modules"} <= set(ignored)
