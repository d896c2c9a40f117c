"""phrases: any of a list, as whole words, in any case."""

from collections.abc import Iterator
from functools import cached_property

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import WordList
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject

#: Digits and signs that stand in for letters when somebody hides a word.
_DISGUISES = str.maketrans("013457@$!", "oieastasi")


class Phrases(TextKind):
    phrases: tuple[str, ...] = Field(min_length=1)
    disguised: bool = False  # also as "r3tard" or "$hit"

    @cached_property
    def _list(self) -> WordList:
        return WordList(self.phrases)

    def spans(self, passage: Passage, _: Subject) -> Iterator[Span]:
        texts = [passage.lower]
        if self.disguised:
            texts.append(passage.lower.translate(_DISGUISES))
        for text in dict.fromkeys(texts):
            for start, end, _phrase in self._list.found(text):
                yield start, end
