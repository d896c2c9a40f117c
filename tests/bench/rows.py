"""Approved deliveries by the hundred thousand, made inside SQLite: each with all that it stands on."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from socialpub.app import App
from socialpub.model.post import Post, Window, digest, encode
from socialpub.store.schema.base import UtcTime

TEXT = "Officers found a lost dog on Saturday and brought it home."
BEGUN = timedelta(hours=-1)  # not before, and not after, seen from the time a delivery is due
ENDS = timedelta(hours=24)


def fill(app: App, channels: int, deliveries: int, due: datetime, every: timedelta = timedelta(0)) -> None:
    """`deliveries` scheduled over `channels` of the network `file`: the first at `due`, `every` so much another.

    `due` and `every` in whole milliseconds. All have one window, and due times go round the channels, so
    that each has an equal share.
    """
    now, ends, packs = app.clock(), due + deliveries * every + ENDS, app.packs().version
    connection = app.db.engine.raw_connection()
    try:
        connection.execute("PRAGMA query_only=OFF")
        connection.execute("PRAGMA foreign_keys=OFF")  # they fit by construction; checking is the slow part
        connection.execute("BEGIN IMMEDIATE")
        _channels(connection, channels, now, Window(due + BEGUN, ends))
        names = {
            "n": deliveries, "channels": channels, "now": _text(now), "text": json.dumps({"text": TEXT}),
            "due": due.timestamp(), "every": every.total_seconds(), "begin": _text(due + BEGUN), "end": _text(ends),
            "body": json.dumps(encode(_post())), "packs": packs,
        }  # fmt: skip
        for statement in _SERIES:
            connection.execute(_NUMBERS + statement, names)
        connection.execute("DROP TABLE temp.made")
        connection.execute("COMMIT")
        connection.execute("PRAGMA foreign_keys=ON")
    finally:
        connection.close()


def _channels(connection: Any, count: int, now: datetime, window: Window) -> None:
    connection.execute("CREATE TEMP TABLE made (number INTEGER PRIMARY KEY, id TEXT, digest TEXT)")
    for number in range(count):
        name, account = f"bench-{number:05}", f"account-{number:05}"
        connection.execute(
            "INSERT INTO channels (id, agency_id, name, platform, account, base_url, trouble, added_at) "
            "VALUES (?, 'agency', ?, 'file', ?, '', '', ?)",
            (name, name, account, _text(now)),
        )
        connection.execute("INSERT INTO made VALUES (?, ?, ?)", (number, name, digest(_post(), account, window)))


def _post() -> Post:
    return Post(platform="file", texts=(TEXT,))


def _text(moment: datetime) -> str:
    stored: Mapping[str, str] | str = UtcTime().process_bind_param(moment, _SQLITE)
    return str(stored)


class _Sqlite:
    name = "sqlite"


_SQLITE: Any = _Sqlite()
_NUMBERS = "WITH RECURSIVE series(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series LIMIT :n) "
_SERIES = (
    """INSERT INTO stories (id, agency_id, state, submitter, revision, reason, created_at, changed_at)
    SELECT printf('s%08d', i), 'agency', 'approved', 'jruiz', 1, '', :now, :now FROM series""",
    """INSERT INTO revisions (id, agency_id, story_id, number, author, document, written_at, prepared_at)
    SELECT printf('r%08d', i), 'agency', printf('s%08d', i), 1, 'jruiz', :text, :now, :now FROM series""",
    """INSERT INTO screenings (id, agency_id, revision_id, packs, at)
    SELECT printf('g%08d', i), 'agency', printf('r%08d', i), :packs, :now FROM series""",
    """INSERT INTO posts (id, agency_id, revision_id, channel_id, body, notes, composed_at)
    SELECT printf('p%08d', i), 'agency', printf('r%08d', i), made.id, :body, '[]', :now
    FROM series JOIN made ON made.number = i % :channels""",
    """INSERT INTO approvals
    (id, agency_id, story_id, revision_id, approver, packs, at, dispatched_at, fell_because)
    SELECT printf('a%08d', i), 'agency', printf('s%08d', i), printf('r%08d', i), 'mwong', :packs, :now, :now, ''
    FROM series""",
    """INSERT INTO approved_posts (id, agency_id, approval_id, post_id, digest, not_before, deadline, planned_at)
    SELECT printf('o%08d', i), 'agency', printf('a%08d', i), printf('p%08d', i), made.digest, :begin, :end,
    strftime('%Y-%m-%dT%H:%M:%f', :due + i * :every, 'unixepoch') || '000Z'
    FROM series JOIN made ON made.number = i % :channels""",
    """INSERT INTO deliveries (id, agency_id, state, story_id, post_id, channel_id, approval_id, digest, key,
    not_before, due_at, deadline,
    wall_time, zone, attempts, fence, owner, looks, doubtful, wish, reason, created_at, changed_at)
    SELECT printf('d%08d', i), 'agency', 'scheduled', printf('s%08d', i), printf('p%08d', i), made.id,
    printf('a%08d', i), made.digest, printf('k%08d', i),
    :begin, strftime('%Y-%m-%dT%H:%M:%f', :due + i * :every, 'unixepoch') || '000Z', :end,
    '', '', 0, 0, '', 0, 0, '', '', :now, :now
    FROM series JOIN made ON made.number = i % :channels""",
)
