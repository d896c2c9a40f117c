"""What must be true of any week, read from the network's own table and the records; never asked of the code."""

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select

from socialpub.model.post import digest
from socialpub.model.states import SETTLED, DeliveryState
from socialpub.store.audit import verify
from socialpub.store.schema import Channel, Delivery, Notice, Receipt
from tests.simulation.network import Row

if TYPE_CHECKING:
    from tests.simulation.week import Happened, Week


def check(week: "Week") -> None:
    """Raises AssertionError with the invariant's name in DESIGN.md."""
    for row in week.table.rows:
        _approved_and_in_time(week, row)
        _not_held(week, row)
    _claims_respect_holds(week)
    _once(week)
    _asked_first(week)
    _settled_and_told(week)
    _receipts_are_true(week)
    _retracted_is_gone(week)
    _records_hold(week)


def _so_far(week: "Week", row: Row) -> "list[Happened]":
    assert row.leave is not None
    return week.lives[row.leave.life].events[: row.leave.events]


def _approved_and_in_time(week: "Week", row: Row) -> None:
    """I1, I5: these very bytes, for this account, under an approval that had not fallen, inside its window."""
    assert row.leave is not None
    fits = []
    for signed in _in_force(_so_far(week, row), row.channel):
        window = week.windows[signed]
        if digest(row.post, row.account, window) == signed:
            fits.append(window)
    assert fits, f"I1: {row.remote_id} is visible without an approval of exactly that"
    assert any(window.holds(row.leave.wall) for window in fits), f"I5: {row.remote_id} at {row.leave.wall}: {fits}"


def _in_force(events: "list[Happened]", channel: str) -> set[str]:
    """The digests that stand approved for a channel after these events."""
    standing: dict[str, str] = {}
    for event in events:
        if event.verb == "approve":
            standing.pop(event.subject_id, None)
            if channel in event.data["digests"]:
                standing[event.subject_id] = event.data["digests"][channel]
        elif event.verb == "fall":
            standing.pop(event.subject_id, None)
    return set(standing.values())


def _not_held(week: "Week", row: Row) -> None:
    """I4, at the last gate."""
    held: set[tuple[str, str]] = set()
    for event in _so_far(week, row):
        _apply_hold(held, event)
    assert not any(scope == "all" for scope, _ in held), f"I4: {row.remote_id} went out in a stand-down"
    stops = {("delivery", row.delivery), ("channel", _channels(week)[row.channel])}
    assert not held & stops, f"I4: {row.remote_id} went out under a hold"


def _claims_respect_holds(week: "Week") -> None:
    """I4, at the beginning: nothing is begun while a hold on it is on."""
    for life in week.lives:
        held: set[tuple[str, str]] = set()
        for event in life.events:
            _apply_hold(held, event)
            if event.verb == "claim":
                assert not any(scope == "all" for scope, _ in held), "I4: claimed in a stand-down"
                assert ("delivery", event.subject_id) not in held, "I4: claimed while it was held"


def _apply_hold(held: set[tuple[str, str]], event: "Happened") -> None:
    if event.verb == "hold":
        held.add((event.subject, event.subject_id))
    elif event.verb == "released":
        held.discard((event.subject, event.subject_id))


def _channels(week: "Week") -> dict[str, str]:
    with week.db.reading() as session:
        return {row.name: row.id for row in session.execute(select(Channel.name, Channel.id))}


def _once(week: "Week") -> None:
    """I2, I11, I12: never more posts of the same words on a channel at a time than revisions with these words.

    Of two stories with the very same words a network's list cannot say which post is whose; so they count together.
    """
    revisions = Counter(text for told in week.people.told for text in told.texts)
    for row in week.table.rows:
        same = [each for each in week.table.rows if (each.channel, each.post.text) == (row.channel, row.post.text)]
        beside = [each for each in same if each.at <= row.at and (each.gone is None or each.gone > row.at)]
        assert len(beside) <= revisions[row.post.text], "I2: " + "; ".join(
            f"{each.remote_id} of {each.delivery} at {each.at:.0f}" for each in beside
        )


def _asked_first(week: "Week") -> None:
    """I6: after a call that showed something, or may have, the same delivery is asked about before it is sent."""
    open_calls: set[str] = set()
    for call in week.table.log:
        if call.what == "asked":
            open_calls.discard(call.key)
        else:
            assert call.key not in open_calls, f"I6: {call.key} was sent again before the network was asked"
            open_calls.add(call.key)


def _settled_and_told(week: "Week") -> None:
    """I3: everything is at an end, and whatever needs a person has alarmed."""
    with week.db.reading() as session:
        rows = session.scalars(select(Delivery)).all()
        told = set(session.scalars(select(Notice.once)))
    for row in rows:
        assert row.state in SETTLED, f"I3: {row.id} is left {row.state}"
        if (
            row.state == DeliveryState.NEEDS_PERSON and "backup of" not in row.reason
        ):  # a restore tells of all at once
            keys = {f"needs-person:{row.id}:{row.changed_at.isoformat()}:{who}" for who in ("pio", "administrators")}
            assert keys <= told, f"I3: nobody was told of {row.id}: {row.reason}"


def _receipts_are_true(week: "Week") -> None:
    """I7: delivered means an id that the network knows, and that is nobody else's."""
    known = {row.remote_id: row for row in week.table.rows}
    with week.db.reading() as session:
        receipts = session.scalars(select(Receipt)).all()
        delivered = set(session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.DELIVERED)))
    assert {receipt.remote_id for receipt in receipts} <= set(known), "I7: a receipt for what the network never saw"
    assert delivered <= {receipt.delivery_id for receipt in receipts}, "I7: delivered without a receipt"
    assert len({receipt.remote_id for receipt in receipts}) == len(receipts), "I7: one post has two owners"


def _retracted_is_gone(week: "Week") -> None:
    """I7, the other way round: what the records call taken down nobody can see any more."""
    with week.db.reading() as session:
        query = select(Receipt.remote_id).join(Delivery, Delivery.id == Receipt.delivery_id)
        gone = set(session.scalars(query.where(Delivery.state == DeliveryState.RETRACTED)))
    still = [row.remote_id for row in week.table.rows if row.remote_id in gone and row.gone is None]
    assert not still, f"I7: {still} were taken down, and can be seen"


def _records_hold(week: "Week") -> None:
    """I8: the chain verifies, and the events alone lead to every state there is."""
    with week.db.reading() as session:
        verdict = verify(session)
        states = {row.id: row.state for row in session.execute(select(Delivery.id, Delivery.state))}
    assert verdict.fault == "", f"I8: {verdict.fault}"
    assert verdict.events == week.life.read, "I8: the records are not as long as the week saw them grow"
    led: dict[str, str] = {}
    for event in week.life.events:
        if event.subject != "delivery":
            continue
        if event.verb == "dispatch":
            led[event.subject_id] = "scheduled"
        elif event.verb == "claim":
            assert led[event.subject_id] == event.data["was"], "I8: a claim out of nowhere"
            led[event.subject_id] = "sending"
        elif event.verb.startswith("move:"):
            assert led[event.subject_id] == event.data["was"], "I8: a move out of nowhere"
            led[event.subject_id] = event.verb.removeprefix("move:")
    assert led == {delivery: state.value for delivery, state in states.items()}, "I8: a state without its event"
