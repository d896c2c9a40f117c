"""A person says where a post is: it is read back, once, and what is said about it afterwards is true."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from socialpub.delivery.confirm import _OnlyThis, confirm
from socialpub.delivery.retract import retract as take_down
from socialpub.delivery.settle import Ended, settle_all
from socialpub.desk.deliveries import cancel, requeue, retract
from socialpub.model.outcome import Absent, AskAgain, CannotTell, Delivered, Found, Receipt, Unconfirmed
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.store.claims import Claim
from socialpub.store.schema import Delivery, PostRow
from tests.delivery.house import House

PIO = Actor("panand", frozenset({Role.PIO}), "test")
WHERE = "https://plain.example/plain-1"


def _unclear(house: House) -> Delivery:
    """Sent, the answer was lost, and the network cannot tell."""
    row = house.delivery()
    house.plain.ends, house.plain.answers = Unconfirmed("the answer was lost"), CannotTell("two posts fit")
    house.send()
    house.plain.ends = None
    house.look(3)
    assert house.state(row) == D.NEEDS_PERSON
    return row


def _stuck(house: House) -> Delivery:
    """Published, and could not be taken down."""
    row = house.delivery()
    house.send()
    retract(house.db, PIO, row.id, "the family asks")
    house.plain.takes_down = [Unconfirmed("lost")] * 10
    for _ in range(10):
        take_down(house.carrier)
        house.clock.advance(30)
    assert (house.state(row), house.receipts(row)) == (D.NEEDS_PERSON, ["plain-1"])
    return row


def _say(house: House, row: Delivery, address: str = WHERE) -> str:
    return confirm(house.carrier, PIO, row.id, address)


def test_what_is_read_back_counts_as_delivered(house: House) -> None:
    row = _unclear(house)
    house.plain.answers = Found((Receipt("plain-1", WHERE),))
    assert _say(house, row) == ""
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])
    assert [event["address"] for event in house.events("confirm")] == [WHERE]


def test_a_post_that_only_reads_alike_counts_with_a_persons_word_and_never_without(house: House) -> None:
    row = _unclear(house)
    house.plain.answers = CannotTell("1 post reads like this one", (Receipt("plain-1", WHERE),))
    house.look(9)
    assert (house.state(row), house.receipts(row)) == (D.NEEDS_PERSON, [])
    assert _say(house, row) == ""
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])


def test_of_two_that_read_alike_none_counts(plain_house: House) -> None:
    row = _unclear(plain_house)
    plain_house.plain.answers = CannotTell("2 posts read alike", (Receipt("plain-1"), Receipt("plain-2")))
    assert "2 posts read alike" in _say(plain_house, row)
    assert plain_house.state(row) == D.NEEDS_PERSON


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("https://x.example/pd/status/77", "77"),
        ("https://x.example/pd/status/77/?s=20&t=a", "77"),
        ("https://x.example/pd/status/77/photo/1", "77"),
        (" 77 ", "77"),
        ("https://page.example/permalink.php?story_fbid=77&id=5", "5_77"),
        ("https://page.example/pd/posts/77#c", "5_77"),
        ("5_77", "5_77"),
    ],
)
def test_an_address_is_taken_as_people_copy_it(plain_house: House, address: str, names: str) -> None:
    journal = _OnlyThis(plain_house.db, plain_house.delivery(), address)
    assert not journal.owned(names)
    assert journal.owned("7")
    assert journal.owned("5_7")


@pytest.mark.parametrize("answer", [Absent(), AskAgain("429"), RuntimeError("a bug")])
def test_what_cannot_be_read_back_does_not(plain_house: House, answer: Any) -> None:
    row = _unclear(plain_house)
    plain_house.plain.answers = answer
    assert "there is no post of these words" in _say(plain_house, row)
    assert (plain_house.state(row), plain_house.events("confirm")) == (D.NEEDS_PERSON, [])


def test_a_post_that_cannot_be_read_is_an_answer_and_no_crash(plain_house: House) -> None:
    row = _unclear(plain_house)
    odd = update(PostRow).where(PostRow.id == row.post_id).values(body={"texts": 1})
    plain_house.change(lambda tx: tx.session.execute(odd))
    assert "cannot be looked for" in _say(plain_house, row)


def test_the_post_of_another_delivery_does_not_count_and_that_is_said(house: House) -> None:
    row = _unclear(house)
    house.delivery(house.channel_of(row))
    house.send()
    house.plain.answers = Found((Receipt("plain-2"),))
    assert "belongs to another delivery" in _say(house, row, "plain-2")
    assert (house.state(row), house.receipts(row), house.events("confirm")) == (D.NEEDS_PERSON, [], [])


def test_what_could_not_be_taken_down_may_stay_and_keeps_its_receipt(house: House) -> None:
    row = _stuck(house)
    house.plain.answers = Found((Receipt("plain-1", WHERE),))
    assert _say(house, row) == ""
    assert (house.state(row), house.receipts(row)) == (D.DELIVERED, ["plain-1"])


def test_what_could_not_be_taken_down_is_no_second_post_as_well(house: House) -> None:
    row = _stuck(house)
    house.plain.answers = Found((Receipt("plain-9"),))
    assert "it was published as plain-1; plain-9 is another post" in _say(house, row, "plain-9")
    assert (house.state(row), house.receipts(row)) == (D.NEEDS_PERSON, ["plain-1"])


MEANWHILE: dict[str, Callable[[House, Delivery], Any]] = {
    "requeued": lambda house, row: requeue(house.db, PIO, row.id, "not there"),
    "cancelled": lambda house, row: cancel(house.db, PIO, row.id, "never mind"),
    "confirmed": _say,
    "sent again": lambda house, row: house.set(row, fence=row.fence + 2),
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_who_settles_it_while_the_network_is_asked_is_first(house: House, what: str) -> None:
    row = _unclear(house)
    find = house.plain.find

    def meanwhile(*asked: Any) -> Any:
        house.plain.find = find  # type: ignore[method-assign]
        MEANWHILE[what](house, house.row(row))
        return find(*asked)

    house.plain.answers = Found((Receipt("plain-1", WHERE),))
    house.plain.find = meanwhile  # type: ignore[method-assign,assignment]
    assert "somebody was first" in _say(house, row)
    assert len(house.events("confirm")) == (1 if what == "confirmed" else 0)
    assert len(house.receipts(row)) == (1 if what == "confirmed" else 0)


def test_only_what_needs_a_person_can_be_confirmed(plain_house: House) -> None:
    row = plain_house.delivery()
    assert "it waits for nobody" in _say(plain_house, row)


def test_a_late_answer_makes_nothing_delivered_that_could_not_be_taken_down(house: House) -> None:
    row = _stuck(house)
    [attempt] = house.attempts(row)
    claim = Claim(row.id, row.channel_id, attempt.id, attempt.fence, attempt.owner, 1)
    before = len(house.told("pio"))
    with house.db.transaction() as tx:
        settle_all(tx, [Ended(house.carrier, claim, Delivered((Receipt("plain-1"),)))])
    assert (house.state(row), len(house.told("pio"))) == (D.NEEDS_PERSON, before)
    with house.db.transaction() as tx:
        settle_all(tx, [Ended(house.carrier, claim, Delivered((Receipt("plain-9"),)))])
    assert (house.state(row), house.receipts(row), len(house.told("pio"))) == (
        D.NEEDS_PERSON,
        ["plain-1"],
        before + 1,
    )
