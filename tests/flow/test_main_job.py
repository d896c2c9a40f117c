"""The main job: a story goes in, a second person says yes, exactly that comes out, once."""

from socialpub.model.states import DeliveryState, StoryState
from socialpub.store.audit import verify
from tests.town import TEXT, Town


def test_a_story_from_the_drop_folder_waits_for_a_second_person(here: Town) -> None:
    here.drop()
    here.turn()
    assert here.story().state == StoryState.IN_REVIEW
    assert here.deliveries() == []
    assert [folder.name.split("-", 5)[-1] for folder in (here.spool / "taken").iterdir()] == ["bike"]


def test_an_approved_story_is_published_once_and_the_records_hold(here: Town) -> None:
    here.drop()
    here.turn()
    here.approve()
    here.settle()
    here.turn(60)
    assert [post["post"]["texts"] for post in here.published()] == [[TEXT]]
    assert here.states() == {DeliveryState.DELIVERED}
    with here.app.db.reading() as session:
        assert verify(session).fault == ""


def test_nothing_leaves_without_an_approval(here: Town) -> None:
    here.drop()
    for _ in range(5):
        here.turn(3600)
    assert here.published() == []
