"""The chain of events: whatever is done to it behind our back, verifying tells."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from socialpub.model.people import DAEMON, Actor
from socialpub.store.audit import chain_hash, verify
from socialpub.store.database import Database
from socialpub.store.schema import Agency, Event
from tests.clock import SetClock
from tests.databases import undone

LENGTH = 6
COLUMNS = [column.key for column in Event.__table__.columns]
ALL = range(1, LENGTH + 1)


@pytest.fixture
def chained(db: Database, clock: SetClock) -> Database:
    """Six events, no two alike."""
    for number in ALL:
        with db.transaction() as tx:
            by = Actor(f"person{number}", via=f"os:{number}")
            tx.record(by, f"verb{number}", f"noun{number}", f"id{number}", number=number)
        clock.advance(60)
    return db


@contextmanager
def tampering(db: Database) -> Iterator[Session]:
    """A session in which nothing is refused, and of which nothing stays."""
    drops = {
        "sqlite": ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"),
        "postgresql": ("DROP TRIGGER events_no_change ON events",),
    }
    with undone(db) as tx:
        for drop in drops[db.engine.dialect.name]:
            tx.session.execute(text(drop))
        yield tx.session
        tx.session.rollback()


def _rows(session: Session) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(Event.__table__).order_by(Event.number)).mappings()]


def _rewrite(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(delete(Event))
    for row in rows:
        session.execute(insert(Event).values(**row))


def _fault(session: Session, head: str = "") -> str:
    session.expire_all()
    return verify(session, head).fault


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, str):
        return value + "!"
    if isinstance(value, dict):
        return {**value, "and": "more"}
    return value + (LENGTH if isinstance(value, int) else timedelta(microseconds=1))


def test_a_chain_nobody_touched_verifies_from_its_first_event(chained: Database) -> None:
    with chained.reading() as session:
        rows = _rows(session)
        verdict = verify(session)
    assert (verdict.events, verdict.head, verdict.fault) == (LENGTH, rows[-1]["hash"], "")
    assert [row["number"] for row in rows] == list(ALL)
    assert [row["before"] for row in rows] == ["", *(row["hash"] for row in rows[:-1])]
    assert [row["hash"] for row in rows] == [chain_hash(row) for row in rows]


def test_any_column_of_any_event_that_is_altered_is_found(chained: Database) -> None:
    with tampering(chained) as session:
        rows = _rows(session)
        for row in rows:
            for column in COLUMNS:
                if column == "agency_id":
                    continue
                with session.begin_nested() as savepoint:
                    where = Event.number == row["number"]
                    session.execute(update(Event).where(where).values({column: _other(row[column])}))
                    assert _fault(session), f"{column} of event {row['number']}"
                    savepoint.rollback()


def test_any_event_given_to_another_agency_is_found(chained: Database) -> None:
    for number in ALL:
        with tampering(chained) as session:
            session.execute(update(Event).where(Event.number == number).values(agency_id="another"))
            assert _fault(session), number


def test_any_event_that_is_deleted_is_found(chained: Database) -> None:
    for number in ALL:
        with tampering(chained) as session:
            session.execute(delete(Event).where(Event.number == number))
            assert _fault(session), number


def test_any_event_that_is_deleted_is_found_even_when_the_gap_is_closed(chained: Database) -> None:
    for gone in ALL:
        with tampering(chained) as session:
            rows = [row for row in _rows(session) if row["number"] != gone]
            _rewrite(session, [{**row, "number": number} for number, row in enumerate(rows, 1)])
            assert _fault(session), gone


def test_any_two_events_that_change_places_are_found(chained: Database) -> None:
    for one in ALL:
        for other in range(one + 1, LENGTH + 1):
            with tampering(chained) as session:
                places = {one: other, other: one}
                rows = _rows(session)
                _rewrite(session, [{**row, "number": places.get(row["number"], row["number"])} for row in rows])
                assert _fault(session), (one, other)


def test_any_event_that_is_put_in_is_found(chained: Database) -> None:
    for place in range(1, LENGTH + 2):
        with tampering(chained) as session:
            rows = _rows(session)
            rows.insert(place - 1, _forged(rows, place))
            _rewrite(session, [{**row, "number": number} for number, row in enumerate(rows, 1)])
            assert _fault(session), place


def _forged(rows: list[dict[str, Any]], place: int) -> dict[str, Any]:
    """An event that fits what stands before it, hash and all."""
    before = rows[place - 2]["hash"] if place > 1 else ""
    row = {**rows[min(place, LENGTH) - 1], "number": place, "before": before, "verb": "approve"}
    return {**row, "hash": chain_hash(row)}


def test_every_cut_of_the_tail_is_found_by_the_agencys_row(chained: Database) -> None:
    for kept in range(LENGTH):
        with tampering(chained) as session:
            session.execute(delete(Event).where(Event.number > kept))
            assert f"the newest events are missing after event {kept}" in _fault(session)


def test_every_cut_that_also_mends_the_agencys_row_is_found_by_a_head_kept_elsewhere(chained: Database) -> None:
    with chained.reading() as session:
        head = verify(session).head
    for kept in range(LENGTH):
        with tampering(chained) as session:
            rows = _rows(session)[:kept]
            session.execute(delete(Event).where(Event.number > kept))
            newest = rows[-1]["hash"] if rows else ""
            session.execute(update(Agency).values(chain_length=kept, chain_head=newest))
            assert _fault(session) == ""
            assert "the chain was cut or replaced" in _fault(session, head)


def test_a_chain_that_is_forged_anew_from_its_first_event_is_found_by_a_head_kept_elsewhere(
    chained: Database,
) -> None:
    with chained.reading() as session:
        head = verify(session).head
    with tampering(chained) as session:
        rows, before = _rows(session), ""
        for row in rows:
            row.update(actor="nobody", before=before)
            before = row["hash"] = chain_hash(row)
        _rewrite(session, rows)
        session.execute(update(Agency).values(chain_head=before))
        assert _fault(session) == ""
        assert "cut or replaced" in _fault(session, head)


def test_a_head_kept_elsewhere_still_fits_when_the_chain_has_grown(chained: Database) -> None:
    with chained.reading() as session:
        heads = [row["hash"] for row in _rows(session)]
    with chained.transaction() as tx:
        tx.record(DAEMON, "grow", "chain", "1")
    with chained.reading() as session:
        assert [verify(session, head).fault for head in heads] == [""] * LENGTH


def test_any_row_with_anything_else_in_it_is_found(chained: Database) -> None:
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
    column_and_value = st.one_of(
        st.tuples(st.sampled_from(["actor", "via", "verb", "subject", "subject_id", "before", "hash"]), texts),
        st.tuples(st.just("number"), st.integers(-(2**31), 2**31 - 1)),
        st.tuples(st.just("at"), st.datetimes(timezones=st.just(SetClock().now.tzinfo))),
        st.tuples(st.just("data"), st.dictionaries(texts, st.integers() | texts | st.booleans(), max_size=3)),
    )

    @settings(max_examples=60)
    @given(st.integers(1, LENGTH), column_and_value)
    def holds(number: int, altered: tuple[str, Any]) -> None:
        column, value = altered
        with tampering(chained) as session:
            rows = _rows(session)
            if rows[number - 1][column] == value or (column == "number" and value in ALL):
                return
            session.execute(update(Event).where(Event.number == number).values({column: value}))
            assert _fault(session)

    holds()


@pytest.mark.parametrize(
    "garbage",
    [
        "at = 'yesterday'",
        "data = '{'",
        "data = '\"\\ud800\"'",
        "actor = CAST(x'ff' AS TEXT)",
        "hash = 7",
        "verb = x'00'",
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault_and_not_a_crash(sqlite_db: Database, garbage: str) -> None:
    """Only SQLite takes these: its columns have no types."""
    for _ in ALL:
        with sqlite_db.transaction() as tx:
            tx.record(DAEMON, "say", "story", "1")
    for number in ALL:
        with tampering(sqlite_db) as session:
            session.execute(text(f"UPDATE events SET {garbage} WHERE number = {number}"))
            assert "event" in _fault(session)


_ATTEMPTS: dict[str, Callable[[], Any]] = {
    "update": lambda: update(Event).values(actor="nobody"),
    "delete": lambda: delete(Event),
}


@pytest.mark.parametrize("attempt", sorted(_ATTEMPTS))
def test_the_records_refuse_to_be_changed(chained: Database, attempt: str) -> None:
    with undone(chained) as tx:
        with pytest.raises(DBAPIError, match="the records are append-only"):
            tx.session.execute(_ATTEMPTS[attempt]())
        tx.session.rollback()
    with chained.reading() as session:
        assert verify(session).events == LENGTH


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_the_records_refuse_to_be_emptied(chained: Database) -> None:
    with undone(chained) as tx:
        with pytest.raises(DBAPIError, match="the records are append-only"):
            tx.session.execute(text("TRUNCATE events"))
        tx.session.rollback()


def test_replacing_a_row_of_the_records_is_refused_too(sqlite_db: Database) -> None:
    """SQLite's INSERT OR REPLACE deletes without a delete trigger, unless recursive_triggers is on."""
    with sqlite_db.transaction() as tx:
        tx.record(DAEMON, "say", "story", "1")
    with undone(sqlite_db) as tx:
        row = _rows(tx.session)[0]
        with pytest.raises(DBAPIError):
            tx.session.execute(insert(Event).prefix_with("OR REPLACE").values(**{**row, "actor": "nobody"}))
        tx.session.rollback()


def test_any_event_that_is_forged_with_a_hash_of_its_own_is_found_by_what_follows(chained: Database) -> None:
    for number in ALL:
        with tampering(chained) as session:
            row = {**_rows(session)[number - 1], "actor": "nobody"}
            forged = {"actor": "nobody", "hash": chain_hash(row)}
            session.execute(update(Event).where(Event.number == number).values(**forged))
            assert _fault(session), number
