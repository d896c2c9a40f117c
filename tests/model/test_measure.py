"""Lengths as the networks count them, held against published cases where they lie beside the checkout."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.limits import TextLimits
from socialpub.model.measure import _LIGHT, fits, measure, size
from tests.model import published

WEIGHTED = TextLimits(counts="weighted", longest=280, link_length=23)
CHARACTERS = TextLimits(counts="characters", longest=500)
SHORTENING = TextLimits(counts="characters", longest=500, link_length=23)
GRAPHEMES = TextLimits(counts="graphemes", longest=300)
BYTES = TextLimits(counts="bytes", longest=3000)


@pytest.mark.parametrize(
    "group", ["WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"]
)
def test_weighted_counts_agree_with_every_published_case(group: str) -> None:
    cases = list(published.weighted(group))
    assert len(cases) == {"UnicodeDirectionalMarkerCounterTest": 2}.get(group, 22)
    assert [(text, measure(text, WEIGHTED)) for text, _ in cases] == cases


def test_older_published_cases_agree_where_emoji_counted_as_they_do_now() -> None:
    cases = list(published.weighted("WeightedTweetsCounterTest"))
    differ = [text for text, length in cases if measure(text, WEIGHTED) != length]
    assert len(cases) == 20
    assert len(differ) == 2
    assert all("\u200d" in text for text in differ), "only joined emoji were counted piece by piece then"


def test_the_weights_are_the_published_ones() -> None:
    config = published.data("v3.json")
    assert [(item["start"], item["end"]) for item in config["ranges"]] == list(_LIGHT)
    assert {item["weight"] for item in config["ranges"]} == {config["scale"]}
    assert config["defaultWeight"] == 2 * config["scale"]
    assert config["transformedURLLength"] == WEIGHTED.link_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Officer Lee", 11),
        ("Ñandú", 5),
        ("N\u0303", 1),  # composed before it is counted
        ("警察", 4),
        ("“Thank you” – truly", 19),
        ("a…", 3),
        ("👮", 2),
        ("👮🏽‍♀️", 2),
        ("🇺🇸", 2),
        ("7️⃣", 2),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 2),
        ("❤️", 2),
        ("© 2026", 6),
        ("©️", 2),
        ("https://police.example.com/a/very/long/path?with=query", 23),
        ("See dept.gov.", 3 + 1 + 23 + 1),
        ("Mail tips@police.com", 20),
    ],
)
def test_a_weighted_count(text: str, length: int) -> None:
    assert measure(text, WEIGHTED) == length


@pytest.mark.parametrize(("limits", "length"), [(CHARACTERS, 8), (GRAPHEMES, 4), (BYTES, 20), (WEIGHTED, 5)])
def test_the_same_text_in_each_unit(limits: TextLimits, length: int) -> None:
    assert measure("Hi 👮🏽\u200d♀️", limits) == length


def test_a_network_that_shortens_links_counts_those_with_a_scheme() -> None:
    assert measure("https://police.example.com/a-very-long-path", SHORTENING) == 23
    assert measure("dept.gov", SHORTENING) == len("dept.gov")
    assert measure("https://police.example.com", CHARACTERS) == len("https://police.example.com")


@given(st.text())
def test_plain_units_are_what_they_say(text: str) -> None:
    assert measure(text, CHARACTERS) == len(text)
    assert measure(text, BYTES) == len(text.encode())
    assert measure(text, GRAPHEMES) <= len(text)


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters=".")))
def test_ascii_without_links_weighs_one_each(text: str) -> None:
    assert measure(text, WEIGHTED) == len(text)


@given(st.text())
def test_a_weight_lies_between_a_grapheme_and_twice_the_characters(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    weight = measure(text, WEIGHTED)
    assert weight == measure(composed, WEIGHTED)
    assert weight <= 2 * len(composed) + 23 * composed.count(".")


def test_a_lone_surrogate_does_not_crash_it() -> None:
    for limits in (CHARACTERS, GRAPHEMES, BYTES, WEIGHTED):
        assert measure("\ud800", limits) > 0


def test_a_text_must_fit_by_both_counts_where_there_are_two() -> None:
    both = TextLimits(counts="graphemes", longest=300, longest_bytes=3000)
    family = "👨‍👩‍👧‍👦"
    assert (size(family), fits(family * 120, both), fits(family * 121, both)) == (25, True, False)
    assert (fits("a" * 300, both), fits("a" * 301, both)) == (True, False)
    assert fits(family * 300, GRAPHEMES)
    assert size("\ud800") == 3
