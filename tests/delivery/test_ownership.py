"""A post belongs to one delivery, whichever channel of its account it went out on; removed channels count too."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from socialpub.delivery.journal import LookingJournal
from socialpub.delivery.ownership import owners
from socialpub.delivery.settle import Ended, settle_all
from socialpub.model.outcome import Delivered, Found, Receipt, Unconfirmed
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import Claim
from socialpub.store.schema import Delivery
from tests.delivery.house import House


def test_a_post_of_another_channel_of_the_same_account_is_not_ours(house: House) -> None:
    first = house.delivery(house.channel(account="7", removed_at=house.clock.now))
    house.set(first, state=D.SCHEDULED)
    channel = house.channel(account="7")
    house.change(lambda tx: tx.session.add(_receipt(house, first, "plain-1")))
    second = house.delivery(channel)
    assert LookingJournal(house.db, house.row(second)).owned("plain-1")
    assert not LookingJournal(house.db, house.row(first)).owned("plain-1")


def test_an_id_that_a_removed_channel_of_the_account_had_proves_nothing(house: House) -> None:
    first = house.delivery(house.channel(account="7", removed_at=house.clock.now))
    house.change(lambda tx: tx.session.add(_receipt(house, first, "plain-1")))
    second = house.delivery(house.channel(account="7"))
    house.plain.ends = Delivered((Receipt("plain-1"),))
    house.send()
    assert (house.state(second), house.receipts(second)) == (D.UNCONFIRMED, [])
    house.plain.answers = Found((Receipt("plain-1"),))
    house.look()
    assert house.state(second) == D.NEEDS_PERSON


def test_one_id_for_two_deliveries_of_a_group_proves_only_one(house: House) -> None:
    """As a burst settles them: together if that is possible."""
    for _ in range(2):
        house.delivery(house.channel(account="7"))
    claims = house.claim()
    begun = Barrier(2)

    def settle(claim: Claim) -> None:
        begun.wait(10)
        house.db.together(settle_all, Ended(house.carrier, claim, Delivered((Receipt("plain-1"),))))

    with pytest.raises(ValueError, match="the same id: plain-1"):
        house.change(
            lambda tx: settle_all(
                tx, [Ended(house.carrier, claim, Delivered((Receipt("plain-1"),))) for claim in claims]
            )
        )
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(settle, claims))
    with house.db.reading() as session:
        states = sorted(session.scalars(select(Delivery.state)))
    assert states == [D.DELIVERED, D.UNCONFIRMED]


def test_the_same_id_on_another_account_or_network_is_another_post(house: House) -> None:
    first = house.delivery(house.channel(account="7"))
    house.change(lambda tx: tx.session.add(_receipt(house, first, "plain-1")))
    places = [(house.channel(account="8").id, "plain-1"), (house.channel("vague", account="7").id, "plain-1")]
    with house.db.reading() as session:
        assert set(owners(session, places).values()) == {frozenset()}
        assert owners(session, [(first.channel_id, "plain-1")]) == {(first.channel_id, "plain-1"): {first.id}}
        assert owners(session, []) == {}


def test_both_deliveries_that_own_an_id_on_two_channels_are_named(house: House) -> None:
    rows = [house.delivery(house.channel(account="7")) for _ in range(2)]
    for row in rows:
        receipt = _receipt(house, row, "plain-1")
        house.change(lambda tx, kept=receipt: tx.session.add(kept))  # type: ignore[misc]  # bound now, not later
    with house.db.reading() as session:
        [found] = owners(session, [(rows[0].channel_id, "plain-1")]).values()
    assert found == {row.id for row in rows}


def _receipt(house: House, row: object, remote_id: str) -> object:
    from socialpub.store.schema import Receipt as Row

    assert isinstance(row, Delivery)
    return Row(delivery_id=row.id, channel_id=row.channel_id, remote_id=remote_id, at=house.clock.now)


def test_it_is_asked_for_a_lost_answer_as_well(house: House) -> None:
    row = house.delivery(house.channel(account="7"))
    house.plain.ends = Unconfirmed("the answer was lost")
    house.send()
    other = house.delivery(house.channel(account="7", removed_at=house.clock.now))
    house.change(lambda tx: tx.session.add(_receipt(house, other, "plain-1")))
    house.plain.answers = Found((Receipt("plain-1"),))
    house.look()
    assert house.state(row) == D.NEEDS_PERSON
    assert "belongs to another delivery" in house.row(row).reason
