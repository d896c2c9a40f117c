"""A kept file is damaged: what nobody approved is made again, what was approved never is; one story alone waits."""

from itertools import pairwise
from pathlib import Path

import pytest

from socialpub.media.refusal import MediaDamaged
from socialpub.model.states import StoryState
from socialpub.store.schema import Event, Notice, Story
from tests.flow.networks import picture
from tests.town import Town

OTHER = "Officers read to the children of the library on Friday."


def _rendition(here: Town) -> Path:
    (path,) = (each for each in (here.spool / "media" / "renditions").glob("*/*") if not each.name.startswith("."))
    return path


def _flip(path: Path) -> bytes:
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    path.chmod(0o440)
    return whole


def _notices(here: Town) -> list[tuple[str, str, str]]:
    with here.app.db.reading() as session:
        found = session.query(Notice).filter(Notice.subject.contains("damaged")).order_by(Notice.id)
        return [(each.audience, each.subject, each.body) for each in found]


@pytest.fixture
def told(here: Town) -> Town:
    """A story with a photo is in review; its rendition is damaged."""
    here.drop(photos={"a.jpg": picture("navy")})
    here.turn()
    return here


def _told_again(here: Town) -> None:
    here.drop("second", photos={"a.jpg": picture("navy")}, text=OTHER)


def test_a_damaged_rendition_that_nobody_approved_is_made_again(told: Town, caplog: pytest.LogCaptureFixture) -> None:
    path = _rendition(told)
    whole = _flip(path)
    _told_again(told)
    told.turn()
    assert told.story().state == StoryState.IN_REVIEW
    assert path.read_bytes() == whole
    (aside,) = path.parent.glob(".damaged-*")
    assert aside.read_bytes() != whole
    ((audience, _, body),) = _notices(told)
    assert audience == "administrators"
    assert all(each in body for each in (str(path), str(aside), told.story().id))
    assert sum("is made again" in each.getMessage() for each in caplog.records) == 1
    told.turn(120)
    assert len(_notices(told)) == 1
    told.approve()
    told.settle()
    assert len(told.published()) == 1


def _approved_and_damaged(here: Town) -> Path:
    here.approve()
    here.settle()
    path = _rendition(here)
    _flip(path)
    _told_again(here)
    return path


def test_an_approved_rendition_is_never_made_again_and_its_story_says_what_it_waits_for(
    told: Town, caplog: pytest.LogCaptureFixture
) -> None:
    path = _approved_and_damaged(told)
    damaged = path.read_bytes()
    told.turn()
    story = told.story()
    assert (story.state, path.read_bytes()) == (StoryState.SUBMITTED, damaged)
    assert "a file of it is damaged on our side" in story.reason
    assert not [each for each in caplog.records if each.exc_info]
    by_audience = {audience: body for audience, _, body in _notices(told)}
    assert set(by_audience) == {"administrators", "officer:jruiz"}
    assert str(path) in by_audience["administrators"]
    assert story.id in by_audience["administrators"]
    assert str(path) not in by_audience["officer:jruiz"]


def test_it_is_tried_again_ever_later_and_told_once(told: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from socialpub.desk import prepare

    _approved_and_damaged(told)
    tries, real = [], prepare.prepare

    def counted(*args: object) -> None:
        tries.append(told.clock.now)
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(prepare, "prepare", counted)
    for _ in range(60):
        told.turn(60)
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(tries)]
    assert gaps[:4] == [60, 120, 240, 480]
    assert len(_notices(told)) == 2
    with told.app.db.reading() as session:
        assert session.query(Event).filter_by(verb="prepare:stopped").count() == 1


def test_when_the_file_is_back_the_story_goes_on(told: Town) -> None:
    whole = _rendition(told).read_bytes()
    path = _approved_and_damaged(told)
    told.turn()
    path.chmod(0o600)
    path.write_bytes(whole)
    told.turn(60)
    story = told.story()
    assert (story.state, story.reason) == (StoryState.IN_REVIEW, "")


def test_a_lost_original_stops_its_own_story_alone(here: Town) -> None:
    here.drop("lost", photos={"a.jpg": picture("navy")})
    here.drop("well", photos={"b.jpg": picture("red")}, text=OTHER)
    here.app.inbox.look()
    with here.app.db.reading() as session:
        first = session.query(Story).order_by(Story.created_at, Story.id).first()
        assert first is not None
    originals = sorted((here.spool / "media" / "originals").glob("*/*"), key=lambda path: path.stat().st_ctime_ns)
    originals[0].unlink()
    here.turn()
    with here.app.db.reading() as session:
        states = {row.id: (row.state, "is gone" in row.reason) for row in session.query(Story)}
    assert sorted(states.values()) == [(StoryState.IN_REVIEW, False), (StoryState.SUBMITTED, True)]


def test_a_rendition_that_is_kept_again_must_have_the_name_of_its_bytes(told: Town) -> None:
    with pytest.raises(FileNotFoundError):
        told.app.shelf.rebuild_rendition(b"other bytes")
    _flip(_rendition(told))
    with pytest.raises(MediaDamaged):
        told.app.shelf.read_rendition(_rendition(told).name)
