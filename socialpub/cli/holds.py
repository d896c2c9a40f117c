"""`socialpub holds`: what is stopped, by whom, since when and why. Reads only; it stops and releases nothing."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from socialpub.cli.answers import show
from socialpub.cli.options import Json
from socialpub.cli.views import first_words
from socialpub.cli.visible import one_line
from socialpub.desk.holds import on_its_way, standing
from socialpub.desk.votes import counting
from socialpub.store.holds import ALL, CHANNEL, covers
from socialpub.store.schema import Channel, Delivery, Hold, PostRow, Revision

#: After a release so many are told of those that still stand; `socialpub holds` tells all.
_FEW = 5
#: A stand-down names so many that are on their way; more are not sent at once.
_MOST = 20


def add_to(app: typer.Typer) -> None:
    app.command("holds")(holds)


def holds(ctx: typer.Context, *, json: Json = False) -> None:
    """Every hold that is on, the widest first: on what, by whom, since when, and why."""
    zone = ctx.obj.settings.department.zone
    with ctx.obj.reading.db.reading() as session:
        rows = [_row(session, hold, ctx.obj.reading.clock()) for hold in standing(session)]
    show(rows, "\n".join(_line(row, zone) for row in rows) or "Nothing is held.", as_json=json)


def still_held(session: Session, scope: str, target: str, zone: ZoneInfo, now: datetime) -> str:
    """What still stops some of what was just released, in words; "" when nothing does."""
    rows = [_row(session, hold, now) for hold in standing(session) if _concerns(session, hold, scope, target)]
    if not rows:
        return ""
    more = [f"and {len(rows) - _FEW} more: socialpub holds"] if len(rows) > _FEW else []
    return "\n".join(["Still held:", *[_line(row, zone) for row in rows[:_FEW]], *more])


def begun_before(session: Session, hold: str) -> str:
    """What is on its way all the same when this hold comes, in words; "" when nothing is."""
    rows = on_its_way(session, session.get_one(Hold, hold))
    if not rows:
        return ""
    lines = [f"{row.id}  {row.state.value:12} {_of_delivery(session, row.id)}" for row in rows[:_MOST]]
    more = [f"and {len(rows) - _MOST} more: socialpub deliveries"] if len(rows) > _MOST else []
    first = (
        "On its way already. What is not visible yet is stopped; look what becomes of it, and retract what is out:"
    )
    return "\n".join([first, *lines, *more])


def _concerns(session: Session, hold: Hold, scope: str, target: str) -> bool:
    """Whether `hold` stops all or a part of what `scope` and `target` name."""
    if ALL in {scope, hold.scope}:
        return True
    if scope == CHANNEL:
        delivery = None if hold.scope == CHANNEL else session.get(Delivery, hold.target)
        return target == (delivery.channel_id if delivery else hold.target)
    return covers(hold, target, session.get_one(Delivery, target).channel_id)


def _row(session: Session, hold: Hold, now: datetime) -> dict[str, Any]:
    return {
        "id": hold.id,
        "scope": hold.scope,
        "target": hold.target,
        "name": _name(session, hold),
        "by": hold.by,
        "since": hold.since,
        "because": hold.because,
        "released_by": [person.name for person in counting(session, hold, now)],  # a wide hold takes two
    }


def _name(session: Session, hold: Hold) -> str:
    """What is held, as people call it."""
    if hold.scope == ALL:
        return "everything"
    if hold.scope == CHANNEL:
        return session.get_one(Channel, hold.target).name
    return f"{hold.target} on {_of_delivery(session, hold.target)}"


def _of_delivery(session: Session, delivery: str) -> str:
    """Its channel and the first words of its story."""
    channel, document = session.execute(
        select(Channel.name, Revision.document)
        .join(Delivery, Delivery.channel_id == Channel.id)
        .join(PostRow, PostRow.id == Delivery.post_id)
        .join(Revision, Revision.id == PostRow.revision_id)
        .where(Delivery.id == delivery)
    ).one()
    return f"{channel}: {one_line(first_words(document['text']))}"


def _line(row: dict[str, Any], zone: ZoneInfo) -> str:
    what = "STAND-DOWN" if row["scope"] == ALL else f"{row['scope']} {row['name']}"
    half = f" (released by {', '.join(row['released_by'])}; one more person is needed)" if row["released_by"] else ""
    since = f"{row['since'].astimezone(zone):%Y-%m-%d %H:%M %Z}"
    return f"{what}; by {row['by']} since {since}: {one_line(row['because'])}{half}"
