"""Pictures by themselves: at an address, and as a file that a command writes."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from samenhang.errors import NotFound, Unreadable, WrongValue
from samenhang.exchange import paper
from samenhang.release import Release
from samenhang.site import picture
from tests.test_web import problem

SPACE = "{http://www.w3.org/2000/svg}"
PUBLIQ = "https://w3id.org/samenhang/id/actor/publiq"


def words(svg: bytes) -> str:
    """All that a picture says."""
    return " ".join(text.strip() for text in ElementTree.fromstring(svg).itertext() if text.strip())


def test_a_thing_and_a_class_have_a_picture_at_an_address_of_its_own(client: httpx.Client) -> None:
    thing = client.get("/doc/building-block/uitdatabank.svg?lang=en")
    assert thing.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(thing.content).tag == f"{SPACE}svg"
    assert "UiTdatabank" in words(thing.content)
    assert "publiq" in words(thing.content)
    assert b"<a " not in thing.content  # it stands alone, and leads nowhere
    link = "/doc/building-block/uitdatabank.svg?lang=nl"
    assert f'href="{link}"' in client.get("/doc/building-block/uitdatabank.html?lang=nl").text
    dutch = client.get("/ns/classes/BuildingBlock.svg?lang=nl")
    assert "bouwblok" in words(dutch.content).lower()
    assert 'href="/ns/classes/BuildingBlock.svg?lang=nl"' in client.get("/ns/classes/BuildingBlock?lang=nl").text
    assert "BuildingBlock" in str(problem(client.get("/ns/classes/BuildingBlok.svg"), 404)["detail"])
    assert "uitdatabank" in str(problem(client.get("/doc/building-block/uitdatabnk.svg"), 404)["detail"])


def test_a_picture_is_written_as_a_file(release: Release, tmp_path: Path) -> None:
    alone = picture.drawn(release, "building-block/uitid", "nl", "all")
    assert "UiTiD" in words(alone)
    for what, kind in (("kaart", WrongValue), ("building-block/", WrongValue), ("building-block/uitt", NotFound)):
        with pytest.raises(kind, match="uitid" if kind is WrongValue else "uitt"):
            picture.drawn(release, what, "nl", "all")
    environment = os.environ | {"SAMENHANG_VAR": str(release.folder.parent.parent), "SAMENHANG_LANG": "en"}

    def export(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "samenhang", "export", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    target = tmp_path / "uitid.svg"
    assert export("picture", str(target), "--of", "building-block/uitid").returncode == 0
    assert words(target.read_bytes())
    for arguments, told in (
        (("picture", "x.gif", "--of", "map"), ".svg or .png"),
        (("picture", "x.svg"), "--of map"),
        (("archimate", "--of", "map"), "only with: picture"),
    ):
        done = export(*arguments)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_a_picture_becomes_a_png(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 340" width="620" height="340">'
        b'<rect width="620" height="340" fill="#fff"/><text x="10" y="30">UiTiD</text></svg>'
    )
    with monkeypatch.context() as without:
        without.setattr(shutil, "which", lambda _name: None)
        with pytest.raises(WrongValue, match="chromium"):
            paper.photographed(svg)
    if not any(map(shutil.which, paper.BROWSERS)):
        pytest.skip("SKIPPED ALOUD: no chromium, so no PNG was made")
    png = paper.photographed(svg)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (2 * 620, 2 * 340)
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "which", lambda _name: "/bin/false")
        with pytest.raises(Unreadable, match="PNG"):
            paper.photographed(svg)
