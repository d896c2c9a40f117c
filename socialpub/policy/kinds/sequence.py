"""sequence: several things one after another, with few words between."""

from bisect import bisect_left
from collections.abc import Iterator

from pydantic import Field

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject
from socialpub.policy.tokens import PartField


class Sequence(TextKind):
    steps: tuple[PartField, ...] = Field(min_length=2)
    gap: int = Field(default=2, ge=0, le=100)  # words that may stand between two steps

    def spans(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        found = [sorted(step.spans(passage, subject)) for step in self.steps]
        if all(found):
            for first in found[0]:
                if (end := self._walk(passage, first, found[1:])) is not None:
                    yield first[0], end

    def _walk(self, passage: Passage, first: Span, later: list[list[Span]]) -> int | None:
        """Where the last step ends, taking at each step the first that follows closely."""
        last = first
        for spans in later:
            at = bisect_left(spans, (last[1], 0))
            if at == len(spans) or not self._follows(passage, last, spans[at]):
                return None
            last = spans[at]
        return last[1]

    def _follows(self, passage: Passage, last: Span, following: Span) -> bool:
        between = passage.word_at(following[0] - 1) - passage.word_at(last[1] - 1)
        return between <= self.gap and passage.sentence(last[0]) == passage.sentence(following[0])
