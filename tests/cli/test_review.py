"""The review desk on the command line: what a reviewer is shown, what an approval takes, what is said first."""

import os
from pathlib import Path

import pytest

from socialpub.model.states import DeliveryState, StoryState
from socialpub.settings import load
from socialpub.store.database import Database, open_database
from tests import world
from tests.cli.shell import Desk
from tests.cli.test_commands import _process
from tests.clock import SetClock
from tests.flow.networks import picture

TOML = """
text = "Officers met Maya at the fair."
when = 2026-11-19
where = "Veterans Park"
not_before = 2090-01-02T09:00:00
deadline = 2090-01-04T09:00:00
photos = [{file = "IMG_2231.jpg", alt = "An officer and a girl at a stand.", description = "at the fair"}]
[[people]]
name = "Maya"
role = "child"
minor = true
consent = true
evidence = "release.pdf"
[[people]]
name = "Kim"
role = "vendor"
"""


def _in_review(desk: Desk) -> str:
    folder = desk.story("fair", TOML)
    (folder / "IMG_2231.jpg").write_bytes(picture("navy"))
    (folder / "release.pdf").write_bytes(b"%PDF-1.4 signed")
    story = desk.yes("submit", folder, "--as", "jruiz", "--json").json["story"]
    desk.yes("run", "--once")
    return str(story)


def test_the_reviewer_is_shown_all_that_there_is_to_judge(desk: Desk) -> None:
    story = _in_review(desk)
    shown = desk.yes("show", story).out
    media = desk.yes("show", story, "--json").json["posts"][0]["media"][0]
    for words in (
        "Not before: Mon Jan 02 2090 09:00 EST",
        "Deadline: Wed Jan 04 2090 09:00 EST",
        "Urgency: routine",
        "Event: Thu Nov 19 2026",
        'Place: "Veterans Park"',
        "Person 1: MINOR, consented, a release is there",
        '  release: "release.pdf"',
        "Person 2: nobody asked for consent, no release is there",
        '  name: "Maya"',
        '  role: "child"',
        'Photo 1: "IMG_2231.jpg"',
        '  described as: "at the fair"',
        f"{media['size']:,} bytes: {media['file']}",
        '   alt: "An officer and a girl at a stand."',
        "Post for outbox (file, account ",
    ):
        assert words in shown, words
    assert media["sha256"] in media["file"]
    assert Path(media["file"]).stat().st_size == media["size"]


def test_an_approval_and_its_deliveries_are_shown_in_department_time(desk: Desk) -> None:
    story = _in_review(desk)
    shown = desk.approved_after_waiving(story)
    assert "outbox               Mon Jan 02 2090 09:00 EST" in shown
    text = desk.yes("show", story).out
    assert "Approved by mhale at " in text
    assert (
        "   outbox: planned for Mon Jan 02 2090 09:00 EST, between Mon Jan 02 2090 09:00 EST and Wed Jan 04" in text
    )
    desk.yes("run", "--once")
    (delivery,) = desk.yes("deliveries", "--json").json
    for name in (story, delivery["id"]):
        assert (
            "due Mon Jan 02 2090 09:00 EST, too late from Wed Jan 04 2090 09:00 EST on" in desk.yes("show", name).out
        )


def test_an_approval_without_a_look_is_refused(desk: Desk) -> None:
    story = desk.submitted()
    assert desk("approve", story, "--as", "mhale").code == 2
    for nothing in ("", "  "):
        answer = desk("approve", story, "--seen", nothing, "--as", "mhale")
        assert (answer.code, "say what you looked at" in answer.err) == (1, True)
    assert desk.yes("show", story, "--json").json["state"] == "in_review"


def test_the_only_reviewer_corrects_and_the_officer_stands_behind_it(desk: Desk) -> None:
    story = desk.submitted()
    (desk.folder / "new.toml").write_text('text = "Officers found a lost bicycle and brought it home."', "utf-8")
    desk.yes("revise", story, desk.folder / "new.toml", "--as", "panand")
    desk.yes("run", "--once")
    assert "revision 2 (written by panand)" in desk.yes("show", story).out
    seen = desk.yes("show", story, "--json").json["fingerprint"]
    assert "nobody approves their own" in desk("approve", story, "--seen", seen, "--as", "panand").err
    assert "revision 3" in desk.yes("revise", story, "--seen", seen, "--as", "jruiz").out
    desk.yes("run", "--once")
    desk.approved(story, "panand")


