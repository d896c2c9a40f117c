"""How long a text is, as each network counts it."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.limits import TextLimits
from socialpub.model.measure import measure


def weighted(text: str, link_length: int) -> int:
    return measure(text, TextLimits(counts="weighted", longest=280, link_length=link_length))


@pytest.mark.parametrize(("counts", "length"), [("characters", 5), ("graphemes", 2), ("bytes", 15), ("weighted", 3)])
def test_each_unit(counts: str, length: int) -> None:
    text = "e\u0301" + "👩\u200d🚒"
    limits = TextLimits.model_validate({"counts": counts, "longest": 280})
    assert measure(text, limits) == length - (counts == "bytes") * 1


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Officers", 8),
        ("é", 1),
        ("a\u0323", 2),
        ("e\u0301", 1),
        ("“quotes” — dash", 15),
        ("警察", 4),
        ("👮", 2),
        ("👮🏽\u200d♀️", 2),
        ("👨\u200d👩\u200d👧\u200d👦", 2),
        ("🇺🇸", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("Hi http://riverbend.gov", 26),
        ("https://riverbendpd.gov/events/2026/11/22/coffee-with-a-cop?source=x#top", 23),
        ("riverbendpd.gov", 23),
        ("Visit riverbendpd.gov/events.", 6 + 23 + 1),
        ("(https://riverbend.gov/b)", 25),
        ("https://riverbend.gov/a_(b)", 23),
        ("x.team", 23),
        ("mail pio@riverbendpd.gov", 24),
        ("Main St.The end", 15),
        ("version 1.2.3", 13),
        ("#K9 @RiverbendPD", 16),
        ("http://no-dot", 13),
        ("a.example b.example", 19),
    ],
)
def test_weights(text: str, length: int) -> None:
    assert weighted(text, 23) == length


@given(st.text(alphabet=st.characters(max_codepoint=0x10FF, exclude_categories=["Cs"]), max_size=60))
def test_without_links_light_letters_count_one_and_composed_ones_beyond_them_two(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    if "." not in composed:
        assert weighted(text, 23) == sum(1 if ord(sign) <= 4351 else 2 for sign in composed)


@given(st.text(max_size=400))
def test_any_text_can_be_counted_quickly(text: str) -> None:
    assert 0 <= weighted(text, 23) <= 23 * len(text)


def test_a_hostile_text_is_counted_in_no_time() -> None:
    for text in (
        "a." * 10_000,
        "http://" + "a-" * 10_000,
        "a" * 20_000 + ".com",
        "https://" * 2_000,
        "?" * 20_000,
    ):
        begun = time.monotonic()
        weighted(text, 23)
        assert time.monotonic() - begun < 2
