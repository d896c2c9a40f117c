"""What a reader sees as one sign, held against an engine that follows the annex to the letter."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from socialpub.sandbox.graphemes import count

PIECES = [
    *["a", "é", "e\u0301", "警", "ü\u0308", " ", "\n", "\r\n", "\t", "한", "\u1112\u1161\u11ab", "각"],
    *["\u1100", "\u11a8", "👍", "👍🏽", "👨‍👩‍👧‍👦", "👮🏽‍♀️", "🐕‍🦺", "❤️", "❤️‍🔥"],
    *["🏴\U000e0067\U000e0062\U000e0065\U000e007f", "1️⃣", "🇺🇸", "🇺", "🇺🇸🇲🇽"],
    *["\u200b", "\u200d", "\u200c", "\ufe0f", "\u2028", "נ", "שָׁ", "ก็", "ñ", "™️", "©"],
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_counts_as_it_is_seen(piece: str) -> None:
    assert count(piece) == len(regex.findall(r"\X", piece))


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("x".join))
def test_texts_count_as_they_are_seen(text: str) -> None:
    assert count(text) == len(regex.findall(r"\X", text))


def test_a_long_text_is_counted() -> None:
    assert (count(""), count("a" * 300), count("🇺🇸" * 150)) == (0, 300, 150)
