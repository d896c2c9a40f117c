"""Random small worlds: a few channels and deliveries with everything that can stop a claim, on a coarse clock."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from socialpub.model.states import DeliveryState
from socialpub.store.transaction import Transaction
from tests import world

#: Every moment of a world lies on a tick from 0 to here; the world begins at tick NOW.
LAST, NOW = 8, 3
TICK = timedelta(seconds=60)

_TICKS = st.integers(0, LAST)
_STATES = st.sampled_from(
    [*[DeliveryState.SCHEDULED] * 4, DeliveryState.DEFERRED, DeliveryState.SENDING, *DeliveryState]
)
_RARELY = st.integers(0, 7).map(lambda n: n == 0)


@dataclass(frozen=True)
class SmallDelivery:
    due: int
    not_before: int
    deadline: int
    state: DeliveryState
    fell: bool
    held: bool
    wish: bool


@dataclass(frozen=True)
class SmallChannel:
    deliveries: tuple[SmallDelivery, ...]
    free_at: int | None
    held: bool
    removed: bool


@dataclass(frozen=True)
class SmallWorld:
    channels: tuple[SmallChannel, ...]
    stand_down: bool

    def claimable(self, tick: int) -> dict[tuple[int, int], int]:
        """What a claim takes at `tick`, as (channel, delivery) -> when it was due; the rules, said once more."""
        if self.stand_down:
            return {}
        taken = {}
        for place, channel in enumerate(self.channels):
            fit = [(row.due, n) for n, row in enumerate(channel.deliveries) if _fit(row, tick)]
            if fit and _idle(channel, tick):
                taken[place, min(fit)[1]] = min(fit)[0]
        return taken


def _fit(row: SmallDelivery, tick: int) -> bool:
    waits = row.state in {DeliveryState.SCHEDULED, DeliveryState.DEFERRED}
    in_time = row.due <= tick and row.not_before <= tick < row.deadline
    return waits and in_time and not (row.fell or row.held or row.wish)


def _idle(channel: SmallChannel, tick: int) -> bool:
    busy = any(row.state == DeliveryState.SENDING for row in channel.deliveries)
    free = channel.free_at is None or channel.free_at <= tick
    return free and not (busy or channel.held or channel.removed)


@st.composite
def _deliveries(draw: st.DrawFn) -> SmallDelivery:
    opens = draw(st.integers(0, LAST - 1))
    return SmallDelivery(
        due=draw(st.integers(opens, LAST)),
        not_before=opens,
        deadline=draw(st.integers(opens + 1, LAST)),
        state=draw(_STATES),
        fell=draw(_RARELY),
        held=draw(_RARELY),
        wish=draw(_RARELY),
    )


def _one_in_flight(rows: list[SmallDelivery]) -> bool:
    return sum(row.state == DeliveryState.SENDING for row in rows) <= 1


_channels = st.builds(
    SmallChannel,
    deliveries=st.lists(_deliveries(), max_size=3).filter(_one_in_flight).map(tuple),
    free_at=st.none() | _TICKS,
    held=_RARELY,
    removed=_RARELY,
)
small_worlds = st.builds(
    SmallWorld, channels=st.lists(_channels, min_size=1, max_size=3).map(tuple), stand_down=_RARELY
)


def build(tx: Transaction, small: SmallWorld) -> dict[str, tuple[int, int]]:
    """Insert the rows; gives the place of each delivery by its id. Tick NOW is the transaction's `now`."""
    places = {}
    if small.stand_down:
        world.hold(tx)
    for number, channel in enumerate(small.channels):
        free_at = None if channel.free_at is None else tx.now + (channel.free_at - NOW) * TICK
        on = world.channel(tx, free_at=free_at, removed_at=tx.now if channel.removed else None)
        if channel.held:
            world.hold(tx, "channel", on.id)
        for place, row in enumerate(channel.deliveries):
            of = world.revision(tx, world.story(tx))
            yes = world.approval(tx, of, fell_at=tx.now if row.fell else None)
            built = world.delivery(
                tx,
                on,
                of=of,
                under=yes,
                due=_seconds(row.due),
                not_before=_seconds(row.not_before),
                deadline=_seconds(row.deadline),
                state=row.state,
                wish="cancel" if row.wish else "",
            )
            if row.held:
                world.hold(tx, "delivery", built.id)
            places[built.id] = (number, place)
    return places


def _seconds(tick: int) -> float:
    return (tick - NOW) * TICK.total_seconds()
