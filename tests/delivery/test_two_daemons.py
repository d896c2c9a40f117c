"""Two daemons on one PostgreSQL, killed and stopped as it happens: every post once, none lost (I2, I3, I11)."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from socialpub.model.states import SETTLED, DeliveryState
from socialpub.store.audit import verify
from socialpub.store.database import open_database
from socialpub.store.schema import Delivery, Receipt
from tests import world
from tests.clock import SetClock
from tests.databases import upgraded
from tests.delivery import daemons
from tests.flow import loud

CHANNELS = 50


@dataclass
class Shared:
    """A database with deliveries that are all due, and the folder with the network's wall."""

    folder: Path
    url: str
    texts: set[str]

    def settled(self, within: float = 150) -> dict[DeliveryState, int]:
        """Wait for the end of everything; how many ended in each state. On a busy machine that takes its time."""
        ends = time.monotonic() + within
        database = open_database(self.url, SetClock())
        try:
            while True:
                with database.reading() as session:
                    states = Counter(session.scalars(select(Delivery.state)))
                if set(states) <= SETTLED:
                    return dict(states)
                assert time.monotonic() < ends, f"after {within} s: {states}"
                time.sleep(0.05)
        finally:
            database.close()

    def judge(self) -> None:
        """Whatever happened to the daemons."""
        seen = Counter(daemons.wall(self.folder))
        assert {text: times for text, times in seen.items() if times > 1} == {}, "posted more than once"
        ids = {post["id"]: post["text"] for post in loud.posts(self.folder / "wall")}
        database = open_database(self.url, SetClock())
        try:
            with database.reading() as session:
                rows = session.scalars(select(Delivery)).all()
                receipts = {row.delivery_id: row.remote_id for row in session.scalars(select(Receipt))}
                assert verify(session).fault == ""
        finally:
            database.close()
        delivered = {row.id for row in rows if row.state == DeliveryState.DELIVERED}
        assert delivered == set(receipts)
        assert set(receipts.values()) <= set(ids)
        # What is visible and not known to be is with a person, never lost.
        unknown = len(ids) - len(receipts)
        assert unknown <= sum(row.state == DeliveryState.NEEDS_PERSON for row in rows)


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shared]:
    """As many due deliveries as the test's parameter says, spread over the channels."""
    with upgraded("postgresql", tmp_path) as url:
        yield Shared(tmp_path, url, _fill(url, request.param))


def _fill(url: str, many: int) -> set[str]:
    database = open_database(url, SetClock(datetime.now(UTC)))
    texts = set()
    try:
        with database.transaction() as tx:
            channels = [world.channel(tx, platform=loud.NAME) for _ in range(CHANNELS)]
            for number in range(many):
                text = f"Story {number} of a good day."
                texts.add(text)
                of = world.revision(tx, world.story(tx), document={"text": text})
                world.delivery(tx, channels[number % CHANNELS], of=of)
    finally:
        database.close()
    return texts


@pytest.mark.parametrize("shared", [500], indirect=True)
def test_two_daemons_publish_everything_once(shared: Shared) -> None:
    with daemons.started(shared.folder, shared.url, 60), daemons.started(shared.folder, shared.url, 60):
        assert shared.settled() == {DeliveryState.DELIVERED: 500}
    shared.judge()
    assert set(daemons.wall(shared.folder)) == shared.texts


@pytest.mark.parametrize("shared", [150], indirect=True)
def test_when_one_is_killed_the_other_ends_its_work(shared: Shared) -> None:
    """On the same machine death is proven: what it was sending is looked for, and nothing needs a person."""
    with daemons.started(shared.folder, shared.url, 60), daemons.started(shared.folder, shared.url, 60) as victim:
        daemons.posts_reach(shared.folder, 40)
        victim.kill()
        victim.join(30)
        assert shared.settled() == {DeliveryState.DELIVERED: 150}
    shared.judge()
    assert set(daemons.wall(shared.folder)) == shared.texts


@pytest.mark.parametrize("shared", [100], indirect=True)
def test_a_daemon_that_slept_through_its_lease_posts_nothing_twice(shared: Shared) -> None:
    with daemons.started(shared.folder, shared.url) as sleeper:
        daemons.posts_reach(shared.folder, 15)
        assert sleeper.pid is not None
        os.kill(sleeper.pid, signal.SIGSTOP)
        _stand_down_is_possible(shared)
        with daemons.started(shared.folder, shared.url):
            states = shared.settled()
        os.kill(sleeper.pid, signal.SIGCONT)  # it goes on where it was, and its claims are gone
        _one_more(shared)
    shared.judge()
    assert set(states) <= {DeliveryState.DELIVERED, DeliveryState.NEEDS_PERSON}
    assert states[DeliveryState.DELIVERED] >= 100 - daemons.SENDERS


def _stand_down_is_possible(shared: Shared) -> None:
    """Whatever the sleeper holds in the database, people can write soon."""
    begun = time.monotonic()
    people = open_database(shared.url, SetClock(datetime.now(UTC)))
    try:
        with people.transaction() as tx:
            world.hold(tx, released_at=tx.now)
    finally:
        people.close()
    assert time.monotonic() - begun < 20


def _one_more(shared: Shared) -> None:
    """Something to do for a daemon that was woken, so that it surely went on."""
    late = open_database(shared.url, SetClock(datetime.now(UTC)))
    try:
        with late.transaction() as tx:
            of = world.revision(tx, world.story(tx), document={"text": "One more."})
            world.delivery(tx, world.channel(tx, platform=loud.NAME), of=of)
    finally:
        late.close()
    shared.settled()
    assert "One more." in daemons.wall(shared.folder)
