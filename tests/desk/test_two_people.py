"""Two people: nobody approves their own story, a block takes two, and who was disabled answers for nothing."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select

from socialpub.delivery.dispatch import dispatch
from socialpub.delivery.send import send_due
from socialpub.desk import findings, holds
from socialpub.desk.approve import approve, reject, send_back
from socialpub.desk.channels import add_channel, remove_channel
from socialpub.desk.declined import Declined
from socialpub.desk.deliveries import cancel, requeue, retract
from socialpub.desk.people import add_person, disable_person
from socialpub.desk.prepare import prepare
from socialpub.desk.revise import revise, take_as_own, withdraw
from socialpub.desk.submit import submit
from socialpub.model.finding import Level
from socialpub.model.people import Role
from socialpub.model.states import DeliveryState
from socialpub.store.moves import move
from socialpub.store.schema import Delivery, FoundRow, Story, Waiver
from tests.desk.stories import (
    approved,
    declined,
    document,
    everything,
    found,
    in_review,
    notices,
    say_yes,
    scheduled,
    somebody,
    state_of,
    told,
)
from tests.flow.networks import picture
from tests.town import FIRST, TEXT, Town, looked_at


def _approve(here: Town, by: str, story: str) -> None:
    say_yes(here, by, story)


def test_nobody_approves_their_own_story_whatever_their_roles(here: Town) -> None:
    add_person(here.app.db, here.who("adm"), "chief", list(Role))
    story = in_review(here, by="chief")
    declined(here, "nobody approves their own", lambda: _approve(here, "chief", story))
    _approve(here, "panand", story)
    assert state_of(here, Story, story) == "approved"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COMMANDER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_reviewers_decide(plain: Town, role: Role) -> None:
    story, who, db = in_review(plain), somebody("somebody", role), plain.app.db
    declined(plain, "may not approve", lambda: approve(db, who, story, plain.app.terms, looked_at(db, story)))
    declined(plain, "may not return", lambda: send_back(db, who, story, "no"))
    declined(plain, "may not reject", lambda: reject(db, who, story, "no"))
    declined(plain, "may not waive", lambda: findings.waive(db, who, story, 1, "no"))


def _rewritten(here: Town, by: str, text: str = TEXT + " Thanks.", told_by: str = "jruiz") -> str:
    """A story whose newest words are of `by`, in review."""
    story = in_review(here, by=told_by)
    revise(here.app.db, here.who(by), story, document(text))
    prepare(here.app.workshop, story)
    return story


def test_who_wrote_the_newest_words_approves_them_no_more_than_the_submitter_does(here: Town) -> None:
    story = _rewritten(here, "mhale")
    declined(here, "mhale wrote these words, and nobody approves their own", lambda: _approve(here, "mhale", story))
    declined(here, "let jruiz take them as they stand", lambda: _approve(here, "mhale", story))
    _approve(here, "panand", story)
    assert state_of(here, Story, story) == "approved"
    assert [subject for subject in notices(here, "officer:jruiz") if "changed" in subject.lower()]


def test_one_reviewer_alone_publishes_no_words_of_their_own(here: Town) -> None:
    story = _rewritten(here, "panand", "A man was arrested on Monday. Great work by our team.")
    number = found(here, story, Level.WARN)
    waive = partial(findings.waive, here.app.db, here.who("panand"), story, number, "fine")
    declined(here, "panand wrote these words and may not waive", waive)
    declined(here, "wrote these words", lambda: _approve(here, "panand", story))
    here.turn()
    assert here.published() == []


@pytest.mark.parametrize("author", ["mhale", "jruiz"])
def test_a_waiver_of_an_author_counts_nothing_however_it_came_there(here: Town, author: str) -> None:
    story = _rewritten(here, "mhale")
    found(here, story, Level.WARN)
    with here.app.db.transaction() as tx:
        row = tx.session.scalars(select(FoundRow).where(FoundRow.level == Level.WARN)).one()
        tx.session.add(Waiver(finding_id=row.id, person=author, reason="fine", at=tx.now))
    declined(here, "findings are open", lambda: _approve(here, "panand", story))


def test_a_waiver_of_who_writes_the_words_later_counts_no_more(here: Town) -> None:
    """Whoever waived it in the words as they were, and then wrote others, is an author of these."""
    story = in_review(here)
    findings.waive(here.app.db, here.who("mhale"), story, found(here, story, Level.WARN), "fine")
    revise(here.app.db, here.who("mhale"), story, document(TEXT + " Thanks."))
    prepare(here.app.workshop, story)
    number = found(here, story, Level.WARN)
    declined(here, "findings are open", lambda: _approve(here, "panand", story))
    findings.waive(here.app.db, here.who("panand"), story, number, "fine")
    _approve(here, "panand", story)


def test_the_submitter_may_stand_behind_what_the_only_reviewer_made_of_the_story(here: Town) -> None:
    story, db = _rewritten(here, "panand"), here.app.db
    assert take_as_own(db, here.who("jruiz"), story, looked_at(db, story)) == 3
    prepare(here.app.workshop, story)
    _approve(here, "panand", story)
    assert [subject for subject in notices(here, "officer:jruiz") if "changed" in subject.lower()]
    here.turn()
    assert [post["post"]["texts"] for post in here.published()] == [[TEXT + " Thanks."]]


def test_a_second_reviewer_may_stand_behind_the_firsts_words_too(plain: Town) -> None:
    story, db = _rewritten(plain, "mhale"), plain.app.db
    take_as_own(db, plain.who("panand"), story, looked_at(db, story))
    prepare(plain.app.workshop, story)
    declined(plain, "panand wrote these words", lambda: _approve(plain, "panand", story))
    _approve(plain, "mhale", story)


def test_nobody_stands_behind_words_that_they_did_not_see(here: Town) -> None:
    story, db = _rewritten(here, "panand"), here.app.db
    seen = looked_at(db, story)
    revise(db, here.who("panand"), story, document("Quite other words."))
    prepare(here.app.workshop, story)
    declined(here, "not what you looked at", lambda: take_as_own(db, here.who("jruiz"), story, seen))
    declined(here, "say what you looked at", lambda: take_as_own(db, here.who("jruiz"), story, ""))
    other = somebody("other", Role.OFFICER)
    declined(here, "it is jruiz's", lambda: take_as_own(db, other, story, looked_at(db, story)))
    mine = looked_at(db, story)
    declined(here, "panand's already", lambda: take_as_own(db, here.who("panand"), story, mine))


def test_words_are_taken_as_they_stand_with_their_pictures(plain: Town) -> None:
    plain.drop(photos={"a.jpg": picture("navy")})
    plain.turn()
    story, db = plain.story().id, plain.app.db
    photo = {"file": "a.jpg", "alt": "An officer holds a blue bike."}
    revise(db, plain.who("panand"), story, document("New words.", photos=[photo]))
    plain.turn()
    take_as_own(db, plain.who("jruiz"), story, looked_at(db, story))
    plain.turn()
    plain.approve("panand")
    plain.turn()
    assert [each["alt"] for post in plain.published() for each in post["post"]["media"]] == [
        "An officer holds a blue bike."
    ]


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_words_are_taken_only_while_they_are_in_review(plain: Town, state: str) -> None:
    story = told(plain) if state == "submitted" else approved(plain)
    declined(plain, f"this story is {state}", lambda: take_as_own(plain.app.db, plain.who("mhale"), story, "x"))


def test_the_submitter_hears_of_it_when_an_earlier_revision_was_the_approvers(plain: Town) -> None:
    story = _rewritten(plain, "mhale")
    revise(plain.app.db, plain.who("panand"), story, document(TEXT + " Thanks!"))
    prepare(plain.app.workshop, story)
    _approve(plain, "mhale", story)
    assert [subject for subject in notices(plain, "officer:jruiz") if "changed" in subject.lower()]


def test_who_only_approves_makes_no_noise(plain: Town) -> None:
    approved(plain)
    assert notices(plain, "officer:jruiz") == []


def test_a_reviewer_who_changed_their_own_story_still_may_not_approve_it(plain: Town) -> None:
    story = in_review(plain, by="panand")
    revise(plain.app.db, plain.who("mhale"), story, document(TEXT + " Thanks."))
    prepare(plain.app.workshop, story)
    declined(plain, "nobody approves their own", lambda: _approve(plain, "panand", story))


def test_a_block_takes_two_people_each_with_a_reason(here: Town) -> None:
    story, db = in_review(here), here.app.db
    number = found(here, story, Level.BLOCK)
    declined(here, "a reason is needed", lambda: findings.waive(db, here.who("mhale"), story, number, "  "))
    assert findings.waive(db, here.who("mhale"), story, number, "the family asked for it") == 1
    declined(here, "takes a second person", lambda: findings.waive(db, here.who("mhale"), story, number, "again"))
    declined(here, "findings are open", lambda: _approve(here, "mhale", story))
    assert findings.waive(db, here.who("panand"), story, number, "I spoke with them") == 0
    _approve(here, "mhale", story)


def test_the_submitter_sets_nothing_aside(plain: Town) -> None:
    story = in_review(plain, by="panand")
    for level in (Level.BLOCK, Level.WARN):
        number = found(plain, story, level)
        waive = partial(findings.waive, plain.app.db, plain.who("panand"), story, number, "please")
        declined(plain, "submitter may not waive", waive)


@pytest.mark.parametrize("level", [Level.WARN, Level.BLOCK])
def test_what_a_disabled_person_waived_counts_no_more(here: Town, level: Level) -> None:
    story, db = in_review(here), here.app.db
    number = found(here, story, level)
    add_person(db, here.who("adm"), "kim", [Role.REVIEWER])
    for person in ("kim", "mhale") if level is Level.BLOCK else ("kim",):
        findings.waive(db, here.who(person), story, number, "agreed")
    disable_person(db, here.who("adm"), "kim")
    declined(here, "findings are open", lambda: _approve(here, "panand", story))
    assert findings.waive(db, here.who("panand"), story, number, "I agree too") == 0
    _approve(here, "mhale", story)


def test_what_a_disabled_person_answered_is_asked_again(here: Town) -> None:
    story, db = in_review(here), here.app.db
    number = found(here, story, Level.ATTEST)
    add_person(db, here.who("adm"), "kim", [Role.REVIEWER])
    findings.attest(db, here.who("kim"), story, number, "yes, I asked")
    disable_person(db, here.who("adm"), "kim")
    declined(here, "findings are open", lambda: _approve(here, "panand", story))
    findings.attest(db, here.who("jruiz"), story, number, "his mother signed")
    _approve(here, "panand", story)


def test_a_waiver_of_one_revision_says_nothing_about_the_next(here: Town) -> None:
    story, db = in_review(here), here.app.db
    number = found(here, story, Level.BLOCK)
    for person in ("mhale", "panand"):
        findings.waive(db, here.who(person), story, number, "agreed")
    revise(db, here.who("jruiz"), story, document(TEXT + " Thanks."))
    prepare(here.app.workshop, story)
    found(here, story, Level.BLOCK)
    declined(here, "findings are open", lambda: _approve(here, "mhale", story))


def test_a_waiver_is_for_that_finding_only(plain: Town) -> None:
    story = in_review(plain)
    one, two = found(plain, story, Level.WARN, "one"), found(plain, story, Level.WARN, "two")
    findings.waive(plain.app.db, plain.who("mhale"), story, one, "fine")
    declined(plain, "findings are open: 2 ", lambda: _approve(plain, "mhale", story))
    findings.waive(plain.app.db, plain.who("mhale"), story, two, "fine")
    _approve(plain, "mhale", story)


def test_a_question_is_answered_once_by_somebody_whom_it_concerns(here: Town) -> None:
    story, db = in_review(here), here.app.db
    number = found(here, story, Level.ATTEST)
    declined(here, "not waived; answer it", lambda: findings.waive(db, here.who("mhale"), story, number, "no"))
    declined(here, "may not answer", lambda: findings.attest(db, here.who("cstark"), story, number, "yes"))
    declined(here, "a reason is needed", lambda: findings.attest(db, here.who("jruiz"), story, number, ""))
    findings.attest(db, here.who("jruiz"), story, number, "I asked his mother, she signed")
    declined(here, "answered already", lambda: findings.attest(db, here.who("mhale"), story, number, "yes"))
    _approve(here, "mhale", story)


def test_a_note_stops_nothing_and_cannot_be_waived(plain: Town) -> None:
    story = in_review(plain)
    number = found(plain, story, Level.NOTE)
    declined(plain, "not waived", lambda: findings.waive(plain.app.db, plain.who("mhale"), story, number, "no"))
    declined(plain, "asks nothing", lambda: findings.attest(plain.app.db, plain.who("mhale"), story, number, "yes"))
    declined(plain, "no finding 9", lambda: findings.waive(plain.app.db, plain.who("mhale"), story, 9, "no"))
    _approve(plain, "mhale", story)


def test_disabling_a_person_holds_what_they_approved_and_has_not_gone_out(here: Town) -> None:
    waiting = scheduled(here)
    later = approved(here, "Officers read to children at the library on Sunday.")
    disable_person(here.app.db, here.who("adm"), "mhale")
    dispatch(here.app.carrier)  # also what is dispatched after that
    send_due(here.app.carrier)
    assert here.published() == []
    with here.app.db.reading() as session:
        targets = {hold.target for hold in holds.standing(session)}
    assert targets == {row.id for row in here.deliveries()}
    assert {row.story_id for row in here.deliveries()} >= {later}
    assert state_of(here, Delivery, waiting) == "scheduled"


def test_what_a_disabled_person_approved_is_not_sent_again_by_a_second_way(plain: Town) -> None:
    delivery = scheduled(plain)
    with plain.app.db.transaction() as tx:
        move(tx, tx.session.get_one(Delivery, delivery), DeliveryState.NEEDS_PERSON, by=FIRST)
    disable_person(plain.app.db, plain.who("adm"), "mhale")
    declined(
        plain, "mhale, who approved it, is disabled",
        lambda: requeue(plain.app.db, plain.who("panand"), delivery, "it is not there"),
    )  # fmt: skip


def test_disabling_twice_is_harmless_and_the_last_administrator_stays(plain: Town) -> None:
    db, adm = plain.app.db, plain.who("adm")
    disable_person(db, adm, "mhale")
    before = everything(plain)
    disable_person(db, adm, "mhale")
    assert everything(plain) == before
    declined(plain, "only administrator", lambda: disable_person(db, adm, "adm"))
    declined(plain, "nobody called ghost", lambda: disable_person(db, adm, "ghost"))
    add_person(db, adm, "adm2", [Role.ADMINISTRATOR])
    disable_person(db, adm, "adm")


def test_a_name_and_an_account_are_never_given_twice(plain: Town) -> None:
    db, adm = plain.app.db, plain.who("adm")
    disable_person(db, adm, "mhale")
    declined(plain, "never given to a second", lambda: add_person(db, adm, "mhale", [Role.OFFICER]))
    add_person(db, adm, "kim", [Role.OFFICER], "kim")
    declined(plain, 'account "kim" acts as kim', lambda: add_person(db, adm, "lee", [Role.OFFICER], "kim"))


@pytest.mark.parametrize("name", ["", "Kim", "daemon:socialpub", "os:root", "a b", "é", "x" * 64, "a\n"])
def test_a_name_that_the_records_could_not_tell_apart_is_declined(plain: Town, name: str) -> None:
    declined(plain, "cannot be a name", lambda: add_person(plain.app.db, plain.who("adm"), name, [Role.OFFICER]))


def test_a_person_needs_a_role(plain: Town) -> None:
    declined(plain, "at least one role", lambda: add_person(plain.app.db, plain.who("adm"), "kim", []))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PIO])
def test_an_account_that_may_name_others_reviews_nothing(plain: Town, role: Role) -> None:
    """One person could send a story under another's name and approve it."""
    adm = plain.who("adm")
    declined(plain, "account of its own", lambda: add_person(plain.app.db, adm, "gate", [role], "gate", trusted=True))
    add_person(plain.app.db, adm, "gate", [Role.OFFICER], "gate", trusted=True)


