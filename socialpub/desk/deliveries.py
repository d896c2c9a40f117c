"""What people decide about deliveries that need them: again, never, it is there, take it down."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.desk import find
from socialpub.desk.declined import Declined, reason_given, require
from socialpub.model.people import REVIEWERS, Actor, Role
from socialpub.model.states import DELIVERY_EDGES, ON_ITS_WAY, DeliveryState
from socialpub.store.database import Database
from socialpub.store.fall import wish_back
from socialpub.store.moves import move
from socialpub.store.schema import Approval, Delivery, Receipt, User

_MAY_DECIDE = REVIEWERS


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
        _still_approved(tx.session, row)
        if tx.now >= row.deadline:
            raise Declined("its deadline has passed; approve the story again with a later one")
        tx.record(by, "requeue", "delivery", row.id, states="it is not there", because=reason)
        move(tx, row, DeliveryState.SCHEDULED, because=reason, by=by, due_at=max(tx.now, row.due_at), wish="")


def _not_visible(session: Session, row: Delivery) -> None:
    """Also what could not be taken down needs a person; sending it again would show it twice."""
    if seen := session.scalar(select(Receipt.remote_id).where(Receipt.delivery_id == row.id)):
        raise Declined(f"it was published as {seen} and never taken down; take it down by hand, then cancel it")


def cancel(db: Database, by: Actor, name: str, because: str) -> bool:
    """Never send it. False: it is on its way, and the wish was noted instead."""
    require(by, _MAY_DECIDE, "cancel a delivery")
    reason = reason_given(because, "cancel a delivery")
    with db.transaction() as tx:
        row = find.delivery(tx.session, name)
        if row.state in ON_ITS_WAY:
            wish_back(tx, row, reason, by)
            return False
        _refuse_unless(row, DeliveryState.CANCELLED, "cancelled")
        tx.record(by, "cancel", "delivery", row.id, because=reason)
        move(tx, row, DeliveryState.CANCELLED, because=reason, by=by)
        return True


def retract(db: Database, by: Actor, name: str, because: str) -> None:
    """Take down what is visible. The daemon does it, and says when it is done."""
    require(by, _MAY_DECIDE | {Role.COMMANDER}, "take a post down")
    reason = reason_given(because, "take a post down")
    with db.transaction() as tx:
        row = find.delivery(tx.session, name)
        _refuse_unless(row, DeliveryState.RETRACTING, "taken down")
        tx.record(by, "retract", "delivery", row.id, because=reason)
        move(tx, row, DeliveryState.RETRACTING, because=reason, by=by, look_at=tx.now, looks=0)


def _refuse_unless(row: Delivery, state: DeliveryState, word: str) -> None:
    if state not in DELIVERY_EDGES[row.state]:
        raise Declined(f"this delivery is {find.in_words(row)}; it cannot be {word}")


def _still_approved(session: Session, row: Delivery) -> None:
    approval = session.get_one(Approval, row.approval_id)
    if approval.fell_at is not None:
        raise Declined(f"its approval fell ({approval.fell_because}); approve the story again")
    if session.scalar(select(User.id).where(User.name == approval.approver, User.disabled_at.is_not(None))):
        raise Declined(
            f"{approval.approver}, who approved it, is disabled, and nobody answers for it now: cancel it, take the "
            f"approval back with `socialpub reconsider {row.story_id}`, and let somebody approve the story again"
        )
