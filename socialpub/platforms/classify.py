"""What a failed call means for a delivery. The rows are data, kept beside each adapter; the rule is here.

A call that may have made a post visible and was not clearly declined is Unconfirmed, never anything else.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from socialpub.model.outcome import Deferred, Health, Outcome, Refused, Scope, Unconfirmed
from socialpub.platforms.trouble import Another, Declined, NoPhoto, NotSent, Trouble, Unproven, Unusable, clean

#: The longest wait a network's answer may impose; X's daily windows last 24 hours. Beyond it: a cool-off.
LONGEST_WAIT = timedelta(hours=25)


class Means(Enum):
    PACE = "too many calls: the whole channel waits"
    PERSON = "somebody must act before anything on this channel can go out"
    REFUSED = "these bytes will be refused again"
    HAVE_IT = "the network says it has this post already: look for it"
    FORGOTTEN = "uploaded photos are gone: upload them again"
    AGAIN = "nothing was done: another try may do"
    UNCLEAR = "nobody knows"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an error answer says, whichever network it came from."""

    status: int
    code: int | None = None
    subcode: int | None = None
    words: str = ""  # the network's own, cleaned
    transient: bool = False  # the network says that trying again may help
    bare: bool = False  # no JSON: perhaps not the network's own answer


@dataclass(frozen=True, slots=True)
class Row:
    """Fits when each given condition does. `says` and `remedy` are for a person."""

    means: Means
    says: str
    remedy: str = ""
    statuses: Sequence[int] = ()
    codes: Sequence[int] = ()
    subcodes: Sequence[int] = ()
    words: str = ""  # a pattern searched in the network's words
    transient: bool = False
    bare: bool = False
    useless: bool = False  # of PERSON: no waiting and no credit makes this key good; it takes another one
    unsure: bool = False  # of PACE: it came too late to say that the visible call showed nothing
    until: Callable[[datetime], datetime] | None = None  # of PACE: when it ends, where the answer does not say so

    def fits(self, facts: Facts) -> bool:
        return (
            (not self.statuses or facts.status in self.statuses)
            and (not self.codes or facts.code in self.codes)
            and (not self.subcodes or facts.subcode in self.subcodes)
            and (not self.words or re.search(self.words, facts.words, re.IGNORECASE) is not None)
            and facts.transient >= self.transient
            and facts.bare >= self.bare
        )


Table = tuple[Row, ...]

