"""Gives a delivery another post, signed as its approval would have signed it."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from socialpub.model.post import Window, decode, digest, encode
from socialpub.store.schema import ApprovedPost, Channel, Delivery, PostRow
from socialpub.store.transaction import Transaction
from tests.delivery.house import House


def sign(house: House, row: Delivery, **changes: Any) -> None:
    """Change fields of the post, and every digest with them."""

    def write(tx: Transaction) -> None:
        fresh = tx.session.get_one(Delivery, row.id)
        channel = tx.session.get_one(Channel, row.channel_id)
        post = replace(decode(tx.session.get_one(PostRow, row.post_id).body), **changes)
        signed = digest(post, channel.account, Window(fresh.not_before, fresh.deadline))
        tx.session.execute(update(PostRow).where(PostRow.id == row.post_id).values(body=encode(post)))
        tx.session.execute(update(ApprovedPost).where(ApprovedPost.post_id == row.post_id).values(digest=signed))
        fresh.digest = signed

    house.change(write)
