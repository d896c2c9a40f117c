"""dates: a weekday that does not belong to its date, or an invitation to what is over."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from socialpub.policy.calendar_days import Written, written_dates
from socialpub.policy.kinds.base import TextKind
from socialpub.policy.matching import Pattern
from socialpub.policy.passage import Passage, Span
from socialpub.policy.subject import Subject


class Dates(TextKind):
    problem: Literal["weekday", "past"]
    invites: Pattern | None = None  # past: words that invite
    days_grace: int = 0  # past: so many days after the event are still fine

    def spans(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        if self.problem == "weekday":
            return self._wrong_weekdays(passage, subject)
        return self._past_invitations(passage, subject)

    def _wrong_weekdays(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        for day in written_dates(passage.plain):
            years = _years(day, subject)
            if day.weekday is not None and years and not any(_fits(day, year) for year in years):
                yield day.span

    def _past_invitations(self, passage: Passage, subject: Subject) -> Iterator[Span]:
        event = subject.story.when or _only_date(passage, subject)
        if event is None or self.invites is None or event + timedelta(self.days_grace) >= subject.as_of:
            return
        yield from self.invites.spans(passage.plain)[:1]


def _only_date(passage: Passage, subject: Subject) -> date | None:
    """The one date that the text gives with its year or weekday; two dates decide nothing."""
    days = [day for day in written_dates(passage.plain) if day.year or day.weekday is not None]
    if len(days) != 1:
        return None
    fitting = [on for year in _years(days[0], subject) if (on := days[0].on(year)) and _fits(days[0], year)]
    return fitting[0] if fitting else None


def _years(day: Written, subject: Subject) -> list[int]:
    """The years that the writer can have meant."""
    if day.year:
        return [day.year]
    if subject.story.when:
        return [subject.story.when.year]
    this = subject.as_of.year
    on = day.on(this)
    return [this] if on is None or on >= subject.as_of else [this, this + 1]


def _fits(day: Written, year: int) -> bool:
    on = day.on(year)
    return on is not None and (day.weekday is None or on.weekday() == day.weekday)
