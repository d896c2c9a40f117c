"""Taking down: it may be asked twice, may be refused, may fail for ever; a person always hears how it ended."""

from datetime import timedelta

import pytest

from socialpub.delivery.retract import retract as take_down
from socialpub.desk.declined import Declined
from socialpub.desk.deliveries import cancel, gone, requeue, retract
from socialpub.model.outcome import Deferred, Delivered, Receipt, Refused, Unconfirmed
from socialpub.model.people import Actor, Role
from socialpub.model.states import DeliveryState as D
from socialpub.store.schema import Delivery
from tests import world
from tests.delivery.house import House

PIO = Actor("panand", frozenset({Role.PIO}), "test")


def _retracting(house: House) -> Delivery:
    row = house.delivery()
    house.send()
    retract(house.db, PIO, row.id, "the family asks")
    return row


def test_it_is_taken_down_and_the_reason_stays(house: House) -> None:
    row = _retracting(house)
    assert take_down(house.carrier) is None
    fresh = house.row(row)
    assert (fresh.state, fresh.reason, fresh.look_at) == (D.RETRACTED, "the family asks", None)
    assert house.plain.taken_down == ["plain-1"]


def test_holds_do_not_stop_it(house: House) -> None:
    row = _retracting(house)
    house.change(world.hold)
    take_down(house.carrier)
    assert house.state(row) == D.RETRACTED


def test_asking_twice_is_harmless(house: House) -> None:
    row = _retracting(house)
    with pytest.raises(Declined, match="retracting"):
        retract(house.db, PIO, row.id, "again")
    take_down(house.carrier)
    take_down(house.carrier)
    assert house.plain.taken_down == ["plain-1"]


def test_two_daemons_at_once_end_in_one_retraction(house: House) -> None:
    row = _retracting(house)
    undisturbed = house.plain.retract

    def while_the_other_does_it(*asked: object) -> object:
        house.plain.retract = undisturbed  # type: ignore[method-assign]
        take_down(house.as_other().carrier)
        return undisturbed(*asked)  # type: ignore[arg-type]

    house.plain.retract = while_the_other_does_it  # type: ignore[method-assign,assignment]
    take_down(house.carrier)
    assert house.state(row) == D.RETRACTED
    assert len(house.events("move:retracted")) == 1


def test_the_last_part_goes_first_and_a_lost_part_stops_the_rest(house: House) -> None:
    house.plain.ends = Delivered((Receipt("a"), Receipt("b", part=1), Receipt("c", part=2)))
    row = _retracting(house)
    house.plain.takes_down = [Delivered((Receipt("c"),)), Unconfirmed("lost")]
    take_down(house.carrier)
    assert (house.state(row), house.plain.taken_down) == (D.RETRACTING, ["c", "b"])
    house.clock.advance(30)
    take_down(house.carrier)
    assert (house.state(row), house.plain.taken_down) == (D.RETRACTED, ["c", "b", "c", "b", "a"])


def test_a_refusal_leaves_it_delivered_and_tells_how_to_do_it_by_hand(house: House) -> None:
    row = _retracting(house)
    house.plain.takes_down = [Refused("this network does not do that", "Open the app, choose Delete.")]
    take_down(house.carrier)
    assert house.state(row) == D.DELIVERED
    assert "Open the app, choose Delete." in house.row(row).reason
    assert house.told("pio")[0].startswith("Still visible on file-")


def test_a_second_refusal_is_told_as_well(house: House) -> None:
    row = _retracting(house)
    house.plain.takes_down = [Refused("no", "By hand.")] * 2
    take_down(house.carrier)
    house.clock.advance(60)
    retract(house.db, PIO, row.id, "please")
    take_down(house.carrier)
    assert len(house.told("pio")) == 2


def test_a_failure_is_tried_again_later(house: House) -> None:
    row = _retracting(house)
    house.plain.takes_down = [Deferred("429", house.after(900)), RuntimeError("a bug")]
    assert take_down(house.carrier) == house.after(900)
    house.clock.advance(899)
    take_down(house.carrier)
    assert len(house.plain.takes_down) == 1
    house.clock.advance(1)
    assert take_down(house.carrier) == house.after(30)
    assert house.state(row) == D.RETRACTING


def test_after_ten_failures_a_person_is_needed(house: House) -> None:
    row = _retracting(house)
    house.plain.takes_down = [Unconfirmed("lost")] * 10
    for _ in range(9):
        take_down(house.carrier)
        house.clock.advance(30)
    assert house.state(row) == D.RETRACTING
    take_down(house.carrier)
    assert (house.state(row), house.row(row).reason) == (D.NEEDS_PERSON, "it could not be taken down: lost")
    assert len(house.told("pio")) == len(house.told("administrators")) == 1


def _stuck(house: House) -> Delivery:
    """Published, and could not be taken down in ten tries."""
    row = _retracting(house)
    house.plain.takes_down = [Unconfirmed("lost")] * 10
    for _ in range(10):
        take_down(house.carrier)
        house.clock.advance(30)
    assert house.state(row) == D.NEEDS_PERSON
    return row


