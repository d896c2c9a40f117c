"""Claims: who may send what, now; one at a time per channel, and nothing that something stops."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from socialpub.model.day import ALWAYS, Day
from socialpub.model.people import DAEMON
from socialpub.model.states import CLAIMABLE, DeliveryState
from socialpub.store.audit import verify
from socialpub.store.claims import LEASE, Claim, claim_due, current_epoch, mine, next_due
from socialpub.store.database import Database
from socialpub.store.moves import move
from socialpub.store.schema import Approval, Attempt, Delivery, Epoch, Event, Screening
from socialpub.store.transaction import Transaction
from tests import world
from tests.clock import SetClock
from tests.databases import undone

D = DeliveryState
HOUR = 3600.0


def _claimed(tx: Transaction, limit: int = 100, owner: str = "daemon-1") -> list[str]:
    return [claim.delivery for claim in claim_due(tx, owner, ALWAYS, limit)]


def _free(tx: Transaction, claim: Claim) -> Delivery:
    """The claimed delivery, deferred again and due at once."""
    row = tx.session.get_one(Delivery, claim.delivery, populate_existing=True)
    move(tx, row, D.DEFERRED, by=DAEMON, owner="", lease_until=None)
    return row


def test_a_claim_writes_the_lease_the_attempt_and_one_event(db: Database, clock: SetClock) -> None:
    with db.transaction() as tx:
        delivery = world.delivery(tx, world.channel(tx)).id
    with db.transaction() as tx:
        (claim,) = claim_due(tx, "daemon-1", ALWAYS, 10)
    with db.reading() as session:
        row = session.get_one(Delivery, delivery)
        assert (row.state, row.owner, row.fence, row.attempts) == (D.SENDING, "daemon-1", 1, 1)
        assert row.lease_until == clock.now + LEASE
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.id, attempt.delivery_id, attempt.fence) == (claim.attempt, delivery, claim.fence)
        assert (attempt.intent_at, attempt.ended_at) == (None, None)
        line = session.scalars(select(Event)).one()
        assert (line.verb, line.subject_id) == ("claim", delivery)
        assert line.data == {"was": "scheduled", "fence": 1, "owner": "daemon-1"}
        assert verify(session).fault == ""


def test_nothing_is_claimed_where_nothing_is_due(db: Database) -> None:
    with db.transaction() as tx:
        assert claim_due(tx, "daemon-1", ALWAYS, 10) == []
        assert tx.events == []


def test_each_channel_gets_one_at_a_time_the_earliest_first(db: Database) -> None:
    with undone(db) as tx:
        one, other = world.channel(tx), world.channel(tx)
        world.delivery(tx, one, due=-10)
        first = world.delivery(tx, one, due=-20).id
        second = world.delivery(tx, other, due=-15).id
        assert _claimed(tx) == [first, second]
        assert _claimed(tx) == []


def test_the_limit_takes_the_earliest_channels(db: Database) -> None:
    with undone(db) as tx:
        ids = {due: world.delivery(tx, world.channel(tx), due=-due).id for due in (10, 30, 20)}
        assert _claimed(tx, limit=2) == [ids[30], ids[20]]
        assert _claimed(tx, limit=2) == [ids[10]]


def test_a_channel_is_free_for_the_next_when_the_first_has_ended(db: Database) -> None:
    with undone(db) as tx:
        channel = world.channel(tx)
        first, second = (world.delivery(tx, channel, due=due).id for due in (-20, -10))
        (claim,) = claim_due(tx, "daemon-1", ALWAYS, 10)
        row = tx.session.get_one(Delivery, first, populate_existing=True)
        move(tx, row, D.DELIVERED, by=DAEMON)
        assert claim.delivery == first
        assert _claimed(tx) == [second]


def test_only_what_waits_is_claimed(db: Database) -> None:
    for state in D:
        with undone(db) as tx:
            delivery = world.delivery(tx, world.channel(tx), state=state).id
            assert _claimed(tx) == ([delivery] if state in CLAIMABLE else []), state


@pytest.mark.parametrize(
    ("times", "moments"),
    [
        ({"due": 10, "deadline": 20}, {9.999: False, 10: True, 19.999: True, 20: False, 21: False}),
        ({"due": 10, "not_before": 5, "deadline": 20}, {5: False, 10: True}),
    ],
)
def test_never_early_and_never_at_or_after_the_deadline(
    db: Database, times: dict[str, Any], moments: dict[float, bool]
) -> None:
    for moment, taken in moments.items():
        with undone(db) as tx:
            world.delivery(tx, world.channel(tx), **times)
            tx.now += timedelta(seconds=moment)
            assert bool(_claimed(tx)) == taken, moment


def test_a_hold_on_everything_on_the_channel_or_on_the_delivery_stops_it_until_released(db: Database) -> None:
    for scope in ("all", "channel", "delivery"):
        with undone(db) as tx:
            channel = world.channel(tx)
            delivery = world.delivery(tx, channel)
            target = {"all": "", "channel": channel.id, "delivery": delivery.id}[scope]
            hold = world.hold(tx, scope, target)
            assert _claimed(tx) == [], scope
            hold.released_at = tx.now
            tx.session.flush()
            assert _claimed(tx) == [delivery.id], scope


def test_of_two_holds_each_stops(db: Database) -> None:
    with undone(db) as tx:
        world.delivery(tx, world.channel(tx))
        world.hold(tx, released_at=tx.now)
        world.hold(tx)
        assert _claimed(tx) == []


def test_a_hold_elsewhere_stops_nothing_here(db: Database) -> None:
    with undone(db) as tx:
        here, there = world.channel(tx), world.channel(tx)
        delivery, other = world.delivery(tx, here), world.delivery(tx, there)
        world.hold(tx, "channel", there.id)
        world.hold(tx, "delivery", other.id)
        world.hold(tx, "channel", delivery.id)  # an id of another kind
        assert _claimed(tx) == [delivery.id]


def test_a_held_delivery_lets_the_next_one_of_its_channel_pass(db: Database) -> None:
    with undone(db) as tx:
        channel = world.channel(tx)
        first, second = (world.delivery(tx, channel, due=due).id for due in (-20, -10))
        world.hold(tx, "delivery", first)
        assert _claimed(tx) == [second]


def test_nothing_goes_under_an_approval_that_fell(db: Database) -> None:
    with undone(db) as tx:
        delivery = world.delivery(tx, world.channel(tx))
        tx.session.execute(update(Approval).values(fell_at=tx.now))
        assert _claimed(tx) == []
        assert delivery.state == D.SCHEDULED


@pytest.mark.parametrize(
    ("channel", "taken"),
    [
        ({"free_at": 1.0}, False),
        ({"free_at": 0.0}, True),
        ({"free_at": -1.0}, True),
        ({"removed_at": 0.0}, False),
        ({"trouble": "log in again"}, True),
    ],
)
def test_a_channel_that_is_not_free_or_was_removed_gets_nothing(
    db: Database, channel: dict[str, Any], taken: bool
) -> None:
    with undone(db) as tx:
        columns = {k: tx.now + timedelta(seconds=v) if isinstance(v, float) else v for k, v in channel.items()}
        world.delivery(tx, world.channel(tx, **columns))
        assert bool(_claimed(tx)) == taken


def test_what_somebody_wants_cancelled_is_not_claimed(db: Database) -> None:
    with undone(db) as tx:
        world.delivery(tx, world.channel(tx), wish="cancel")
        assert _claimed(tx) == []


def test_the_fence_grows_with_each_claim_and_every_attempt_is_kept(db: Database) -> None:
    with undone(db) as tx:
        delivery = world.delivery(tx, world.channel(tx)).id
        fences = []
        for _ in range(3):
            (claim,) = claim_due(tx, "daemon-1", ALWAYS, 1)
            fences.append(claim.fence)
            _free(tx, claim)
        assert fences == [1, 2, 3]
        assert tx.session.get_one(Delivery, delivery).attempts == 3
        kept = tx.session.scalars(
            select(Attempt.fence).where(Attempt.delivery_id == delivery).order_by(Attempt.fence)
        )
        assert kept.all() == fences


def test_a_claim_holds_until_somebody_else_has_the_row(db: Database) -> None:
    with undone(db) as tx:
        delivery = world.delivery(tx, world.channel(tx)).id
        (claim,) = claim_due(tx, "daemon-1", ALWAYS, 1)
        row = mine(tx.session, claim)
        assert row is not None
        assert row.id == delivery
        _free(tx, claim)
        assert mine(tx.session, claim) is None
        (again,) = claim_due(tx, "daemon-1", ALWAYS, 1)  # the same owner: only the fence tells them apart
        assert mine(tx.session, claim) is None
        assert mine(tx.session, again) is not None


@pytest.mark.parametrize(
    "lost", [{"owner": "daemon-2"}, {"fence": 2}, {"fence": 0}, {"epoch": 1}, {"delivery": "nowhere"}]
)
def test_a_claim_with_another_owner_fence_epoch_or_row_holds_nothing(db: Database, lost: dict[str, Any]) -> None:
    with undone(db) as tx:
        world.delivery(tx, world.channel(tx))
        (claim,) = claim_due(tx, "daemon-1", ALWAYS, 1)
        parts = {name: getattr(claim, name) for name in Claim.__slots__}
        assert mine(tx.session, Claim(**parts)) is not None
        assert mine(tx.session, Claim(**{**parts, **lost})) is None


def test_a_restore_ends_every_claim_made_before_it(db: Database) -> None:
    with undone(db) as tx:
        world.delivery(tx, world.channel(tx))
        (claim,) = claim_due(tx, "daemon-1", ALWAYS, 1)
        tx.session.add(Epoch(number=current_epoch(tx.session) + 1, since=tx.now, because="restored"))
        tx.session.flush()
        assert mine(tx.session, claim) is None


def test_the_next_moment_is_that_of_the_earliest_that_can_go(db: Database, clock: SetClock) -> None:
    with undone(db) as tx:
        assert next_due(tx.session, tx.now, ALWAYS) is None
        busy = world.channel(tx)
        world.delivery(tx, busy, due=-HOUR, state=D.SENDING)
        world.delivery(tx, busy, due=5)
        assert next_due(tx.session, tx.now, ALWAYS) is None
        spaced = world.channel(tx, free_at=tx.now + timedelta(seconds=90))
        world.delivery(tx, spaced, due=30)
        assert next_due(tx.session, tx.now, ALWAYS) == clock.now + timedelta(seconds=90)
        world.delivery(tx, world.channel(tx), due=60)
        assert next_due(tx.session, tx.now, ALWAYS) == clock.now + timedelta(seconds=60)


def test_what_can_go_already_is_due_now_and_not_in_the_past(db: Database) -> None:
    with undone(db) as tx:
        world.delivery(tx, world.channel(tx), due=-HOUR)
        assert next_due(tx.session, tx.now, ALWAYS) == tx.now


def test_what_can_never_go_again_wakes_nobody(db: Database) -> None:
    with undone(db) as tx:
        world.delivery(tx, world.channel(tx), due=-2 * HOUR, deadline=-HOUR)
        assert next_due(tx.session, tx.now, ALWAYS) is None


def test_what_is_due_only_after_its_deadline_wakes_nobody(db: Database) -> None:
    worlds: list[dict[str, Any]] = [{"due": 30, "not_before": 0, "deadline": 20}, {"due": 10, "deadline": 60}]
    for number, times in enumerate(worlds):
        with undone(db) as tx:
            free_at = tx.now + timedelta(seconds=60 * number)
            world.delivery(tx, world.channel(tx, free_at=free_at), **times)
            assert next_due(tx.session, tx.now, ALWAYS) is None


@pytest.mark.parametrize("question", ["claim", "next"])
def test_on_sqlite_the_first_due_is_found_by_its_index_however_many_wait(sqlite_db: Database, question: str) -> None:
    """A state that is bound as a parameter hides the partial index, and everything that waits would be sorted."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with undone(sqlite_db) as tx:
        event.listen(sqlite_db.engine, "before_cursor_execute", note)
        _ = claim_due(tx, "daemon-1", ALWAYS, 1) if question == "claim" else next_due(tx.session, tx.now, ALWAYS)
        event.remove(sqlite_db.engine, "before_cursor_execute", note)
        statement, parameters = asked[0]
        plan = tx.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in plan]
    assert any("deliveries USING INDEX ix_deliveries_due (channel_id=?" in step for step in steps), steps
    assert not any("ix_deliveries_state" in step for step in steps), steps


def test_what_was_not_screened_on_the_day_is_not_taken_and_wakes_nobody(db: Database, clock: SetClock) -> None:
    today = Day(clock.now - timedelta(hours=9), clock.now + timedelta(hours=15))
    tomorrow = Day(today.ends, today.ends + timedelta(days=1))
    with undone(db) as tx:
        old, fresh = (world.revision(tx, world.story(tx)) for _ in range(2))
        world.delivery(tx, world.channel(tx), of=old, deadline=48 * HOUR)
        expected = world.delivery(tx, world.channel(tx), of=fresh, deadline=48 * HOUR).id
        tx.now = tomorrow.began
        assert claim_due(tx, "daemon-1", tomorrow, 10) == []
        assert next_due(tx.session, tx.now, tomorrow) is None
        tx.session.add(Screening(revision_id=fresh.id, packs="test", at=tomorrow.began))
        tx.session.add(Screening(revision_id=old.id, packs="test", at=tomorrow.ends))  # by a clock that ran ahead
        tx.session.flush()
        assert next_due(tx.session, tx.now, tomorrow) == tx.now
        assert [claim.delivery for claim in claim_due(tx, "daemon-1", tomorrow, 10)] == [expected]
