"""Notes in the records which guidelines are in force: their version, what is switched off, what weighs less, and why.

Decides nothing: whoever edits a pack has decided, and this says so for good.
"""

from sqlalchemy import select

from socialpub.model.people import DAEMON
from socialpub.policy.packs import Packs
from socialpub.store.database import Database
from socialpub.store.schema import Event

_VERB = "guidelines"


def note_guidelines(db: Database, packs: Packs) -> None:
    """One event when these are other packs than those last noted, by whichever daemon."""
    with db.transaction() as tx:
        newest = select(Event.subject_id).where(Event.verb == _VERB).order_by(Event.number.desc()).limit(1)
        if tx.session.scalar(newest) != packs.version:
            lowered = [str(each) for each in packs.lowered]
            tx.record(DAEMON, _VERB, "packs", packs.version, rules=len(packs.rules), lowered=lowered)
