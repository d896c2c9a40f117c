"""What a restored database must be told before anybody may use it: a new life, everything held, and nothing
that may have gone out since the backup left to a machine. One transaction; it opens no file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from socialpub.model.people import Actor
from socialpub.model.states import CLAIMABLE, StoryState
from socialpub.model.states import DeliveryState as D
from socialpub.records.since import Since, carry_over, nobody_knows
from socialpub.store.claims import current_epoch
from socialpub.store.database import Database
from socialpub.store.holds import ALL
from socialpub.store.moves import move, move_many
from socialpub.store.schema import AGENCY, Agency, Approval, Delivery, Epoch, Hold, Notice, Story
from socialpub.store.transaction import Transaction

_SEVERAL = 500  # rows of one UPDATE


@dataclass(frozen=True, slots=True)
class NewLife:
    """`asked`: deliveries that now need a person; `planned`: how many of them were for later; `fell`: approvals
    that must be given again; `people`: who and which channels changed after the backup, and what is left to do.
    """

    epoch: int
    asked: int
    planned: int
    fell: int
    people: tuple[str, ...] = ()


#: When nobody can tell who was disabled after the backup.
UNREAD = (
    "`socialpub user list`: who was disabled since, or lost a role? They have it back. `socialpub channel list`: "
    "which was removed since? And what went out since? Each story that waits, or is read again, is given to a person "
    "before it goes out. (There was no replaced database that could be asked.)"
)


def begin_new_life(db: Database, made_at: datetime, by: Actor, since: Since | None = None) -> NewLife:
    """Everything at once or nothing, on either engine. `made_at`: the moment the restored copy is of.

    `since`: what the replaced database says; None: there was none, or it could not be read.

    After a PostgreSQL was restored with its own tools, this is what must happen before any daemon starts.
    """
    when = f"{made_at:%Y-%m-%d %H:%M} UTC"
    with db.transaction() as tx:
        events = tx.session.get_one(Agency, AGENCY).chain_length  # of the copy: ours are chained at the end
        # Of two lives that begin with the same backup, no claim of one may be good in the other.
        epoch = max(current_epoch(tx.session), since.epoch if since else 0) + 1
        tx.session.add(Epoch(number=epoch, since=tx.now, because=f"restored from the backup of {when}"))
        _hold_everything(tx, when, by)
        asked = _ask_about_begun(tx, when, by) + _ask_about_due(tx, when, by)
        planned = _ask_about_planned(tx, when, by)
        fell = _let_fall(tx, when, by)
        if since is None:
            nobody_knows(tx, by)
        people = carry_over(tx, since, by) if since else (UNREAD,)
        life = NewLife(epoch, asked + planned, planned, fell, people)
        _tell(tx, when, life)
        tx.record(
            by,
            "restore",
            "store",
            str(epoch),
            backup=made_at.isoformat(),
            events=events,
            needs_person=life.asked,
            approvals_fell=fell,
        )
    return life


def _hold_everything(tx: Transaction, when: str, by: Actor) -> None:
    because = f"restored from the backup of {when}: check what went out since"
    hold = Hold(scope=ALL, by=by.name, because=because, since=tx.now)
    tx.session.add(hold)
    tx.session.flush()
    tx.record(by, "hold", ALL, hold.id, because=because)


def _ask_about_begun(tx: Transaction, when: str, by: Actor) -> int:
    """Begun before the backup; its later steps are lost with what came after. To ask the network by the ids that
    are left could prove the absence of the wrong post, so a person looks.
    """
    why = f"it was being sent in the backup of {when}; whether it went out is not in these records"
    begun = _ids(tx, {D.SENDING, D.UNCONFIRMED})
    for rows in _rows(tx, begun):
        sending = [row for row in rows if row.state == D.SENDING]
        move_many(tx, sending, D.UNCONFIRMED, because=why, by=by)
        move_many(tx, rows, D.NEEDS_PERSON, because=why, by=by, owner="", lease_until=None, look_at=None)
    return len(begun)


def _ask_about_due(tx: Transaction, when: str, by: Actor) -> int:
    """Due by now: it may have gone out between the backup and now. Overdue in the backup is no less doubtful."""
    why = f"it was due after the backup of {when} and may have gone out already"
    due = _ids(tx, CLAIMABLE, due_by=tx.now)
    for rows in _rows(tx, due):
        move_many(tx, rows, D.NEEDS_PERSON, because=why, by=by)
    return len(due)


def _ask_about_planned(tx: Transaction, when: str, by: Actor) -> int:
    """Planned for later. Who withdrew it after the backup is forgotten, and their no must not become a yes."""
    why = f"it is planned in the backup of {when}; if nobody took it back since, requeue it"
    planned = _ids(tx, CLAIMABLE)
    for rows in _rows(tx, planned):
        move_many(tx, rows, D.NEEDS_PERSON, because=why, by=by)
    return len(planned)


def _let_fall(tx: Transaction, when: str, by: Actor) -> int:
    """Approved and not yet dispatched: it may have gone out since, or been withdrawn."""
    why = f"it was approved before the backup of {when} and may have gone out already; look, then approve it again"
    approvals = tx.session.scalars(
        select(Approval).where(Approval.fell_at.is_(None), Approval.dispatched_at.is_(None))
    ).all()
    for approval in approvals:
        approval.fell_at, approval.fell_because = tx.now, why
        tx.record(by, "fall", "story", approval.story_id, approval=approval.id, because=why)
        story = tx.session.get_one(Story, approval.story_id)
        if story.state == StoryState.APPROVED:
            move(tx, story, StoryState.IN_REVIEW, because=why, by=by)
    return len(approvals)


def _ids(tx: Transaction, states: frozenset[D] | set[D], due_by: datetime | None = None) -> Sequence[str]:
    query = select(Delivery.id).where(Delivery.state.in_(states)).order_by(Delivery.id)
    return tx.session.scalars(query if due_by is None else query.where(Delivery.due_at <= due_by)).all()


def _rows(tx: Transaction, ids: Sequence[str]) -> Iterator[Sequence[Delivery]]:
    todo = iter(ids)
    while some := list(islice(todo, _SEVERAL)):
        yield tx.session.scalars(select(Delivery).where(Delivery.id.in_(some)).order_by(Delivery.id)).all()


def _tell(tx: Transaction, when: str, life: NewLife) -> None:
    body = (
        f"The records were restored from the backup of {when}. Nothing goes out until two people release the "
        f"stand-down. {life.asked - life.planned} deliveries may have gone out since: look at the channel, then "
        f"settle each. {life.planned} were planned for later: what was withdrawn, changed or returned after the "
        f"backup is not in these records, so requeue only what nobody took back. {life.fell} approvals must be "
        "given again.\n\n" + "\n".join(f"- {each}" for each in life.people)
    )
    for audience in ("pio", "administrators"):
        once = f"restore:{life.epoch}:{audience}"
        subject = "Restored from a backup: everything is held"
        tx.session.add(Notice(audience=audience, subject=subject, body=body, once=once, due_at=tx.now))
