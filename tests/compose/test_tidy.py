"""A clean text says the same as before, and hides nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.compose.tidy import tidy

MESSY = st.text(
    alphabet=st.sampled_from(
        "aé\u0301 \t\n\r\v\u2028\x00\u202e\u2066\u200b\u200d\ufeff\U0001f3f4\U000e0067\U000e007f"
    )
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Thank you.  \n", "Thank you."),
        ("one   \ntwo\t\n", "one\ntwo"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("a\n \n\t\n  \n \nb", "a\n\n\nb"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("Jose\u0301", "José"),
        ("ju\u200bve\u00adnile", "juvenile"),
        ("\u202eeno on\u202c", "eno on"),
        ("be\x00ll\x07\x1b[31m", "bell[31m"),
        ("\ufeffHi\uffff", "Hi"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("👮🏽‍♀️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ❤️", "👮🏽‍♀️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ❤️"),
        ("two  spaces stay", "two  spaces stay"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("\u200b \x00", ""),
        ("Em\ue000ma \U000f0001Di\U0010fffdaz", "Emma Diaz"),
        ("new \U0001fa77 and newer \U0001fae8", "new \U0001fa77 and newer \U0001fae8"),
    ],
)
def test_it_is_tidied(text: str, clean: str) -> None:
    assert tidy(text) == clean


@given(st.text() | MESSY)
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text() | MESSY)
def test_what_is_left_is_composed_visible_and_trimmed(text: str) -> None:
    clean = tidy(text)
    assert clean == unicodedata.normalize("NFC", clean) == clean.strip()
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in clean if c != "\n")
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert "\n\n\n\n" not in clean
    assert all(line == line.rstrip() for line in clean.split("\n"))


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_no_letter_or_figure_is_lost(text: str) -> None:
    assert tidy(text) == unicodedata.normalize("NFC", text)
