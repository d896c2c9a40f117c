"""What people are told because of how a delivery went. Rows of the outbox, in the transaction of the move."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Result, select

from socialpub.model import post_words, words
from socialpub.model.outcome import Receipt as Proof
from socialpub.model.states import UNDER_WAY
from socialpub.model.states import DeliveryState as D
from socialpub.store.quotable import quotable, text_of
from socialpub.store.schema import Approval, Channel, Delivery, PostRow, Receipt, Revision, Story
from socialpub.store.telling import (
    ADMINISTRATORS,
    PIO,
    REVIEWERS,
    News,
    known,
    officer,
    tell,
    tell_all,
    tell_needs_person,
    tell_taken_down,
)
from socialpub.store.transaction import Transaction


def tell_about(tx: Transaction, row: Delivery) -> None:
    """Tell whom it concerns, after a move. What needs nobody to know tells nobody."""
    tell_about_all(tx, [row])


def tell_about_all(tx: Transaction, rows: Sequence[Delivery]) -> None:
    """The same for many rows that moved."""
    for row in rows:
        match row.state:
            case D.NEEDS_PERSON:
                tell_needs_person(tx, [row])
            case D.FAILED:
                _failed(tx, row)
            case D.DELIVERED if row.wish:
                _wished_back_too_late(tx, row)
            case D.RETRACTED:
                tell_taken_down(tx, row)
            case _:
                pass
    _stories_are_out(tx, [row for row in rows if row.state not in UNDER_WAY])


def _failed(tx: Transaction, row: Delivery) -> None:
    story = tx.session.get_one(Story, row.story_id)
    said = post_words.failed(row.id, _channel(tx, row), _text(tx, row), row.reason)
    for audience in (PIO, officer(story.submitter)):
        tell(tx, audience, *said, once=f"failed:{row.id}:{row.changed_at.isoformat()}:{audience}")


def _wished_back_too_late(tx: Transaction, row: Delivery) -> None:
    said = post_words.wished_back_too_late(row.id, _channel(tx, row), _text(tx, row))
    tell(tx, PIO, *said, once=f"too-late:{row.id}")


def tell_still_there(tx: Transaction, row: Delivery) -> None:
    """Whoever wanted it gone must do it by hand; the reason says how."""
    said = post_words.still_there(row.id, _channel(tx, row), _text(tx, row), row.reason)
    tell(tx, PIO, *said, once=f"still-there:{row.id}:{row.changed_at.isoformat()}")


def tell_visible(tx: Transaction, row: Delivery, receipts: Sequence[Proof]) -> None:
    """A late answer: it is visible, or visible once more, and the row says something else."""
    links = [each.permalink or each.remote_id for each in receipts]
    state = row.state.value.replace("_", " ")
    tell(tx, PIO, *post_words.visible_after_all(row.id, _channel(tx, row), _text(tx, row), state, links))


def tell_approval_fell(tx: Transaction, row: Delivery) -> None:
    """Somebody changed what was approved, past every verb: the PIO hears of it, and who decides again."""
    story = tx.session.get_one(Story, row.story_id)
    said = words.approval_fell(story.id, _text(tx, row), row.reason)
    for audience in (PIO, REVIEWERS, officer(story.submitter)):
        tell(tx, audience, *said, once=f"fell:{row.approval_id}:{audience}")


def tell_skipped(tx: Transaction, approval: Approval, channel: Channel, why: str) -> None:
    """It was approved for this account and is not planned there: the PIO decides what becomes of it."""
    said = post_words.dispatch_skipped(approval.story_id, channel.name, _text_of(tx, approval), why)
    tell(tx, PIO, *said, once=f"skip:{approval.id}:{channel.id}")


def tell_not_dispatched(tx: Transaction, approval: Approval, why: str) -> bool:
    """Once per approval, however often it is tried. Whether it was new."""
    said = post_words.not_dispatched(approval.story_id, _text_of(tx, approval), why)
    keys = {audience: f"not-dispatched:{approval.id}:{audience}" for audience in (PIO, ADMINISTRATORS)}
    new = not known(tx.session, list(keys.values()))
    for audience, once in keys.items():
        tell(tx, audience, *said, once=once)
    return new


def _text_of(tx: Transaction, approval: Approval) -> str:
    return quotable(tx.session, approval.revision_id)


def _stories_are_out(tx: Transaction, rows: Sequence[Delivery]) -> None:
    """Once per approval, when nothing of it is under way any more: the officer hears where it can be seen."""
    if not rows:
        return
    tx.session.flush()
    out = _out(tx, {row.approval_id for row in rows})
    links = defaultdict(list)
    for delivery, link in tx.session.execute(
        select(Receipt.delivery_id, Receipt.permalink).where(Receipt.delivery_id.in_(out)).order_by(Receipt.at)
    ):
        links[out[delivery]].append(link)
    tell_all(
        tx,
        [
            News(
                officer(by),
                *words.story_published(story, text_of(document), links[approval]),
                f"published:{approval}",
            )
            for approval, story, by, document in _approved(tx, set(out.values()))
        ],
    )


def _out(tx: Transaction, approvals: Collection[str]) -> dict[str, str]:
    """What is out of those of these approvals of which nothing is under way: approvals by delivery."""
    found = select(Delivery.id, Delivery.approval_id, Delivery.state).where(Delivery.approval_id.in_(approvals))
    mine = tx.session.execute(found.order_by(Delivery.id)).all()
    waiting = {row.approval_id for row in mine if row.state in UNDER_WAY}
    return {row.id: row.approval_id for row in mine if row.state is D.DELIVERED and row.approval_id not in waiting}


def _approved(tx: Transaction, approvals: Collection[str]) -> Result[str, str, str, Any]:
    """Approval, story, its officer, and what was written."""
    return tx.session.execute(
        select(Approval.id, Story.id, Story.submitter, Revision.document)
        .join(Story, Story.id == Approval.story_id)
        .join(Revision, Revision.id == Approval.revision_id)
        .where(Approval.id.in_(approvals))
        .order_by(Approval.id)
    )


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
    return quotable(tx.session, tx.session.get_one(PostRow, row.post_id).revision_id)
