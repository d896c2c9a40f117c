"""The verbs of a story: what each leaves, what each records, and what each refuses in every other state."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from socialpub.desk.approve import approve, reconsider, reject, send_back
from socialpub.desk.channels import remove_channel
from socialpub.desk.declined import Declined
from socialpub.desk.deliveries import cancel, gone, requeue, retract
from socialpub.desk.findings import attest, waive
from socialpub.desk.prepare import prepare, prepare_submitted
from socialpub.desk.revise import revise, withdraw
from socialpub.desk.submit import refuse_settled, submit
from socialpub.model.states import DeliveryState, StoryState
from socialpub.store import database
from socialpub.store.moves import move
from socialpub.store.schema import Approval, Asset, Delivery, Notice, PostRow, Revision, Story
from tests import world
from tests.desk.stories import (
    approved,
    declined,
    document,
    everything,
    in_review,
    notices,
    recorded,
    say_yes,
    scheduled,
    state_of,
    told,
)
from tests.flow.networks import picture
from tests.town import FIRST, TEXT, Town, looked_at

S, D = StoryState, DeliveryState


def test_the_same_id_with_the_same_content_is_one_story(here: Town) -> None:
    first = told(here, id="desk-7")
    before = everything(here)
    again = submit(here.app.db, here.who("jruiz"), document(id="desk-7"), (), "test")
    assert (again.story, again.repeated) == (first, True)
    assert everything(here) == before


def test_the_same_id_with_other_content_is_refused_aloud(here: Town) -> None:
    first = told(here, id="desk-7")
    declined(
        here, f'"desk-7" was used before for another story .{first}', lambda: told(here, TEXT + "!", id="desk-7")
    )


def test_without_an_id_the_content_is_the_id(plain: Town) -> None:
    assert told(plain) == told(plain)
    assert told(plain, TEXT + "!") != told(plain)
    assert told(plain, where="Veterans Park") != told(plain)


def test_an_id_counts_per_submitter(plain: Town) -> None:
    assert told(plain, id="1") != told(plain, "Another one.", by="mhale", id="1")


def test_people_who_tell_no_stories_are_declined(plain: Town) -> None:
    declined(plain, "may not tell a story", lambda: told(plain, by="adm"))
    declined(plain, "may not tell a story", lambda: told(plain, by="cstark"))


def test_a_channel_that_is_not_there_is_declined(plain: Town) -> None:
    declined(plain, 'no channel "radio"; there are: outbox', lambda: told(plain, channels=["radio"]))


def test_each_verb_records_itself_and_its_move(here: Town) -> None:
    db, jruiz, mhale = here.app.db, here.who("jruiz"), here.who("mhale")
    ids: list[str] = []
    assert recorded(here, lambda: ids.append(told(here))) == ["move:submitted", "submit"]
    story = ids[0]
    assert recorded(here, lambda: prepare(here.app.workshop, story)) == ["prepare", "move:in_review"]
    assert recorded(here, lambda: send_back(db, mhale, story, "x")) == ["return", "move:returned"]
    assert recorded(here, lambda: revise(db, jruiz, story, document("Two."))) == ["revise", "move:submitted"]
    prepare(here.app.workshop, story)
    assert recorded(here, lambda: say_yes(here, "mhale", story)) == ["approve", "move:approved"]
    assert recorded(here, lambda: reconsider(db, mhale, story, "x")) == ["reconsider", "fall", "move:in_review"]
    say_yes(here, "mhale", story)
    changed = ["fall", "revise", "move:submitted"]
    assert recorded(here, lambda: revise(db, jruiz, story, document("Three."))) == changed
    assert recorded(here, lambda: withdraw(db, jruiz, story, "x")) == ["withdraw", "move:withdrawn"]
    other = in_review(here, "Another.")
    assert recorded(here, lambda: reject(db, mhale, other, "x")) == ["reject", "move:rejected"]


def test_a_verb_that_fails_half_way_leaves_nothing(here: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    story, db = in_review(here), here.app.db
    verbs: list[Callable[[], object]] = [
        lambda: say_yes(here, "mhale", story),
        lambda: send_back(db, here.who("mhale"), story, "x"),
        lambda: reject(db, here.who("mhale"), story, "x"),
        lambda: revise(db, here.who("jruiz"), story, document("Two.")),
        lambda: withdraw(db, here.who("jruiz"), story, "x"),
        lambda: told(here, "Another."),
    ]
    before = everything(here)

    def torn(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(database, "write_events", torn)
    for verb in verbs:
        with pytest.raises(RuntimeError, match="the power went"):
            verb()
        assert everything(here) == before


def _in_state(here: Town, state: StoryState) -> str:
    with here.app.db.transaction() as tx:
        row = world.story(tx, state)
        world.revision(tx, row)
        return row.id


def test_every_verb_is_declined_in_every_state_that_does_not_allow_it(here: Town) -> None:
    db, mhale, jruiz = here.app.db, here.who("mhale"), here.who("jruiz")
    open_ = {S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.APPROVED}
    verbs: list[tuple[set[StoryState], Callable[[str], object]]] = [
        ({S.IN_REVIEW}, lambda story: say_yes(here, "mhale", story)),
        ({S.IN_REVIEW}, lambda story: send_back(db, mhale, story, "x")),
        ({S.IN_REVIEW}, lambda story: reject(db, mhale, story, "x")),
        ({S.IN_REVIEW}, lambda story: waive(db, mhale, story, 1, "x")),
        ({S.IN_REVIEW}, lambda story: attest(db, jruiz, story, 1, "x")),
        ({S.APPROVED}, lambda story: reconsider(db, mhale, story, "x")),
        (open_, lambda story: revise(db, jruiz, story, document("x"))),
        (open_, lambda story: withdraw(db, jruiz, story, "x")),
    ]
    for state in StoryState:
        story = _in_state(here, state)
        for allowed, verb in verbs:
            if state not in allowed:
                declined(here, f"this story is {state.value.replace('_', ' ')}", lambda v=verb, s=story: v(s))  # type: ignore[misc]


def test_every_decision_on_a_delivery_is_declined_where_it_makes_no_sense(here: Town) -> None:
    db, panand = here.app.db, here.who("panand")
    stopped = {D.NEEDS_PERSON, D.FAILED}
    verbs: list[tuple[set[DeliveryState], Callable[[str], object]]] = [
        (stopped, lambda delivery: requeue(db, panand, delivery, "x")),
        ({D.SCHEDULED, D.DEFERRED, D.SENDING, D.UNCONFIRMED, *stopped}, lambda d: cancel(db, panand, d, "x")),
        ({D.DELIVERED, D.NEEDS_PERSON}, lambda delivery: retract(db, panand, delivery, "x")),
        ({D.DELIVERED, D.NEEDS_PERSON, D.RETRACTING}, lambda delivery: gone(db, panand, delivery, "x")),
    ]
    for state in DeliveryState:
        with db.transaction() as tx:
            row = world.delivery(tx, world.channel(tx), state=state)
        for allowed, verb in verbs:
            if state not in allowed:
                words = f"this delivery is {state.value.replace('_', ' ')}"
                declined(here, words, lambda v=verb, d=row.id: v(d))  # type: ignore[misc]


@pytest.mark.parametrize("name", ["", "zz", "0"])
def test_what_cannot_be_found_by_its_name_is_declined(plain: Town, name: str) -> None:
    in_review(plain)
    in_review(plain, "Another.")
    for noun, verb in (("story", withdraw), ("delivery", cancel)):
        declined(plain, noun, lambda verb=verb: verb(plain.app.db, plain.who("panand"), name, "x"))  # type: ignore[misc]


def test_every_verb_that_decides_wants_a_reason(plain: Town) -> None:
    story, delivery = in_review(plain), scheduled(plain, "Another.")
    mhale, db = plain.who("mhale"), plain.app.db
    for verb in (send_back, reject, reconsider, withdraw):
        declined(plain, "a reason is needed", lambda verb=verb: verb(db, mhale, story, " \n"))  # type: ignore[misc]
    for decide in (requeue, cancel, retract, gone):
        declined(plain, "a reason is needed", lambda decide=decide: decide(db, mhale, delivery, ""))  # type: ignore[misc]


def test_a_change_ends_the_approval_and_cancels_what_waits(here: Town) -> None:
    delivery = scheduled(here)
    story = here.deliveries()[0].story_id
    revise(here.app.db, here.who("jruiz"), story, document("New words."))
    assert state_of(here, Delivery, delivery) == "cancelled"
    assert state_of(here, Story, story) == "submitted"
    with here.app.db.reading() as session:
        assert "changed the story" in session.scalars(select(Approval.fell_because)).one()
    here.turn()
    assert here.published() == []


@pytest.mark.parametrize("state", [D.SENDING, D.UNCONFIRMED])
def test_what_is_on_its_way_when_a_story_is_withdrawn_is_wished_back(here: Town, state: DeliveryState) -> None:
    delivery = scheduled(here)
    with here.app.db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        move(tx, row, D.SENDING, by=FIRST, owner="somebody", fence=1)
        if state is D.UNCONFIRMED:
            move(tx, row, state, by=FIRST)
    withdraw(here.app.db, here.who("jruiz"), here.deliveries()[0].story_id, "the family asked")
    assert [(row.state, row.wish) for row in here.deliveries()] == [(state, "cancel")]


def test_what_was_delivered_stays_when_a_story_is_withdrawn(plain: Town) -> None:
    delivery = scheduled(plain)
    plain.turn()
    withdraw(plain.app.db, plain.who("jruiz"), plain.deliveries()[0].story_id, "late")
    assert state_of(plain, Delivery, delivery) == "delivered"


def test_an_approval_taken_back_stops_what_waits_and_may_be_given_again(here: Town) -> None:
    story = approved(here)
    reconsider(here.app.db, here.who("panand"), story, "the suspect was charged")
    here.turn()
    assert here.deliveries() == []
    say_yes(here, "mhale", story)
    here.turn()
    assert len(here.published()) == 1


def test_the_author_hears_why(plain: Town) -> None:
    send_back(plain.app.db, plain.who("mhale"), in_review(plain), "which park?")
    reject(plain.app.db, plain.who("mhale"), in_review(plain, "Another."), "not ours to tell")
    assert len(notices(plain, "officer:jruiz")) == 2


def test_an_officer_hears_what_others_end(plain: Town) -> None:
    db = plain.app.db
    cancel(db, plain.who("mhale"), scheduled(plain), "not today")
    withdraw(db, plain.who("panand"), approved(plain, "Another."), "the family asks")
    reconsider(db, plain.who("mhale"), approved(plain, "A third."), "wrong park")
    heard = [subject.split(":")[0] for subject in notices(plain, "officer:jruiz")]
    assert heard == ["Not going out on outbox", "Your story was withdrawn", "Approve again"]
    assert notices(plain, "reviewers").count("Approve again: “A third.”") == 1


def test_who_did_it_is_not_told_of_it(plain: Town) -> None:
    db, pio = plain.app.db, plain.who("panand")
    cancel(db, pio, scheduled(plain, by="mhale", author="panand"), "not today")
    withdraw(db, pio, approved(plain, "Another.", author="panand"), "x")
    reconsider(db, pio, approved(plain, "A third.", author="panand"), "x")
    withdraw(db, plain.who("jruiz"), approved(plain, "A fourth."), "x")
    assert notices(plain, "officer:panand") == []
    assert notices(plain, "officer:jruiz") == []


@pytest.mark.parametrize("state", [D.SENDING, D.UNCONFIRMED])
def test_an_officer_hears_once_of_a_wish_that_may_come_too_late(plain: Town, state: DeliveryState) -> None:
    delivery = scheduled(plain)
    with plain.app.db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        move(tx, row, D.SENDING, by=FIRST, owner="somebody", fence=1)
        if state is D.UNCONFIRMED:
            move(tx, row, state, by=FIRST)
    for _ in range(2):
        assert not cancel(plain.app.db, plain.who("mhale"), delivery, "not today")
    with plain.app.db.reading() as session:
        (body,) = session.scalars(select(Notice.body).where(Notice.audience == "officer:jruiz"))
    assert "stopped if that is still possible" in body


def test_the_fingerprint_that_was_seen_must_be_the_one_that_stands(here: Town) -> None:
    story = in_review(here)
    seen = looked_at(here.app.db, story)
    revise(here.app.db, here.who("jruiz"), story, document("Other words."))
    prepare(here.app.workshop, story)
    decide = partial(approve, here.app.db, here.who("mhale"), story, here.app.terms)
    declined(here, "this is not what you looked at", lambda: decide(seen))
    assert decide(looked_at(here.app.db, story)).planned


def test_a_story_without_a_post_cannot_be_approved(plain: Town) -> None:
    remove_channel(plain.app.db, plain.who("adm"), "outbox")
    story = in_review(plain)
    declined(
        plain,
        "no channel takes this story",
        lambda: say_yes(plain, "mhale", story),
    )


def test_a_channel_removed_during_review_is_no_place_to_publish(plain: Town) -> None:
    plain.add_file_channel("second")
    story = in_review(plain)
    remove_channel(plain.app.db, plain.who("adm"), "second")
    decide = partial(say_yes, plain, "mhale", story)
    declined(plain, "the channel second was removed", decide)
    revise(plain.app.db, plain.who("jruiz"), story, document())
    prepare(plain.app.workshop, story)
    assert [planned.channel.name for planned in decide().planned] == ["outbox"]


def test_removing_a_channel_stops_what_waits_and_wishes_back_what_is_on_its_way(here: Town) -> None:
    waiting, sending = scheduled(here), scheduled(here, "Another.")
    with here.app.db.transaction() as tx:
        move(tx, tx.session.get_one(Delivery, sending), D.SENDING, by=FIRST, owner="somebody", fence=1)
    assert remove_channel(here.app.db, here.who("adm"), "outbox") == 1
    assert state_of(here, Delivery, waiting) == "cancelled"
    assert {row.wish for row in here.deliveries() if row.id == sending} == {"cancel"}


def test_an_announcement_is_too_late_when_its_day_begins(plain: Town) -> None:
    story = in_review(plain, when="2026-11-21")
    (planned,) = say_yes(plain, "mhale", story).planned
    zone = plain.app.zone
    assert planned.window.deadline.astimezone(zone).isoformat() == "2026-11-21T00:00:00-05:00"


def test_without_an_event_a_post_is_too_late_after_a_day(plain: Town) -> None:
    (planned,) = say_yes(plain, "mhale", in_review(plain)).planned
    assert planned.window.deadline - planned.planned_at == timedelta(hours=24)


def test_a_story_whose_time_is_over_is_declined(plain: Town) -> None:
    story = in_review(plain, deadline="2026-11-20T09:59:00")  # department time; the clock says 10:00
    declined(plain, "its deadline has passed", lambda: say_yes(plain, "mhale", story))


def test_new_words_keep_the_files_that_they_name(plain: Town) -> None:
    plain.drop(photos={"a.jpg": picture("navy"), "b.jpg": picture("olive")})
    plain.turn()
    story = plain.story().id
    revise(plain.app.db, plain.who("mhale"), story, document("New.", photos=[{"file": "b.jpg", "alt": "A field."}]))
    plain.turn()
    with plain.app.db.reading() as session:
        newest = session.scalars(select(Revision).where(Revision.story_id == story, Revision.number == 2)).one()
        assert [
            (row.name, row.position) for row in session.scalars(select(Asset).where(Asset.revision_id == newest.id))
        ] == [("b.jpg", 0)]
        post = session.scalars(select(PostRow).where(PostRow.revision_id == newest.id)).one()
    assert [media["alt"] for media in post.body["media"]] == ["A field."]


def test_new_words_without_photos_leave_the_photos_out(plain: Town) -> None:
    plain.drop(photos={"a.jpg": picture("navy")})
    plain.turn()
    revise(plain.app.db, plain.who("mhale"), plain.story().id, document("New."))
    plain.turn()
    plain.approve("panand")
    plain.turn()
    assert [post["post"]["media"] for post in plain.published()] == [[]]


def test_new_words_may_not_name_a_file_that_nobody_sent(plain: Town) -> None:
    story = in_review(plain)
    new = document(photos=[{"file": "a.jpg"}])
    declined(plain, 'no file "a.jpg"', lambda: revise(plain.app.db, plain.who("mhale"), story, new))


def test_a_story_that_cannot_be_prepared_stops_no_other(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = told(plain), told(plain, "Another.")

    def fails(shop: object, story: str) -> None:
        if story == broken:
            raise RuntimeError("a bug")
        prepare(plain.app.workshop, story)

    monkeypatch.setattr("socialpub.desk.prepare.prepare", fails)
    with pytest.raises(RuntimeError, match="a bug"):
        prepare_submitted(plain.app.workshop)
    assert (state_of(plain, Story, broken), state_of(plain, Story, fine)) == ("submitted", "in_review")


def test_a_requeue_states_by_name_that_it_is_not_there(here: Town) -> None:
    delivery = scheduled(here)
    with here.app.db.transaction() as tx:
        move(tx, tx.session.get_one(Delivery, delivery), D.NEEDS_PERSON, by=FIRST)
    assert recorded(here, lambda: requeue(here.app.db, here.who("panand"), delivery, "I looked")) == [
        "requeue",
        "move:scheduled",
    ]
    here.turn()
    assert len(here.published()) == 1


def test_a_requeue_needs_an_approval_in_force_and_time(plain: Town) -> None:
    delivery = scheduled(plain)
    with plain.app.db.transaction() as tx:
        move(tx, tx.session.get_one(Delivery, delivery), D.NEEDS_PERSON, by=FIRST)
    again = partial(requeue, plain.app.db, plain.who("panand"), delivery, "I looked")
    plain.clock.advance(25 * 3600)
    declined(plain, "its deadline has passed", again)
    plain.clock.advance(-25 * 3600)
    reconsider(plain.app.db, plain.who("mhale"), plain.deliveries()[0].story_id, "wrong dog")
    declined(plain, "its approval fell", again)


def test_a_declined_verb_never_reaches_the_records(plain: Town) -> None:
    story = in_review(plain)
    with pytest.raises(Declined):
        say_yes(plain, "jruiz", story)
    assert "approve" not in recorded(plain, lambda: None)


def test_what_is_published_already_is_not_taken_again_without_a_word(plain: Town) -> None:
    plain.drop()
    plain.turn()
    story = plain.story().id
    with plain.app.db.reading() as session:
        refuse_settled(session, story)  # in review: it is on its way
    plain.approve()
    plain.settle()
    with (
        plain.app.db.reading() as session,
        pytest.raises(Declined, match="it is published already; other words make"),
    ):
        refuse_settled(session, story)
