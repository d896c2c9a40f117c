"""A folder without a dot in its name says nothing about being whole; so it must be still before it is taken."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from socialpub.desk import find
from socialpub.intake.folder import document_of
from socialpub.intake.inbox import Inbox
from socialpub.intake.opened import OpenFolder
from socialpub.intake.still import SETTLES, Stillness, picture_of
from socialpub.model.document import StoryDocument
from tests.flow.networks import picture
from tests.town import TEXT, Town

CHILD = '[[people]]\nname = ""\nrole = "child"\nminor = true\nconsent = false\n'
_MOMENT = timedelta(seconds=0.1)


def _changed_at(*paths: Path) -> datetime:
    return datetime.fromtimestamp(max(path.stat().st_ctime for path in paths), UTC)


@pytest.fixture
def half(plain: Town) -> Path:
    """A story.toml whose first half is a story by itself, and the clock at that moment."""
    folder = plain.spool / "inbox" / "bike"
    folder.mkdir()
    file = folder / "story.toml"
    file.write_text(f'text = "{TEXT}"\n', "utf-8")
    file.chmod(0o640)
    plain.clock.now = _changed_at(file)
    plain.app.inbox.stillness.settles = SETTLES
    return folder


def test_a_story_whose_first_half_is_a_story_too_is_taken_whole(plain: Town, half: Path) -> None:
    assert plain.app.inbox.look() == 0
    plain.clock.advance(2)
    with (half / "story.toml").open("a") as file:
        file.write(CHILD)
    for _ in range(4):
        assert plain.app.inbox.look() == 0
        plain.clock.advance(2)
    plain.clock.advance(2)
    assert plain.app.inbox.look() == 1
    with plain.app.db.reading() as session:
        revision = find.newest(session, plain.story())
        assert [person["minor"] for person in revision.document["people"]] == [True]


def test_a_later_photo_counts_as_a_change(plain: Town, half: Path) -> None:
    plain.app.inbox.look()
    plain.clock.advance(SETTLES.total_seconds() - 1)
    (half / "late.jpg").write_bytes(picture("navy"))
    assert plain.app.inbox.look() == 0
    plain.clock.advance(SETTLES.total_seconds() - 1)
    assert plain.app.inbox.look() == 0
    plain.clock.advance(1)
    assert plain.app.inbox.look() == 1


def test_what_rested_is_taken_at_the_first_look_even_of_a_process_that_never_saw_it(plain: Town, half: Path) -> None:
    plain.clock.now = _changed_at(half / "story.toml") + SETTLES + _MOMENT
    assert Inbox(plain.spool, plain.app.db, plain.app.shelf).look() == 1


def test_a_rename_into_place_is_no_change(plain: Town, half: Path) -> None:
    plain.clock.now = _changed_at(half / "story.toml") + SETTLES + _MOMENT
    half.rename(half.with_name(".bike")).rename(half)
    os.utime(half, (0, 0))  # whatever a program says of the folder itself
    assert plain.app.inbox.look() == 1


def test_times_that_a_copy_brought_along_make_nothing_old(plain: Town, half: Path) -> None:
    for path in (half / "story.toml", half):
        os.utime(path, (1, 1))
    assert plain.app.inbox.look() == 0


def test_a_clock_that_runs_ahead_does_not_make_a_changing_folder_still(plain: Town, half: Path) -> None:
    """The file server's clock is two minutes behind: each change looks old at once. The memory knows better."""
    memory = Stillness()
    ahead = plain.clock.now + timedelta(minutes=2)
    file = half / "story.toml"
    memory.still(half, picture_of(half), ahead - SETTLES * 20)  # seen while it was new
    file.write_text(file.read_text() + CHILD)
    assert not memory.still(half, picture_of(half), ahead)
    assert not memory.still(half, picture_of(half), ahead + SETTLES - _MOMENT)
    assert memory.still(half, picture_of(half), ahead + SETTLES)


def test_a_file_server_a_little_ahead_keeps_nothing_waiting_longer_than_that(plain: Town, half: Path) -> None:
    memory, behind = Stillness(), plain.clock.now - timedelta(minutes=30)
    assert not memory.still(half, picture_of(half), behind)
    assert memory.still(half, picture_of(half), behind + SETTLES)


def test_a_clock_set_back_begins_the_wait_anew_and_ends_it(plain: Town, half: Path) -> None:
    memory, now = Stillness(), plain.clock.now
    back = now - timedelta(minutes=10)
    assert not memory.still(half, picture_of(half), now)
    assert not memory.still(half, picture_of(half), back)
    assert memory.still(half, picture_of(half), back + SETTLES)


def test_what_changes_while_it_is_read_is_left_for_a_later_look(
    plain: Town, half: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from socialpub.intake import inbox

    def slow(held: OpenFolder) -> StoryDocument:
        document = document_of(held)
        with (half / "story.toml").open("a") as file:
            file.write(CHILD)
        return document

    plain.clock.now += SETTLES + _MOMENT
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "document_of", slow)
        assert plain.app.inbox.look() == 0
    assert half.is_dir()
    plain.app.inbox.look()
    plain.clock.advance(SETTLES.total_seconds())
    assert plain.app.inbox.look() == 1


def test_what_left_the_inbox_is_forgotten(plain: Town, half: Path) -> None:
    plain.app.inbox.look()
    half.rename(plain.spool / "elsewhere")
    plain.app.inbox.look()
    (plain.spool / "elsewhere").rename(half)
    plain.clock.now += SETTLES + _MOMENT
    assert plain.app.inbox.look() == 1
