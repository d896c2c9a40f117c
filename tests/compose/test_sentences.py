"""Where sentences end; in doubt, they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.compose.sentences import sentence_ends


def sentences(text: str) -> list[str]:
    """The text cut at each end, and what is left over."""
    ends = [0, *sentence_ends(text)]
    pieces = [text[one:other].strip() for one, other in zip(ends, [*ends[1:], len(text)], strict=True)]
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize(
    "pieces",
    [
        ["One day.", "Two cats!", "Why?!", "Because."],
        ["We thank Sgt. Ramirez and Ofc. J. Lee.", "They helped."],
        ["Meet us at 9 a.m. Saturday at St. Mary's.", "Bring a friend."],
        ["The U.S. Marshals came.", "Good."],
        ["It cost 3.50 dollars.", "Cheap."],
        ["“Thank you!”", "She smiled.)", "Then she left."],
        ["He said “stop.” and left.", "Later he came back."],
        ["Well… that went well.", "Nice…", "And then?"],
        ["First paragraph without a stop", "Second one."],
        ["Open from 9 to 11 am.", "Free coffee!"],
        ["謝謝。", "再見！", "End"],
        ["1. Lock the car.", "Then go home."],
        ["It was 2026.", "We danced."],
        ["El Sr. Gómez ayudó.", "¡Gracias!", "¿Vienes?"],
    ],
)
def test_these_are_the_sentences(pieces: list[str]) -> None:
    glue = "\n\n" if "First" in pieces[0] else " "
    assert sentences(glue.join(pieces)) == pieces


@given(st.text() | st.text(alphabet=st.sampled_from('aA.!?…"”) \n1。')))
def test_ends_are_ascending_and_inside_the_text(text: str) -> None:
    ends = sentence_ends(text)
    assert ends == sorted(set(ends))
    assert all(0 < end <= len(text) for end in ends)
