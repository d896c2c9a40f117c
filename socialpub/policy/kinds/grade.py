"""grade: reading grade too high (Flesch-Kincaid, Kincaid et al. 1975). Points at the hardest sentence."""

from collections.abc import Iterator

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject

_WORD = trusted(r"\p{L}[\p{L}']*")
_VOWELS = trusted(r"[aeiouy]+")


class Grade(TextKind):
    most: float = Field(gt=0, le=30)  # United States school years
    fewest: int = Field(default=40, ge=1)  # words below which the formula says nothing

    def spans(self, passage: Passage, _: Subject) -> Iterator[Span]:
        words = _WORD.findall(passage.lower)
        sentences = [span for span in passage.sentences if passage.plain[span[0] : span[1]].strip()]
        if len(words) >= self.fewest and _grade(words, len(sentences)) > self.most:
            start, end = max(sentences, key=lambda span: _hardness(passage.lower[span[0] : span[1]]))
            yield start, start + len(passage.plain[start:end].rstrip())


def _grade(words: list[str], sentences: int) -> float:
    return 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _hardness(sentence: str) -> float:
    words = _WORD.findall(sentence)
    return _grade(words, 1) if words else 0.0


def _syllables(word: str) -> int:
    """A good guess: groups of vowels, without a silent e at the end."""
    count = len(_VOWELS.findall(word))
    return max(1, count - (word.endswith("e") and not word.endswith("le")))
