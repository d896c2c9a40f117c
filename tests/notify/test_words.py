"""What people are told reads well, says the command to act, and carries nothing that a mail should not."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model import post_words, words
from socialpub.model.words import Words, one_line, plain, span

NOON = datetime(2026, 11, 20, 12, 5, tzinfo=ZoneInfo("America/New_York"))
LONG = "Officers of the night shift brought a lost dog home to Veterans Park and waited with a cup of coffee, Maya."
EVIL = "Hi\r\nBcc: everybody@dept.example\r\n\r\n\x1b[2J\u202egnp.exe\x00\ud800"


def every_text(text: str) -> list[Words]:
    """All texts with `text` wherever somebody else's words can stand."""
    return [
        words.story_waits("ID-1", text, text, "today", timedelta(hours=5)),
        words.story_near_deadline("ID-1", text, NOON),
        words.story_near_event("ID-1", text, NOON),
        words.story_past_deadline("ID-1", text, NOON),
        words.story_wants_to_start("ID-1", text, NOON),
        words.story_returned("ID-1", text, text, text),
        words.story_rejected("ID-1", text, text, text),
        words.story_published("ID-1", text, [text]),
        words.needs_person("ID-1", text, text, text),
        words.scheduler_stopped(NOON),
        words.stage_fails(text, text, NOON),
        words.backup_failed(text),
        words.backup_troubled(text),
        words.channel_trouble(text, text, text),
        words.stand_down_on(text, text),
        words.stand_down_off([text, text], 3),
        words.one_vote(text, text, text, timedelta(hours=4)),
        post_words.failed("ID-1", text, text, text),
        post_words.wished_back_too_late("ID-1", text, text),
        words.words_changed("ID-1", text, text),
        words.packs_broken(text),
        words.approval_fell("ID-1", text, text),
        post_words.still_there("ID-1", text, text, text),
        post_words.visible_after_all("ID-1", text, text, text, [text]),
        post_words.not_taken_down("ID-1", text, text, text),
        post_words.taken_down("ID-1", text, text, text),
        post_words.channel_removed("ID-1", text, text, text),
        post_words.dispatch_skipped("ID-1", text, text, text),
        post_words.cancelled("ID-1", text, text, text, text, begun=True),
        words.story_withdrawn("ID-1", text, text, text),
        post_words.not_dispatched("ID-1", text, text),
    ]


def test_who_takes_a_post_down_by_hand_reads_how_to_say_so() -> None:
    told = post_words.still_there("ID-1", "page", "A dog.", "it cannot be deleted")
    assert "socialpub confirm ID-1 --gone --because REASON" in told.body


def test_after_a_stand_down_people_are_told_what_they_can_do() -> None:
    told = words.stand_down_off(["panand", "cstark"], 3)
    for verb in ("requeue", "cancel", "reconsider", "approve it again"):
        assert verb in told.body
        assert verb in words.needs_person("ID-1", "page", "A dog.", words.CAME_DUE).body


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_text_can_break_out_of_its_line(text: str) -> None:
    plain_lines = [told.body.count("\n") for told in every_text("harmless")]
    for told, lines in zip(every_text(text), plain_lines, strict=True):
        assert "\n" not in told.subject
        assert told.body.count("\n") <= lines + 1  # a link that is one may add a line
        shown = told.subject + told.body.replace("\n", "")
        assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Co", "Zl", "Zp"}


def test_a_header_cannot_be_smuggled_in() -> None:
    for told in every_text(EVIL):
        assert "\r" not in told.subject + told.body
        assert "\nBcc" not in told.body
        (told.subject + told.body).encode()  # no lone surrogate is left


