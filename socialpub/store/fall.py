"""What happens when an approval falls: nothing of it goes out any more, and what is on its way is wished back.

It stands here because people (`desk`) and the daemon (`delivery`) both let approvals fall.
"""

from sqlalchemy import select

from socialpub.model.people import Actor
from socialpub.model.states import CLAIMABLE, ON_ITS_WAY, DeliveryState
from socialpub.store.moves import move_many
from socialpub.store.schema import Approval, Delivery
from socialpub.store.transaction import Transaction


def fall(tx: Transaction, story_id: str, because: str, by: Actor) -> None:
    """End the approval in force, if there is one. Its waiting deliveries are cancelled."""
    approval = tx.session.scalar(select(Approval).where(Approval.story_id == story_id, Approval.fell_at.is_(None)))
    if approval is None:
        return
    approval.fell_at, approval.fell_because = tx.now, because
    tx.record(by, "fall", "story", story_id, approval=approval.id, because=because)
    rows = tx.session.scalars(select(Delivery).where(Delivery.approval_id == approval.id)).all()
    waiting = [row for row in rows if row.state in CLAIMABLE]
    move_many(tx, waiting, DeliveryState.CANCELLED, because=because, by=by)
    for row in rows:
        if row.state in ON_ITS_WAY:
            wish_back(tx, row, because, by)


def wish_back(tx: Transaction, row: Delivery, because: str, by: Actor) -> None:
    """Read before the visible call, and acted on after the answer."""
    row.wish = "cancel"
    tx.record(by, "wish", "delivery", row.id, wish="cancel", because=because)
