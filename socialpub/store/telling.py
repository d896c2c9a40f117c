"""Adds a row to the outbox of what people are to be told, in the transaction of the thing it tells.

It stands here because `desk` and `delivery` write it and `notify`, above them, sends it. No server is
spoken to: what commits will be told, what rolls back was never said.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from socialpub.model.post_words import not_taken_down, taken_down
from socialpub.model.words import needs_person, one_line, plain
from socialpub.store.quotable import quotables
from socialpub.store.schema import Channel, Delivery, Notice, PostRow, Receipt, Story, table_of
from socialpub.store.transaction import Transaction

REVIEWERS, PIO, ADMINISTRATORS = "reviewers", "pio", "administrators"
#: Who is told that a delivery needs a person: one who knows the account, and one who knows the machine.
ALARMED = (PIO, ADMINISTRATORS)

_AUDIENCE = re.compile(rf"{REVIEWERS}|{PIO}|{ADMINISTRATORS}|officer:\S+")
_LONGEST_SUBJECT, _LONGEST_BODY = 200, 20_000


def officer(name: str) -> str:
    """The audience that is one person, by the name the records know."""
    return f"officer:{name}"


class News(NamedTuple):
    """Something to tell. What has the same `once` is told once, for ever; `due_at` None: when this commits."""

    audience: str  # reviewers, pio, administrators, "officer:NAME"
    subject: str
    body: str
    once: str = ""
    due_at: datetime | None = None


def tell(
    tx: Transaction, audience: str, subject: str, body: str, once: str = "", due_at: datetime | None = None
) -> None:
    """Tell `audience` (reviewers, pio, administrators, "officer:NAME") when this commits, or at `due_at`.

    `due_at` is an hour ahead at most: what is later, `notify` takes for the work of a clock that ran ahead.
    What has the same `once` is told once, for ever: a second call is harmless, in this transaction or a later.
    """
    tell_all(tx, [News(audience, subject, body, once, due_at)])


def tell_all(tx: Transaction, news: Sequence[News]) -> None:
    """The same for many, in one statement."""
    if news:
        rows = [_notice(tx, each) for each in news]
        tx.session.execute(_unless_told(tx)(table_of(Notice)).on_conflict_do_nothing(), rows)


def _notice(tx: Transaction, news: News) -> dict[str, Any]:
    if not _AUDIENCE.fullmatch(news.audience):
        raise ValueError(f"{news.audience!r} is no audience: reviewers, pio, administrators or officer:NAME")
    return {
        "audience": news.audience,
        "subject": one_line(news.subject, _LONGEST_SUBJECT),
        "body": plain(news.body)[:_LONGEST_BODY],
        "once": news.once,
        "due_at": news.due_at or tx.now,
    }


def _unless_told(tx: Transaction) -> Any:
    """The engine's own INSERT, because only those can pass over a row that is there."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[tx.session.get_bind().dialect.name]


def tell_needs_person(tx: Transaction, rows: Sequence[Delivery]) -> None:
    """Alarm the PIO and the administrators about deliveries that just became needs_person.

    Call it in the transaction of the move, after it. Calling it again for the same arrival is harmless.
    """
    for some in _portions([row.id for row in rows]):
        public = set(tx.session.scalars(select(Receipt.delivery_id).where(Receipt.delivery_id.in_(some))))
        for row, channel, text in _what_waits(tx.session, some):
            words = not_taken_down if row.id in public else needs_person
            for audience in ALARMED:
                tell(tx, audience, *words(row.id, channel, text, row.reason), once=alarm_key(row, audience))


def tell_taken_down(tx: Transaction, row: Delivery) -> None:
    """Its officer and the PIO hear that it is gone, whoever took it down. Call it after the move."""
    submitter = tx.session.get_one(Story, row.story_id).submitter
    for _, channel, text in _what_waits(tx.session, [row.id]):
        said = taken_down(row.id, channel, text, row.reason)
        for audience in (PIO, officer(submitter)):
            tell(tx, audience, *said, once=f"taken-down:{row.id}:{audience}")


def alarm_key(row: Delivery, audience: str) -> str:
    """One key per arrival in needs_person: `changed_at` is the moment of that move."""
    return f"needs-person:{row.id}:{row.changed_at.isoformat()}:{audience}"


def _what_waits(session: Session, ids: Sequence[str]) -> list[tuple[Delivery, str, str]]:
    rows = session.execute(
        select(Delivery, Channel.name, PostRow.revision_id)
        .join(Channel, Channel.id == Delivery.channel_id)
        .join(PostRow, PostRow.id == Delivery.post_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    ).all()
    texts = quotables(session, {revision for _, _, revision in rows})
    return [(row, channel, texts[revision]) for row, channel, revision in rows]


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these `once` keys have a notice already, told or not."""
    found: set[str] = set()
    for some in _portions(keys):
        found.update(session.scalars(select(Notice.once).where(Notice.once.in_(some))))
    return found


def _portions(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Small enough for one statement: SQLite takes 32,766 values (sqlite.org/limits.html)."""
    for start in range(0, len(items), 500):
        yield items[start : start + 500]
