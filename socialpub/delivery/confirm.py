"""A person says where an unsettled post is, and we read it back. Their word alone makes nothing delivered."""

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.journal import LookingJournal
from socialpub.delivery.load import load
from socialpub.delivery.settle import delivered
from socialpub.delivery.telling import tell_about
from socialpub.model.outcome import Answer, Found
from socialpub.model.people import Actor
from socialpub.model.states import DeliveryState
from socialpub.store.database import Database
from socialpub.store.schema import Delivery


class _OnlyThis(LookingJournal):
    """Every other post counts as somebody else's, so that `find` answers about this one alone."""

    def __init__(self, db: Database, row: Delivery, address: str) -> None:
        super().__init__(db, row)
        self._last = address.rstrip("/").rpartition("/")[2]

    def owned(self, remote_id: str) -> bool:
        # An address ends with the id, or with the part of it that names the post within its page.
        named = self._last in {remote_id, remote_id.rpartition("_")[2]}
        return not named or super().owned(remote_id)


def confirm(carrier: Carrier, by: Actor, delivery: str, address: str) -> str:
    """Read back the post at `address` (or with that id); "" when it is ours, else why it does not count."""
    with carrier.db.reading() as session:
        row = session.get_one(Delivery, delivery)
        loaded = load(session, carrier, row)
    if row.state is not DeliveryState.NEEDS_PERSON:
        return f"this delivery is {row.state.value.replace('_', ' ')}; it waits for nobody"
    platform = carrier.platform(loaded.post.platform)
    journal = _OnlyThis(carrier.db, row, address)
    answer = platform.find(loaded.post, loaded.account, journal, row.intent_at or row.created_at)
    if not isinstance(answer, Found):
        return _why_not(answer)
    with carrier.db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        tx.record(by, "confirm", "delivery", row.id, address=address)
        delivered(tx, carrier, row, answer.receipts)
        tell_about(tx, row)
    return ""


def _why_not(answer: Answer) -> str:
    reason = getattr(answer, "reason", "")
    return "there is no post of these words and pictures at that address" + (f" ({reason})" if reason else "")
