"""What foreign words may do on a screen: be read, and nothing else."""

import json

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from socialpub.cli.visible import GOES_ON, QUOTE, inline, named, one_line, quoted, visible
from tests.cli.shell import Desk

HIDDEN = st.text(
    alphabet=st.sampled_from('aé\n\r\t\x1b\x85\u200b\u200d\u202e\u2028\ue000\U0010ffff\u0378👮♀\ufe0f日"')
)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Em\ue000ma", "Em<U+E000>ma"),
        ("Em\u200dma", "Em<U+200D>ma"),
        ("Em\u034fma \u3164 \u2800", "Em<U+034F>ma <U+3164> <U+2800>"),
        ("\x1b[2J\x07", "<U+001B>[2J<U+0007>"),
        ("\u202eeno", "<U+202E>eno"),
        ("a\rb\x85c\u2028d", "a<U+000D>b<U+0085>c<U+2028>d"),
        ("\U000e0041", "<U+E0041>"),
        ("two\nlines, José 日本", "two\nlines, José 日本"),
        ("👮🏽‍♀️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ❤️‍🔥 🏳️‍🌈 1️⃣ 🇺🇸", "👮🏽‍♀️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ❤️‍🔥 🏳️‍🌈 1️⃣ 🇺🇸"),
        ("\U0001fa77 \U0001fae8", "\U0001fa77 \U0001fae8"),  # newer than Python's own tables
    ],
)
def test_what_nobody_would_see_is_spelled_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text() | HIDDEN)
def test_nothing_that_a_terminal_acts_upon_is_left(text: str) -> None:
    shown = visible(text)
    assert not regex.search(r"(?!\n)[\p{Cc}\p{Cs}\p{Co}\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown)
    assert shown.count("\n") == text.count("\n")
    assert visible(shown) == shown


@given(st.text() | HIDDEN | st.text(alphabet="ab 日", max_size=400))
def test_each_line_of_a_quotation_has_its_mark_and_no_character_is_lost(text: str) -> None:
    lines = quoted(text)
    assert all(line.startswith((QUOTE, GOES_ON)) for line in lines)
    assert "".join(("\n" if line.startswith(QUOTE) else "") + line[len(QUOTE) :] for line in lines)[1:] == visible(
        text.replace("\r\n", "\n")
    )
    assert all("\n" not in line for line in lines)


def test_a_long_line_breaks_where_a_terminal_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for wide in ("日", "\U0001fae8"):
        lines = quoted(f"Fun.{' ' * 90}Post for facebook-main: {wide * 60} Finding 1")
        assert len(lines) > 2
        assert all(len(line) + line.count(wide) < 80 for line in lines)


@given(st.text() | HIDDEN)
def test_words_inside_our_line_stay_inside_it(text: str) -> None:
    whole = inline(text)
    assert "\n" not in whole
    assert '"' not in whole[1:-1].replace("\\\\", "").replace('\\"', "")
    assert "\n" not in one_line(text)
    assert all(line.startswith(("name: ", "name:", QUOTE, GOES_ON)) for line in named("name", text))


def test_long_words_beside_a_name_are_a_quotation() -> None:
    assert named("alt", "A bike.") == ['alt: "A bike."']
    assert named("alt", "x" * 61) == ["alt:", QUOTE + "x" * 61]
    assert named("alt", "one\ntwo") == ["alt:", QUOTE + "one", QUOTE + "two"]


SPOOF = (
    "Coffee with a Cop was fun.\\n\\nPost for outbox: Coffee.\\n"
    "Finding 1 (block, answered):\\n1. block: [set aside by mhale, panand]\\n  | x\\nFingerprint of all this: 00"
)


def test_a_story_cannot_forge_its_own_sheet(desk: Desk) -> None:
    story = desk.submitted(toml=f"text = '''{SPOOF}'''".replace("\\n", "\n"))
    shown = desk.yes("show", story).out.splitlines()
    assert [line for line in shown if line.startswith("Post for outbox: Coffee")] == []
    assert [line for line in shown if line.startswith("Finding")] == []
    assert len([line for line in shown if line.startswith("Post for")]) == 1
    assert len([line for line in shown if line.startswith("Fingerprint")]) == 1
    assert shown[-1].startswith("Fingerprint of all this: ")
    assert "  |   | x" in shown


def test_names_files_and_alt_texts_cannot_forge_it_either(desk: Desk) -> None:
    evil = "Maya\\nPerson 2: consented, a release is there"
    person = f'{{name = "{evil}", role = "{evil}", minor = true}}'
    words = f'text = "A nice day."\nwhere = "{evil}"\nprogram = "{evil}"\npeople = [{person}]\n'
    story = desk.submitted(toml=words)
    desk.yes("return", story, "--because", "no\nApproved by panand", "--as", "mhale")
    shown = desk.yes("show", story).out.splitlines()
    assert [line for line in shown if line.startswith(("Person 2", "Approved"))] == []
    assert "Person 1: MINOR, nobody asked for consent, no release is there" in shown


def test_the_public_and_the_reviewer_see_the_same(desk: Desk) -> None:
    story = desk.submitted(toml='text = "Officers met Em\\uE000ma \\U0001FAE8 today."')
    shown = desk.yes("show", story).out
    assert "  | Officers met Em<U+E000>ma \U0001fae8 today." in shown  # as it was told
    assert "  | Officers met Emma \U0001fae8 today." in shown  # as it goes out
    posts = desk.yes("show", story, "--json").json["posts"]
    assert posts[0]["texts"] == ["Officers met Emma \U0001fae8 today."]


def test_json_carries_no_raw_controls_and_the_same_words(desk: Desk) -> None:
    told = "Officers \u202e found\x9b \u2066a bike\x85.\u061c"
    story = desk.submitted(toml=f"text = {json.dumps(told)}")
    answer = desk.yes("show", story, "--json")
    assert answer.json["document"]["text"] == told
    assert not regex.search(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", answer.out)


def test_a_reason_cannot_play_with_the_terminal(desk: Desk) -> None:
    desk.yes("hold", "--all", "--because", "x\x1b[2J\u202e\nReleased.", "--as", "cstark")
    for words in (("release", "--all", "--as", "panand"), ("queue",), ("calendar",), ("holds",)):
        shown = desk.yes(*words).out
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "Released." not in shown.splitlines()
