"""Unconfirmed: the network is asked before anything else, as long and as often as that network needs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from socialpub.delivery.reconcile import reconcile
from socialpub.model.outcome import Absent, AskAgain, CannotTell, Deferred, Found, Receipt, Unconfirmed
from socialpub.model.post import Media, encode
from socialpub.model.states import DeliveryState as D
from socialpub.store.schema import Delivery, PostRow
from tests import world
from tests.delivery.house import House


def _unconfirmed(house: House, platform: str = "plain", **columns: Any) -> Delivery:
    row = house.delivery(house.channel(platform), **columns)
    house.networks[platform].ends = Unconfirmed("the answer was lost")
    house.send()
    assert house.state(row) == D.UNCONFIRMED
    house.networks[platform].ends = None
    return row


def test_found_is_delivered_with_the_id_that_was_found(house: House) -> None:
    row = _unconfirmed(house)
    house.plain.answers = Found((Receipt("plain-1", "https://plain.example/1"),))
    house.look()
    assert (house.state(row), house.receipts(row), house.row(row).look_at) == (D.DELIVERED, ["plain-1"], None)
    assert len(house.told("officer:jruiz")) == 1


def test_it_is_asked_about_since_the_first_intent(house: House) -> None:
    row = _unconfirmed(house)
    first = house.row(row).intent_at
    house.look(3)
    house.wait()
    house.plain.ends = Unconfirmed("lost again")
    house.send()
    house.look()
    assert house.plain.asked_since == [first] * 4


def test_not_seen_is_surely_absent_only_after_every_look(house: House) -> None:
    row = _unconfirmed(house)
    seen = []
    for _ in range(3):
        house.look()
        seen.append((house.state(row), house.row(row).looks))
    assert seen == [(D.UNCONFIRMED, 1), (D.UNCONFIRMED, 2), (D.DEFERRED, 3)]
    assert house.row(row).due_at == house.after(30)


def test_what_is_absent_again_and_again_waits_longer_each_time(house: House) -> None:
    """A network that declines and forgets must not be called every minute until the deadline."""
    row = _unconfirmed(house)
    waits = []
    for _ in range(6):
        house.look(3)
        waits.append((house.row(row).due_at - house.clock.now).total_seconds())
        house.clock.now = house.row(row).due_at
        house.plain.ends = Unconfirmed("lost again")
        house.send()
    assert waits == [30, 120, 300, 900, 1800, 3600]


def test_not_before_its_time_to_look(house: House) -> None:
    _unconfirmed(house)
    house.clock.advance(9)
    due = reconcile(house.carrier)
    assert (due, house.plain.asked_since) == (house.after(1), [])


def test_looks_that_came_too_soon_do_not_count_as_time(house: House) -> None:
    """Three looks, and the network's settling time is not over: a fourth."""
    row = _unconfirmed(house)
    for _ in range(3):
        house.set(row, look_at=house.clock.now)
        reconcile(house.carrier)
    assert (house.state(row), house.row(row).looks) == (D.UNCONFIRMED, 3)
    house.look(times=3)
    assert house.state(row) == D.DEFERRED


def test_the_settling_time_counts_from_the_newest_call(house: House) -> None:
    row = _unconfirmed(house)
    house.look(3)
    house.wait()
    house.plain.ends = Unconfirmed("lost again")
    house.send()
    house.look(2)
    assert house.state(row) == D.UNCONFIRMED
    house.look()
    assert house.state(row) == D.DEFERRED


def test_two_daemons_that_look_at_once_have_looked_once(house: House) -> None:
    row = _unconfirmed(house)
    find = house.plain.find

    def while_the_other_looks(*asked: Any) -> Any:
        house.plain.find = find  # type: ignore[method-assign]
        reconcile(house.as_other().carrier)
        return find(*asked)

    house.plain.find = while_the_other_looks  # type: ignore[method-assign,assignment]
    house.look()
    assert (house.state(row), house.row(row).looks) == (D.UNCONFIRMED, 1)


