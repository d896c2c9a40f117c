"""Forty random weeks, and the proof that a house without one of its rules would not live through them."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from socialpub.delivery import intents, journal, reconcile, recover
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState
from socialpub.store.moves import move
from socialpub.store.schema import Delivery
from tests.simulation.running import live

#: A week of the suite is short; `python -m tests.simulation` lives longer ones.
ROUNDS = 10


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Adapters have bugs on purpose; the log of a week is long."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_week_breaks_no_promise(seed: int) -> None:
    live(seed, ROUNDS)


def test_a_seed_is_a_replay() -> None:
    once, again = live(3, ROUNDS), live(3, ROUNDS)
    assert once.life.events == again.life.events
    assert [(row.remote_id, row.at) for row in once.table.rows] == [
        (row.remote_id, row.at) for row in again.table.rows
    ]


def _no_last_gate(patch: pytest.MonkeyPatch) -> None:
    """Neither hold nor approval nor window is read before the visible call."""
    patch.setattr(intents, "_forbidden", lambda *_: None)


def _no_fence(patch: pytest.MonkeyPatch) -> None:
    """Who lost a claim publishes all the same."""

    def any_row(session: Any, claim: Any) -> Any:
        return session.get(Delivery, claim.delivery)

    patch.setattr(journal, "mine", any_row)
    patch.setattr(intents, "holds_claim", lambda *_: True)


def _no_patience(patch: pytest.MonkeyPatch) -> None:
    """Not seen once is absent."""

    def at_once(tx: Any, carrier: Any, row: Any, _answer: Any) -> None:
        move(tx, row, DeliveryState.DEFERRED, by=DAEMON, due_at=tx.now)

    patch.setattr(reconcile, "_not_seen", at_once)


def _no_question(patch: pytest.MonkeyPatch) -> None:
    """What a dead daemon was sending is simply sent again."""

    def defer(tx: Any, _carrier: Any, row: Any, reason: str, **_: Any) -> None:
        move(tx, row, DeliveryState.DEFERRED, because=reason, by=DAEMON)

    patch.setattr(recover, "unconfirm", defer)


def _live_many(first: int, *, wild: bool) -> None:
    for seed in range(first, first + 40):
        live(seed, 20, wild=wild)


#: The rule, what the first broken promise is about, and a seed from which on it does not take long.
BROKEN = {
    "the last gate": (_no_last_gate, "I[145]", 4, True),
    "the fence": (_no_fence, "I[26]", 0, True),
    "patience": (_no_patience, "I2", 7, False),
    "the question": (_no_question, "I[26]", 1, True),
}


@pytest.mark.parametrize(("without", "promise", "first", "wild"), BROKEN.values(), ids=BROKEN)
def test_a_house_without_that_rule_is_found_out(
    without: Callable[[pytest.MonkeyPatch], None],
    promise: str,
    first: int,
    wild: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch)
    with pytest.raises(AssertionError, match=rf"{promise}: .* --seed \d+"):
        _live_many(first, wild=wild)
