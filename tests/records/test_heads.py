"""The chain's head, noted outside the database, tells what the database cannot tell about itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from socialpub.records.heads import LOG, due, newest_head, note_head, read_heads, verify
from socialpub.store.audit import chain_hash
from socialpub.store.database import Database
from socialpub.store.schema import AGENCY, Agency, Event
from tests.records.made_up import START, SetClock, add_channel, add_story


def cut(db: Database, keep: int) -> None:
    """What somebody with the database's file in their hands can do: drop the newest events, mend the head."""
    with db.engine.begin() as connection:
        for trigger in ("events_no_delete", "events_no_update"):
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("DELETE FROM events WHERE number > :keep"), {"keep": keep})
        head = connection.execute(text("SELECT hash FROM events WHERE number = :keep"), {"keep": keep}).scalar() or ""
        connection.execute(text("UPDATE agencies SET chain_length = :n, chain_head = :h"), {"n": keep, "h": head})


def rewrite(db: Database, number: int) -> None:
    """The same, with every later hash computed again: the chain alone looks perfect afterwards."""
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_no_update"))
        connection.execute(text("UPDATE events SET actor = 'nobody' WHERE number = :n"), {"n": number})
    with db.transaction() as tx:
        before = ""
        for event in tx.session.query(Event).order_by(Event.number):
            event.before = before
            fields = {column.key: getattr(event, column.key) for column in Event.__table__.columns}
            before = event.hash = chain_hash(fields)
        tx.session.get_one(Agency, AGENCY).chain_head = before


def test_an_untouched_chain_verifies_with_every_noted_head(db: Database, spool: Path) -> None:
    note_head(db, spool, "start")
    add_channel(db)
    note_head(db, spool, "daily")
    add_story(db)
    verdict = verify(db, spool)
    assert (verdict.fault, verdict.events, verdict.heads) == ("", 2, 2)


def test_a_noted_head_is_one_line_with_time_count_hash_and_reason(db: Database, spool: Path) -> None:
    add_channel(db)
    line = note_head(db, spool, "daily,\nand forged\n2026 line")
    with db.reading() as session:
        head = session.get_one(Agency, AGENCY).chain_head
    assert line == f"2026-11-20T15:00:00Z 1 {head} daily, and forged 2026 line"
    assert (spool / LOG).read_text("utf-8") == line + "\n"
    assert (spool / LOG).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("keep", [0, 1, 2])
def test_a_cut_tail_is_found_by_a_noted_head(db: Database, spool: Path, keep: int) -> None:
    for name in ("one", "two", "three"):
        add_channel(db, name)
    note_head(db, spool, "daily")
    cut(db, keep)
    fault = verify(db, spool).fault
    assert "for event 3 on 2026-11-20 15:00 UTC" in fault
    assert f"end at event {keep}" in fault


def test_without_a_noted_head_the_same_cut_goes_unseen_unless_a_head_is_given(db: Database, spool: Path) -> None:
    for name in ("one", "two"):
        add_channel(db, name)
    with db.reading() as session:
        head = session.get_one(Agency, AGENCY).chain_head
    cut(db, 1)
    assert verify(db, spool).fault == ""
    assert f"no event has the hash {head}" in verify(db, spool, head).fault


def test_a_chain_rewritten_from_an_old_event_on_is_found(db: Database, spool: Path) -> None:
    for name in ("one", "two", "three"):
        add_channel(db, name)
    note_head(db, spool, "daily")
    rewrite(db, 1)
    assert "the records were rewritten" in verify(db, spool).fault


def test_an_altered_event_is_named_before_any_head_is_looked_for(db: Database, spool: Path) -> None:
    add_channel(db)
    note_head(db, spool, "daily")
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_no_update"))
        connection.execute(text("UPDATE events SET verb = 'nothing'"))
    assert verify(db, spool).fault == "event 1 was altered"


def test_an_empty_chain_has_a_head_too(db: Database, spool: Path) -> None:
    note_head(db, spool, "start")
    newest = newest_head(spool)
    assert newest is not None
    assert (newest.events, newest.hash, newest.because) == (0, "", "start")
    assert verify(db, spool).heads == 1


def test_a_line_torn_by_a_crash_is_counted_and_does_not_spoil_the_next(db: Database, spool: Path) -> None:
    add_channel(db)
    note_head(db, spool, "first")
    with (spool / LOG).open("ab") as file:
        file.write(b"2026-11-20T15:00:0")
    note_head(db, spool, "second")
    heads, unreadable = read_heads(spool)
    assert ([head.because for head in heads], unreadable) == (["first", "second"], 1)
    verdict = verify(db, spool)
    assert (verdict.fault, verdict.heads, verdict.unreadable) == ("", 2, 1)


def test_a_head_is_due_after_24_hours_and_when_none_is_there(db: Database, spool: Path, clock: SetClock) -> None:
    assert due(spool, START)
    note_head(db, spool, "daily")
    assert not due(spool, START)
    assert not due(spool, START + timedelta(hours=23, minutes=59))
    assert due(spool, START + timedelta(hours=24))


def test_a_head_from_the_future_does_not_stop_new_ones(db: Database, spool: Path, clock: SetClock) -> None:
    clock.advance(days=300)
    note_head(db, spool, "the clock was wrong")
    assert due(spool, START)


def test_more_heads_than_one_question_holds_are_all_checked(db: Database, spool: Path) -> None:
    add_channel(db)
    line = note_head(db, spool, "daily")
    with (spool / LOG).open("a", encoding="utf-8") as file:
        file.writelines(line.replace(" 1 ", f" {number} ") + "\n" for number in range(2, 700))
    assert "for event 2 " in verify(db, spool).fault
