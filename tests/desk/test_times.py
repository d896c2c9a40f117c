"""When an approved post goes out, where it goes, and why an approval is declined when there is no such time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from socialpub.delivery.dispatch import dispatch
from socialpub.desk.deliveries import retract
from socialpub.desk.prepare import prepare
from socialpub.desk.revise import revise
from socialpub.desk.whereabouts import whereabouts
from socialpub.model.states import DeliveryState as D
from socialpub.settings import Schedule
from socialpub.store.moves import move
from socialpub.store.schema import Delivery, Story
from tests.databases import upgraded
from tests.desk.stories import declined, document, in_review, say_yes, scheduled, state_of
from tests.town import FIRST, TEXT, Town, town

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)  # ten o'clock in New York
COFFEE = "Join us for Coffee with a Cop this Wednesday at Veterans Park!"


@pytest.fixture
def fridays(tmp_path: Path) -> Iterator[Town]:
    """A town that publishes on Fridays at ten, on a Monday."""
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url, schedule=Schedule(slots=("fri 10:00",))) as made:
        made.add_file_channel()
        made.clock.now = MONDAY
        yield made


def test_an_invitation_is_never_planned_after_its_event(fridays: Town) -> None:
    story = in_review(fridays, COFFEE, when="2026-11-25")
    declined(
        fridays, "no free time for outbox before the event .Wed Nov 25.", lambda: say_yes(fridays, "mhale", story)
    )
    declined(fridays, 'urgency = "today"', lambda: say_yes(fridays, "mhale", story))


def test_an_invitation_that_is_urgent_goes_out_before_its_event(fridays: Town) -> None:
    story = in_review(fridays, COFFEE, when="2026-11-25", urgency="today")
    (planned,) = say_yes(fridays, "mhale", story).planned
    assert planned.planned_at == MONDAY
    assert planned.window.deadline <= datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_an_event_after_the_next_slot_waits_for_the_slot(fridays: Town) -> None:
    (planned,) = say_yes(fridays, "mhale", in_review(fridays, COFFEE, when="2026-11-28")).planned
    assert planned.planned_at == datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert planned.window.deadline == datetime(2026, 11, 28, 5, tzinfo=UTC)


def test_an_event_of_today_may_be_announced_until_the_day_is_over(fridays: Town) -> None:
    story = in_review(fridays, COFFEE, when="2026-11-23", urgency="today")
    (planned,) = say_yes(fridays, "mhale", story).planned
    assert planned.window.deadline == datetime(2026, 11, 24, 5, tzinfo=UTC)
    late = in_review(fridays, TEXT, when="2026-11-23")
    declined(fridays, "before the event .Mon Nov 23.", lambda: say_yes(fridays, "mhale", late))
    declined(fridays, "Then it needs a deadline of its own", lambda: say_yes(fridays, "mhale", late))


def test_what_tells_of_an_event_afterwards_has_all_the_time_it_states(fridays: Town) -> None:
    over = in_review(fridays, TEXT, when="2026-11-22")
    stated = in_review(fridays, TEXT + " Thanks.", when="2026-11-25", deadline="2026-12-05T10:00:00")
    embargoed = in_review(fridays, TEXT + " Again.", when="2026-11-25", not_before="2026-11-26T10:00:00")
    days = [say_yes(fridays, "mhale", story).planned[0].planned_at.day for story in (over, stated, embargoed)]
    assert days == [27, 4, 11], "each on a Friday of its own"
    assert state_of(fridays, Story, stated) == "approved"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"deadline": "1950-01-01T10:00:00"}, "cannot be meant: 1950"),
        ({"not_before": "1950-01-01T10:00:00"}, "cannot be meant: 1950"),
        ({"not_before": "1950-01-01T10:00:00Z"}, "cannot be meant: 1950"),
        ({"not_before": "2026-12-01T10:00:00Z", "deadline": "2026-11-30T10:00:00Z"},
         "not go out before Tue Dec 01 2026 05:00, and from Mon Nov 30 2026 05:00 on it is too late"),
        ({"not_before": "2199-12-01T10:00:00Z"}, "before Sun Dec 01 2199 05:00; so far ahead nothing can be planned"),
        ({"deadline": "2026-11-20T10:00:00Z"}, "its deadline has passed"),
    ],
)  # fmt: skip
def test_a_time_that_leaves_none_is_declined_with_what_is_wrong(
    plain: Town, keys: dict[str, str], words: str
) -> None:
    story = in_review(plain, **keys)
    declined(plain, words, lambda: say_yes(plain, "mhale", story))


def _revised(here: Town, story: str) -> None:
    revise(here.app.db, here.who("jruiz"), story, document(TEXT + " A correction: it was Sunday."))
    prepare(here.app.workshop, story)


def test_a_revision_of_what_is_out_everywhere_is_not_approved_into_nothing(here: Town) -> None:
    scheduled(here)
    here.settle()
    story = here.story().id
    _revised(here, story)
    declined(here, "out already on every channel it is for .outbox.", lambda: say_yes(here, "mhale", story))


def test_a_revision_goes_where_the_story_is_not_and_says_where_it_does_not_go(here: Town) -> None:
    scheduled(here)
    here.settle()
    story = here.story().id
    here.add_file_channel("second")
    _revised(here, story)
    done = say_yes(here, "mhale", story)
    assert ([each.channel.name for each in done.planned], done.left_out) == (["second"], ["outbox"])
    here.turn()
    assert len(here.published()) == 2


def test_what_was_taken_down_may_go_out_again_once_it_is_gone(here: Town) -> None:
    delivery = scheduled(here)
    here.settle()
    story = here.story().id
    retract(here.app.db, here.who("panand"), delivery, "the wrong day")
    _revised(here, story)
    declined(here, "not settled whether an earlier revision is out", lambda: say_yes(here, "mhale", story))
    here.turn()
    assert state_of(here, Delivery, delivery) == "retracted"
    done = say_yes(here, "mhale", story)
    assert (len(done.planned), done.left_out) == (1, [])


def test_where_a_story_is_already_is_said_in_words(here: Town) -> None:
    for name in ("b", "c", "d"):
        here.add_file_channel(name)
    story = in_review(here)
    say_yes(here, "mhale", story)
    dispatch(here.app.carrier)
    states: dict[int, list[D]] = {
        0: [],
        1: [D.SENDING, D.UNCONFIRMED],
        2: [D.SENDING, D.DELIVERED],
        3: [D.NEEDS_PERSON],
    }
    with here.app.db.transaction() as tx:
        for number, row in enumerate(here.deliveries()):
            for state in states[number]:
                move(tx, tx.session.get_one(Delivery, row.id), state, by=FIRST)
    with here.app.db.reading() as session:
        where = whereabouts(session, story)
    assert (len(where.out), len(where.on_its_way), len(where.unclear), len(where.coming_down)) == (1, 1, 1, 0)
    for words in (f"out already on {where.out[0]}", f"ON ITS WAY to {where.on_its_way[0]}", "A person must find out"):
        assert words in where.words()


def test_of_a_story_that_is_nowhere_nothing_is_said(plain: Town) -> None:
    with plain.app.db.reading() as session:
        assert whereabouts(session, in_review(plain)).words() == ""
