"""kill -9 at every point that a daemon passes: never two posts, never a lost one, every delivery at an end.

Each trial is a real process on a spool of its own that dies by SIGKILL, and another that starts after it.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from socialpub.delivery.journal import AttemptJournal
from socialpub.model.states import SETTLED, DeliveryState
from socialpub.sandbox.handle import Sandbox
from socialpub.store.audit import verify
from tests.databases import KINDS, restorable
from tests.flow import killing, loud
from tests.flow.networks import Network, networks
from tests.town import town

#: A sweep that has not ended by then goes round in circles.
MOST = 200


@contextmanager
def _trial(kind: str, folder: Path, network: Network) -> Iterator[tuple[killing.Trial, Callable[[], None]]]:
    """A spool with one approved story for one channel; and a function that puts it back as it was."""
    now = datetime.now(UTC)
    place = folder / "trial"
    place.mkdir()
    with restorable(kind, place) as (url, put_database_back):
        with town(place, url) as here:
            here.clock.now = now
            loud.heard(here.app, place)
            network.open(here)
            here.drop(photos=network.photos)
            here.turn()
            here.approve()
        put_database_back()  # the first call keeps it
        shutil.copytree(place, folder / "kept")

        def put_back() -> None:
            network.forget()
            shutil.rmtree(place)
            shutil.copytree(folder / "kept", place)
            put_database_back()

        yield killing.Trial(place, url, now), put_back


def _judge(trial: killing.Trial, network: Network, died_at: int) -> None:
    """What must be true after any death."""
    here = trial.look()
    try:
        rows = here.deliveries()
        seen = network.visible(trial.folder)
        assert len(seen) <= 1, f"point {died_at}: posted {len(seen)} times"
        assert len(rows) == 1
        assert rows[0].state in SETTLED, f"point {died_at}: left {rows[0].state}"
        if rows[0].state == DeliveryState.DELIVERED:
            assert seen == network.receipts(here), f"point {died_at}: the receipt names another post"
        else:
            assert rows[0].state == DeliveryState.NEEDS_PERSON, f"point {died_at}: {rows[0].state} {rows[0].reason}"
        with here.app.db.reading() as session:
            assert verify(session).fault == "", f"point {died_at}"
    finally:
        here.app.db.close()


def _sweep(trial: killing.Trial, put_back: Callable[[], None], network: Network) -> int:
    """Die at each point in turn until no point is left; gives how many there were."""
    for die_at in range(1, MOST):
        put_back()
        died = killing.killed_then_restarted(trial, die_at)
        _judge(trial, network, die_at)
        if not died:
            return die_at - 1
    raise AssertionError("the sweep does not end")


#: A plain text on a Page differs in how it is looked for, not in its rows: one engine is enough.
#: What differs from another network's trial in nothing that the database could tell.
_ONCE = {("postgresql", "facebook text"), ("postgresql", "newsroom with photos")}
TRIALS = [(kind, name) for kind in KINDS for name in networks() if (kind, name) not in _ONCE]


@pytest.mark.parametrize(("kind", "name"), TRIALS)
def test_a_daemon_killed_at_any_point_posts_once_and_loses_nothing(
    kind: str, name: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    network = networks()[name](sandbox)
    with _trial(kind, tmp_path, network) as (trial, put_back):
        points = _sweep(trial, put_back, network)
    assert points >= 14, "fewer points than the path has steps: some are not reached"


def _forget_the_intent() -> None:
    """The mutation: the visible call is made without its intent being written down."""
    AttemptJournal._commit_intent = lambda *_: None  # type: ignore[method-assign]


def test_without_the_intent_commit_the_sweep_finds_a_second_post(tmp_path: Path, sandbox: Sandbox) -> None:
    network = networks()["loud"](sandbox)
    with (
        _trial("sqlite", tmp_path, network) as (trial, put_back),
        pytest.raises(AssertionError, match="posted 2 times"),
    ):
        _sweep(replace(trial, sabotage=_forget_the_intent), put_back, network)
