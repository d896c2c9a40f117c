"""Times in the store: aware, in UTC, to the microsecond, the same on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from socialpub.store.database import Database
from socialpub.store.schema import Epoch
from socialpub.store.schema.base import UtcTime
from tests.databases import undone

_ZONES = st.timezones() | st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
#: A day from both ends of Python's calendar, so that no zone pushes the time beyond it. Compare them in UTC: a
#: time in a clock change equals nothing of another zone (PEP 495).
AWARE = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=_ZONES)  # noqa: DTZ001  bounds


def test_a_naive_time_is_refused(db: Database) -> None:
    with undone(db) as tx:
        tx.session.add(Epoch(number=1, since=datetime(2026, 11, 20), because="a test"))  # noqa: DTZ001  the point
        with pytest.raises(StatementError, match="no time zone; the store takes UTC only"):
            tx.session.flush()
        tx.session.rollback()


def test_any_aware_time_comes_back_as_the_same_moment_in_utc(db: Database) -> None:
    @settings(max_examples=60)
    @given(AWARE)
    @example(datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York")))
    @example(datetime(2026, 3, 8, 2, 30, tzinfo=ZoneInfo("America/New_York")))
    def holds(moment: datetime) -> None:
        with undone(db) as tx:
            tx.session.add(Epoch(number=1, since=moment, because="a test"))
            tx.session.flush()
            tx.session.expire_all()
            back = tx.session.get_one(Epoch, 1).since
            assert back == moment.astimezone(UTC)
            assert back.utcoffset() == timedelta(0)

    holds()


@given(AWARE, AWARE)
def test_the_text_that_sqlite_keeps_sorts_like_the_times(one: datetime, other: datetime) -> None:
    one, other = one.astimezone(UTC), other.astimezone(UTC)
    texts = [UtcTime().process_bind_param(moment, sqlite.dialect()) for moment in (one, other)]
    assert (texts[0] < texts[1], texts[0] == texts[1]) == (one < other, one == other)
