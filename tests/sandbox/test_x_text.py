"""Weights, links and the text X answers."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.sandbox import x_text


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        *[("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("“quoted”…", 10), ("–—", 2)],
        *[("🐕", 2), ("👮🏽‍♀️", 2), ("🇺🇸", 2), ("👨‍👩‍👧‍👦", 2), ("1️⃣", 2), ("❤️", 2), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2), ("🐕🐈", 4)],
        *[("https://riverbend.example/" + "a" * 99, 23), ("see riverbend.gov.", 28), ("it is 3.30 now", 14)],
        *[("mail pio@riverbend.org", 22), ("(https://a.example/x)", 25), ("a" * 280, 280)],
    ],
)
def test_weights(text: str, weight: int) -> None:
    assert x_text.weight(text) == weight


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://a.example/x, and http://b.example.", ["https://a.example/x", "http://b.example"]),
        ("(see https://a.example/x)", ["https://a.example/x"]),
        ("https://a.example/x_(y)", ["https://a.example/x_(y)"]),
        ("no link: riverbend.example, 3.30, a.b", []),
        ("police.riverbend.us/news?x=1", ["police.riverbend.us/news?x=1"]),
    ],
)
def test_links(text: str, links: list[str]) -> None:
    assert [text[start:end] for start, end in x_text.links(text)] == links


@given(st.text(max_size=120))
def test_any_text_can_be_weighed_and_shown(text: str) -> None:
    assert 0 <= x_text.weight(text) <= 2 * len(text) + 46
    shown, urls = x_text.shown(text, "1", "https://x.com/a/status/1/photo/1", [])
    for entity in urls:
        assert shown[entity["start"] : entity["end"]] == entity["url"]


@given(st.lists(st.sampled_from(["a", " ", "&", "<b>", " https://a.example/x?y&z ", "日", "🐕"]), max_size=12))
def test_what_is_shown_can_be_turned_back(parts: list[str]) -> None:
    text = x_text.trimmed("".join(parts))
    shown, urls = x_text.shown(text, "1", "https://x.com/a/status/1/photo/1", ["3_1", "3_2"])
    shown = re.sub(r" ?https://t\.co/\w+$", "", shown)
    for entity in urls:
        shown = shown.replace(entity["url"], html.escape(entity["expanded_url"], quote=False))
    assert html.unescape(shown) == text


def test_the_same_link_is_short_in_its_own_way_in_each_post() -> None:
    assert x_text.short("https://a.example", "1") != x_text.short("https://a.example", "2")
