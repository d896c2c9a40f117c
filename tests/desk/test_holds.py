"""One person stops; letting everything go takes two; what came due meanwhile waits for a person, and never bursts."""

import pytest

from socialpub.desk import votes
from socialpub.desk.deliveries import cancel, requeue, retract
from socialpub.desk.holds import hold_all, hold_channel, hold_delivery, on_its_way, release, standing
from socialpub.desk.people import add_person, change_roles, disable_person
from socialpub.model.people import DAEMON, Role
from socialpub.model.states import DeliveryState
from socialpub.records.standdown import begin_new_life
from socialpub.store.moves import move
from socialpub.store.schema import Delivery, Hold
from tests import world
from tests.desk.stories import declined, notices, recorded, scheduled, somebody, state_of
from tests.town import TEXT, Town

D = DeliveryState


def _only(here: Town) -> Hold:
    with here.app.db.reading() as session:
        (hold,) = standing(session)
        return hold


def _release(here: Town, *names: str) -> list[bool]:
    return [release(here.app.db, here.who(name), _only(here)) for name in names]


def test_while_everything_is_held_nothing_goes_out(here: Town) -> None:
    scheduled(here)
    hold_all(here.app.db, here.who("cstark"), "a critical incident")
    for _ in range(3):
        here.turn(3600)
    assert here.published() == []
    assert here.states() == {D.SCHEDULED}


@pytest.mark.parametrize("pair", [("panand", "cstark"), ("cstark", "panand"), ("adm", "panand")])
def test_two_people_one_of_them_a_pio_let_everything_go(here: Town, pair: tuple[str, str]) -> None:
    hold_all(here.app.db, here.who("cstark"), "x")
    here.clock.advance(61)
    assert _release(here, *pair) == [False, True]
    with here.app.db.reading() as session:
        assert standing(session) == []


@pytest.mark.parametrize("names", [("panand", "panand"), ("cstark", "adm"), ("cstark", "cstark", "adm", "adm")])
def test_one_person_twice_or_two_without_a_pio_do_not(plain: Town, names: tuple[str, ...]) -> None:
    hold_all(plain.app.db, plain.who("adm"), "x")
    plain.clock.advance(61)
    assert not any(_release(plain, *names))
    assert _only(plain).released_at is None


def test_the_word_of_somebody_disabled_since_does_not_count(plain: Town) -> None:
    add_person(plain.app.db, plain.who("adm"), "pio2", [Role.PIO])
    hold_all(plain.app.db, plain.who("cstark"), "x")
    plain.clock.advance(61)
    assert _release(plain, "pio2") == [False]
    disable_person(plain.app.db, plain.who("adm"), "pio2")
    assert _release(plain, "cstark") == [False]
    assert _release(plain, "panand") == [True]


def test_who_pressed_it_by_mistake_lifts_it_alone_within_a_minute(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("cstark"), "wrong button")
    plain.clock.advance(60)
    assert _release(plain, "cstark") == [True]
    hold_all(plain.app.db, plain.who("cstark"), "wrong button")
    plain.clock.advance(60.001)
    assert _release(plain, "cstark") == [False]


def test_somebody_else_does_not_lift_it_alone_within_a_minute(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("cstark"), "x")
    assert _release(plain, "panand") == [False]


