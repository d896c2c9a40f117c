"""What is stopped, said before anything else: who plans or approves must not believe that it goes out. Reads only."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from socialpub.cli.answers import say, tell
from socialpub.cli.views import at
from socialpub.cli.visible import inline
from socialpub.desk.holds import standing
from socialpub.store.holds import ALL, CHANNEL
from socialpub.store.schema import Channel


def read(session: Session, channels: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Holds on everything, and on `channels` (names; None: on any), the widest first."""
    wide = [hold for hold in standing(session) if hold.scope in {ALL, CHANNEL}]
    named = [(hold, _channel(session, hold.target)) for hold in wide]
    return [
        {"scope": hold.scope, "channel": name, "by": hold.by, "since": hold.since, "because": hold.because}
        for hold, name in named
        if hold.scope == ALL or channels is None or name in channels
    ]


def _channel(session: Session, target: str) -> str:
    row = session.get(Channel, target) if target else None
    return row.name if row else ""


def lines(stopped: list[dict[str, Any]], zone: ZoneInfo) -> list[str]:
    """One line for each."""
    return [_line(each, each["since"], zone) for each in stopped]


def _line(stop: dict[str, Any], since: datetime, zone: ZoneInfo) -> str:
    what = "STAND-DOWN, nothing goes out," if stop["scope"] == ALL else f"HELD: everything on {stop['channel']},"
    return f"{what} by {stop['by']} since {at(since, zone)}: {inline(stop['because'])}"


def warn(stopped: list[dict[str, Any]], zone: ZoneInfo, *, as_json: bool) -> None:
    """Say it first; beside the answer, where the answer is for a program."""
    for line in lines(stopped, zone):
        if as_json:
            tell(line)
        else:
            say(line)
