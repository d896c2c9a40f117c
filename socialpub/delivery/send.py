"""Claims what is due and sends it. The only caller of an adapter's `deliver`."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ending import Differs, Ending, Lost, Stopped
from socialpub.delivery.journal import AttemptJournal
from socialpub.delivery.load import Load, Unreadable, load
from socialpub.delivery.settle import settle
from socialpub.model.outcome import Deferred, Delivered, Refused, Scope, Unconfirmed
from socialpub.schedule.plan import next_time
from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import to_wall
from socialpub.store.claims import Claim, claim_due, mine, next_due
from socialpub.store.database import StoreError
from socialpub.store.schema import Attempt

log = logging.getLogger(__name__)


def claim(carrier: Carrier, limit: int) -> list[Claim]:
    """Claim up to `limit` due deliveries, at most one per channel."""
    crash.point("claim.before")
    with carrier.db.transaction() as tx:
        claims = claim_due(tx, carrier.owner.name, limit)
    crash.point("claim.after")
    return claims


def send(carrier: Carrier, claim: Claim) -> None:
    """Send one claimed delivery and write down how it ended."""
    ending = _send(carrier, claim)
    crash.point("settle.before")
    with carrier.db.transaction() as tx:
        settle(tx, carrier, claim, ending)
    crash.point("settle.after")


class Hand(Protocol):
    """How a claimed delivery is sent: at once, or by one of the daemon's threads."""

    def free(self) -> int:
        """How many more can be taken now."""

    def give(self, job: Callable[[], None]) -> None:
        """Do `job`, now or soon."""


class _AtOnce:
    def free(self) -> int:
        return 100

    def give(self, job: Callable[[], None]) -> None:
        job()


at_once: Hand = _AtOnce()


def send_due(carrier: Carrier, hand: Hand = at_once) -> datetime | None:
    """Claim and send what is due; leave when the next is. In quiet hours nothing starts, late or not."""
    if quiet_until := _quiet(carrier):
        return quiet_until
    while (free := hand.free()) and (claims := claim(carrier, free)):
        for each in claims:
            hand.give(partial(send, carrier, each))
    if not free:
        return None  # whoever gets free calls us again
    with carrier.db.reading() as session:
        return next_due(session, carrier.db.clock())


def _quiet(carrier: Carrier) -> datetime | None:
    """When quiet hours end, if they are on. They are the department's: any platform's rules tell."""
    now = carrier.db.clock()
    rules = carrier.rules(next(iter(carrier.limits)))
    if rules.quiet is None or not rules.quiet.holds(to_wall(now, rules.zone).time()):
        return None
    return next_time(Rules(rules.zone, quiet=rules.quiet), (), now, None)


def _send(carrier: Carrier, claim: Claim) -> Ending:
    with carrier.db.reading() as session:
        row = mine(session, claim)
        if row is None:
            return Lost()
        try:
            loaded = load(session, carrier, row)
        except Unreadable as error:
            return Differs(f"what would go out is not what was approved: {error}")
        except StoreError as error:
            return Deferred(str(error), scope=Scope.CHANNEL, needs_person=True)
    return _unfit(carrier, loaded) or _deliver(carrier, claim, loaded)


def _unfit(carrier: Carrier, loaded: Load) -> Ending | None:
    """What must be caught before a network is touched: other words or other pictures than were approved."""
    if not loaded.intact:
        return Differs("what would go out is not what was approved")
    for sha256 in loaded.files():
        try:
            carrier.read_media(sha256)
        except Exception as error:  # noqa: BLE001  whatever ails the picture, it must not go out
            return Refused(
                f"a picture cannot be read: {error}", "Restore the spool's media, or send the story again."
            )
    return None


def _deliver(carrier: Carrier, claim: Claim, loaded: Load) -> Ending:
    journal = AttemptJournal(carrier, claim, loaded.key)
    try:
        outcome = carrier.platform(loaded.post.platform).deliver(loaded.post, loaded.account, journal)
    except Stopped as stopped:
        return stopped.ending
    except Exception:
        log.exception("delivery %s: the adapter failed; this is a bug in it", claim.delivery)
        return _after_a_bug(carrier, claim)
    if isinstance(outcome, Delivered) and not _intended(carrier, claim):
        log.error(
            "delivery %s: the adapter published without the journal's leave; this is a bug in it", claim.delivery
        )
    return outcome


def _after_a_bug(carrier: Carrier, claim: Claim) -> Ending:
    reason = "the adapter failed; the log has the details"
    return Unconfirmed(reason) if _intended(carrier, claim) else Deferred(reason)


def _intended(carrier: Carrier, claim: Claim) -> bool:
    with carrier.db.reading() as session:
        return session.get_one(Attempt, claim.attempt).intent_at is not None
