"""Which delivery a post belongs to. One account is one place, whichever channel spoke to it, removed ones too."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from socialpub.store.schema import Channel, Receipt

#: A channel and the network's id of a post.
Place = tuple[str, str]


def owners(session: Session, places: Collection[Place]) -> Mapping[Place, frozenset[str]]:
    """The deliveries whose receipts hold the remote id on any channel of the same account, by place as asked."""
    siblings = _siblings(session, {channel for channel, _ in places})
    wanted = {(sibling, remote_id): None for channel, remote_id in places for sibling in siblings[channel]}
    kept = select(Receipt.channel_id, Receipt.remote_id, Receipt.delivery_id)
    kept = kept.where(
        Receipt.channel_id.in_({channel for channel, _ in wanted}),
        Receipt.remote_id.in_({remote_id for _, remote_id in wanted}),
    )
    owned = {(channel, remote_id): delivery for channel, remote_id, delivery in session.execute(kept)}
    return {
        (channel, remote_id): frozenset(
            owned[sibling, remote_id] for sibling in siblings[channel] if (sibling, remote_id) in owned
        )
        for channel, remote_id in places
    }


def _siblings(session: Session, channels: Collection[str]) -> Mapping[str, list[str]]:
    """By channel, all that speak to its account, itself among them."""
    mine, other = aliased(Channel), aliased(Channel)
    same = (other.platform == mine.platform) & (other.account == mine.account)
    pairs = session.execute(select(mine.id, other.id).join(other, same).where(mine.id.in_(channels))).all()
    return {channel: [sibling for one, sibling in pairs if one == channel] for channel in channels}
