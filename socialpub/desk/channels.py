"""Accounts on networks: added, listed, removed. Credentials come in as values and are sealed at once."""

import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find, telling
from socialpub.desk.declined import Declined, require
from socialpub.model.people import Actor, Role
from socialpub.model.states import CLAIMABLE, ON_ITS_WAY, DeliveryState
from socialpub.store.database import Database
from socialpub.store.fall import wish_back
from socialpub.store.moves import move_many
from socialpub.store.schema import Channel, Delivery, Secret
from socialpub.store.vault import Vault

_NAME = re.compile(r"\w[\w .-]{0,63}")


def add_channel(
    db: Database,
    by: Actor,
    vault: Vault,
    name: str,
    platform: str,
    account: str,
    secret: Mapping[str, str],
    base_url: str = "",
) -> str:
    """Add an account; gives the channel's id. A `base_url` is another server than the network's own."""
    require(by, {Role.ADMINISTRATOR}, "add a channel")
    if not _NAME.fullmatch(name):
        raise Declined(f'"{name}" cannot be a name: use letters, digits, spaces, dots, dashes; 64 at most')
    with db.transaction() as tx:
        if tx.session.scalar(select(Channel.id).where(Channel.name == name)):
            raise Declined(f'there is a channel "{name}" already; names are never used twice, the records need them')
        if twin := _same_account(tx.session, platform, account, base_url):
            raise Declined(
                f'the channel "{twin}" is this account already; a second one would publish every story twice. '
                f"To begin anew, remove it first: socialpub channel remove {twin}"
            )
        row = Channel(name=name, platform=platform, account=account, base_url=base_url, added_at=tx.now)
        tx.session.add(row)
        tx.session.flush()
        if secret:
            tx.session.add(Secret(channel_id=row.id, sealed=vault.seal(row.id, secret), set_at=tx.now))
        data = {"name": name, "platform": platform, "account": account, "base_url": base_url}
        tx.record(by, "add", "channel", row.id, **data)
        return row.id


def _same_account(session: Session, platform: str, account: str, base_url: str) -> str | None:
    """The name of the living channel that speaks to the same account at the same address."""
    living = select(Channel).where(
        Channel.removed_at.is_(None), Channel.platform == platform, Channel.account == account
    )
    same = (row.name for row in session.scalars(living) if place(account, row.base_url) == place(account, base_url))
    return next(same, None)


def place(account: str, base_url: str) -> str:
    """Where this account is one: at an address. A decentralized identifier (W3C DID) is one account everywhere."""
    return "" if account.startswith("did:") else base_url.rstrip("/")


def set_secret(db: Database, by: Actor, vault: Vault, name: str, secret: Mapping[str, str]) -> None:
    """Put new credentials in place of the old, and forget the channel's trouble."""
    require(by, {Role.ADMINISTRATOR}, "change a channel's credentials")
    with db.transaction() as tx:
        row = find.channel(tx.session, name)
        old = tx.session.get(Secret, row.id)
        sealed = vault.seal(row.id, secret)
        if old is None:
            tx.session.add(Secret(channel_id=row.id, sealed=sealed, set_at=tx.now))
        else:
            old.sealed, old.set_at = sealed, tx.now
        row.trouble, row.free_at = "", None
        tx.record(by, "set-secret", "channel", row.id)


def note_trouble(db: Database, by: Actor, name: str, trouble: str) -> None:
    """Write down what the network said when it was asked: why the channel cannot publish; empty, that it can."""
    with db.transaction() as tx:
        row = find.channel(tx.session, name)
        if row.trouble != trouble:
            row.trouble = trouble
            tx.record(by, "trouble" if trouble else "verify", "channel", row.id, because=trouble)


def remove_channel(db: Database, by: Actor, name: str) -> int:
    """End a channel; what waits for it is cancelled, what is on its way wished back. Gives how many were cancelled.

    Its records stay.
    """
    require(by, {Role.ADMINISTRATOR}, "remove a channel")
    with db.transaction() as tx:
        row = find.channel(tx.session, name)
        waiting = select(Delivery).where(Delivery.channel_id == row.id, Delivery.state.in_(CLAIMABLE))
        rows = tx.session.scalars(waiting).all()
        because = f"the channel {name} was removed"
        move_many(tx, rows, DeliveryState.CANCELLED, because=because, by=by)
        started = select(Delivery).where(Delivery.channel_id == row.id, Delivery.state.in_(ON_ITS_WAY))
        on_their_way = tx.session.scalars(started).all()
        for delivery in on_their_way:
            wish_back(tx, delivery, because, by)
        telling.channel_removed(tx, row, by, {delivery.story_id for delivery in (*rows, *on_their_way)})
        row.removed_at = tx.now
        tx.record(by, "remove", "channel", row.id, name=name)
        return len(rows)


def channels(session: Session) -> list[Channel]:
    return list(session.scalars(select(Channel).where(Channel.removed_at.is_(None)).order_by(Channel.name)))
