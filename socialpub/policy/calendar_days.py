"""Reads dates as Americans write them: "Sat. Nov 29", "Thurs 12/17", "2 Feb", "Tuesday the 3rd of March"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from socialpub.policy.matching import trusted
from socialpub.policy.passage import Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"(?P<weekday>mon(?:days?)?|tue(?:s|sdays?)?|wed(?:s|nesdays?)?|thu(?:rs?|rsdays?)?"
    r"|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,? ?(?P<year>(?:19|20)\d\d)\b)?"
_LEAD = rf"(?:\b{_WEEKDAY}(?:,? |, the | the |,? on ))"
_HOLIDAYS = (
    r"(?P<holiday>christmas(?! eve| parade| party)|christmas eve|halloween|new year's eve|new year's day"
    r"|valentine's day|veterans day|independence day|juneteenth|the fourth of july)"
)
_FIXED = {
    "christmas": (12, 25), "christmas eve": (12, 24), "halloween": (10, 31), "new year's eve": (12, 31),
    "new year's day": (1, 1), "valentine's day": (2, 14),
    "veterans day": (11, 11), "independence day": (7, 4),
    "juneteenth": (6, 19), "the fourth of july": (7, 4),
}  # fmt: skip
_FORMS = tuple(
    trusted("(?i)" + form)
    for form in (
        rf"{_LEAD}?\b{_MONTH} {_DAY}{_YEAR}",
        rf"{_LEAD}?\b{_DAY} (?:of )?{_MONTH}{_YEAR}(?!\w)",
        rf"{_LEAD}?(?<![\d/-])(?P<m>\d{{1,2}})/{_DAY}(?:/(?P<year>(?:19|20)\d\d|\d\d)\b)?(?![/\d])",
        rf"\b{_MONTH} {_DAY}{_YEAR}(?:,? | \(){_WEEKDAY}(?!\w)",
        rf"\b{_WEEKDAY},? \(?(?:on )?{_HOLIDAYS}\b",
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it stands in a text; a year or weekday that is not written is None."""

    span: Span
    month: int
    day: int
    year: int | None
    weekday: int | None  # Monday is 0

    def on(self, year: int) -> date | None:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None  # 31 June: no such day, and no business of ours


def written_dates(plain: str) -> Iterator[Written]:
    """The dates in a plain text, each once, in no particular order."""
    seen: set[Span] = set()
    for form in _FORMS:
        for found in form.finditer(plain):
            if found.span() not in seen and (day := _read(found.span(), found.groupdict())):
                seen.add(found.span())
                yield day


def _read(span: Span, parts: dict[str, str | None]) -> Written | None:
    if holiday := parts.get("holiday"):
        month, day = _FIXED[holiday.lower()]
    else:
        name = (parts.get("month") or "").lower()[:3]
        month, day = _MONTHS.index(name) + 1 if name else int(parts["m"] or 0), int(parts["day"] or 0)
    weekday = (parts.get("weekday") or "").lower()[:3]
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Written(span, month, day, _year(parts.get("year")), _WEEKDAYS.index(weekday) if weekday else None)


def _year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if len(written) == 4 else 2000 + int(written)
