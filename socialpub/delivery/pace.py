"""When a channel is free again: spacing between two posts, and the daily cap. It moves no delivery."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select

from socialpub.delivery.carrier import Carrier
from socialpub.schedule.wall import to_utc, to_wall
from socialpub.store.schema import Channel
from socialpub.store.schema import Receipt as ReceiptRow
from socialpub.store.transaction import Transaction


def pace(tx: Transaction, carrier: Carrier, channels: Collection[str]) -> None:
    """Spacing and the daily cap hold for whatever goes out, planned, late or after downtime."""
    for channel in tx.session.scalars(select(Channel).where(Channel.id.in_(channels))):
        rules = carrier.rules(channel.platform)
        space(tx, carrier, channel)
        today = to_wall(tx.now, rules.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if rules.daily_cap is not None and _count_since(tx, channel.id, to_utc(today, rules.zone)) >= rules.daily_cap:
            not_before(channel, to_utc(today + timedelta(days=1), rules.zone))
        channel.trouble = ""


def space(tx: Transaction, carrier: Carrier, channel: Channel) -> None:
    """Also after what only may be visible: the public would see two at once."""
    if spacing := carrier.rules(channel.platform).spacing:
        not_before(channel, tx.now + spacing)


def not_before(channel: Channel, free: datetime) -> None:
    """Nothing is claimed on it before `free`, or before what it waits for already."""
    channel.free_at = max(free, channel.free_at or free)


def _count_since(tx: Transaction, channel: str, since: datetime) -> int:
    query = select(func.count(func.distinct(ReceiptRow.delivery_id)))
    return tx.session.scalar(query.where(ReceiptRow.channel_id == channel, ReceiptRow.at >= since)) or 0
