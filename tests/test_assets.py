"""What pages need beside their text: where it comes from, how it is sent, and pages without it."""

from __future__ import annotations

import json
import re
import socket

import httpx
import pytest
from click.testing import CliRunner
from fastapi import FastAPI

from samenhang.cli import serving
from samenhang.release import Release
from samenhang.web import assets
from tests.support import ROOT
from tests.test_web import BROWSER

BUNDLED = {"MIT", "(MPL-2.0 OR Apache-2.0)"}
"""Licences of what is bundled, which go with the EUPL; the choice is that of dompurify."""
LICENCES = BUNDLED | {"MPL-2.0"}
"""With what is only tested with: axe-core."""


def test_every_package_is_locked_by_its_content_and_free() -> None:
    told = json.loads((ROOT / "interface" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = {name: about for name, about in told.items() if name}
    assert packages
    for name, about in packages.items():
        assert about["integrity"].startswith("sha512-"), name
        assert about["license"] in LICENCES, name
        assert about.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/"), name
    assert {about["license"] for about in packages.values() if not about.get("dev")} == BUNDLED


def test_what_a_page_needs_is_kept_for_ever(client: httpx.Client) -> None:
    page = client.get("/map", headers={"accept": BROWSER}).text
    found = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert {address.rpartition(".")[2] for address in found} == {"css", "js"}
    for address in found:
        answer = client.get(address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].partition(";")[0] in ("text/css", "text/javascript")
    assert client.get("/assets/style.000000000000.css").status_code == 404


def test_only_a_page_with_a_script_may_run_one(client: httpx.Client) -> None:
    policies = {
        path: client.get(path, headers={"accept": BROWSER}).headers["content-security-policy"]
        for path in ("/map", "/", "/search?q=uit", "/sparql")
    }
    for path in ("/map", "/sparql"):
        policy = policies.pop(path)
        assert "script-src 'self'" in policy and "unsafe" not in policy
    assert not any("script-src" in policy for policy in policies.values())


def test_a_page_without_its_script_is_whole(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(assets._ADDRESSES, "map.js")
    assert assets.missing() == ["map.js"]
    page = client.get("/map?lang=en&owner=meemoo", headers={"accept": BROWSER}).text
    assert "<script" not in page
    assert '<svg class="drawing"' in page and '<tr id="afhankelijkheid-1">' in page
    monkeypatch.delitem(assets._ADDRESSES, "editor.js")
    page = client.get("/sparql?lang=en", headers={"accept": BROWSER}).text
    assert "<script" not in page and "editor" not in page.partition("</head>")[0]
    assert '<textarea id="query" name="query"' in page and "<button>Ask</button>" in page


@pytest.mark.parametrize("made", [True, False])
def test_serve_says_once_that_scripts_were_not_made(
    release: Release, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    def stop(app: FastAPI, listener: socket.socket, _files: object) -> None:
        app.state.pool.close()
        listener.close()

    monkeypatch.setattr(serving, "_run", stop)
    if not made:
        monkeypatch.delitem(assets._ADDRESSES, "map.js")
    told = CliRunner(env={"SAMENHANG_VAR": str(release.folder.parents[1])}).invoke(serving.serve, ["--port", "0"])
    assert told.exit_code == 0, told.output
    assert told.stderr.count("make interface") == (0 if made else 1)
