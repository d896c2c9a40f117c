"""Hands adapters credentials that are still good: those that end are exchanged first, by one at a time.

The next ones are committed before they are used, for the old ones may work no more. It posts nothing itself, and
changes no delivery.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import bindparam, select

from socialpub import crash
from socialpub.model.account import Account
from socialpub.model.ids import new_id
from socialpub.model.outcome import Answer, AskAgain, Deferred, Health, Outcome, Receipt, Scope
from socialpub.model.people import DAEMON
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal, Platform, Renewing
from socialpub.store.database import Database
from socialpub.store.schema import Channel, Renewal, Secret
from socialpub.store.vault import Vault

#: Longer than an exchange can take: a connection and an answer, each within its time limit.
PATIENCE = timedelta(seconds=90)
_SOON = timedelta(seconds=5)

_OF_CHANNEL = (
    select(Channel, Secret)
    .join(Secret, Secret.channel_id == Channel.id)
    .where(Channel.name == bindparam("name"))  # also a removed one: what is out there is still asked about
)


def kept_fresh(platform: Platform, db: Database, vault: Callable[[], Vault]) -> Platform:
    """`platform`, speaking with good credentials; itself when they never end."""
    return Fresh(platform, db, vault) if isinstance(platform, Renewing) else platform


@dataclass(frozen=True, slots=True)
class _Turn:
    """What this thread may do: exchange the credentials of `row`, which are `account`'s now."""

    channel: str
    account: Account
    token: str
    set_at: datetime


class Fresh:
    """An adapter whose credentials end. `socialpub.platforms.contract.Platform` says what each call means."""

    def __init__(self, platform: Platform, db: Database, vault: Callable[[], Vault]) -> None:
        self.name, self.limits = platform.name, platform.limits
        self._platform, self._db, self._vault = platform, db, vault

    def measure(self, text: str) -> int:
        return self._platform.measure(text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        good = self._good(account)
        return good if isinstance(good, Deferred) else self._platform.deliver(post, good, journal)

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        good = self._good(account)
        if isinstance(good, Deferred):
            return AskAgain(good.reason)
        return self._platform.find(post, good, journal, since)

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        good = self._good(account)
        return good if isinstance(good, Deferred) else self._platform.retract(receipt, good)

    def verify(self, account: Account) -> Health:
        good = self._good(account)
        if isinstance(good, Deferred):
            return Health(alive=False, says=good.reason, remedy="" if good.needs_person else "Try again in a minute.")
        return self._platform.verify(good)

    def _good(self, account: Account) -> Account | Deferred:
        renewing = cast("Renewing", self._platform)
        if not renewing.ends_soon(account):
            return account
        turn = self._begin(renewing, account)
        return self._exchange(renewing, turn) if isinstance(turn, _Turn) else turn

    def _begin(self, renewing: Renewing, account: Account) -> _Turn | Account | Deferred:
        """Somebody else may have exchanged them meanwhile, or may be at it."""
        with self._db.transaction() as tx:
            channel, secret = tx.session.execute(_OF_CHANNEL, {"name": account.channel}).one()
            stored = replace(account, secret=self._vault().unseal(channel.id, secret.sealed))
            if not renewing.ends_soon(stored):
                return stored
            other = tx.session.get(Renewal, channel.id)
            if other is not None and tx.now < other.until <= tx.now + PATIENCE:
                reason = f"{account.channel}: its credentials are being exchanged for the next ones"
                return Deferred(reason, tx.now + _SOON, Scope.CHANNEL)
            turn = _Turn(channel.id, stored, new_id(), secret.set_at)
            tx.session.merge(Renewal(channel_id=channel.id, token=turn.token, until=tx.now + PATIENCE))
            return turn

    def _exchange(self, renewing: Renewing, turn: _Turn) -> Account | Deferred:
        crash.point("renew.before")
        gained = renewing.renew(turn.account)
        crash.point("renew.after")
        with self._db.transaction() as tx:
            mine = tx.session.get(Renewal, turn.channel)
            if mine is not None and mine.token == turn.token:
                tx.session.delete(mine)
            if isinstance(gained, Deferred):
                return gained
            row = tx.session.get_one(Secret, turn.channel)
            if row.set_at != turn.set_at:  # an administrator gave others meanwhile: those are meant
                return Deferred(f"{turn.account.channel}: its credentials were just changed", tx.now)
            row.sealed, row.set_at = self._vault().seal(turn.channel, gained), tx.now
            tx.record(DAEMON, "renew", "channel", turn.channel)
        crash.point("renew.kept")
        return replace(turn.account, secret=gained)