def test_an_answer_about_an_older_attempt_says_nothing(house: House) -> None:
    row = _unconfirmed(house)
    find = house.plain.find

    def while_it_is_sent_again(*asked: Any) -> Any:
        house.set(row, fence=row.fence + 2)
        return find(*asked)

    house.plain.answers = Found((Receipt("plain-1"),))
    house.plain.find = while_it_is_sent_again  # type: ignore[method-assign,assignment]
    house.look()
    assert house.state(row) == D.UNCONFIRMED


def test_nothing_is_sent_while_it_is_asked_about(house: House) -> None:
    row = _unconfirmed(house)
    for answer in (Absent(), AskAgain("429"), CannotTell("two fit")):
        house.plain.answers = answer
        house.look(every=11)
        house.send_due()
    assert len(house.plain.visible) == 1
    assert len(house.attempts(row)) == 1


def test_surely_absent_goes_again_once(house: House) -> None:
    row = _unconfirmed(house)
    house.plain.visible.clear()
    house.look(3)
    house.wait()
    house.send_due()
    assert (house.state(row), house.plain.visible) == (D.DELIVERED, ["plain-1"])


def test_absent_after_the_deadline_fails_and_is_told(house: House) -> None:
    row = _unconfirmed(house, deadline=20)
    house.look(3)
    assert (house.state(row), house.row(row).reason) == (D.FAILED, "expired: the network does not have it")
    assert len(house.told("pio")) == 1


def test_found_after_the_deadline_is_delivered(house: House) -> None:
    row = _unconfirmed(house, deadline=20)
    house.plain.answers = Found((Receipt("plain-1"),))
    house.look(every=60)
    assert house.state(row) == D.DELIVERED


def test_absent_under_a_stand_down_waits_for_people(house: House) -> None:
    row = _unconfirmed(house)
    house.change(world.hold)
    house.look(3)
    house.send_due()
    assert (house.state(row), len(house.plain.visible)) == (D.DEFERRED, 1)


def _needs_person(house: House, row: Delivery, why: str) -> None:
    assert house.state(row) == D.NEEDS_PERSON
    assert why in house.row(row).reason
    assert house.row(row).look_at is None
    assert len(house.told("pio")) == len(house.told("administrators")) == 1


def test_a_network_that_cannot_tell_needs_a_person_after_all_looks(house: House) -> None:
    row = _unconfirmed(house)
    house.plain.answers = CannotTell("two posts fit")
    house.look(2)
    assert house.state(row) == D.UNCONFIRMED
    house.look()
    _needs_person(house, row, "two posts fit")


def test_a_network_that_can_never_prove_absence_needs_a_person(house: House) -> None:
    row = _unconfirmed(house, "vague")
    house.look(3)
    _needs_person(house, row, "cannot prove")


def test_photos_prove_what_words_cannot(house: House) -> None:
    plain, pictured = _unconfirmed(house, "photos"), _unconfirmed(house, "photos")
    _with_photo(house, pictured)
    house.look(3)
    assert (house.state(plain), house.state(pictured)) == (D.NEEDS_PERSON, D.DEFERRED)


def _with_photo(house: House, row: Delivery) -> None:
    """Give a delivery's post a picture, and its approval with it."""
    from tests.delivery.signing import sign

    sign(house, row, media=(Media("a" * 64, "image/jpeg", 10, 10, 100),))


def test_the_silent_daemons_post_needs_a_person_unless_the_network_knows_keys(house: House) -> None:
    plain, keyed = _unconfirmed(house), _unconfirmed(house, "keyed")
    for row in (plain, keyed):
        house.set(row, doubtful=True)
    house.look(3)
    _needs_person(house, plain, "may still be alive")
    assert house.state(keyed) == D.DEFERRED


def test_what_cannot_be_asked_for_a_quarter_of_an_hour_needs_a_person(house: House) -> None:
    row = _unconfirmed(house)
    house.plain.answers = AskAgain("429")
    house.look(30, every=30)
    assert (house.state(row), house.row(row).looks) == (D.UNCONFIRMED, 0)
    house.look(1, every=30)
    _needs_person(house, row, "could not be asked: 429")


