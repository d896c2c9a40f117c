"""The sandbox weighs texts by code of its own; that both agree is worth something because neither knows the other.

Not compared: addresses under .example. The sandbox takes them for links, so that made-up departments have some; X
knows no such ending, and the adapter counts them as plain text.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.measure import measure
from socialpub.platforms.networks import read_limits
from socialpub.sandbox import x_text
from tests.town import ROOT

X = read_limits(Path(ROOT / "policies" / "networks"))["x"].text
WORDS = ["Officers", "K9.", "don't", "3.30", "a.b", "é", "e\u0301"]
WORDS += ["日本", "한글", "привет", "“home”", "–", "…", "½", "→", "™"]
EMOJI = ["🐕", "👮🏽‍♀️", "🇺🇸", "👨‍👩‍👧‍👦", "1️⃣", "❤️", "❤", "©", "©️", "⚠️", "☀", "✓", "★", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
LINKS = [
    "https://springfield.gov/park",
    "http://police.springfield.us/news?y=1&z=2",
    "springfield.gov",
    "springfield.police.us/a",
    "(https://springfield.gov/x)",
    "https://springfield.gov/" + "a" * 200,
    "springfield.gov.",
    "https://springfield.org, ",
    "https://t.co/abc",
    "t.co/abc",
    "x.com",
]
NAMES = ["pio@springfield.gov", "@SpringfieldPD", "#GoodNews"]
parts = st.lists(st.sampled_from(WORDS + EMOJI + LINKS + NAMES), max_size=12)
#: Without a dot there is no link; without joiners and selectors an emoji is one sign.
plain = st.text(st.characters(exclude_categories=["Cs", "Cf", "Mn", "Me"], exclude_characters="."), max_size=60)


@given(parts, st.sampled_from([" ", "\n", "  "]))
def test_both_weigh_words_emoji_and_links_alike(texts: list[str], between: str) -> None:
    text = between.join(texts)
    assert x_text.weight(text) == measure(text, X)


@given(plain)
def test_both_weigh_any_sign_of_any_script_alike(text: str) -> None:
    assert x_text.weight(text) == measure(text, X)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        *[("https://springfield.gov", 23), ("springfield.gov", 23), ("\u10ff", 1), ("\u1100", 2), ("\u1fff", 2)],
        *[("\u2000", 1), ("\u200e", 2), ("\u2010", 1), ("\u201f", 1), ("\u2020", 2), ("\u2032", 1), ("\u2037", 1)],
    ],
)
def test_links_weigh_23_and_the_light_ranges_end_where_the_published_configuration_says(
    text: str, weight: int
) -> None:
    assert (x_text.weight(text), measure(text, X)) == (weight, weight)


def test_the_longest_that_fits_is_the_same() -> None:
    assert (X.longest, X.link_length) == (x_text.LONGEST, x_text.LINK_WEIGHT)
