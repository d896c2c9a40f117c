"""Both machines under random moves: the rows go where the tables say, each with one event, and nowhere else."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from socialpub.model.people import DAEMON
from socialpub.model.states import DELIVERY_EDGES, STORY_EDGES, DeliveryState, StoryState
from socialpub.store.audit import verify
from socialpub.store.database import Database
from socialpub.store.moves import ForbiddenMove, MovedMeanwhile, move
from socialpub.store.schema import Delivery, Event, Story
from socialpub.store.transaction import Transaction
from tests import world

State = StoryState | DeliveryState
EDGES: dict[State, Sequence[State]] = {
    **{old: sorted(after) for old, after in STORY_EDGES.items()},
    **{old: sorted(after) for old, after in DELIVERY_EDGES.items()},
}
ANY_STATE = st.sampled_from([*StoryState, *DeliveryState])


class PulledOut(Exception):  # noqa: N818  stands for any fault in the middle of a verb
    pass


@dataclass
class Known:
    """What the test believes of one row."""

    kind: type[Story] | type[Delivery]
    id: str
    state: State
    moves: list[tuple[str, str]]  # (was, became)

    def row(self, tx: Transaction) -> Story | Delivery:
        row = tx.session.get_one(self.kind, self.id)
        assert isinstance(row, Story | Delivery)
        return row


class Moves(RuleBasedStateMachine):
    """`db` is set by the test; the rows of earlier runs stay and must stay as they are."""

    db: Database
    rows = Bundle("rows")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Known] = []

    @initialize(target=rows)
    def a_story(self) -> Known:
        return self._begin(StoryState.DRAFT)

    @rule(target=rows, state=st.sampled_from([*StoryState, *DeliveryState]))
    def a_row_in_any_state(self, state: State) -> Known:
        return self._begin(state)

    def _begin(self, state: State) -> Known:
        with self.db.transaction() as tx:
            row: Story | Delivery
            if isinstance(state, StoryState):
                row = world.story(tx, state)
            else:
                row = world.delivery(tx, world.channel(tx), state=state)
        known = Known(type(row), row.id, state, [])
        self.known.append(known)
        return known

    @rule(known=rows, state=ANY_STATE)
    def it_is_asked_to_move(self, known: Known, state: State) -> None:
        with self.db.transaction() as tx:
            if state in EDGES[known.state]:
                move(tx, known.row(tx), state, by=DAEMON)
                known.moves.append((known.state, state))
                known.state = state
            else:
                with pytest.raises(ForbiddenMove):
                    move(tx, known.row(tx), state, by=DAEMON)

    @rule(known=rows, data=st.data())
    def it_moves_but_the_verb_fails_afterwards(self, known: Known, data: st.DataObject) -> None:
        if not EDGES[known.state]:
            return
        with contextlib.suppress(PulledOut), self.db.transaction() as tx:
            move(tx, known.row(tx), data.draw(st.sampled_from(EDGES[known.state])), by=DAEMON)
            raise PulledOut

    @rule(known=rows, data=st.data())
    def somebody_who_read_it_earlier_moves_it(self, known: Known, data: st.DataObject) -> None:
        believed = data.draw(
            st.sampled_from([s for s in EDGES if type(s) is type(known.state) and s != known.state and EDGES[s]])
        )
        with self.db.transaction() as tx:
            row = known.row(tx)
            set_committed_value(row, "state", believed)
            with pytest.raises(MovedMeanwhile):
                move(tx, row, data.draw(st.sampled_from(EDGES[believed])), by=DAEMON)

    @invariant()
    def rows_and_records_say_the_same(self) -> None:
        with self.db.reading() as session:
            for known in self.known:
                assert session.scalar(select(known.kind.state).where(known.kind.id == known.id)) == known.state
                events = session.scalars(select(Event).where(Event.subject_id == known.id).order_by(Event.number))
                assert [(event.data["was"], event.verb) for event in events] == [
                    (was, f"move:{became}") for was, became in known.moves
                ]

    def teardown(self) -> None:
        with self.db.reading() as session:
            assert verify(session).fault == ""


def test_random_moves_keep_to_the_tables_and_leave_one_event_each(db: Database) -> None:
    class OnThisDatabase(Moves):
        pass

    OnThisDatabase.db = db
    run_state_machine_as_test(OnThisDatabase, settings=settings(max_examples=8, stateful_step_count=16))