def test_an_auditor_changes_nothing(here: Town) -> None:
    story, delivery, who, db = (
        in_review(here),
        scheduled(here, TEXT + " Too."),
        somebody("uma", Role.AUDITOR),
        here.app.db,
    )
    tries: list[Callable[[], object]] = [
        lambda: submit(db, who, document("A new one."), (), "test"),
        lambda: revise(db, who, story, document("x")), lambda: withdraw(db, who, story, "x"),
        lambda: approve(db, who, story, here.app.terms, looked_at(db, story)), lambda: cancel(db, who, delivery, "x"),
        lambda: requeue(db, who, delivery, "x"), lambda: retract(db, who, delivery, "x"),
        lambda: holds.hold_all(db, who, "x"), lambda: holds.hold_channel(db, who, "outbox", "x"),
        lambda: holds.hold_delivery(db, who, delivery, "x"), lambda: add_person(db, who, "kim", [Role.OFFICER]),
        lambda: disable_person(db, who, "mhale"), lambda: remove_channel(db, who, "outbox"),
        lambda: add_channel(db, who, here.app.vault, "c", "file", "c", {}),
    ]  # fmt: skip
    before = everything(here)
    for attempt in tries:
        with pytest.raises(Declined, match="uma may not"):
            attempt()
    assert everything(here) == before


def test_an_officer_touches_only_their_own_story(plain: Town) -> None:
    story, other, db = told(plain), somebody("other", Role.OFFICER), plain.app.db
    declined(plain, "it is jruiz's", lambda: revise(db, other, story, document("x")))
    declined(plain, "it is jruiz's", lambda: withdraw(db, other, story, "x"))
