"""Small builders of rows for tests: each inserts one noun with sensible defaults and gives it back.

They write rows as they are wanted, past the desk's rules; any column may be given by name. Times default to
the transaction's `now`. `delivery` is the usual way in: it builds everything that a delivery stands on.
"""

from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import func, select

from socialpub.model.post import Post, Window, digest, encode
from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.schema import (
    Approval,
    ApprovedPost,
    Base,
    Channel,
    Delivery,
    Hold,
    PostRow,
    Revision,
    Screening,
    Story,
)
from socialpub.store.transaction import Transaction

Row = TypeVar("Row", bound=Base)

_number = count(1)


def channel(tx: Transaction, **columns: Any) -> Channel:
    """A channel on the network `file`, named by a number nobody else has."""
    number = next(_number)
    defaults = {"name": f"file-{number}", "platform": "file", "account": f"account-{number}", "added_at": tx.now}
    return _add(tx, Channel(**{**defaults, **columns}))


def story(tx: Transaction, state: StoryState = StoryState.APPROVED, **columns: Any) -> Story:
    """A story by officer `jruiz`, approved unless said otherwise. It has no revision yet."""
    defaults = {"state": state, "submitter": "jruiz", "created_at": tx.now, "changed_at": tx.now}
    return _add(tx, Story(**{**defaults, **columns}))


def revision(tx: Transaction, of: Story, **columns: Any) -> Revision:
    """The next revision of a story, prepared and screened."""
    number = (tx.session.scalar(select(func.max(Revision.number)).where(Revision.story_id == of.id)) or 0) + 1
    defaults = {
        "story_id": of.id,
        "number": number,
        "author": of.submitter,
        "document": {"text": "Officers found a lost dog and brought it home."},
        "written_at": tx.now,
        "prepared_at": tx.now,
    }
    of.revision = number
    row = _add(tx, Revision(**{**defaults, **columns}))
    screening(tx, row.id)
    return row


def screening(tx: Transaction, revision: str) -> Screening:
    """The packs were run over a revision at the transaction's `now`."""
    return _add(tx, Screening(revision_id=revision, packs="test", at=tx.now))


def post(tx: Transaction, of: Revision, on: Channel, **columns: Any) -> PostRow:
    """The variant of a revision for one channel: its text and nothing else."""
    body = encode(Post(platform=on.platform, texts=(of.document["text"],)))
    defaults = {"revision_id": of.id, "channel_id": on.id, "body": body, "notes": [], "composed_at": tx.now}
    return _add(tx, PostRow(**{**defaults, **columns}))


def approval(tx: Transaction, of: Revision, **columns: Any) -> Approval:
    """A yes of reviewer `mwong`, in force; a story has one of these at a time."""
    defaults = {
        "story_id": of.story_id,
        "revision_id": of.id,
        "approver": "mwong",
        "packs": "test",
        "at": tx.now,
        "dispatched_at": tx.now,
    }
    return _add(tx, Approval(**{**defaults, **columns}))


def delivery(
    tx: Transaction,
    on: Channel,
    *,
    of: Revision | None = None,
    under: Approval | None = None,
    due: float = 0,
    not_before: float | None = None,
    deadline: float = 24 * 3600,
    **columns: Any,
) -> Delivery:
    """A scheduled delivery, with story, revision, post and approval where none are given.

    `due`, `not_before` (default: the same) and `deadline` are seconds after the transaction's `now`.
    """
    of = of or revision(tx, story(tx))
    under = under or approval(tx, of)
    what = post(tx, of, on)
    opens = due if not_before is None else not_before
    window = Window(tx.now + timedelta(seconds=opens), tx.now + timedelta(seconds=deadline))
    signed = digest(Post(platform=on.platform, texts=(of.document["text"],)), on.account, window)
    due_at = tx.now + timedelta(seconds=due)
    times = {"not_before": window.not_before, "deadline": window.deadline}
    _add(tx, ApprovedPost(approval_id=under.id, post_id=what.id, digest=signed, planned_at=due_at, **times))
    defaults = {
        "state": DeliveryState.SCHEDULED,
        "story_id": of.story_id,
        "post_id": what.id,
        "channel_id": on.id,
        "approval_id": under.id,
        "digest": signed,
        "due_at": due_at,
        "created_at": tx.now,
        "changed_at": tx.now,
        **times,
    }
    return _add(tx, Delivery(**{**defaults, **columns}))


def hold(tx: Transaction, scope: str = "all", target: str = "", **columns: Any) -> Hold:
    """A hold that is on: everything's, or that of the channel or delivery whose id is `target`."""
    defaults = {"scope": scope, "target": target, "by": "pking", "because": "a test", "since": tx.now}
    return _add(tx, Hold(**{**defaults, **columns}))


def _add(tx: Transaction, row: Row) -> Row:
    tx.session.add(row)
    tx.session.flush()
    return row
