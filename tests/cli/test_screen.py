"""`screen`: what the guidelines say, one story or many, without submitting anything."""

import json
from pathlib import Path
from typing import Any

import pytest

from socialpub.model.finding import Level
from tests.cli.shell import Answer, Desk
from tests.town import ROOT

CORPUS = ROOT / "tests" / "policy" / "corpus" / "stories.jsonl"
KEYS = ["rule", "family", "level", "where", "index", "start", "end", "evidence", "says", "why", "cite", "instead"]
BAD = 'text = "Officers helped 9-year-old Emma Diaz find her bike. Her SSN is 219-09-9999."'


def _lines(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.out.splitlines()]


def test_the_whole_corpus_is_a_line_each_and_a_zero(empty: Desk) -> None:
    answer = empty("screen", CORPUS, "--json", "--as-of", "2026-11-20")
    told = _lines(answer)
    wanted = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    assert answer.code == 0
    assert [story["id"] for story in told] == [story["id"] for story in wanted]
    assert {tuple(finding) for story in told for finding in story["findings"]} == {tuple(KEYS)}
    texts = {story["id"]: story["text"] for story in wanted}
    for story in told:
        for finding in story["findings"]:
            assert finding["level"] in set(Level)
            assert finding["says"]
            assert finding["why"]
            assert finding["cite"]
            if finding["where"] == "text" and finding["start"] is not None:
                assert texts[story["id"]][finding["start"] : finding["end"]] == finding["evidence"]


def test_a_folder_with_a_block_is_a_one(empty: Desk) -> None:
    answer = empty("screen", empty.story(toml=BAD), "--json")
    assert answer.code == 1
    assert "block" in {finding["level"] for finding in answer.json["findings"]}


@pytest.mark.parametrize("as_file", [True, False])
def test_a_clean_story_is_a_zero(empty: Desk, *, as_file: bool) -> None:
    folder = empty.story()
    answer = empty("screen", folder / "story.toml" if as_file else folder)
    assert answer.code == 0
    assert "0 findings" in answer.out


def test_a_line_that_cannot_be_read_is_told_and_stops_no_other(empty: Desk) -> None:
    path = empty.folder / "batch.jsonl"
    good = json.dumps({"id": "good", "text": "A nice day."})
    odd = [
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"id": "b", "txet": 1}',
        b'{"text": "\\u0000"}',
        b"[" * 9_000,
        b"9" * 9_000,
    ]
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join([good.encode(), b"", *odd, good.encode()]) + b"\n")
    answer = empty("screen", path, "--json")
    told = _lines(answer)
    assert answer.code == 1
    assert [("findings" in story) for story in told] == [True, *[False] * len(odd), True]
    assert all(story.get("error") or "findings" in story for story in told)
    assert 'did you mean "text"' in next(story["error"] for story in told if story["id"] == "b")


def test_the_day_decides_what_is_a_block(empty: Desk) -> None:
    toml = 'text = "A nice day."\nphotos = [{file = "a.jpg"}]'
    folder = empty.story(toml=toml)
    levels = {}
    for day in ("2026-11-20", "2028-11-20"):
        findings = empty("screen", folder, "--json", "--as-of", day).json["findings"]
        levels[day] = {finding["level"] for finding in findings if finding["family"] == "accessibility.missing_alt"}
    assert levels == {"2026-11-20": {"warn"}, "2028-11-20": {"block"}}


def test_the_departments_own_day_counts_where_none_is_given(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.settle()
    settings = tmp_path / "settings.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("[department]", "[department]\nas_of = 2028-11-20"), "utf-8"
    )
    folder = desk.story(toml='text = "A nice day."\nphotos = [{file = "a.jpg"}]')
    assert desk("screen", folder).code == 1


def test_a_department_may_say_its_own_numbers(empty: Desk) -> None:
    toml = 'text = "Call the front desk at 508-555-0100."'
    folder = empty.story(toml=toml)
    before = empty("screen", folder, "--json").json["findings"]
    settings = empty.folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8") + '[department.phones]\nmain = "508-555-0100"\n', "utf-8")
    after = empty("screen", folder, "--json").json["findings"]
    assert len(after) < len(before)
