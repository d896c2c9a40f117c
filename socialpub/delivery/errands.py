"""Questions to networks about what is out already, shared out by channel: a network that hangs delays only its own.

An `Asker` does them at once or in threads of its own. Here is who asks about what; never what an answer means.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select, update

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.hand import Asker
from socialpub.model.states import DeliveryState
from socialpub.store.schema import Channel, Delivery

#: When an errand that failed is tried again.
_LATER = timedelta(seconds=30)
#: A network and one of its channels.
_Place = tuple[str, str]


def errands(
    carrier: Carrier, hand: Asker, stage: str, state: DeliveryState, errand: Callable[[Carrier, str], None]
) -> datetime | None:
    """Run `errand` for each delivery in `state` whose time to look has come; leave when to look next.

    A channel that is still being asked is left alone: its end calls the stage again.
    """
    hand.asking(stage)  # first, because what failed in a thread is this stage's trouble: it waits before it goes on
    for (network, channel), deliveries in _due(carrier, state).items():
        hand.ask(stage, network, channel, [partial(_run, carrier, errand, delivery) for delivery in deliveries])
    due = _next(carrier, state, hand.asking(stage))
    hand.complain(stage)  # last, because the others were to be asked all the same
    return due


def _run(carrier: Carrier, errand: Callable[[Carrier, str], None], delivery: str) -> None:
    """One that fails is looked at again later, and so never stands before the others of its channel."""
    with carrier.db.reading() as session:
        look_at = session.scalar(select(Delivery.look_at).where(Delivery.id == delivery))
    if look_at is None or look_at > carrier.db.clock():
        return  # it was answered since it was listed
    try:
        errand(carrier, delivery)
    except Exception:
        with carrier.db.transaction() as tx:
            later = update(Delivery).where(Delivery.id == delivery, Delivery.look_at == look_at)
            tx.session.execute(later.values(look_at=tx.now + _LATER))
        raise


def _due(carrier: Carrier, state: DeliveryState) -> Mapping[_Place, Sequence[str]]:
    due = (
        select(Channel.platform, Channel.id, Delivery.id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.state == state, Delivery.look_at <= carrier.db.clock())
        .order_by(Delivery.look_at, Delivery.id)
    )
    shares: dict[_Place, list[str]] = defaultdict(list)
    with carrier.db.reading() as session:
        for network, channel, delivery in session.execute(due):
            shares[network, channel].append(delivery)
    return shares


def _next(carrier: Carrier, state: DeliveryState, asking: Collection[str]) -> datetime | None:
    later = select(func.min(Delivery.look_at)).where(Delivery.state == state, Delivery.channel_id.not_in(asking))
    with carrier.db.reading() as session:
        return session.scalar(later)
