"""Several daemons with several threads each claim from one database: nothing is claimed twice (I11)."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from socialpub.model.day import ALWAYS
from socialpub.model.people import DAEMON
from socialpub.model.states import DeliveryState
from socialpub.store.audit import verify
from socialpub.store.claims import Claim, claim_due, mine
from socialpub.store.database import Database
from socialpub.store.moves import move
from socialpub.store.schema import Attempt, Delivery
from tests import world
from tests.databases import again

CHANNELS, EACH, DAEMONS, THREADS = 3, 4, 2, 2
_SURELY = 60.0


@pytest.fixture
def due(db: Database) -> Database:
    with db.transaction() as tx:
        for channel in [world.channel(tx) for _ in range(CHANNELS)]:
            for _ in range(EACH):
                world.delivery(tx, channel)
    return db


class Claimers:
    """Threads that claim and deliver until nothing is left; what they saw, and what they stumbled over."""

    def __init__(self, databases: list[Database]) -> None:
        self.claims: list[Claim] = []
        self.crowded: list[object] = []
        self.raised: list[BaseException] = []
        self._together = threading.Barrier(len(databases) * THREADS)
        self._threads = [
            threading.Thread(target=self._run, args=(database, f"daemon-{number}"))
            for number, database in enumerate(databases)
            for _ in range(THREADS)
        ]

    def run(self) -> None:
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            thread.join(_SURELY)

    def _run(self, db: Database, owner: str) -> None:
        self._together.wait(_SURELY)
        try:
            while _waiting(db):
                self._turn(db, owner)
        except BaseException as error:  # noqa: BLE001  shown by the test's assertion
            self.raised.append(error)

    def _turn(self, db: Database, owner: str) -> None:
        with db.transaction() as tx:
            claims = claim_due(tx, owner, ALWAYS, limit=2)
        self.claims += claims
        self.crowded += _crowded(db)
        for claim in claims:
            with db.transaction() as tx:
                row = mine(tx.session, claim)
                assert row is not None, "a claim was lost to nobody"
                move(tx, row, DeliveryState.DELIVERED, by=DAEMON)


def _waiting(db: Database) -> bool:
    with db.reading() as session:
        return (
            session.scalar(select(Delivery.id).where(Delivery.state == DeliveryState.SCHEDULED).limit(1)) is not None
        )


def _crowded(db: Database) -> list[object]:
    """Channels with more than one in flight."""
    sending = select(Delivery.channel_id).where(Delivery.state == DeliveryState.SENDING)
    with db.reading() as session:
        return list(session.scalars(sending.group_by(Delivery.channel_id).having(func.count() > 1)))


def test_two_daemons_never_claim_a_delivery_twice_nor_two_on_a_channel(due: Database) -> None:
    second = again(due)
    claimers = Claimers([due, second])
    claimers.run()
    second.close()
    assert claimers.raised == []
    assert claimers.crowded == []
    times = Counter(claim.delivery for claim in claimers.claims)
    assert len(times) == CHANNELS * EACH
    assert set(times.values()) == {1}
    with due.reading() as session:
        assert set(session.scalars(select(Delivery.state))) == {DeliveryState.DELIVERED}
        assert set(session.scalars(select(Delivery.fence))) == {1}
        assert session.scalar(select(func.count()).select_from(Attempt)) == CHANNELS * EACH
        verdict = verify(session)
    assert (verdict.events, verdict.fault) == (2 * CHANNELS * EACH, "")