def test_a_stand_down_is_the_first_thing_that_everybody_reads(desk: Desk) -> None:
    story = desk.submitted()
    desk.yes("hold", "--channel", "outbox", "--because", "broken into", "--as", "panand")
    desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark")
    shown = [desk.yes("show", story), desk.approved(story), desk.yes("calendar"), desk.yes("queue")]
    for answer in shown:
        first, second = answer.out.splitlines()[:2]
        assert first.startswith("STAND-DOWN, nothing goes out, by cstark since ")
        assert first.endswith(': "an incident"')
        assert second.startswith("HELD: everything on outbox, by panand since ")
    answer = desk.yes("calendar", "--json")
    assert isinstance(answer.json, list)
    assert "STAND-DOWN" in answer.err
    assert [each["scope"] for each in desk.yes("show", story, "--json").json["stops"]] == ["all", "channel"]


def test_a_held_delivery_names_the_widest_hold_first(desk: Desk) -> None:
    story = _in_review(desk)
    desk.approved_after_waiving(story)
    desk.yes("run", "--once")
    (delivery,) = desk.yes("deliveries", "--json").json
    desk.yes("hold", delivery["id"], "--because", "wrong photo?", "--as", "mhale")
    desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark")
    assert "HELD: an incident" in desk.yes("deliveries").out
    assert "HELD: Officers met Maya" in desk.yes("calendar").out
    assert desk.yes("calendar", "--json").json[0]["held"] == ["an incident", "wrong photo?"]


def test_without_a_hold_nothing_is_said_of_one(desk: Desk) -> None:
    story = desk.submitted()
    for answer in (desk.yes("show", story), desk.yes("calendar"), desk.yes("queue")):
        assert "STAND-DOWN" not in answer.out
        assert "HELD" not in answer.out


def test_a_change_says_where_the_story_is_out_already(desk: Desk) -> None:
    story = desk.submitted()
    desk.approved(story)
    desk.yes("run", "--once")
    (desk.folder / "new.toml").write_text('text = "Officers found a lost bike on Sunday."', "utf-8")
    assert "out already on outbox" in desk.yes("revise", story, desk.folder / "new.toml", "--as", "jruiz").out
    desk.yes("run", "--once")
    seen = desk.yes("show", story, "--json").json["fingerprint"]
    answer = desk("approve", story, "--seen", seen, "--as", "mhale")
    assert (answer.code, "out already on every channel" in answer.err) == (1, True)
    second = ("--platform", "file", "--account", "second", "--base-url", (desk.spool / "outbox").as_uri())
    desk.yes("channel", "add", "second", *second, "--as", "adm")
    desk.yes("revise", story, desk.folder / "new.toml", "--as", "jruiz")
    desk.yes("run", "--once")
    assert "NOT on outbox: it is out there already" in desk.approved(story).out
    taken_back = desk.yes("reconsider", story, "--because", "x", "--as", "mhale").out
    assert "out already on outbox" in taken_back
    withdrawn = desk.yes("withdraw", story, "--because", "x", "--as", "jruiz").out
    assert withdrawn.startswith("It was withdrawn; nothing more of it is started. It is out already on outbox")


@pytest.mark.parametrize(
    ("verb", "by", "says"),
    [("withdraw", "jruiz", "give it an id of its own"), ("reject", "mhale", "it was rejected (wrong)"),
     ("return", "mhale", "socialpub revise")],
)  # fmt: skip
def test_telling_again_what_is_settled_is_no_yes(desk: Desk, verb: str, by: str, says: str) -> None:
    story = desk.submitted()
    desk.yes(verb, story, "--because", "wrong", "--as", by)
    answer = desk("submit", desk.folder / "bike", "--as", "jruiz")
    assert (answer.code, answer.out) == (1, "")
    assert says in answer.err
    assert story in answer.err


def test_an_id_of_its_own_tells_a_withdrawn_story_anew(desk: Desk) -> None:
    story = desk.submitted()
    assert "nothing was added" in desk.yes("submit", desk.folder / "bike", "--as", "jruiz").out
    desk.yes("withdraw", story, "--because", "wrong button", "--as", "jruiz")
    words = (desk.folder / "bike" / "story.toml").read_text("utf-8")
    again = desk.story("again", f'id = "bike-2"\n{words}')
    assert desk.yes("submit", again, "--as", "jruiz", "--json").json["story"] != story


def _database(desk: Desk) -> Database:
    desk.yes("queue")
    return open_database(f"sqlite:///{load(desk.folder / 'settings.toml').queue.dir}/socialpub.db", SetClock())


