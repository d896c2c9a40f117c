"""Claims what is due and sends it. The only caller of an adapter's `deliver`."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from socialpub import crash
from socialpub.delivery.bug import frames
from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ending import Differs, Ending, Stopped
from socialpub.delivery.hand import Sender, at_once
from socialpub.delivery.journal import AttemptJournal
from socialpub.delivery.load import Load, load_claimed
from socialpub.delivery.settle import Ended, settle_all
from socialpub.model.outcome import Deferred, Delivered, Refused, Unconfirmed
from socialpub.schedule.plan import next_time
from socialpub.schedule.slots import Rules
from socialpub.schedule.wall import to_wall
from socialpub.store.claims import Claim, claim_due, due_now, next_due
from socialpub.store.schema import Attempt

log = logging.getLogger(__name__)

#: So many due deliveries are looked up in one go; each claim asks again about its own.
_AT_ONCE = 1000


def claim(carrier: Carrier, limit: int, among: Sequence[str] | None = None) -> list[Claim]:
    """Claim up to `limit` due deliveries, of these if `among` names some, at most one per channel."""
    crash.point("claim.before")
    with carrier.db.transaction() as tx:
        claims = claim_due(tx, carrier.owner.name, carrier.day(tx.now), limit, among)
    crash.point("claim.after")
    return claims


def send(carrier: Carrier, claim: Claim, loaded: Load | Ending | None = None) -> None:
    """Send one claimed delivery and write down how it ended. `loaded`: what was read of it, or why it ends."""
    ending = _send(carrier, claim, loaded or _read(carrier, [claim])[claim])
    crash.point("settle.before")
    carrier.db.together(settle_all, Ended(carrier, claim, ending))
    crash.point("settle.after")


def _read(carrier: Carrier, claims: Sequence[Claim]) -> dict[Claim, Load | Ending]:
    with carrier.db.reading() as session:
        return load_claimed(session, carrier, claims)


def send_due(carrier: Carrier, hand: Sender = at_once) -> datetime | None:
    """Claim and send what is due; leave when the next is. In quiet hours nothing starts, late or not."""
    waiting: Sequence[str] = ()
    while (free := hand.free()) and not _quiet(carrier) and (waiting := waiting or _due(carrier)):
        _begin(carrier, hand, waiting[:free])
        waiting = waiting[free:]
    if not free:
        return None  # whoever gets free calls us again
    if quiet_until := _quiet(carrier):
        return quiet_until
    with carrier.db.reading() as session:
        now = carrier.db.clock()
        return next_due(session, now, carrier.day(now))


def _due(carrier: Carrier) -> Sequence[str]:
    with carrier.db.reading() as session:
        now = carrier.db.clock()
        return due_now(session, now, carrier.day(now), _AT_ONCE)


def _begin(carrier: Carrier, hand: Sender, deliveries: Sequence[str]) -> None:
    claims = claim(carrier, len(deliveries), deliveries)
    try:
        read: Mapping[Claim, Load | Ending | None] = _read(carrier, claims)
    except Exception:
        log.exception("what was claimed cannot be read together; each is read alone")
        read = dict.fromkeys(claims)
    for each, loaded in read.items():
        hand.give(partial(send, carrier, each, loaded))


def _quiet(carrier: Carrier) -> datetime | None:
    """When quiet hours end, if they are on. They are the department's: any platform's rules tell."""
    now = carrier.db.clock()
    rules = carrier.rules(next(iter(carrier.limits)))
    if rules.quiet is None or not rules.quiet.holds(to_wall(now, rules.zone).time()):
        return None
    return next_time(Rules(rules.zone, quiet=rules.quiet), (), now, None)


def _send(carrier: Carrier, claim: Claim, loaded: Load | Ending) -> Ending:
    if not isinstance(loaded, Load):
        return loaded
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
    except Exception as error:  # noqa: BLE001  whatever it is, its words may hold a key
        log.error("delivery %s: the adapter failed; this is a bug in it: %s", claim.delivery, frames(error))
        return _after_a_bug(carrier, claim)
    if isinstance(outcome, Delivered) and not journal.intended:
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
