"""Claims what is due and sends it. The only caller of an adapter's `deliver`."""

import logging
from datetime import datetime

from socialpub import crash
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ending import Ending, Fell, Lost, Stopped
from socialpub.delivery.journal import AttemptJournal
from socialpub.delivery.load import Load, load
from socialpub.delivery.settle import settle
from socialpub.model.outcome import Deferred, Delivered, Refused, Unconfirmed
from socialpub.store.claims import Claim, claim_due, mine, next_due
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


def send_due(carrier: Carrier, limit: int = 100) -> datetime | None:
    """Send everything that is due, one after the other; leave when the next is due."""
    while claims := claim(carrier, limit):
        for each in claims:
            send(carrier, each)
    with carrier.db.reading() as session:
        return next_due(session)


def _send(carrier: Carrier, claim: Claim) -> Ending:
    with carrier.db.reading() as session:
        row = mine(session, claim)
        loaded = load(session, carrier, row) if row else None
    if loaded is None:
        return Lost()
    return _unfit(carrier, loaded) or _deliver(carrier, claim, loaded)


def _unfit(carrier: Carrier, loaded: Load) -> Ending | None:
    """What must be caught before a network is touched: other words or other pictures than were approved."""
    if not loaded.intact:
        return Fell("what would go out is not what was approved")
    for media in loaded.post.media:
        try:
            carrier.read_media(media.sha256)
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