def test_what_waits_for_us_stands_before_what_waits_for_its_author(desk: Desk) -> None:
    db = _database(desk)
    with db.transaction() as tx:
        for _ in range(501):
            world.revision(tx, world.story(tx, StoryState.RETURNED))
    db.close()
    story = desk.submitted()
    answer = desk.yes("queue")
    assert answer.out.splitlines()[0].startswith(f"{story}  ")
    assert answer.out.splitlines()[-1] == "… and 2 more."
    program = desk.yes("queue", "--json")
    assert (len(program.json), program.err) == (500, "… and 2 more.\n")


def test_a_long_list_of_deliveries_says_how_many_more(desk: Desk) -> None:
    db = _database(desk)
    with db.transaction() as tx:
        channel = world.channel(tx)
        for _ in range(502):
            world.delivery(tx, channel, state=DeliveryState.NEEDS_PERSON)
    db.close()
    assert desk.yes("deliveries", "--state", "needs_person").out.splitlines()[-1] == "… and 2 more."
    desk.yes("hold", "--channel", "outbox", "--because", "x", "--as", "panand")
    assert "502 deliveries wait" in desk.yes("release", "--channel", "outbox", "--as", "panand").out


def test_posts_planned_in_one_moment_are_told_apart_by_what_is_printed(desk: Desk) -> None:
    same = "0199aaaa-0000-7000-8000-00000000000"
    db = _database(desk)
    with db.transaction() as tx:
        of = world.revision(tx, world.story(tx))
        under = world.approval(tx, of)
        for number in "12":
            world.delivery(tx, world.channel(tx), of=of, under=under, id=f"{same}{number}")
    db.close()
    printed = {line.split()[0] for line in desk.yes("deliveries").out.splitlines()}
    assert printed == {f"{same}1", f"{same}2"}
    assert all(desk.yes("show", one).out.startswith(f"Delivery {one} ") for one in printed)
    for words in (("show", same), ("hold", same, "--because", "x", "--as", "panand")):
        answer = desk(*words)
        assert answer.code == 1
        assert f'more than one delivery begins with "{same}"' in answer.err
        assert "socialpub deliveries" in answer.err


def test_the_beginning_of_several_stories_is_not_called_unknown(desk: Desk) -> None:
    desk.submitted()
    db = _database(desk)
    with db.transaction() as tx:
        world.revision(tx, world.story(tx, id="0000bbbb"))
    db.close()
    assert 'more than one story begins with "0"' in desk("show", "0").err
    assert 'there is no story "zz"' in desk("show", "zz").err


def test_words_that_are_no_text_stop_everything_all_the_same(desk: Desk) -> None:
    settings = str(desk.folder / "settings.toml")
    done = _process("--settings", settings, "hold", "--all", "--because", os.fsdecode(b"caf\xe9"), "--as", "cstark")
    assert done.returncode == 0, done.stderr
    (hold,) = desk.yes("holds", "--json").json
    assert hold["because"] == "caf\N{REPLACEMENT CHARACTER}"


def test_no_word_that_is_no_text_gives_a_traceback(desk: Desk) -> None:
    story, odd = desk.submitted(), os.fsdecode(b"caf\xe9")
    for words in (
        ("return", story, "--because", odd, "--as", "mhale"), ("show", odd), ("submit", odd, "--as", "jruiz"),
        ("user", "add", odd, "--role", "officer", "--as", "adm"), ("hold", odd, "--because", odd, "--as", "panand"),
    ):  # fmt: skip
        answer = desk(*words)
        assert answer.code in {0, 1}, answer
        assert "Traceback" not in answer.err


def test_a_folder_whose_name_is_no_text_is_still_found(desk: Desk) -> None:
    folder = desk.story(os.fsdecode(b"caf\xe9"))
    assert desk.yes("submit", folder, "--as", "jruiz", "--json").json["repeated"] is False


@pytest.mark.parametrize("words", ["", " ", "x" * 25_000])
def test_words_to_try_that_are_no_story_are_refused_in_one_line(empty: Desk, words: str) -> None:
    answer = empty("policy", "try", words)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert answer.err.startswith('"text"')
    assert "pydantic" not in answer.err


def test_words_to_try_that_are_no_text_are_read_as_far_as_they_go(empty: Desk) -> None:
    assert empty.yes("policy", "try", os.fsdecode(b"A nice caf\xe9.")).out
