"""What all kinds share. A kind is a shape of a rule: its fields are the keys that a pack may write."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from socialpub.policy.matching import Pattern, WordList
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule struck. Offsets count code points of the field as submitted, or are None."""

    where: str
    index: int = 0
    start: int | None = None
    end: int | None = None
    evidence: str | None = None
    instead: str = ""  # better words for exactly this hit


class Kind(BaseModel, ABC):
    """One rule's own data, checked when the pack loads."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @abstractmethod
    def find(self, subject: Subject) -> Iterator[Hit]:
        """Every place where the rule strikes. May raise TimeoutError; the caller turns that into a block."""


class TextKind(Kind):
    """A kind that reads writing. `except`: harmless phrases; `unless`: what makes a sentence harmless."""

    except_: tuple[str, ...] = Field(default=(), alias="except")
    unless: Pattern | None = None  # found in the same sentence: no finding
    unless_anywhere: Pattern | None = None  # found anywhere in the same field: no finding
    fields: tuple[Literal["text", "alt", "description", "contains", "captions", "audio", "music"], ...] = Field(
        default=("text", "alt"), alias="in"
    )

    @abstractmethod
    def spans(self, passage: Passage, subject: Subject, /) -> Iterable[Span]:
        """Where the rule strikes, in the passage's plain text."""

    def find(self, subject: Subject) -> Iterator[Hit]:
        for passage in subject.fields(self.fields):
            if self.unless_anywhere and self.unless_anywhere.within(passage.plain):
                continue
            for span in self.standing(passage, subject):
                yield hit(passage, span)

    def standing(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        """The strikes that nothing excuses, one for each place."""
        seen: set[Span] = set()
        excusing: dict[Span, bool] = {}  # a sentence is searched once, however often the rule strikes in it
        for span in self.spans(passage, subject):
            if span not in seen and not self._excused(passage, span, subject, excusing):
                seen.add(span)
                yield span

    @cached_property
    def _harmless(self) -> WordList:
        return WordList(self.except_)

    def _excused(self, passage: Passage, span: Span, subject: Subject, excusing: dict[Span, bool]) -> bool:
        return (
            subject.is_spared(passage, span)
            or (bool(self.except_) and self._is_harmless(passage, span))
            or (self.unless is not None and self._excuses(self.unless, passage, span, excusing))
        )

    @staticmethod
    def _excuses(unless: Pattern, passage: Passage, span: Span, excusing: dict[Span, bool]) -> bool:
        sentence = passage.sentence(span[0])
        if sentence not in excusing:
            excusing[sentence] = unless.within(passage.plain, *sentence)
        return excusing[sentence]

    def _is_harmless(self, passage: Passage, span: Span) -> bool:
        around = max(0, span[0] - 80)
        near = passage.lower[around : span[1] + 80]
        return any(
            around + start < span[1] and span[0] < around + end for start, end, _ in self._harmless.found(near)
        )


def hit(passage: Passage, span: Span, instead: str = "") -> Hit:
    """A hit at `span` of the plain text. What a picture only shows has evidence, but no offsets."""
    start, end = passage.as_submitted(*span)
    evidence = passage.raw[start:end]
    if passage.field in ("text", "alt"):
        return Hit(passage.where, passage.index, start, end, evidence, instead)
    return Hit(passage.where, passage.index, None, None, evidence, instead)
