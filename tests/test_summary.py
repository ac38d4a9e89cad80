"""What a build says of coherence: where each finding can be read, and what would bring most."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from samenhang.release import Release, Shelf, summary
from samenhang.release.folders import canonical
from tests.support import ROOT, tiny

PUBLIC = "https://example.org/kaart"


def lines(release: Release, lang: str) -> list[str]:
    return summary.write(release, 0, 0, lang, PUBLIC).splitlines()


def test_each_address_holds_as_many_findings_as_its_line_says(release: Release, client: httpx.Client) -> None:
    told = [re.fullmatch(rf" +\w+ +(\d+)  {PUBLIC}(/findings\?.*)", line) for line in lines(release, "en")]
    found = {match[2]: int(match[1]) for match in told if match}
    assert len(found) > 20, "seventeen rules, of which most have two outcomes"
    for address, number in list(found.items())[::5]:
        answer = client.get(f"{address}&format=csv")
        assert len(answer.text.splitlines()) == number + 1, address


def test_without_a_known_gap_five_answers_are_told_and_of_whom(release: Release) -> None:
    """publiq owns UiTdatabank, and which standards that follows decides most of its exchanges."""
    told = lines(release, "nl")
    begin = told.index("Geen kloof is zeker. De antwoorden die het meest beslissen, en van wie")
    answers = told[begin + 1 : told.index("", begin)]
    assert len(answers) == 2 * summary.FIRST
    assert "     6  Welke standaarden volgt UiTdatabank? publiq" in answers
    assert f"        {PUBLIC}/findings?thing=uitdatabank&outcome=unknown" in answers


def test_with_known_gaps_the_agreements_that_close_most_are_told(tmp_path: Path) -> None:
    """The small data of the question: standard m closes two gaps, an agreement between owners one."""
    engine = tiny(ROOT / "tests" / "questions" / "leverage.ttl", rules=False)
    release = Shelf(tmp_path).put({"data.nq": canonical(engine.store)}, {"quads": 0})
    told = lines(release, "en")
    begin = told.index("Agreements that close most known gaps")
    assert [line.split()[0] for line in told[begin + 1 : begin + 5 : 2]] == ["2", "1"]
    assert told[begin + 3].startswith("     1  agreement between owners (")
    assert told[begin + 2].strip() == f"{PUBLIC}/findings?rule=interoperability-gap&outcome=present&layer=IL5"
