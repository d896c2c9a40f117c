"""What a hostile reading found once, kept from coming back."""

import pytest

from socialpub.delivery.dispatch import dispatch
from socialpub.desk.declined import Declined
from socialpub.desk.holds import hold_all, release, standing
from socialpub.desk.people import disable_person
from socialpub.desk.prepare import prepare_submitted
from socialpub.desk.revise import revise
from socialpub.model.document import StoryDocument
from socialpub.model.states import DeliveryState
from socialpub.store.moves import move
from socialpub.store.schema import Delivery
from tests.town import Town


def test_what_was_approved_before_a_stand_down_does_not_burst_after_it(here: Town) -> None:
    here.drop()
    here.turn()
    here.approve()  # and no daemon runs
    hold_all(here.app.db, here.who("cstark"), "an incident")
    here.clock.advance(5 * 3600)
    with here.app.db.reading() as session:
        (hold,) = standing(session)
    release(here.app.db, here.who("panand"), hold)
    release(here.app.db, here.who("cstark"), hold)
    here.turn()
    assert here.states() == {DeliveryState.NEEDS_PERSON}
    assert here.published() == []


def test_what_a_disabled_person_approved_is_not_released_by_somebody_else(here: Town) -> None:
    here.drop(not_before="2026-11-21T09:00:00")
    here.turn()
    here.approve()
    dispatch(here.app.carrier)
    disable_person(here.app.db, here.who("adm"), "mhale")
    with here.app.db.reading() as session:
        (hold,) = standing(session)
    with pytest.raises(Declined, match="mhale, who approved it, is disabled"):
        release(here.app.db, here.who("panand"), hold)


def test_a_new_revision_is_not_approved_while_nobody_knows_whether_the_old_one_is_out(here: Town) -> None:
    here.drop()
    here.turn()
    here.approve()
    dispatch(here.app.carrier)
    with here.app.db.transaction() as tx:
        row = tx.session.get_one(Delivery, here.deliveries()[0].id)
        move(tx, row, DeliveryState.NEEDS_PERSON, because="nobody can tell", by=here.who("panand"))
    revise(
        here.app.db, here.who("jruiz"), here.story().id, StoryDocument(text="Officers found a bike, and its owner.")
    )
    prepare_submitted(here.app.workshop)
    with pytest.raises(Declined, match="not settled whether an earlier revision is out"):
        here.approve()
