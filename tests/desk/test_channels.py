"""A channel that ends takes nothing with it silently: whose story waited for it hears of it, and why."""

import pytest
from sqlalchemy import select

from socialpub.desk.channels import remove_channel
from socialpub.desk.declined import Declined
from socialpub.desk.deliveries import cancel, requeue, retract
from socialpub.model.states import DeliveryState as D
from socialpub.store.schema import Channel, Delivery, Notice, Receipt
from tests import world
from tests.town import Town


def _told(here: Town, audience: str) -> list[tuple[str, str]]:
    query = select(Notice.subject, Notice.body).where(Notice.audience == audience)
    with here.app.db.reading() as session:
        found = session.execute(query.where(Notice.subject.startswith("Not going out on")))
        return [(row.subject, row.body) for row in found]


def _delivery(here: Town, channel: Channel, state: D = D.SCHEDULED, *, by: str = "jruiz") -> Delivery:
    with here.app.db.transaction() as tx:
        of = world.revision(tx, world.story(tx, submitter=by))
        return world.delivery(tx, tx.session.merge(channel), of=of, state=state)


def _channel(here: Town) -> Channel:
    with here.app.db.transaction() as tx:
        return world.channel(tx)


def _remove(here: Town, channel: Channel) -> int:
    return remove_channel(here.app.db, here.who("adm"), channel.name)


def test_whose_story_waited_for_it_hears_of_it_and_so_does_the_pio(here: Town) -> None:
    channel = _channel(here)
    first, second = _delivery(here, channel), _delivery(here, channel, D.DEFERRED, by="tkim")
    assert _remove(here, channel) == 2
    for officer, row in (("jruiz", first), ("tkim", second)):
        [(subject, body)] = _told(here, f"officer:{officer}")
        assert subject.startswith(f"Not going out on {channel.name}")
        assert "adm removed the channel" in body
        assert f"socialpub show {row.story_id}" in body
    assert len(_told(here, "pio")) == 2


@pytest.mark.parametrize("state", [D.SENDING, D.UNCONFIRMED])
def test_what_is_on_its_way_is_wished_back_and_told_as_well(here: Town, state: D) -> None:
    channel = _channel(here)
    row = _delivery(here, channel, state)
    assert _remove(here, channel) == 0
    with here.app.db.reading() as session:
        assert session.get_one(Delivery, row.id).wish == "cancel"
    assert len(_told(here, "officer:jruiz")) == len(_told(here, "pio")) == 1


def test_a_channel_that_nothing_waits_for_ends_without_a_word(here: Town) -> None:
    channel = _channel(here)
    for state in (D.DELIVERED, D.CANCELLED, D.FAILED, D.RETRACTED):
        _delivery(here, channel, state)
    _remove(here, channel)
    assert _told(here, "pio") == []


@pytest.mark.parametrize("state", [D.FAILED, D.NEEDS_PERSON])
def test_nothing_can_be_queued_again_on_a_channel_that_was_removed(here: Town, state: D) -> None:
    channel = _channel(here)
    row = _delivery(here, channel, state)
    _remove(here, channel)
    with pytest.raises(Declined, match=f"the channel {channel.name} was removed, so nothing goes out on it any more"):
        requeue(here.app.db, here.who("panand"), row.id, "once more")
    cancel(here.app.db, here.who("panand"), row.id, "no channel")


def test_what_was_published_on_it_can_still_be_taken_down(here: Town) -> None:
    channel = _channel(here)
    row = _delivery(here, channel, D.DELIVERED)
    with here.app.db.transaction() as tx:
        tx.session.add(Receipt(delivery_id=row.id, channel_id=channel.id, remote_id="1", at=tx.now))
    _remove(here, channel)
    retract(here.app.db, here.who("panand"), row.id, "the family asks")
    with here.app.db.reading() as session:
        assert session.get_one(Delivery, row.id).state == D.RETRACTING
