"""Reads what one delivery needs to be sent or looked for, as values. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.delivery.carrier import Carrier
from socialpub.model.account import Account
from socialpub.model.post import Post, Window, decode, digest
from socialpub.store.schema import ApprovedPost, Channel, Delivery, PostRow, Secret


class Unreadable(Exception):  # noqa: N818  it says what is wrong
    """The row holds no post: nothing that was approved looks like this."""


@dataclass(frozen=True, slots=True)
class Load:
    """`intact`: the post, the account and the window still hash to what was approved."""

    post: Post
    account: Account
    key: str
    intact: bool

    def files(self) -> Iterator[str]:
        """Every file that would leave, by hash."""
        for media in self.post.media:
            yield from filter(None, (media.sha256, media.captions_sha256, media.poster_sha256))
        if self.post.link_card and self.post.link_card.thumb_sha256:
            yield self.post.link_card.thumb_sha256


def load(session: Session, carrier: Carrier, row: Delivery) -> Load:
    """Raises Unreadable, and StoreError when the account's credentials cannot be opened."""
    channel = session.get_one(Channel, row.channel_id)
    post = _post(session.get_one(PostRow, row.post_id))
    account = carrier.account(channel, session.get(Secret, channel.id))
    return Load(post, account, row.key, _intact(session, row, post, channel))


def _post(row: PostRow) -> Post:
    try:
        return decode(row.body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"the post cannot be read: {error!r}") from None


def _intact(session: Session, row: Delivery, post: Post, channel: Channel) -> bool:
    """Against the delivery's own digest and the approval's: neither may be changed alone."""
    if row.not_before >= row.deadline:
        return False
    approved = select(ApprovedPost.digest).where(
        ApprovedPost.approval_id == row.approval_id, ApprovedPost.post_id == row.post_id
    )
    found = digest(post, channel.account, Window(row.not_before, row.deadline))
    return found == row.digest == session.scalar(approved)
