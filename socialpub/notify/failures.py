"""What could not be told: for `doctor` and the pages, so that silence is never mistaken for calm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from socialpub.notify.send import NOBODY
from socialpub.store.schema import Notice


@dataclass(frozen=True, slots=True)
class Failure:
    """Notices of one audience that share a trouble. `newest` is when the last one was due or given up."""

    audience: str
    trouble: str
    count: int
    given_up: bool  # False: still being tried, or nobody is set up
    newest: datetime


def failures(session: Session, since: datetime) -> list[Failure]:
    """What was not told since then: given up, nobody to tell, or failing at the moment. The newest first."""
    newest = func.max(func.coalesce(Notice.gave_up_at, Notice.due_at))
    given_up = Notice.gave_up_at.is_not(None)
    failing = Notice.told_at.is_(None) & (Notice.trouble != "")
    rows = session.execute(
        select(Notice.audience, Notice.trouble, func.count(), given_up, newest)
        .where(or_(failing, Notice.trouble == NOBODY), func.coalesce(Notice.gave_up_at, Notice.due_at) >= since)
        .group_by(Notice.audience, Notice.trouble, given_up)
        .order_by(newest.desc(), Notice.audience)
    )
    return [Failure(audience, trouble, count, bool(gone), when) for audience, trouble, count, gone, when in rows]
