"""Both state tables, and the guard that refuses a table somebody broke."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from socialpub.model.states import (
    CLAIMABLE,
    DELIVERY_EDGES,
    OCCUPYING,
    ON_ITS_WAY,
    SETTLED,
    STORY_EDGES,
    UNDER_WAY,
    DeliveryState,
    StoryState,
    allowed,
    check_table,
)


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


WHOLE: Mapping[Lamp, frozenset[Lamp]] = {
    Lamp.OFF: frozenset({Lamp.ON}),
    Lamp.ON: frozenset({Lamp.OFF, Lamp.BROKEN}),
    Lamp.BROKEN: frozenset(),
}


def test_a_whole_table_is_accepted() -> None:
    check_table(WHOLE, Lamp, Lamp.OFF)


def test_a_table_without_a_row_for_a_state_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Lamp: no row for .*broken"):
        check_table({Lamp.OFF: WHOLE[Lamp.OFF], Lamp.ON: WHOLE[Lamp.ON]}, Lamp, Lamp.OFF)


def test_a_state_that_nothing_leads_to_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Lamp: nothing leads to .*broken"):
        check_table({**WHOLE, Lamp.ON: frozenset({Lamp.OFF})}, Lamp, Lamp.OFF)


def test_a_state_that_only_a_lost_one_leads_to_is_refused() -> None:
    lost = {Lamp.OFF: frozenset[Lamp](), Lamp.ON: frozenset({Lamp.BROKEN}), Lamp.BROKEN: frozenset({Lamp.ON})}
    with pytest.raises(ValueError, match=r"nothing leads to .*broken.*on"):
        check_table(lost, Lamp, Lamp.OFF)


def test_a_state_that_leads_to_itself_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Lamp: .*on.* lead to themselves"):
        check_table({**WHOLE, Lamp.ON: frozenset({Lamp.ON, Lamp.BROKEN})}, Lamp, Lamp.OFF)


def test_both_tables_of_the_house_are_whole() -> None:
    check_table(STORY_EDGES, StoryState, StoryState.DRAFT)
    check_table(DELIVERY_EDGES, DeliveryState, DeliveryState.SCHEDULED)


def test_a_story_never_takes_the_state_of_a_delivery_nor_the_other_way_round() -> None:
    for story in StoryState:
        for delivery in DeliveryState:
            assert not allowed(story, delivery)
            assert not allowed(delivery, story)


def test_every_claim_is_a_legal_move_and_nothing_else_leads_to_sending() -> None:
    assert {old for old in DeliveryState if allowed(old, DeliveryState.SENDING)} == CLAIMABLE


def test_what_may_be_visible_is_never_tried_again_before_the_network_was_asked() -> None:
    assert not allowed(DeliveryState.UNCONFIRMED, DeliveryState.SENDING)
    assert not allowed(DeliveryState.UNCONFIRMED, DeliveryState.SCHEDULED)
    assert not allowed(DeliveryState.NEEDS_PERSON, DeliveryState.SENDING)
    assert not allowed(DeliveryState.DELIVERED, DeliveryState.SENDING)


def test_what_could_not_be_taken_down_can_be_tried_again_or_be_gone() -> None:
    assert allowed(DeliveryState.NEEDS_PERSON, DeliveryState.RETRACTING)
    assert allowed(DeliveryState.NEEDS_PERSON, DeliveryState.RETRACTED)


def test_what_may_still_become_visible_by_itself_is_under_way() -> None:
    assert UNDER_WAY == CLAIMABLE | ON_ITS_WAY
    assert set(DeliveryState) - SETTLED - {DeliveryState.RETRACTING} == UNDER_WAY


def test_the_daemon_leaves_no_delivery_in_a_state_that_it_cannot_leave_again() -> None:
    unsettled = set(DeliveryState) - SETTLED
    assert all(DELIVERY_EDGES[state] for state in unsettled)


def test_whatever_may_be_on_a_channel_occupies_it() -> None:
    never_there = {DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.RETRACTED}
    assert set(DeliveryState) - OCCUPYING == never_there


def test_no_story_is_approved_that_nobody_reviewed() -> None:
    assert {old for old in StoryState if allowed(old, StoryState.APPROVED)} == {StoryState.IN_REVIEW}
