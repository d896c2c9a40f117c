"""An adapter's bug in the log: where it was, and nothing of what it said; that may be a key or a story."""

import logging
from collections.abc import Callable

import pytest

from socialpub.delivery.bug import frames
from socialpub.delivery.retract import retract
from socialpub.model.outcome import Unconfirmed
from socialpub.model.states import DeliveryState as D
from tests.delivery.house import House

CANARY = "EAAB-canary"


def _sending(house: House) -> None:
    house.plain.raises_early = RuntimeError(CANARY)
    house.delivery()
    house.send()


def _looking(house: House) -> None:
    house.plain.ends = Unconfirmed("the answer was lost")
    house.delivery()
    house.send()
    house.plain.answers = RuntimeError(CANARY)
    house.look()


def _taking_down(house: House) -> None:
    row = house.delivery()
    house.send()
    house.plain.takes_down = [RuntimeError(CANARY)]
    house.set(row, state=D.RETRACTING, look_at=house.clock.now)
    retract(house.carrier)


@pytest.mark.parametrize("stage", [_sending, _looking, _taking_down])
def test_the_log_says_what_and_where_and_quotes_nothing(
    plain_house: House, caplog: pytest.LogCaptureFixture, stage: Callable[[House], None]
) -> None:
    with caplog.at_level(logging.DEBUG):
        stage(plain_house)
    assert "RuntimeError" in caplog.text
    assert "tests/delivery/script.py" in caplog.text
    assert CANARY not in caplog.text


def _chained(*, hidden: bool) -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise KeyError(CANARY) from None if hidden else error


def test_the_whole_chain_is_told_without_a_word() -> None:
    with pytest.raises(KeyError) as caught:
        _chained(hidden=False)
    told = frames(caught.value)
    assert told.index("KeyError\n") < told.index("which came from ValueError\n")
    assert CANARY not in told


def test_what_was_left_behind_on_purpose_is_left_out() -> None:
    with pytest.raises(KeyError) as caught:
        _chained(hidden=True)
    assert "which came from" not in frames(caught.value)
