"""The packs are held to the labelled stories: a change that finds less, or cries wolf more, fails here."""

import pytest

from socialpub.policy.packs import Packs, load
from tests.policy.score import POLICIES, Score, half, score

#: Families that simple rules find nearly always: each half must have them all but one.
OBVIOUS = (
    "pii.email", "pii.ssn", "minor.no_consent", "accessibility.missing_alt", "slur", "profanity",
    "accessibility.missing_captions", "accessibility.hashtag_case", "accessibility.all_caps",
    "accessibility.emoji_run", "accessibility.text_in_image", "copyright.music", "fact.date_weekday",
    "unsafe.link",
)  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Packs:
    return load(POLICIES)


@pytest.fixture(scope="module")
def odd(shipped: Packs) -> Score:
    return score(shipped, half("odd"))


@pytest.fixture(scope="module")
def even(shipped: Packs) -> Score:
    return score(shipped, half("even"))


def test_recall_does_not_fall(odd: Score, even: Score) -> None:
    assert odd.recall >= 0.95
    assert even.recall >= 0.50


def test_clean_stories_are_left_alone(odd: Score, even: Score) -> None:
    assert odd.false_rate <= 0.02
    assert even.false_rate <= 0.08


@pytest.mark.parametrize("family", OBVIOUS)
def test_the_obvious_is_found(odd: Score, even: Score, family: str) -> None:
    for total in (odd, even):
        assert total.found[family] >= total.expected[family] - 1


def test_findings_point_at_the_words_that_matter(odd: Score) -> None:
    assert odd.overlapping >= 0.8 * odd.placed