def test_an_adapter_that_raises_is_asked_again(house: House) -> None:
    row = _unconfirmed(house)
    house.plain.answers = RuntimeError("a bug")
    house.look()
    assert (house.state(row), house.row(row).look_at) == (D.UNCONFIRMED, house.after(30))


def test_looking_may_not_publish(house: House) -> None:
    from socialpub.delivery.journal import LookingJournal

    row = _unconfirmed(house)
    journal = LookingJournal(house.db, row)
    assert (journal.key, journal.part, journal.recall("upload")) == (row.key, 0, {"media": "1"})
    with pytest.raises(AssertionError, match="may not publish"):
        journal.about_to_publish()
    with pytest.raises(AssertionError, match="may not take the step"):
        journal.note("upload")


def test_a_post_that_another_delivery_owns_is_not_ours(house: House) -> None:
    from socialpub.delivery.journal import LookingJournal

    channel = house.channel()
    first = house.delivery(channel)
    house.send()
    second = house.delivery(channel)
    [owner, other] = [LookingJournal(house.db, house.row(row)) for row in (first, second)]
    assert (owner.owned("plain-1"), other.owned("plain-1"), other.owned("plain-2")) == (False, True, False)


def test_found_but_owned_by_another_needs_a_person(house: House) -> None:
    channel = house.channel()
    house.delivery(channel)
    house.send()
    row = house.delivery(channel)
    house.plain.ends = Unconfirmed("the answer was lost")
    house.send()
    house.plain.answers = Found((Receipt("plain-1"),))
    house.look()
    _needs_person(house, row, "belongs to another delivery")


def test_one_that_cannot_be_read_keeps_no_other_waiting(house: House) -> None:
    broken, well = _unconfirmed(house), _unconfirmed(house)
    house.change(
        lambda tx: tx.session.execute(update(PostRow).where(PostRow.id == broken.post_id).values(body={"texts": 1}))
    )
    house.plain.answers = Found((Receipt("plain-1"),))
    house.look()
    assert (house.state(broken), house.state(well)) == (D.UNCONFIRMED, D.DELIVERED)


def test_what_is_no_post_at_all_needs_a_person(plain_house: House) -> None:
    row = _unconfirmed(plain_house)
    ruin = text("UPDATE posts SET body = 'no JSON' WHERE id = :post")
    plain_house.change(lambda tx: tx.session.execute(ruin, {"post": row.post_id}))
    plain_house.look(3)
    _needs_person(plain_house, row, "cannot be read")


def test_a_network_that_is_gone_keeps_no_other_waiting(house: House) -> None:
    gone, well = _unconfirmed(house, "vague"), _unconfirmed(house)
    house.plain.answers = Found((Receipt("plain-1"),))
    limits = house.networks["vague"]
    carrier = house.carrier
    house.clock.advance(10)
    del house.networks["vague"]
    reconcile(carrier)
    house.networks["vague"] = limits
    assert (house.state(gone), house.state(well)) == (D.UNCONFIRMED, D.DELIVERED)


def test_tampered_words_are_not_looked_for(house: House) -> None:
    """Not seeing other words than those that went out would prove nothing."""
    row = _unconfirmed(house)
    with house.db.reading() as session:
        body = encode(session.get_one(PostRow, row.post_id).body)
    house.change(
        lambda tx: tx.session.execute(
            update(PostRow).where(PostRow.id == row.post_id).values(body={**body, "texts": ["Buy gold"]})
        )
    )
    house.look(3)
    _needs_person(house, row, "not what was approved")
    assert house.plain.asked_since == []


def test_the_next_look_is_what_reconcile_gives_back(house: House) -> None:
    row = _unconfirmed(house)
    assert reconcile(house.carrier) == house.row(row).look_at == house.clock.now + timedelta(seconds=10)


def test_a_deferral_after_the_intent_needs_no_question(house: House) -> None:
    house.plain.ends, house.plain.shows = Deferred("503"), False
    row = house.delivery()
    house.send()
    house.clock.advance(30)
    house.plain.ends, house.plain.shows = None, True
    house.send()
    assert (house.state(row), house.plain.asked_since) == (D.DELIVERED, [])
