"""The journal of one attempt. Every line is committed before the adapter goes on; that is the whole point.

`about_to_publish` is the last gate; `intents` says what it asks.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ending import Lost, Stopped
from socialpub.delivery.intents import Intent, commit_intents
from socialpub.delivery.ownership import owners
from socialpub.delivery.steps import write_steps
from socialpub.model.outcome import Deferred
from socialpub.store.claims import LEASE, Claim, mine
from socialpub.store.database import Database
from socialpub.store.schema import Attempt, Delivery, Step

#: A visible call may take this long; with less of the lease left it is not begun. Seconds.
_CALL = 75.0


class AttemptJournal:
    """Implements `platforms.contract.Journal` for one claim."""

    def __init__(self, carrier: Carrier, claim: Claim, key: str) -> None:
        self._carrier = carrier
        self._claim = claim
        self._key = key
        self.intended = False  # whether the intent of the visible call stands
        self._lease_ends = carrier.monotonic() + LEASE.total_seconds()

    @property
    def key(self) -> str:
        return self._key

    @property
    def part(self) -> int:
        return 0

    def recall(self, step: str) -> Mapping[str, str]:
        with self._carrier.db.reading() as session:
            return recall(session, self._claim.delivery, step)

    def owned(self, remote_id: str) -> bool:
        with self._carrier.db.reading() as session:
            return owned_by_another(session, self._claim.channel, self._claim.delivery, remote_id)

    def note(self, step: str, **ids: str) -> None:
        crash.point(f"journal.{step}.before")
        begun = self._carrier.monotonic()
        with self._carrier.db.transaction() as tx:
            row = mine(tx.session, self._claim)
            if row is None:
                raise Stopped(Lost())
            write_steps(tx, [(self._claim, step, ids)])
            row.lease_until = tx.now + LEASE
        self._renewed(begun)
        crash.point(f"journal.{step}.after")

    def about_to_publish(self, **ids: str) -> None:
        crash.point("journal.publish.before")
        self._commit_intent(ids)
        crash.point("journal.publish.after")
        if self._carrier.monotonic() + _CALL > self._lease_ends:
            # The intent stands, the call was not made: looking for it will find nothing, and that is true.
            raise Stopped(Deferred("this machine was too slow; the claim had nearly run out"))

    def _commit_intent(self, ids: Mapping[str, str]) -> None:
        begun = self._carrier.monotonic()
        if stop := self._carrier.db.together(commit_intents, Intent(self._claim, ids, self._carrier.day)):
            raise Stopped(stop)
        self.intended = True
        self._renewed(begun)

    def _renewed(self, begun: float) -> None:
        """The lease in the row runs from a moment after `begun`: who sleeps through the commit sees it run out."""
        self._lease_ends = begun + LEASE.total_seconds()


class LookingJournal:
    """The same journal for `find`: what was noted can be read, nothing can be written."""

    def __init__(self, db: Database, row: Delivery) -> None:
        self._db = db
        self._delivery, self._channel, self._key = row.id, row.channel_id, row.key

    @property
    def key(self) -> str:
        return self._key

    @property
    def part(self) -> int:
        return 0

    def recall(self, step: str) -> Mapping[str, str]:
        with self._db.reading() as session:
            return recall(session, self._delivery, step)

    def owned(self, remote_id: str) -> bool:
        with self._db.reading() as session:
            return owned_by_another(session, self._channel, self._delivery, remote_id)

    def note(self, step: str, **_ids: str) -> None:
        raise AssertionError(f"looking for a post may not take the step {step}")

    def about_to_publish(self, **_ids: str) -> None:
        raise AssertionError("looking for a post may not publish")


def recall(session: Session, delivery: str, step: str) -> Mapping[str, str]:
    newest = (
        select(Step)
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(Step.delivery_id == delivery, Step.step == step)
        .order_by(Attempt.fence.desc(), Step.number.desc())
        .limit(1)
    )
    row = session.scalar(newest)
    return dict(row.ids) if row else {}


def owned_by_another(session: Session, channel: str, delivery: str, remote_id: str) -> bool:
    return bool(owners(session, [(channel, remote_id)])[channel, remote_id] - {delivery})
