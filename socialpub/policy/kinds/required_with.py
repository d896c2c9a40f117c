"""required_with: where one thing is said, another must be said too, anywhere in the same field."""

from collections.abc import Iterator

from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import Pattern
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject


class RequiredWith(TextKind):
    present: Pattern
    needs: Pattern

    def spans(self, passage: Passage, _: Subject) -> Iterator[Span]:
        if not self.needs.within(passage.plain):
            yield from self.present.spans(passage.plain)
