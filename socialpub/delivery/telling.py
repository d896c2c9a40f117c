"""What people are told because of how a delivery went. Rows of the outbox, in the transaction of the move."""

from collections.abc import Sequence

from sqlalchemy import select

from socialpub.model import words
from socialpub.model.outcome import Receipt as Proof
from socialpub.model.states import DeliveryState as D
from socialpub.store.schema import Channel, Delivery, PostRow, Receipt, Revision, Story
from socialpub.store.telling import ADMINISTRATORS, PIO, REVIEWERS, officer, tell, tell_needs_person, text_of
from socialpub.store.transaction import Transaction

_UNDER_WAY = frozenset({D.SCHEDULED, D.DEFERRED, D.SENDING, D.UNCONFIRMED})


def tell_about(tx: Transaction, row: Delivery) -> None:
    """Tell whom it concerns, after a move. What needs nobody to know tells nobody."""
    match row.state:
        case D.NEEDS_PERSON:
            tell_needs_person(tx, [row])
        case D.FAILED:
            _failed(tx, row)
        case D.DELIVERED if row.wish:
            _wished_back_too_late(tx, row)
        case _:
            pass
    if row.state not in _UNDER_WAY:
        _story_is_out(tx, row)


def _failed(tx: Transaction, row: Delivery) -> None:
    story = tx.session.get_one(Story, row.story_id)
    said = words.failed(row.id, _channel(tx, row), _text(tx, row), row.reason)
    for audience in (PIO, officer(story.submitter)):
        tell(tx, audience, *said, once=f"failed:{row.id}:{row.changed_at.isoformat()}:{audience}")


def _wished_back_too_late(tx: Transaction, row: Delivery) -> None:
    tell(tx, PIO, *words.wished_back_too_late(row.id, _channel(tx, row), _text(tx, row)), once=f"too-late:{row.id}")


def tell_still_there(tx: Transaction, row: Delivery) -> None:
    """Whoever wanted it gone must do it by hand; the reason says how."""
    said = words.still_there(row.id, _channel(tx, row), _text(tx, row), row.reason)
    tell(tx, PIO, *said, once=f"still-there:{row.id}:{row.changed_at.isoformat()}")


def tell_visible(tx: Transaction, row: Delivery, receipts: Sequence[Proof]) -> None:
    """A late answer: it is visible, or visible once more, and the row says something else."""
    links = [each.permalink or each.remote_id for each in receipts]
    state = row.state.value.replace("_", " ")
    tell(tx, PIO, *words.visible_after_all(row.id, _channel(tx, row), _text(tx, row), state, links))


def tell_approval_fell(tx: Transaction, row: Delivery) -> None:
    """Somebody changed what was approved, past every verb: the PIO hears of it, and who decides again."""
    story = tx.session.get_one(Story, row.story_id)
    said = words.approval_fell(story.id, _text(tx, row), row.reason)
    for audience in (PIO, REVIEWERS, officer(story.submitter)):
        tell(tx, audience, *said, once=f"fell:{row.approval_id}:{audience}")


def _story_is_out(tx: Transaction, row: Delivery) -> None:
    """Once per approval, when nothing of it is under way any more: the officer hears where it can be seen."""
    mine = tx.session.scalars(select(Delivery).where(Delivery.approval_id == row.approval_id)).all()
    if any(each.state in _UNDER_WAY for each in mine) or not any(each.state is D.DELIVERED for each in mine):
        return
    tx.session.flush()
    out = [each.id for each in mine if each.state is D.DELIVERED]
    links = tx.session.scalars(
        select(Receipt.permalink).where(Receipt.delivery_id.in_(out)).order_by(Receipt.at)
    ).all()
    story = tx.session.get_one(Story, row.story_id)
    said = words.story_published(story.id, _text(tx, row), links)
    tell(tx, officer(story.submitter), *said, once=f"published:{row.approval_id}")


def channel_trouble(tx: Transaction, channel: Channel, reason: str) -> None:
    """Once per trouble: it is told again when it was mended in between."""
    for audience in (PIO, ADMINISTRATORS):
        tell(
            tx,
            audience,
            *words.channel_trouble(channel.name, reason, "Give it new credentials, or mend the account."),
        )


def _channel(tx: Transaction, row: Delivery) -> str:
    return tx.session.get_one(Channel, row.channel_id).name


def _text(tx: Transaction, row: Delivery) -> str:
    document = tx.session.scalar(
        select(Revision.document).join(PostRow, PostRow.revision_id == Revision.id).where(PostRow.id == row.post_id)
    )
    return text_of(document)
