"""A person says where an unsettled post is, and we read it back. Their word alone makes nothing delivered."""

import re
from collections.abc import Sequence

from socialpub.delivery.carrier import Carrier
from socialpub.delivery.find import find
from socialpub.delivery.journal import LookingJournal
from socialpub.delivery.load import Unreadable, load
from socialpub.delivery.proof import delivered
from socialpub.delivery.telling import tell_about
from socialpub.model.outcome import Answer, CannotTell, Found, Receipt
from socialpub.model.people import Actor
from socialpub.model.states import DeliveryState
from socialpub.store.database import Database
from socialpub.store.schema import Delivery


class _OnlyThis(LookingJournal):
    """Every other post counts as somebody else's, so that `find` answers about this one alone."""

    def __init__(self, db: Database, row: Delivery, address: str) -> None:
        super().__init__(db, row)
        # As people copy it from the browser: .../status/ID?s=20, .../status/ID/photo/1, ...?story_fbid=ID&id=PAGE
        self._pieces = set(re.split(r"[/?&=#]", address.strip()))

    def owned(self, remote_id: str) -> bool:
        # An address holds the id, or the part of it that names the post within its page.
        named = {remote_id, remote_id.rpartition("_")[2]} & self._pieces
        return not named or super().owned(remote_id)


def confirm(carrier: Carrier, by: Actor, delivery: str, address: str) -> str:
    """Read back the post at `address` (or with that id); "" when it is ours and counts, else why it does not."""
    with carrier.db.reading() as session:
        row = session.get_one(Delivery, delivery)
        if row.state is not DeliveryState.NEEDS_PERSON:
            return f"this delivery is {_state(row)}; it waits for nobody"
        try:
            loaded = load(session, carrier, row)
        except Unreadable as error:
            return f"it cannot be looked for: {error}"
    match answer := find(carrier, row, loaded, _OnlyThis(carrier.db, row, address)):
        case Found(receipts):
            return _settle(carrier, by, row, address, receipts)
        case CannotTell(perhaps=(one,)):  # which of those that read alike is ours, this person says
            return _settle(carrier, by, row, address, (one,))
    return _why_not(answer)


def _settle(carrier: Carrier, by: Actor, asked: Delivery, address: str, receipts: Sequence[Receipt]) -> str:
    """The network was asked outside of any transaction: whoever settled it meanwhile was first."""
    with carrier.db.transaction() as tx:
        row = tx.session.get_one(Delivery, asked.id)
        if (row.state, row.fence, row.changed_at) != (asked.state, asked.fence, asked.changed_at):
            return f"somebody was first: while the network was asked, this delivery became {_state(row)}; look again"
        if why := delivered(tx, carrier, row, receipts):
            return f"it does not count as delivered: {why}"
        tx.record(by, "confirm", "delivery", row.id, address=address)
        tell_about(tx, row)
        return ""


def _state(row: Delivery) -> str:
    return row.state.value.replace("_", " ")


def _why_not(answer: Answer) -> str:
    reason = getattr(answer, "reason", "")
    return "there is no post of these words and pictures at that address" + (f" ({reason})" if reason else "")