#: What HTTP itself says, for every network; a network's own rows come first.
HTTP_ROWS: Table = (
    Row(Means.UNCLEAR, "trouble on the network's side", statuses=range(500, 1000)),
    Row(Means.UNCLEAR, "the network gave up waiting", statuses=(408,)),
    Row(Means.PERSON, "does not accept our key", "Connect the channel again.", statuses=(401,), useless=True),
    Row(Means.PERSON, "wants to be paid first", "Add credit to the account.", statuses=(402,)),
    Row(Means.PACE, "too many calls", statuses=(429,)),
    Row(Means.UNCLEAR, "an error page that is not the network's own", bare=True),
    Row(Means.REFUSED, "the network declined the post", "Change the post, or ask an administrator to look."),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How one network's errors are read: its name for people, its rows, and where its facts stand."""

    label: str
    rows: Table
    facts: Callable[[Declined], Facts]

    def row(self, declined: Declined) -> tuple[Row, Facts]:
        facts = self.facts(declined)
        return next((row, facts) for row in (*self.rows, *HTTP_ROWS) if row.fits(facts))

    def means(self, trouble: Trouble) -> Means | None:
        return self.row(trouble)[0].means if isinstance(trouble, Declined) else None


def outcome(trouble: Trouble, reading: Reading, now: datetime) -> Outcome:
    """How an attempt ends that met `trouble`. `now` (UTC) bounds and anchors the wait a network asks for."""
    said = f"{reading.label}: {trouble.says}"
    if isinstance(trouble, Unusable):
        return Deferred(f"{reading.label}: {trouble.in_full}", scope=Scope.CHANNEL, needs_person=True)
    if isinstance(trouble, Unproven):
        return _unproven(trouble, reading, now)
    if isinstance(trouble, Declined):
        return _declined(trouble, reading, now)
    if isinstance(trouble, NoPhoto):
        return Deferred(said, needs_person=True)
    if trouble.visible and not isinstance(trouble, NotSent):
        return Unconfirmed(said)
    return Deferred(said)


def waits(trouble: Trouble, reading: Reading, now: datetime) -> Deferred:
    """What trouble with its credentials means for a channel: it waits, or for a person. No post is to blame."""
    result = outcome(trouble, reading, now)
    if isinstance(result, Deferred):
        return dataclasses.replace(result, scope=Scope.CHANNEL)
    says, remedy = told(trouble, reading)
    return Deferred(f"{says}. {remedy}", scope=Scope.CHANNEL, needs_person=True)


def _unproven(trouble: Unproven, reading: Reading, now: datetime) -> Deferred:
    """The whole channel waits until it is known whose name its posts would bear. It is never the post's fault."""
    why = outcome(trouble.cause, reading, now)
    said = f"{reading.label}: {trouble.says}"
    if isinstance(why, Deferred):
        return dataclasses.replace(why, reason=f"{said}; {why.reason}", scope=Scope.CHANNEL)
    return Deferred(said, scope=Scope.CHANNEL)


def _declined(trouble: Declined, reading: Reading, now: datetime) -> Outcome:
    row, facts = reading.row(trouble)
    said = f"{reading.label}: {row.says} ({trouble.says}{': ' if facts.words else ''}{facts.words})"
    match row.means:
        case Means.PACE if row.unsure and trouble.visible:
            return Unconfirmed(said)
        case Means.PACE:
            ends = row.until(now) if row.until else not_before(trouble.headers, now)
            return Deferred(said, ends, Scope.CHANNEL)
        case Means.PERSON:
            return Deferred(f"{said}. {row.remedy}", scope=Scope.CHANNEL, needs_person=True)
        case Means.REFUSED:
            return Refused(said, row.remedy)
        case Means.FORGOTTEN | Means.AGAIN:
            return Deferred(said)
        case Means.HAVE_IT | Means.UNCLEAR:
            return Unconfirmed(said) if trouble.visible else Deferred(said)


def told(trouble: Trouble, reading: Reading) -> tuple[str, str]:
    """What happened and what to do, for a check that changes nothing."""
    if isinstance(trouble, Unusable):
        return f"{reading.label}: {trouble.says}", trouble.remedy
    if not isinstance(trouble, Declined):
        return f"{reading.label}: {trouble.says}", "Try again later."
    row, facts = reading.row(trouble)
    return f"{reading.label}: {row.says} ({facts.words or trouble.says})", row.remedy


def unhealthy(trouble: Trouble, reading: Reading) -> Health:
    """What a failed check means for a channel."""
    says, remedy = told(trouble, reading)
    useless = isinstance(trouble, Unusable) or (isinstance(trouble, Declined) and reading.row(trouble)[0].useless)
    return Health(alive=False, says=says, remedy=remedy, anothers=isinstance(trouble, Another), unusable=useless)


def joined(words: Iterable[object]) -> str:
    """The network's words out of several fields, those that are text, cleaned."""
    return clean("; ".join(dict.fromkeys(word for word in words if isinstance(word, str) and word)))


def whole_number(value: object) -> int | None:
    """`value` if it is a whole number (or its digits) of at most 18 digits, else None. JSON's true is no number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**18 else None
    return int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value) else None


def not_before(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a rate limit ends, as the latest of what the headers say; None when they say nothing sensible."""
    times = [*_resets(headers), *_retry_after(headers, now), *_regain(headers, now)]
    return max((when for when in times if now < when <= now + LONGEST_WAIT), default=None)


def _resets(headers: Mapping[str, str]) -> Iterable[datetime]:
    """A reset per window: epoch seconds, or ISO 8601. Only windows with nothing left count, or that say nothing."""
    for name, value in headers.items():
        when = _moment(value) if name.lower().endswith("-reset") else None
        if when is not None and headers.get(name[: -len("reset")] + "remaining", "0").strip() == "0":
            yield when


def _moment(value: str) -> datetime | None:
    if (seconds := whole_number(value)) is not None:
        return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < 32_503_680_000 else None  # year 3000
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when if when.tzinfo else None


def _retry_after(headers: Mapping[str, str], now: datetime) -> Iterable[datetime]:
    value = headers.get("retry-after", "").strip()
    if (seconds := whole_number(value)) is not None:
        yield now + timedelta(seconds=min(seconds, 10_000_000))
        return
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return
    yield when if when.tzinfo else when.replace(tzinfo=UTC)


def _regain(headers: Mapping[str, str], now: datetime) -> Iterable[datetime]:
    """Graph: minutes until access is regained, per business and kind of use."""
    try:
        usage: Any = json.loads(headers.get("x-business-use-case-usage", "{}"))
    except (ValueError, RecursionError):
        return
    kinds = (
        [kind for kinds in usage.values() if isinstance(kinds, list) for kind in kinds]
        if isinstance(usage, dict)
        else []
    )
    for kind in kinds:
        minutes = whole_number(kind.get("estimated_time_to_regain_access")) if isinstance(kind, dict) else None
        if minutes:
            yield now + timedelta(minutes=min(max(minutes, 0), 100_000))
