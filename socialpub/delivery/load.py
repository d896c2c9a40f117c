"""Reads what one delivery needs to be sent or looked for, as values. Writes nothing."""

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ending import Ending, Fell, Lost
from socialpub.model.account import Account
from socialpub.model.post import Post, Window, decode, digest
from socialpub.store.claims import Claim, current_epoch, holds_claim
from socialpub.store.schema import Channel, Delivery, PostRow, Secret

_NEEDED = (
    Delivery.id,
    Delivery.state,
    Delivery.fence,
    Delivery.owner,
    Delivery.key,
    Delivery.digest,
    Delivery.not_before,
    Delivery.deadline,
)


@dataclass(frozen=True, slots=True)
class Load:
    """`intact`: the post, the account and the window still hash to what was approved."""

    post: Post
    account: Account
    key: str
    intact: bool


def load(session: Session, carrier: Carrier, row: Delivery) -> Load:
    channel = session.get_one(Channel, row.channel_id)
    body = session.get_one(PostRow, row.post_id).body
    return _loaded(carrier, row, body, channel, session.get(Secret, channel.id))


def load_claimed(session: Session, carrier: Carrier, claims: Sequence[Claim]) -> dict[Claim, Load | Ending]:
    """The same for what was just claimed; or why it cannot be sent. One that cannot be read harms no other."""
    try:
        return {claim: Lost() for claim in claims} | _load_all(session, carrier, claims)
    except (KeyError, TypeError, ValueError) as error:  # rows that no socialpub wrote
        if len(claims) == 1:
            return {claims[0]: Fell(f"what was approved cannot be read any more: {error!r}")}
        each = [load_claimed(session, carrier, [claim]) for claim in claims]
        return dict(ChainMap(*each))


def _load_all(session: Session, carrier: Carrier, claims: Sequence[Claim]) -> dict[Claim, Load | Ending]:
    rows = session.execute(
        select(*_NEEDED, PostRow.body, Channel, Secret)
        .join(PostRow, PostRow.id == Delivery.post_id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .outerjoin(Secret, Secret.channel_id == Channel.id)
        .where(Delivery.id.in_([claim.delivery for claim in claims]))
    )
    found = {row.id: row for row in rows}
    epoch = current_epoch(session)
    mine = [(claim, found[claim.delivery]) for claim in claims if claim.delivery in found]
    return {
        claim: _loaded(carrier, row, row.body, row.Channel, row.Secret)
        for claim, row in mine
        if holds_claim(row, claim, epoch)
    }


def _loaded(carrier: Carrier, row: Delivery | Row[Any], body: Any, channel: Channel, secret: Secret | None) -> Load:
    post = decode(body)
    found = digest(post, channel.account, Window(row.not_before, row.deadline))
    return Load(post, carrier.account(channel, secret), row.key, found == row.digest)
