"""A network that loses answers, answers late, forgets, and lists posts late. Its table of posts alone decides.

Three kinds: `plain` (asks the list of posts by their words), `keyed` (a second call with the same key shows
nothing new) and `vague` (can never say that something is not there).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, NoReturn, Protocol, TypeVar

from socialpub.delivery.journal import AttemptJournal
from socialpub.model.account import Account
from socialpub.model.limits import Limits, LookLimits, PaceLimits
from socialpub.model.outcome import (
    Absent,
    Answer,
    AskAgain,
    CannotTell,
    Deferred,
    Delivered,
    Found,
    Health,
    Outcome,
    Receipt,
    Refused,
    Scope,
    Unconfirmed,
)
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal
from tests.simulation.time import Time

Said = TypeVar("Said")
KINDS = ("plain", "keyed", "vague")
#: A post that the network took is in its list, and a request on its way has landed, within this. Seconds.
#: `looks` and `settle_s` below leave room for it even when the clock is put forward in between.
LATEST = 18.0
#: How far an adapter's `since` reaches back, because clocks are off.
_EARLIER = timedelta(hours=1, minutes=1)


@dataclass(frozen=True)
class Leave:
    """What was so in the moment in which the journal gave leave for a visible call."""

    life: int
    events: int  # how many of the life's events had happened
    wall: datetime


@dataclass
class Row:
    """One post in the network's own table."""

    remote_id: str
    channel: str
    post: Post
    account: str
    at: float  # true seconds
    listed: float
    key: str = ""  # empty: made by hand
    delivery: str = ""
    leave: Leave | None = None
    gone: float | None = None  # true seconds; None: it can be seen
    stubborn: bool = False  # the network never gets to taking it down


@dataclass
class Call:
    """A line of the network's log: a visible call that may have worked, or a question."""

    key: str
    what: str  # shown, unclear, asked


class Sim(Protocol):
    time: Time
    rng: Random
    calm: bool

    def point(self, name: str) -> None: ...
    def leave(self) -> Leave: ...


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)
    log: list[Call] = field(default_factory=list)

    def show(self, row: Row) -> Row:
        self.rows.append(row)
        return row

    def seen(self, channel: str, text: str) -> list[Row]:
        """What the public sees of these words on a channel."""
        return [row for row in self.rows if row.channel == channel and row.post.text == text and row.gone is None]


def limits_of(kind: str, like: Limits) -> Limits:
    """`plain` has a pace, so that spacing and the daily cap are in play."""
    proves: Any = "never" if kind == "vague" else "always"
    changes = {
        "name": kind,
        "label": kind,
        "looks": LookLimits(settle_s=30, looks=3, proves_absence=proves),
        "pace": PaceLimits(spacing_s=60, daily_cap=4) if kind == "plain" else PaceLimits(),
        "idempotent": kind == "keyed",
    }
    return like.model_copy(update=changes)