def test_only_the_first_words_of_a_story_are_in_a_mail() -> None:
    tellings: list[Callable[[], Words]] = [
        lambda: words.story_waits("ID-1", LONG, "jruiz"),
        lambda: words.story_returned("ID-1", LONG, "mwong", "Please ask her mother."),
        lambda: words.needs_person("ID-1", "main", LONG, "no answer"),
        lambda: words.approval_fell("ID-1", LONG, "the text was changed"),
    ]
    for telling in tellings:
        told = telling()
        assert LONG[:60] in told.subject
        assert "Maya" not in told.subject + told.body


def test_a_needs_person_mail_says_what_why_and_the_commands() -> None:
    told = words.needs_person("ID-1", "main-page", "A lost dog came home.", "two posts fit")
    assert told.subject == "Needs a person: main-page: “A lost dog came home.”"
    assert "Why: two posts fit" in told.body
    for command in ("socialpub show ID-1", "socialpub requeue ID-1", "socialpub cancel ID-1"):
        assert command in told.body


def test_a_needs_person_mail_without_a_reason_says_that_none_was_noted() -> None:
    assert "Why: no reason was noted" in words.needs_person("ID-1", "main", "A dog.", " \n ").body


def test_a_waiting_story_says_who_how_long_and_how_urgent() -> None:
    told = words.story_waits("ID-1", "A lost dog came home.", "jruiz", "today", timedelta(hours=5, minutes=59))
    assert told.subject == "A story waits for 5 hours for review today: “A lost dog came home.”"
    assert "A story by jruiz waits for 5 hours for a second person, and is wanted today." in told.body
    assert "socialpub show ID-1" in told.body


def test_a_new_story_has_no_age() -> None:
    told = words.story_waits("ID-1", "A lost dog came home.", "jruiz")
    assert told.subject == "A story waits for review: “A lost dog came home.”"


@pytest.mark.parametrize("make", [words.story_returned, words.story_rejected])
def test_a_decision_gives_its_reason_and_who_decided(make: Callable[[str, str, str, str], Words]) -> None:
    told = make("ID-1", "A lost dog came home.", "mwong", "It names a child.")
    assert "    It names a child.\n" in told.body
    assert "mwong" in told.body


def test_a_published_story_lists_web_addresses_and_nothing_else() -> None:
    told = words.story_published("ID-1", "A dog.", ["https://net.example/p/1", "javascript:alert(1)", "https://a b"])
    assert "    https://net.example/p/1\n" in told.body
    assert "javascript" not in told.body
    assert "a b" not in told.body


def test_a_published_story_without_addresses_says_so() -> None:
    assert "gave no address" in words.story_published("ID-1", "A dog.", []).body


def test_times_are_said_in_their_own_zone() -> None:
    assert "Fri 20 Nov 12:05" in words.scheduler_stopped(NOON).subject


def test_a_stand_down_and_its_end_say_who() -> None:
    assert words.stand_down_on("pking", "a child is missing").subject == "STAND-DOWN: nothing goes out (by pking)"
    over = words.stand_down_off(["pking", "cobrien"], 7)
    assert over.subject == "The stand-down is over; 7 posts need a decision"
    assert "pking and cobrien released" in over.body
    assert words.stand_down_off(["pking"], 0).subject == "The stand-down is over"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (119, "1 hour"), (1440, "24 hours"), (2880, "2 days")],
)
def test_a_span_is_said_in_its_largest_unit(minutes: int, said: str) -> None:
    assert span(timedelta(minutes=minutes)) == said


@given(st.text(max_size=400), st.integers(min_value=2, max_value=120))
def test_one_line_is_one_line_of_at_most_its_length(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert len(line) <= longest
    assert line == " ".join(line.split())


def test_emoji_and_accents_survive() -> None:
    assert one_line("Officer José and 👨‍👩‍👧 say 👮🏽‍♀️ hi") == "Officer José and 👨‍👩‍👧 say 👮🏽‍♀️ hi"


def test_plain_keeps_lines_and_their_indents() -> None:
    assert plain("one\r\n    two\x07\u2028three\n") == "one\n    two\nthree"
