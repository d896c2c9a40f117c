"""Reads what one delivery needs to be sent or looked for, as values. Writes nothing."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from socialpub.delivery.carrier import Carrier
from socialpub.model.account import Account
from socialpub.model.post import Post, Window, decode, digest
from socialpub.store.schema import Channel, Delivery, PostRow, Secret


@dataclass(frozen=True, slots=True)
class Load:
    """`intact`: the post, the account and the window still hash to what was approved."""

    post: Post
    account: Account
    key: str
    intact: bool


def load(session: Session, carrier: Carrier, row: Delivery) -> Load:
    channel = session.get_one(Channel, row.channel_id)
    post = decode(session.get_one(PostRow, row.post_id).body)
    account = carrier.account(channel, session.get(Secret, channel.id))
    found = digest(post, channel.account, Window(row.not_before, row.deadline))
    return Load(post, account, row.key, found == row.digest)
