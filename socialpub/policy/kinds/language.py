"""language: a passage in another language whose English is missing. Small words tell the language."""

from collections.abc import Iterator
from functools import cached_property

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import trusted
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject

_WORD = trusted(r"[\p{L}']+")
_NUMBER = trusted(r"\d+")


class Language(TextKind):
    """Greetings are fine. A longer passage needs about as much English, with its numbers.

    Unless the department does not write in English at all.
    """

    languages: dict[str, str] = Field(min_length=1)  # code = "small words of it"
    english: str
    facts: dict[str, str] = Field(default_factory=dict)  # "martes" = "tue": how it begins in English
    fewest: int = Field(default=6, ge=1)  # words of another language that need English beside them

    @cached_property
    def _small(self) -> frozenset[str]:
        return frozenset(word for words in self.languages.values() for word in words.lower().split())

    @cached_property
    def _english(self) -> frozenset[str]:
        return frozenset(self.english.lower().split())

    def spans(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        if "en" not in subject.department.languages:
            return
        foreign = [span for span in passage.sentences if self._is_foreign(passage.lower[span[0] : span[1]])]
        if foreign and self._lacks_english(passage, foreign):
            start, end = foreign[0][0], foreign[-1][1]
            yield start, start + len(passage.plain[start:end].rstrip())

    def _is_foreign(self, sentence: str) -> bool:
        words = _WORD.findall(sentence)
        other = sum(word in self._small for word in words)
        english = sum(word in self._english for word in words)
        return len(words) >= 3 and other >= 2 and other > english and other >= 0.2 * len(words)

    def _lacks_english(self, passage: Passage, foreign: list[Span]) -> bool:
        theirs = " ".join(passage.plain[start:end] for start, end in foreign)
        ours = " ".join(passage.plain[start:end] for start, end in passage.sentences if (start, end) not in foreign)
        count = len(_WORD.findall(theirs))
        if count < self.fewest:
            return False
        unsaid = set(_NUMBER.findall(theirs)) - set(_NUMBER.findall(ours))
        words = set(_WORD.findall(theirs.lower()))
        untold = any(word in words and not _begins(english, ours) for word, english in self.facts.items())
        return bool(unsaid) or untold or len(_WORD.findall(ours)) < 0.6 * count


def _begins(start: str, text: str) -> bool:
    return any(word.startswith(start) for word in _WORD.findall(text.lower()))