def test_a_minute_that_a_clock_set_back_made_again_is_over_all_the_same(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_all(plain.app.db, plain.who("cstark"), "an incident")
    uptime = votes.uptime_ms()
    monkeypatch.setattr(votes, "uptime_ms", lambda: uptime + 3_600_000)
    plain.clock.advance(10)  # an hour passed, and the clock was set back
    assert _release(plain, "cstark") == [False]


def test_a_machine_that_started_again_knows_nothing_of_the_minute(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_all(plain.app.db, plain.who("cstark"), "an incident")
    monkeypatch.setattr(votes, "uptime_ms", lambda: 5)
    assert _release(plain, "cstark") == [False]


def test_a_stand_down_that_a_restore_made_was_no_mistake(plain: Town) -> None:
    begin_new_life(plain.app.db, plain.clock.now, plain.who("panand"))
    assert _release(plain, "panand") == [False]


def test_a_vote_counts_for_four_hours_and_then_must_be_given_again(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("adm"), "x")
    plain.clock.advance(61)
    assert _release(plain, "cstark") == [False]
    plain.clock.advance(4 * 3600 + 1)
    assert _release(plain, "panand") == [False]
    plain.clock.advance(4 * 3600)
    assert _release(plain, "cstark") == [True]


def test_a_vote_from_the_future_was_given_by_a_wrong_clock(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("adm"), "x")
    plain.clock.advance(400 * 86_400)
    assert _release(plain, "cstark") == [False]
    plain.clock.advance(-399 * 86_400)
    assert _release(plain, "panand") == [False]
    assert _release(plain, "cstark") == [True]


def test_the_word_of_somebody_who_may_release_no_more_does_not_count(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("adm"), "x")
    plain.clock.advance(61)
    assert _release(plain, "cstark") == [False]
    change_roles(plain.app.db, plain.who("adm"), "cstark", [Role.OFFICER])
    assert _release(plain, "panand", "adm") == [False, True]


def test_who_may_give_the_second_word_hears_once_of_the_first(here: Town) -> None:
    add_person(here.app.db, here.who("adm"), "retired", [Role.COMMANDER])
    disable_person(here.app.db, here.who("adm"), "retired")
    hold_channel(here.app.db, here.who("adm"), "outbox", "wrong logo")
    here.clock.advance(61)
    _release(here, "panand", "panand")
    wanted = ["panand wants to release the hold on outbox: a second person is needed"]
    for audience in ("pio", "administrators", "officer:cstark"):
        assert notices(here, audience) == wanted
    assert notices(here, "officer:retired") == []
    here.clock.advance(5 * 3600)
    _release(here, "panand")  # the first has lapsed: this one is news
    assert notices(here, "pio") == wanted * 2


def test_what_came_due_meanwhile_waits_for_a_person_and_never_bursts(here: Town) -> None:
    for number in range(4):
        scheduled(here, f"{TEXT} {number}")
    hold_all(here.app.db, here.who("cstark"), "a critical incident")
    here.clock.advance(600)
    _release(here, "panand", "adm")
    here.turn()
    assert here.published() == []
    assert here.states() == {D.NEEDS_PERSON}
    assert len(notices(here, "pio")) >= 4
    keep, drop = (row.id for row in here.deliveries()[:2])
    requeue(here.app.db, here.who("panand"), keep, "still true")
    cancel(here.app.db, here.who("panand"), drop, "not today")
    here.turn()
    assert len(here.published()) == 1


def test_what_is_due_later_goes_at_its_time(plain: Town) -> None:
    delivery = scheduled(plain, not_before="2026-11-20T12:00:00")  # two hours from now, department time
    hold_all(plain.app.db, plain.who("cstark"), "x")
    plain.clock.advance(600)
    _release(plain, "panand", "adm")
    assert state_of(plain, type(plain.deliveries()[0]), delivery) == "scheduled"
    plain.turn(2 * 3600)
    assert plain.states() == {D.DELIVERED}


def test_a_held_channel_holds_no_other(here: Town) -> None:
    here.add_file_channel("second")
    scheduled(here)
    hold_channel(here.app.db, here.who("adm"), "outbox", "wrong logo")
    here.turn()
    assert sorted(row.state for row in here.deliveries()) == [D.DELIVERED, D.SCHEDULED]
    here.clock.advance(61)
    assert _release(here, "panand", "cstark") == [False, True]
    here.turn()
    assert sorted(row.state for row in here.deliveries()) == [D.DELIVERED, D.NEEDS_PERSON]


def test_a_held_delivery_is_let_go_by_one_reviewer_and_goes(here: Town) -> None:
    delivery = scheduled(here)
    hold_delivery(here.app.db, here.who("mhale"), delivery, "let me ask")
    here.turn(120)
    assert here.published() == []
    assert _release(here, "panand") == [True]
    here.turn()
    assert here.states() == {D.DELIVERED}


def test_what_is_out_is_not_called_held(plain: Town) -> None:
    db, delivery = plain.app.db, scheduled(plain)
    plain.turn(120)
    assert plain.states() == {D.DELIVERED}
    by = plain.who("panand")
    declined(plain, f"it is out.*socialpub retract {delivery}", lambda: hold_delivery(db, by, delivery, "x"))
    retract(db, by, delivery, "the family asks")
    declined(plain, "is being taken down", lambda: hold_delivery(db, by, delivery, "x"))
    plain.turn(120)
    assert plain.states() == {D.RETRACTED}
    declined(plain, "is retracted; nothing of it goes out", lambda: hold_delivery(db, by, delivery, "x"))


def test_what_could_not_be_taken_down_is_not_called_held(plain: Town) -> None:
    delivery = scheduled(plain)
    plain.turn(120)
    with plain.app.db.transaction() as tx:
        row = tx.session.get_one(Delivery, delivery)
        for state in (D.RETRACTING, D.NEEDS_PERSON):
            move(tx, row, state, because="a test", by=DAEMON)
    declined(plain, "it is out", lambda: hold_delivery(plain.app.db, plain.who("panand"), delivery, "x"))


@pytest.mark.parametrize("state", [D.SENDING, D.UNCONFIRMED])
def test_a_hold_knows_what_is_on_its_way(plain: Town, state: D) -> None:
    with plain.app.db.transaction() as tx:
        one, other, late = world.channel(tx), world.channel(tx), world.channel(tx)
        begun = [world.delivery(tx, on, state=state) for on in (one, other)]
        world.delivery(tx, late)
        wide = [world.hold(tx), world.hold(tx, "channel", other.id), world.hold(tx, "channel", late.id)]
        single = world.hold(tx, "delivery", begun[0].id)
        named = [[row.id for row in on_its_way(tx.session, hold)] for hold in (*wide, single)]
        assert [sorted(ids) for ids in named] == [
            sorted(row.id for row in begun), [begun[1].id], [], [begun[0].id],
        ]  # fmt: skip


def test_a_hold_stops_no_deadline(plain: Town) -> None:
    scheduled(plain)
    hold_all(plain.app.db, plain.who("cstark"), "x")
    plain.turn(25 * 3600)
    assert plain.states() == {D.FAILED}


def test_the_same_person_stops_a_thing_once(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("cstark"), "the incident")
    declined(
        plain,
        "you hold that already, since .* the incident",
        lambda: hold_all(plain.app.db, plain.who("cstark"), "x"),
    )


def test_an_incident_stops_everything_although_something_else_does_already(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("adm"), "the clock jumped")
    hold_all(plain.app.db, plain.who("cstark"), "the incident")
    with plain.app.db.reading() as session:
        clock, incident = standing(session)
    assert not release(plain.app.db, plain.who("panand"), clock)
    assert release(plain.app.db, plain.who("cstark"), clock)
    with plain.app.db.reading() as session:
        assert [row.id for row in standing(session)] == [incident.id]


def test_a_hold_that_is_gone_cannot_be_released(plain: Town) -> None:
    hold_all(plain.app.db, plain.who("cstark"), "x")
    hold = _only(plain)
    _release(plain, "cstark")
    declined(plain, "released already", lambda: release(plain.app.db, plain.who("panand"), hold))


def test_who_may_stop_and_let_go(plain: Town) -> None:
    delivery, db = scheduled(plain), plain.app.db
    officer, reviewer = somebody("o", Role.OFFICER), somebody("r", Role.REVIEWER)
    declined(plain, "may not stop everything", lambda: hold_all(db, reviewer, "x"))
    declined(plain, "may not stop a channel", lambda: hold_channel(db, reviewer, "outbox", "x"))
    declined(plain, "may not hold a delivery", lambda: hold_delivery(db, officer, delivery, "x"))
    declined(plain, "a reason is needed", lambda: hold_all(db, plain.who("cstark"), " "))
    hold_all(db, plain.who("cstark"), "x")
    declined(plain, "may not release", lambda: release(db, reviewer, _only(plain)))


def test_holding_and_releasing_are_recorded_once_each(plain: Town) -> None:
    assert recorded(plain, lambda: hold_all(plain.app.db, plain.who("cstark"), "x")) == ["hold"]
    plain.clock.advance(61)
    assert recorded(plain, lambda: _release(plain, "cstark")) == ["release"]
    assert recorded(plain, lambda: _release(plain, "panand")) == ["release"]


def test_everybody_who_publishes_hears_of_a_stand_down_and_of_its_end(here: Town) -> None:
    hold_all(here.app.db, here.who("cstark"), "x")
    here.clock.advance(61)
    _release(here, "cstark", "panand")
    for audience, between in (("reviewers", []), ("pio", ["cstark"]), ("administrators", ["cstark"])):
        assert [subject.split()[0] for subject in notices(here, audience)] == ["STAND-DOWN:", *between, "The"]
