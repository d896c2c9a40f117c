"""What the command line refuses names the thing, the reason and the next step."""

import json
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from socialpub.cli import deliveries
from tests.cli.shell import Desk


def test_a_path_that_is_not_there_is_named(empty: Desk) -> None:
    for words in (("render", "nope.jpg", "--network", "x"), ("screen", "nope")):
        refused = empty(*words)
        assert refused.code == 1
        assert refused.err.startswith(words[1])
        assert "there is no such file" in refused.err
        assert "check the path" in refused.err


def test_a_photo_that_cannot_be_rendered_is_named(empty: Desk) -> None:
    (path := empty.folder / "notes.jpg").write_text("no photo", "utf-8")
    refused = empty("render", path, "--network", "x")
    assert refused.code == 1
    assert refused.err.startswith(f"{path}: ")


def test_a_line_of_a_batch_that_is_no_story_says_what_one_is(empty: Desk) -> None:
    (path := empty.folder / "many.jsonl").write_text('nonsense\n[1]\n{"id": "a"}\n', "utf-8")
    first, second, third = empty("screen", path).out.splitlines()
    assert first == 'line 1: cannot be read: it cannot be read as JSON; a line is one story, like {"text": "…"}'
    assert second == 'line 2: cannot be read: a line is one story, like {"text": "…"}'
    assert third == 'a: cannot be read: "text" is missing; add it'


def test_credentials_that_cannot_be_read_say_why(desk: Desk) -> None:
    (broken := desk.folder / "broken.json").write_text("{", "utf-8")
    broken.chmod(0o600)
    for path, why in ((desk.folder / "nope", "No such file"), (broken, "no JSON")):
        refused = desk("channel", "secret", "outbox", "--secret-file", path, "--as", "adm")
        assert refused.code == 1
        assert refused.err.startswith(f"{path}: ")
        assert why in refused.err
        assert "Errno" not in refused.err
        assert "Expecting" not in refused.err
    assert json.loads(desk.yes("channel", "list", "--json").out)


def test_people_read_department_time_and_programs_utc(desk: Desk) -> None:
    story = desk.submitted()
    desk.approved_after_waiving(story)
    desk.yes("hold", "--all", "--because", "an incident", "--as", "panand")
    desk.yes("run", "--once")
    planned = desk.yes("calendar", "--json").json[0]["at"]
    assert planned.endswith("+00:00")
    held = next(line for line in desk("doctor").out.splitlines() if "STAND-DOWN" in line)
    for who in ("panand", "cstark"):
        desk("release", "--all", "--as", who)
    desk.yes("run", "--once")
    [row] = desk.yes("deliveries", "--json").json
    assert row["due_at"].endswith("+00:00")
    told = [desk.yes("deliveries").out, desk.yes("show", row["id"]).out, desk.yes("run", "--once").out]
    for text in (*told, held):
        assert re.search(r"\d\d:\d\d(:\d\d)? E[SD]T\b", text) or "Nothing is planned" in text, text
        assert not re.search(r"\d\d:\d\d(:\d\d)?(Z| UTC)", text), text
    assert "{" not in told[1], "what was noted is told in words, not as a program's data"


@pytest.mark.parametrize(("year", "day"), [(2026, "Fri Nov 20 10:00 EST"), (2025, "Fri Nov 20 2026 10:00 EST")])
def test_the_calendar_names_the_year_where_it_is_not_this_one(year: int, day: str) -> None:
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    row = {"at": at, "channel": "page", "held": [], "text": "A bike"}
    assert deliveries._planned(row, ZoneInfo("America/New_York"), at.replace(year=year)).startswith(f"{day}  page")


@pytest.mark.parametrize("words", [("queue",), ("policy", "list"), ("run", "--once"), ("screen", "story.toml")])
def test_a_schedule_that_cannot_be_meant_is_refused_by_the_first_verb(empty: Desk, words: tuple[str, ...]) -> None:
    empty.settle('[schedule]\nslots = ["thue 09:00"]\n')
    refused = empty(*words)
    assert refused.code == 3
    assert '"thue" is no day' in refused.err
    assert "[SP007]" in refused.err
