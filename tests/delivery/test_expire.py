"""What passed its deadline fails, is told, and nothing stops that."""

from datetime import timedelta

import pytest

from socialpub.delivery import expire as module
from socialpub.delivery.expire import expire
from socialpub.model.outcome import Unconfirmed
from socialpub.model.states import DeliveryState as D
from tests import world
from tests.delivery.house import House


@pytest.mark.parametrize("state", [D.SCHEDULED, D.DEFERRED])
def test_what_waits_expires_at_its_deadline_and_not_before(house: House, state: D) -> None:
    row = house.delivery(state=state, deadline=100)
    house.clock.now = row.deadline - timedelta(microseconds=1)
    assert expire(house.carrier) == row.deadline
    assert house.state(row) == state
    house.clock.now = row.deadline
    assert expire(house.carrier) is None
    assert (house.state(row), house.plain.visible) == (D.FAILED, [])
    assert house.row(row).reason.startswith("expired")
    assert len(house.told("pio")) == len(house.told("officer:jruiz")) == 1


@pytest.mark.parametrize("scope", ["all", "channel", "delivery"])
def test_holds_do_not_stop_it(house: House, scope: str) -> None:
    row = house.delivery(deadline=100)
    target = {"all": "", "channel": row.channel_id, "delivery": row.id}[scope]
    house.change(lambda tx: world.hold(tx, scope, target))
    house.clock.now = row.deadline
    expire(house.carrier)
    assert house.state(row) == D.FAILED
    assert len(house.told("pio")) == 1


def test_what_is_on_its_way_does_not_expire(house: House) -> None:
    sending, unsure = house.delivery(deadline=100), house.delivery(house.channel("vague"), deadline=100)
    house.networks["vague"].ends = Unconfirmed("the answer was lost")
    house.plain.before = lambda: house.clock.advance(0)
    house.send()
    house.set(sending, state=D.SENDING)
    house.clock.advance(100)
    expire(house.carrier)
    assert (house.state(sending), house.state(unsure)) == (D.SENDING, D.UNCONFIRMED)


def test_many_expire_in_portions_and_each_is_told(plain_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 3)
    channel = plain_house.channel()
    rows = [plain_house.delivery(channel, deadline=100) for _ in range(8)]
    plain_house.clock.advance(100)
    expire(plain_house.carrier)
    assert {plain_house.state(row) for row in rows} == {D.FAILED}
    assert len(plain_house.told("pio")) == 8


def test_after_three_days_off_nothing_late_goes_out(house: House) -> None:
    """F11: the late ones expire whether or not `expire` came first; what is still in time goes."""
    late, in_time = house.delivery(deadline=3600), house.delivery(deadline=96 * 3600)
    house.clock.advance(72 * 3600)
    house.send_due()
    expire(house.carrier)
    assert (house.state(late), house.state(in_time)) == (D.FAILED, D.DELIVERED)
    assert len(house.plain.visible) == 1
