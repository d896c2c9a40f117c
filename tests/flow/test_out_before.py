"""A restore loses the rows that say what is public. It may not lose what they said: nothing goes out twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from socialpub.app import open_app
from socialpub.cli.showing import anything
from socialpub.desk.deliveries import gone, requeue
from socialpub.desk.holds import release
from socialpub.model.states import DeliveryState as D
from socialpub.model.states import StoryState
from socialpub.records.backup import backup
from socialpub.records.manifest import Backup
from socialpub.records.restore import Restored, restore
from socialpub.store.schema import Event, Hold, Notice
from tests.clock import START, SetClock
from tests.town import FIRST, Town, settings, share_packs, town

NIGHT = START + timedelta(hours=2)


def _published(folder: Path) -> tuple[Backup, str]:
    """A backup of a town without stories; then one was told and published. Gives where it is."""
    with town(folder) as here:
        here.add_file_channel()
        kept = backup(here.app.db, here.spool, here.spool / "backup", here.clock())
        _publish(here)
        with here.app.db.reading() as session:
            return kept, str(
                anything(session, here.story().id, here.app.zone, here.spool, here.app.limits)[0]["deliveries"][0][
                    "says"
                ]
            )


def _publish(here: Town) -> None:
    here.drop()
    here.turn()
    here.approve()
    here.settle()
    assert len(here.published()) == 1


@contextmanager
def _after(folder: Path) -> Iterator[Town]:
    """The same town hours later, when two people have released the stand-down and the inbox was read again."""
    clock = SetClock(NIGHT)
    app = open_app(settings(folder), clock, alone=True)
    try:
        share_packs(app)
        app.inbox.stillness.settles = timedelta(0)
        here = Town(app, clock)
        with app.db.reading() as session:
            holds = list(session.query(Hold).filter_by(released_at=None))
        for hold in holds:
            for name in ("panand", "cstark"):
                release(app.db, here.who(name), hold)
        here.turn(60)  # later than the release, so that nothing came due while it was held
        yield here
    finally:
        app.db.close()


def _restored(folder: Path, kept: Backup) -> Restored:
    return restore(kept.folder, folder / "queue", NIGHT, FIRST, replace=True)


def _sheet(here: Town) -> str:
    with here.app.db.reading() as session:
        return " ".join(anything(session, here.story().id, here.app.zone, here.spool, here.app.limits)[1].split())


def _approved_again(here: Town) -> None:
    assert here.story().state == StoryState.IN_REVIEW
    here.approve()
    here.turn()
    here.turn(3600)


def test_what_went_out_before_a_restore_is_shown_and_waits_for_a_person(tmp_path: Path) -> None:
    kept, address = _published(tmp_path)
    done = _restored(tmp_path, kept)
    assert any("outbox: it went out before the restore" in line for line in done.life.people)
    with _after(tmp_path) as here:
        assert "IT WENT OUT ALREADY" in _sheet(here)
        assert address.removeprefix("delivered ") in _sheet(here).replace(" : ", "")
        _approved_again(here)
        (row,) = here.deliveries()
        assert (row.state, len(here.published())) == (D.NEEDS_PERSON, 1)
        assert "it went out before the restore" in row.reason
        with here.app.db.reading() as session:
            assert any(f"socialpub confirm {row.id}" in each.body for each in session.query(Notice))


def test_a_person_who_says_by_name_that_it_is_not_there_lets_it_go_out(tmp_path: Path) -> None:
    kept, _ = _published(tmp_path)
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        _approved_again(here)
        requeue(here.app.db, here.who("panand"), here.deliveries()[0].id, "taken down by hand at noon, I looked")
        here.settle()
        assert here.states() == {D.DELIVERED}
        with here.app.db.reading() as session:
            (event,) = session.query(Event).filter_by(verb="requeue")
        assert event.data["states"] == "it is not there"
        assert "IT WENT OUT ALREADY" not in _sheet(here)


def test_a_second_restore_forgets_nothing_of_the_first(tmp_path: Path) -> None:
    kept, _ = _published(tmp_path)
    _restored(tmp_path, kept)
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        _approved_again(here)
        assert (here.states(), len(here.published())) == ({D.NEEDS_PERSON}, 1)


def test_who_tells_it_again_by_hand_is_no_way_around_it(tmp_path: Path) -> None:
    kept, _ = _published(tmp_path)
    (taken,) = (tmp_path / "queue" / "taken").iterdir()
    taken.rename(tmp_path / "gone")
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        here.drop("told-again")
        here.turn()
        _approved_again(here)
        assert (here.states(), len(here.published())) == ({D.NEEDS_PERSON}, 1)


def test_another_story_goes_out_as_ever(tmp_path: Path) -> None:
    kept, _ = _published(tmp_path)
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        here.drop("other", text="Officers read to the children of the library on Friday.")
        here.turn()
        assert "ALREADY" not in _sheet(here)
        here.approve()
        here.settle()
        assert (here.states(), len(here.published())) == ({D.DELIVERED}, 2)


@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_where_nobody_can_be_asked_what_is_read_again_waits_for_a_person(tmp_path: Path, how: str) -> None:
    kept, _ = _published(tmp_path)
    for path in (tmp_path / "queue").glob("socialpub.db*"):
        path.unlink()
    if how == "damaged":
        (tmp_path / "queue" / "socialpub.db").write_bytes(b"nothing of a database" * 400)
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        assert "it may have gone out after the backup" in _sheet(here)
        _approved_again(here)
        assert (here.states(), len(here.published())) == ({D.NEEDS_PERSON}, 1)


def test_a_story_that_was_in_review_in_the_backup_and_went_out_since_is_known_too(tmp_path: Path) -> None:
    with town(tmp_path) as here:
        here.add_file_channel()
        here.drop()
        here.turn()
        kept = backup(here.app.db, here.spool, here.spool / "backup", here.clock())
        here.approve()
        here.settle()
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        _approved_again(here)
        assert (here.states(), len(here.published())) == ({D.NEEDS_PERSON}, 1)


def test_what_was_taken_down_before_the_restore_may_go_out_again(tmp_path: Path) -> None:
    with town(tmp_path) as here:
        here.add_file_channel()
        kept = backup(here.app.db, here.spool, here.spool / "backup", here.clock())
        _publish(here)
        gone(here.app.db, here.who("panand"), here.deliveries()[0].id, "I took it down and looked")
    _restored(tmp_path, kept)
    with _after(tmp_path) as here:
        assert "ALREADY" not in _sheet(here)
