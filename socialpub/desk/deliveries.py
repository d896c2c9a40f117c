"""What people decide about deliveries that need them: again, never, take it down, it is gone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find, telling
from socialpub.desk.declined import Declined, reason_given, require
from socialpub.model.people import REVIEWERS, Actor, Role
from socialpub.model.states import DELIVERY_EDGES, ON_ITS_WAY, DeliveryState
from socialpub.store.database import Database
from socialpub.store.fall import wish_back
from socialpub.store.moves import move
from socialpub.store.schema import Approval, Channel, Delivery, Receipt, User
from socialpub.store.telling import tell_taken_down

_MAY_DECIDE = REVIEWERS
_MAY_TAKE_DOWN = _MAY_DECIDE | {Role.COMMANDER}


def may_decide(by: Actor, to: str) -> None:
    """Decline unless this person may settle what a machine cannot."""
    require(by, _MAY_DECIDE, to)


def requeue(db: Database, by: Actor, name: str, because: str) -> None:
    """Send it (again). From needs_person this states, by name, that it is not there."""
    require(by, _MAY_DECIDE, "send a delivery again")
    reason = reason_given(because, "send a delivery again")
    with db.transaction() as tx:
        row = find.delivery(tx.session, name)
        _refuse_unless(row, DeliveryState.SCHEDULED, "sent again")
        _not_visible(tx.session, row)
        _has_a_channel(tx.session, row)
        _still_approved(tx.session, row)
        if tx.now >= row.deadline:
            raise Declined("its deadline has passed; approve the story again with a later one")
        tx.record(by, "requeue", "delivery", row.id, states="it is not there", because=reason)
        move(tx, row, DeliveryState.SCHEDULED, because=reason, by=by, due_at=max(tx.now, row.due_at), wish="")


def _not_visible(session: Session, row: Delivery) -> None:
    """Also what could not be taken down needs a person: to send it would show it twice, to drop it would free its
    place for another post of the story.
    """
    if seen := _published_as(session, row):
        raise Declined(
            f"it was published as {seen} and never taken down; take it down with `socialpub retract {row.id}`, or "
            f"by hand, and say so with `socialpub confirm {row.id} --gone`"
        )


def _published_as(session: Session, row: Delivery) -> str | None:
    """The network's id of what was published and not taken down; None when nothing shows that anything was."""
    return session.scalar(select(Receipt.remote_id).where(Receipt.delivery_id == row.id).order_by(Receipt.part))


def cancel(db: Database, by: Actor, name: str, because: str) -> bool:
    """Never send it. False: it is on its way, and the wish was noted instead."""
    require(by, _MAY_DECIDE, "cancel a delivery")
    reason = reason_given(because, "cancel a delivery")
    with db.transaction() as tx:
        row = find.delivery(tx.session, name)
        if row.state in ON_ITS_WAY:
            wish_back(tx, row, reason, by)
            telling.delivery_cancelled(tx, row, by, reason, begun=True)
            return False
        _refuse_unless(row, DeliveryState.CANCELLED, "cancelled")
        _not_visible(tx.session, row)
        tx.record(by, "cancel", "delivery", row.id, because=reason)
        move(tx, row, DeliveryState.CANCELLED, because=reason, by=by)
        telling.delivery_cancelled(tx, row, by, reason)
        return True


def retract(db: Database, by: Actor, name: str, because: str) -> None:
    """Take down what is visible. The daemon does it, and says when it is done; when it failed, ask again."""
    require(by, _MAY_TAKE_DOWN, "take a post down")
    reason = reason_given(because, "take a post down")
    with db.transaction() as tx:
        row = find.delivery(tx.session, name)
        _refuse_unless(row, DeliveryState.RETRACTING, "taken down")
        _was_published(tx.session, row)
        tx.record(by, "retract", "delivery", row.id, because=reason)
        move(tx, row, DeliveryState.RETRACTING, because=reason, by=by, look_at=tx.now, looks=0)


def gone(db: Database, by: Actor, name: str, because: str) -> None:
    """It is not there any more: a person states that by name. `because` says how they know, for the records."""
    require(by, _MAY_TAKE_DOWN, "say that a post is gone")
    proof = reason_given(because, "say that a post is gone")
    with db.transaction() as tx:
        row = find.delivery(tx.session, name)
        if row.state is not DeliveryState.DELIVERED:
            _refuse_unless(row, DeliveryState.RETRACTED, "gone: it is not known to be there")
        _was_published(tx.session, row)
        tx.record(by, "gone", "delivery", row.id, states="it is not there any more", because=proof)
        if row.state is DeliveryState.DELIVERED:  # the network refused to do it, or somebody did it there at once
            move(tx, row, DeliveryState.RETRACTING, because=proof, by=by)
        move(tx, row, DeliveryState.RETRACTED, because=proof, by=by, look_at=None)
        tell_taken_down(tx, row)


def _was_published(session: Session, row: Delivery) -> None:
    if not _published_as(session, row):
        raise Declined(
            "nothing shows that it was published. If you see it: `socialpub confirm "
            f"{row.id} --at ADDRESS`, then take it down; if not: cancel it"
        )


def _refuse_unless(row: Delivery, state: DeliveryState, word: str) -> None:
    if state not in DELIVERY_EDGES[row.state]:
        raise Declined(f"this delivery is {find.in_words(row)}; it cannot be {word}")


def _has_a_channel(session: Session, row: Delivery) -> None:
    channel = session.get_one(Channel, row.channel_id)
    if channel.removed_at is not None:
        raise Declined(
            f"the channel {channel.name} was removed, so nothing goes out on it any more. Cancel this delivery; "
            f"to have the story elsewhere, change it: `socialpub revise {row.story_id} PATH`"
        )


def _still_approved(session: Session, row: Delivery) -> None:
    approval = session.get_one(Approval, row.approval_id)
    if approval.fell_at is not None:
        raise Declined(f"its approval fell ({approval.fell_because}); approve the story again")
    if session.scalar(select(User.id).where(User.name == approval.approver, User.disabled_at.is_not(None))):
        raise Declined(
            f"{approval.approver}, who approved it, is disabled, and nobody answers for it now: cancel it, take the "
            f"approval back with `socialpub reconsider {row.story_id}`, and let somebody approve the story again"
        )
