"""Many deliveries at once through the daemon's own threads: what is committed together is still judged one by one."""

from collections.abc import Callable, Mapping

from sqlalchemy import func, select, update

from socialpub.daemon import SENDERS, Senders
from socialpub.delivery.send import send_due
from socialpub.model.states import DeliveryState
from socialpub.store.audit import verify
from socialpub.store.holds import CHANNEL
from socialpub.store.schema import Approval, Attempt, Delivery, Event, Notice, PostRow, Receipt, Step
from tests import world
from tests.town import Town

_EACH = 6


def burst(here: Town, channels: int) -> Mapping[str, list[str]]:
    """Deliveries that are due now, by channel."""
    with here.app.db.transaction() as tx:
        rows = [world.channel(tx, base_url=here.outbox.as_uri()) for _ in range(channels)]
        return {row.id: [world.delivery(tx, row).id for _ in range(_EACH)] for row in rows}


def send_all(here: Town) -> None:
    """Each round takes one of every channel, and waits for its threads."""
    senders = Senders()
    for _ in range(_EACH):
        send_due(here.app.carrier, senders)
        with senders._changed:
            assert senders._changed.wait_for(lambda: senders._free == SENDERS, 30)
    senders.stop()


def states(here: Town) -> dict[str, DeliveryState]:
    return {row.id: row.state for row in here.deliveries()}


def count(here: Town, table: type) -> int:
    with here.app.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_all_of_it_goes_out_once_with_its_whole_record(here: Town) -> None:
    burst(here, 12)
    send_all(here)
    assert set(states(here).values()) == {DeliveryState.DELIVERED}
    assert len(here.published()) == count(here, Receipt) == count(here, Attempt) == count(here, Step) == 12 * _EACH
    assert count(here, Notice) == 12 * _EACH  # each officer hears of each story
    with here.app.db.reading() as session:
        verbs = select(Event.verb, func.count()).where(Event.subject == "delivery").group_by(Event.verb)
        assert sorted(tuple(row) for row in session.execute(verbs)) == [
            ("claim", 12 * _EACH),
            ("move:delivered", 12 * _EACH),
        ]
        assert verify(session).fault == ""


def test_what_may_not_go_out_stays_in_and_stops_nothing_else(here: Town) -> None:
    by_channel = burst(here, 12)
    held, *others = by_channel
    fallen, altered, broken = (by_channel[channel][0] for channel in others[:3])
    with here.app.db.transaction() as tx:
        world.hold(tx, CHANNEL, held)
        row = tx.session.get_one(Delivery, fallen)
        tx.session.get_one(Approval, row.approval_id).fell_at = tx.now
        tx.session.get_one(Delivery, altered).digest = "0" * 64
        unreadable = tx.session.get_one(Delivery, broken).post_id
        tx.session.execute(update(PostRow).where(PostRow.id == unreadable).values(body={"texts": 1}))
    send_all(here)
    found = states(here)
    assert {found.pop(delivery) for delivery in (*by_channel[held], fallen)} == {DeliveryState.SCHEDULED}
    assert {found.pop(delivery) for delivery in (altered, broken)} == {DeliveryState.CANCELLED}
    assert set(found.values()) == {DeliveryState.DELIVERED}
    assert len(here.published()) == len(found)


class Later:
    """A hand that keeps what it is given."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], None]] = []

    def free(self) -> int:
        return 0 if self.jobs else 2

    def give(self, job: Callable[[], None]) -> None:
        self.jobs.append(job)


def test_a_hold_between_the_claim_and_the_visible_call_stops_it(here: Town) -> None:
    held, free = burst(here, 2).items()
    hand = Later()
    send_due(here.app.carrier, hand)
    with here.app.db.transaction() as tx:
        world.hold(tx, CHANNEL, held[0])
    for job in hand.jobs:
        job()
    found = states(here)
    assert {found[delivery] for delivery in held[1]} == {DeliveryState.SCHEDULED, DeliveryState.DEFERRED}
    assert {found[delivery] for delivery in free[1]} == {DeliveryState.SCHEDULED, DeliveryState.DELIVERED}
    assert len(here.published()) == 1


def test_no_thread_takes_anything_once_they_are_closed(here: Town) -> None:
    burst(here, 2)
    senders = Senders()
    senders.close()
    send_due(here.app.carrier, senders)
    senders.stop()
    assert set(states(here).values()) == {DeliveryState.SCHEDULED}
