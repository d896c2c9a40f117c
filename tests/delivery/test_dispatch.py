"""Approvals become deliveries, each post once, on channels where the story has nothing yet."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from socialpub.delivery import dispatch as module
from socialpub.delivery.dispatch import dispatch
from socialpub.model.people import Actor, Role
from socialpub.model.states import OCCUPYING
from socialpub.model.states import DeliveryState as D
from socialpub.store.fall import fall
from socialpub.store.schema import Approval, ApprovedPost, Channel, Delivery, Hold, PostRow, User
from socialpub.store.transaction import Transaction
from tests import world
from tests.delivery.house import House

REVIEWER = Actor("mhale", frozenset({Role.REVIEWER}), "test")


def _approved(house: House, *channels: Channel, story: str = "") -> Approval:
    """An approval in force that has no deliveries yet."""

    def write(tx: Transaction) -> Approval:
        from socialpub.store.schema import Story

        of = world.revision(tx, tx.session.get_one(Story, story) if story else world.story(tx))
        made = world.approval(tx, of, dispatched_at=None)
        for channel in channels:
            post = world.post(tx, of, tx.session.merge(channel))
            times = {"not_before": tx.now, "deadline": house.after(3600), "planned_at": house.after(60)}
            tx.session.add(ApprovedPost(approval_id=made.id, post_id=post.id, digest="d" * 64, **times))
        return made

    made: Approval = house.change(write)
    return made


def _rows(house: House) -> list[Delivery]:
    with house.db.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.created_at, Delivery.id)))


def test_each_approved_post_becomes_one_delivery_with_its_times(house: House) -> None:
    channels = [house.channel(), house.channel("keyed")]
    approval = _approved(house, *channels)
    assert dispatch(house.carrier) is None
    dispatch(house.carrier)
    rows = _rows(house)
    assert {row.channel_id for row in rows} == {channel.id for channel in channels}
    assert len({row.key for row in rows}) == len(rows) == 2
    for row in rows:
        assert (row.state, row.approval_id, row.digest) == (D.SCHEDULED, approval.id, "d" * 64)
        assert (row.not_before, row.due_at, row.deadline) == (house.clock.now, house.after(60), house.after(3600))
        assert (row.wall_time, row.zone) == ("2026-11-20T10:01:00.000000", "America/New_York")
    assert len(house.events("dispatch")) == 2


def test_what_fell_before_it_was_dispatched_never_is(house: House) -> None:
    approval = _approved(house, house.channel())
    house.change(lambda tx: fall(tx, approval.story_id, "changed", REVIEWER))
    dispatch(house.carrier)
    assert _rows(house) == []


@pytest.mark.parametrize("state", sorted(set(D)))
def test_a_new_revision_goes_only_where_the_story_has_nothing(plain_house: House, state: D) -> None:
    house = plain_house
    old = house.delivery(state=state)
    house.change(lambda tx: fall(tx, old.story_id, "changed", REVIEWER))
    house.set(old, state=state)
    free = house.channel()
    _approved(house, house.channel_of(old), free, story=old.story_id)
    dispatch(house.carrier)
    new = {row.channel_id for row in _rows(house) if row.id != old.id}
    assert new == ({free.id} if state in OCCUPYING else {free.id, old.channel_id})
    assert len(house.events("dispatch:skip")) == (1 if state in OCCUPYING else 0)


def test_what_a_disabled_person_approved_is_dispatched_and_held(house: House) -> None:
    approval = _approved(house, house.channel())

    def disable(tx: Transaction) -> None:
        name = tx.session.get_one(Approval, approval.id).approver
        tx.session.add(User(name=name, roles=["reviewer"], added_at=tx.now, disabled_at=tx.now))

    house.change(disable)
    dispatch(house.carrier)
    [row] = _rows(house)
    with house.db.reading() as session:
        assert session.scalars(select(Hold.target)).all() == [row.id]
    house.clock.advance(60)
    assert house.claim() == []


def test_many_are_dispatched_in_portions(plain_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    channel = plain_house.channel()
    for _ in range(5):
        _approved(plain_house, channel)
    dispatch(plain_house.carrier)
    with plain_house.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 5


def test_a_post_that_was_tampered_with_stops_no_other(house: House) -> None:
    first = _approved(house, house.channel())
    posts = select(ApprovedPost.post_id).where(ApprovedPost.approval_id == first.id)
    odd: Any = update(PostRow).where(PostRow.id.in_(posts)).values(body={})
    house.change(lambda tx: tx.session.execute(odd, execution_options={"synchronize_session": False}))
    _approved(house, house.channel())
    dispatch(house.carrier)
    assert len(_rows(house)) == 2


def _spoil(house: House, approval: Approval) -> None:
    """No row can be made of it: it would be due before it may go."""

    def write(tx: Transaction) -> None:
        early = house.clock.now - timedelta(hours=1)
        tx.session.execute(
            update(ApprovedPost).where(ApprovedPost.approval_id == approval.id).values(planned_at=early)
        )

    house.change(write)


def test_one_that_cannot_be_planned_stops_no_other(house: House) -> None:
    approvals = [_approved(house, house.channel()) for _ in range(5)]
    _spoil(house, approvals[2])
    assert dispatch(house.carrier) == house.after(60)
    assert {row.approval_id for row in _rows(house)} == {each.id for each in approvals} - {approvals[2].id}
    assert len(house.events("dispatch")) == 4
    assert house.approval_of(_rows(house)[0]).dispatched_at is not None


def test_one_that_cannot_be_planned_is_told_once_and_tried_again(house: House) -> None:
    approval = _approved(house, house.channel())
    _spoil(house, approval)
    dispatch(house.carrier)
    dispatch(house.carrier)
    for audience in ("pio", "administrators"):
        [body] = house.bodies(audience, "Approved, but it cannot be planned")
        assert "window" in body  # the database's own words
        assert f"socialpub reconsider {approval.story_id}" in body
    planned = update(ApprovedPost).where(ApprovedPost.approval_id == approval.id)
    house.change(lambda tx: tx.session.execute(planned.values(planned_at=house.after(60))))
    assert dispatch(house.carrier) is None
    assert len(_rows(house)) == 1


def test_a_network_that_is_gone_is_named(plain_house: House) -> None:
    _approved(plain_house, plain_house.channel("telex"))
    dispatch(plain_house.carrier)
    [body] = plain_house.bodies("pio", "Approved, but it cannot be planned")
    assert 'the network "telex" of file-' in body


def test_a_database_in_trouble_is_no_fault_of_an_approval(
    plain_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    _approved(plain_house, plain_house.channel())
    monkeypatch.setattr(module, "_plan", locked)
    with pytest.raises(OperationalError):
        dispatch(plain_house.carrier)
    assert plain_house.told() == []


def test_what_is_not_planned_for_a_reason_is_told_to_the_pio(house: House) -> None:
    old = house.delivery(state=D.NEEDS_PERSON)
    house.change(lambda tx: fall(tx, old.story_id, "changed", REVIEWER))
    _approved(house, house.channel_of(old), story=old.story_id)
    dispatch(house.carrier)
    [body] = house.bodies("pio", "Not planned on file-")
    assert "because the story has a delivery there already, which is needs person." in body
    assert f"socialpub show {old.story_id}" in body


def test_nothing_is_planned_on_a_channel_that_was_removed(house: House) -> None:
    channel = house.channel()
    approval = _approved(house, channel)

    def remove(tx: Transaction) -> None:
        tx.session.get_one(Channel, channel.id).removed_at = tx.now

    house.change(remove)
    assert dispatch(house.carrier) is None
    assert _rows(house) == []
    [body] = house.bodies("pio", "Not planned on file-")
    assert "because that channel was removed." in body
    assert house.change(lambda tx: tx.session.get_one(Approval, approval.id)).dispatched_at is not None


def test_two_daemons_that_dispatch_at_once_make_one_delivery(
    plain_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from socialpub import crash

    _approved(plain_house, plain_house.channel())
    others = [plain_house.as_other()]

    def meanwhile(name: str) -> None:
        if name == "dispatch.before" and others:
            dispatch(others.pop().carrier)

    monkeypatch.setattr(crash, "point", meanwhile)
    dispatch(plain_house.carrier)
    assert len(_rows(plain_house)) == 1
