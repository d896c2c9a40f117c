"""substitution: words that have better ones. Each finding offers the better word."""

from collections.abc import Iterator
from functools import cached_property

from pydantic import Field

from socialpub.policy.kinds.base import Hit, TextKind, hit
from socialpub.policy.matching import WordList
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject


class Substitution(TextKind):
    swaps: dict[str, str] = Field(min_length=1)

    @cached_property
    def _better(self) -> dict[str, str]:
        return {worse.lower(): better for worse, better in self.swaps.items()}

    @cached_property
    def _list(self) -> WordList:
        return WordList(self._better)

    def spans(self, passage: Passage, _: Subject) -> Iterator[Span]:
        for start, end, _phrase in self._list.found(passage.lower):
            yield start, end

    def find(self, subject: Subject) -> Iterator[Hit]:
        for passage in subject.fields(self.fields):
            for span in self.standing(passage, subject):
                yield hit(passage, span, self._better[passage.lower[span[0] : span[1]]])
