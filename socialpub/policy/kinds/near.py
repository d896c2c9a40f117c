"""near: two things within so many words of each other, in one sentence. Either may be a token class."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject
from socialpub.policy.tokens import PartField


class Near(TextKind):
    first: PartField
    second: PartField
    within: int = Field(ge=0, le=200)  # words that may stand between the two
    order: Literal["any", "first_second"] = "any"

    def spans(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        firsts = self.first.spans(passage, subject)
        seconds = sorted(self.second.spans(passage, subject)) if firsts else []
        for first in firsts:
            if partner := self._partner(passage, first, seconds):
                yield min(first[0], partner[0]), max(first[1], partner[1])

    def _partner(self, passage: Passage, first: Span, seconds: list[Span]) -> Span | None:
        """The nearest second that is close enough and in the same sentence."""
        at = bisect_left(seconds, first)
        close = [span for span in seconds[max(0, at - 2) : at + 3] if self._reaches(passage, first, span)]
        return min(close, key=lambda span: abs(span[0] - first[0]), default=None)

    def _reaches(self, passage: Passage, first: Span, second: Span) -> bool:
        if first[0] < second[1] and second[0] < first[1]:
            return False  # one thing cannot be near itself
        if self.order == "first_second" and second[0] < first[0]:
            return False
        early, late = sorted((first, second))
        between = passage.word_at(late[0] - 1) - passage.word_at(early[1] - 1)
        return between <= self.within and passage.sentence(early[0]) == passage.sentence(late[0])
