"""Reads what one delivery needs to be sent or looked for, as values. Writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.ending import Differs, Ending, Lost
from socialpub.model.account import Account
from socialpub.model.outcome import Deferred, Scope
from socialpub.model.post import Post, Window, decode, digest, files_of
from socialpub.store.claims import Claim, current_epoch, holds_claim
from socialpub.store.database import StoreError
from socialpub.store.schema import ApprovedPost, Channel, Delivery, PostRow, Secret


class Unreadable(Exception):  # noqa: N818  it says what is wrong
    """The row holds no post: nothing that was approved looks like this."""


_Row = Row[*tuple[Any, ...]]

#: All that a delivery needs; built once, because building costs more than reading.
_WANTED = (
    select(
        Delivery.id,
        Delivery.state,
        Delivery.fence,
        Delivery.owner,
        Delivery.key,
        Delivery.digest,
        Delivery.not_before,
        Delivery.deadline,
        ApprovedPost.digest.label("approved"),
        PostRow.body,
        Channel,
        Secret,
    )
    .join(PostRow, PostRow.id == Delivery.post_id)
    .join(Channel, Channel.id == Delivery.channel_id)
    .outerjoin(Secret, Secret.channel_id == Channel.id)
    .outerjoin(
        ApprovedPost,
        and_(ApprovedPost.approval_id == Delivery.approval_id, ApprovedPost.post_id == Delivery.post_id),
    )
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Load:
    """`intact`: the post, the account and the window still hash to what was approved."""

    post: Post
    account: Account
    key: str
    intact: bool

    def files(self) -> Iterator[str]:
        """Every file that would leave, by hash."""
        return files_of(self.post)


def load(session: Session, carrier: Carrier, row: Delivery) -> Load:
    """Raises Unreadable, and StoreError when the account's credentials cannot be opened."""
    found = _rows(session, [row.id])[row.id]
    if isinstance(found, Unreadable):
        raise found
    return _loaded(carrier, found)


def load_claimed(session: Session, carrier: Carrier, claims: Sequence[Claim]) -> dict[Claim, Load | Ending]:
    """The same for what was just claimed; or why it cannot be sent."""
    rows = _rows(session, [claim.delivery for claim in claims])
    epoch = current_epoch(session)
    return {claim: _load_or_end(carrier, claim, rows.get(claim.delivery), epoch) for claim in claims}


def _rows(session: Session, deliveries: Sequence[str]) -> dict[str, _Row | Unreadable]:
    """One that holds no JSON at all is unreadable, and no other with it."""
    try:
        return {row.id: row for row in session.execute(_WANTED, {"ids": deliveries})}
    except ValueError as error:
        if len(deliveries) == 1:
            return {deliveries[0]: Unreadable(f"the post cannot be read: {error!r}")}
        return {each: row for delivery in deliveries for each, row in _rows(session, [delivery]).items()}


def _load_or_end(carrier: Carrier, claim: Claim, row: _Row | Unreadable | None, epoch: int) -> Load | Ending:
    if row is None or (isinstance(row, Row) and not holds_claim(row, claim, epoch)):
        return Lost()
    try:
        if isinstance(row, Unreadable):
            raise row
        return _loaded(carrier, row)
    except Unreadable as error:
        return Differs(f"what would go out is not what was approved: {error}")
    except StoreError as error:
        return Deferred(str(error), scope=Scope.CHANNEL, needs_person=True)


def _loaded(carrier: Carrier, row: _Row) -> Load:
    post = _post(row.body)
    account = carrier.account(row.Channel, row.Secret)
    return Load(post, account, row.key, _intact(row, post))


def _post(body: Any) -> Post:
    try:
        return decode(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"the post cannot be read: {error!r}") from None


def _intact(row: _Row, post: Post) -> bool:
    """Against the delivery's own digest and the approval's: neither may be changed alone."""
    if row.not_before >= row.deadline:
        return False
    found = digest(post, row.Channel.account, Window(row.not_before, row.deadline))
    return bool(found == row.digest == row.approved)