class Network:
    """Implements `platforms.contract.Platform` over the table."""

    def __init__(self, sim: Sim, table: Table, limits: Limits) -> None:
        self._sim, self._table, self.limits, self.name = sim, table, limits, limits.name

    def measure(self, text: str) -> int:
        return len(text)

    def verify(self, account: Account) -> Health:
        return Health(alive=True, says="it answers")

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        self._sim.point("network.upload.before")
        if (early := self._fault(_EARLY, 0.12)) is not None:
            return early(self)
        for step in ("upload", "container")[: self._sim.rng.randrange(3)]:
            self._slow()
            journal.note(step, media=str(self._sim.rng.randrange(9)))
        journal.about_to_publish()
        with self._sim.time.at_most(70):
            return self._publish(post, account, journal)

    def _publish(self, post: Post, account: Account, journal: Journal) -> Outcome:
        leave = self._sim.leave()
        self._sim.point("network.publish.before")
        if (refusal := self._fault(_REFUSALS, 0.1)) is not None:
            return refusal(self)
        self._table.log.append(Call(journal.key, "unclear"))
        if self._chance(0.08):
            self._slow()
            return self._lost()
        row = self._show(post, account, journal, leave)
        self._table.log[-1].what = "shown"
        self._sim.point("network.publish.after")
        return self._lost() if self._chance(0.25) else Delivered((Receipt(row.remote_id),))

    def _show(self, post: Post, account: Account, journal: Journal, leave: Leave) -> Row:
        if self.limits.idempotent and (same := [row for row in self._table.rows if row.key == journal.key]):
            return same[0]
        assert isinstance(journal, AttemptJournal)
        late = self._sim.rng.uniform(0, LATEST) if self._chance(0.8) else 0.0
        row = Row(
            remote_id=f"{self.name}-{len(self._table.rows) + 1}",
            channel=account.channel,
            post=post,
            account=account.account,
            at=self._sim.time.mono,
            listed=self._sim.time.mono + late,
            key=journal.key,
            delivery=journal._claim.delivery,
            leave=leave,
            stubborn=len(self._table.rows) % 4 == 1,
        )
        return self._table.show(row)

    def _lost(self) -> Outcome:
        if self._chance(0.3):
            raise RuntimeError("the adapter trips over the answer")
        return Unconfirmed("the answer was lost")

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        self._sim.point("network.find.before")
        self._table.log.append(Call(journal.key, "asked"))
        if (trouble := self._fault(_QUESTIONS, 0.15)) is not None:
            return trouble(self)
        fitting = [row for row in self._listed(post, account, since) if not journal.owned(row.remote_id)]
        if self.limits.idempotent:
            fitting = [row for row in fitting if row.key == journal.key]
        self._sim.point("network.find.after")
        if len(fitting) > 1:
            return CannotTell("two posts fit")
        return Found((Receipt(fitting[0].remote_id),)) if fitting else Absent()

    def _listed(self, post: Post, account: Account, since: datetime) -> list[Row]:
        """What the list of posts shows by now. The network's clock is right, the house's `since` need not be."""
        time = self._sim.time
        truly = time.clock() - time.wrong
        return [
            row
            for row in self._table.seen(account.channel, post.text)
            if row.listed <= time.mono and truly - timedelta(seconds=time.mono - row.at) >= since - _EARLIER
        ]

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        self._sim.point("network.retract.before")
        if (trouble := self._fault(_RETRACTIONS, 0.3)) is not None:
            return trouble(self)
        for row in self._table.rows:
            if row.remote_id == receipt.remote_id and row.gone is None:
                if row.stubborn and not self._sim.calm:
                    return Deferred("503")
                row.gone = self._sim.time.mono
        self._sim.point("network.retract.after")
        return Unconfirmed("the answer was lost") if self._chance(0.2) else Delivered((receipt,))

    def _fault(
        self, faults: tuple[Callable[["Network"], Said], ...], chance: float
    ) -> Callable[["Network"], Said] | None:
        return self._sim.rng.choice(faults) if self._chance(chance) else None

    def _chance(self, of: float) -> bool:
        return not self._sim.calm and self._sim.rng.random() < of

    def _slow(self) -> None:
        if self._chance(0.2):
            self._sim.time.go(self._sim.rng.choice((1, 20, 100, 200)))

    def _soon(self) -> datetime:
        """When a network says that it may be tried again; some say "at once", or a time that has passed."""
        return self._sim.time.clock() + timedelta(seconds=self._sim.rng.choice((-60, 0, 5, 900)))

    def _trip(self) -> NoReturn:
        raise RuntimeError("the adapter has a bug")


_LIMITED: tuple[Callable[[Network], Outcome], ...] = (
    lambda network: Deferred("429", network._soon(), Scope.CHANNEL),
    lambda network: Deferred("429", network._soon()),
    lambda _: Deferred("401", scope=Scope.CHANNEL, needs_person=True),
    lambda _: Deferred("503"),
)
_EARLY: tuple[Callable[[Network], Outcome], ...] = (*_LIMITED, Network._trip)
_REFUSALS: tuple[Callable[[Network], Outcome], ...] = (
    *_LIMITED,
    lambda _: Refused("the network does not take this", "Change the words."),
)
_QUESTIONS: tuple[Callable[[Network], Answer], ...] = (
    lambda _: AskAgain("429"),
    lambda _: CannotTell("the list is not whole"),
    Network._trip,
)
_RETRACTIONS: tuple[Callable[[Network], Outcome], ...] = (
    lambda _: Deferred("503"),
    lambda network: Deferred("429", network._soon()),
    lambda _: Refused("this network does not do that", "Take it down by hand."),
    Network._trip,
)