def test_what_could_not_be_taken_down_can_be_neither_sent_again_nor_dropped(house: House) -> None:
    """It is visible: to queue it would show it twice, and so would another approval once its place is free."""
    row = _stuck(house)
    for decide in (requeue, cancel):
        with pytest.raises(Declined, match=r"published as plain-1 .* confirm \S+ --gone"):
            decide(house.db, PIO, row.id, "once more")
    house.send_due()
    assert (house.state(row), house.plain.visible) == (D.NEEDS_PERSON, ["plain-1"])


def test_who_is_alarmed_hears_what_can_be_done_about_a_post_that_is_public(house: House) -> None:
    row = _stuck(house)
    [body] = house.bodies("pio", "Not taken down from file-")
    assert "it could not be taken down: lost" in body
    for words in (f"retract {row.id} --because", f"confirm {row.id} --gone --because", f"confirm {row.id} --at"):
        assert words in body
    assert "requeue" not in body


def test_it_can_be_tried_again_with_ten_new_tries(house: House) -> None:
    row = _stuck(house)
    retract(house.db, PIO, row.id, "the family asks again")
    assert (house.state(row), house.row(row).looks) == (D.RETRACTING, 0)
    take_down(house.carrier)
    assert (house.state(row), house.row(row).reason) == (D.RETRACTED, "the family asks again")


def test_what_was_never_published_cannot_be_taken_down_nor_be_gone(house: House) -> None:
    row = house.delivery(state=D.NEEDS_PERSON)
    for decide in (retract, gone):
        with pytest.raises(Declined, match=r"nothing shows that it was published.* --at ADDRESS"):
            decide(house.db, PIO, row.id, "the family asks")
    assert house.state(row) == D.NEEDS_PERSON


@pytest.mark.parametrize("state", [D.NEEDS_PERSON, D.RETRACTING, D.DELIVERED])
def test_a_person_may_say_that_it_is_gone(house: House, state: D) -> None:
    row = house.delivery()
    house.send()
    house.set(row, state=state, look_at=house.clock.now)
    gone(house.db, PIO, row.id, "deleted in the app, looked at 21:40")
    fresh = house.row(row)
    assert (fresh.state, fresh.reason, fresh.look_at) == (D.RETRACTED, "deleted in the app, looked at 21:40", None)
    [said] = house.events("gone")
    assert said == {"states": "it is not there any more", "because": "deleted in the app, looked at 21:40"}
    take_down(house.carrier)
    assert house.plain.taken_down == []
    assert house.receipts(row) == ["plain-1"]


def test_a_refusal_is_ticked_off_when_it_was_done_by_hand(house: House) -> None:
    row = _retracting(house)
    house.plain.takes_down = [Refused("this network does not do that", "Open the app, choose Delete.")]
    take_down(house.carrier)
    gone(house.db, PIO, row.id, "deleted in the app")
    assert house.state(row) == D.RETRACTED


def test_who_says_that_it_is_gone_says_how_they_know(plain_house: House) -> None:
    row = _stuck(plain_house)
    with pytest.raises(Declined, match="a reason is needed"):
        gone(plain_house.db, PIO, row.id, "  ")
    with pytest.raises(Declined, match="may not say that a post is gone"):
        gone(plain_house.db, Actor("jruiz", frozenset({Role.OFFICER}), "test"), row.id, "I think so")


@pytest.mark.parametrize("state", sorted(set(D) - {D.NEEDS_PERSON, D.RETRACTING, D.DELIVERED}))
def test_nothing_else_can_be_gone(plain_house: House, state: D) -> None:
    row = plain_house.delivery(state=state)
    with pytest.raises(Declined, match="cannot be gone"):
        gone(plain_house.db, PIO, row.id, "it is not there")


@pytest.mark.parametrize("by_hand", [False, True])
def test_its_officer_and_the_pio_hear_that_it_was_taken_down(house: House, *, by_hand: bool) -> None:
    row = _retracting(house)
    if by_hand:
        gone(house.db, PIO, row.id, "the family asks")
    take_down(house.carrier)
    for audience in ("pio", "officer:jruiz"):
        [body] = house.bodies(audience, "Taken down from file-")
        assert "the family asks" in body


def test_one_that_cannot_be_tried_keeps_no_other_up(house: House) -> None:
    gone = house.delivery(house.channel("vague"))
    other = house.delivery()
    house.send()
    for row in (gone, other):
        retract(house.db, PIO, row.id, "the family asks")
    house.set(gone, look_at=house.clock.now - timedelta(seconds=1))
    carrier, limits = house.carrier, house.networks.pop("vague")
    take_down(carrier)
    house.networks["vague"] = limits
    assert (house.state(gone), house.state(other)) == (D.RETRACTING, D.RETRACTED)


def test_credentials_that_cannot_be_opened_are_waited_for(house: House) -> None:
    from socialpub.store.schema import Secret
    from socialpub.store.vault import Vault

    row = _retracting(house)
    sealed = Vault(b"another key".ljust(32)).seal(row.channel_id, {"token": "t"})
    house.change(lambda tx: tx.session.add(Secret(channel_id=row.channel_id, sealed=sealed, set_at=tx.now)))
    assert take_down(house.carrier) == house.after(30)
    assert "SP021" in house.events("retract-again")[0]["because"]
