"""The finder of names, and the plain form that all rules read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.document import parse
from socialpub.policy.packs import Packs, load
from socialpub.policy.passage import Passage
from socialpub.policy.spared import spared_by
from socialpub.policy.subject import Subject
from tests.policy.packing import DAY, DEPARTMENT
from tests.policy.score import POLICIES


@pytest.fixture(scope="module")
def shipped() -> Packs:
    return load(POLICIES)


def names(book: Packs, text: str) -> list[str]:
    subject = Subject(parse({"text": text}), DEPARTMENT, DAY, spared_by(DEPARTMENT), book.words)
    plain = subject.text.plain
    return [plain[name.start : name.end] for name in subject.names(subject.text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Big thanks to Joe Farina at the deli.", ["Joe Farina"]),
        ("Olivia won, and so did Noor Abdi and Max Feld.", ["Olivia", "Noor Abdi", "Max Feld"]),
        ("A boy named Jaylen met Mrs. Abdullahi.", ["Jaylen", "Mrs. Abdullahi"]),
        ("Maria’s dog is home.", ["Maria"]),
        ("Maria L. is fine.", ["Maria L."]),
        ("Ofc. Sam Coffin, Sgt. Banks and K9 Bullet met.", []),
        ("Happy Thanksgiving from Hooker Field! Coffee With A Cop.", []),
        ('They read "Night Fishing Trip" aloud.', []),
        ("Last Tuesday Night Out was in May. The Port Test Police Department", []),
    ],
)
def test_names_are_found_and_other_capitals_left(shipped: Packs, text: str, expected: list[str]) -> None:
    assert names(shipped, text) == expected


@given(st.text(min_size=1, max_size=60))
def test_the_plain_form_always_finds_its_way_back(raw: str) -> None:
    passage = Passage("text", 0, "text", raw)
    assert len(passage.lower) == len(passage.plain)
    start, end = passage.as_submitted(0, len(passage.plain))
    assert end == len(raw)
    for offset in range(len(passage.plain)):
        first, last = passage.as_submitted(offset, offset + 1)
        assert start <= first < last <= end
        assert passage.from_submitted(first, last) == (offset, offset + 1)


def test_the_plain_form_has_straight_quotes_and_no_hidden_characters() -> None:
    assert Passage("text", 0, "text", "it’s\u00a0“f\u00adine”—e\u0301").plain == 'it\'s "fine"-é'


def test_a_family_of_emoji_stays_one(shipped: Packs) -> None:
    assert Passage("text", 0, "text", "👨‍👩‍👧 x").plain == "👨‍👩‍👧 x"


def test_sentences_do_not_end_at_ranks_and_months() -> None:
    passage = Passage("text", 0, "text", "Ofc. Lee met Sgt. Roe on Sat. Nov. 29. They ate! All of it.")
    parts = [passage.plain[start:end].strip() for start, end in passage.sentences]
    assert parts == ["Ofc. Lee met Sgt. Roe on Sat. Nov. 29.", "They ate!", "All of it."]
