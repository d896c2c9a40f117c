"""Claims in random small worlds, held against the rules written down a second time in plain Python."""

from hypothesis import given, settings

from socialpub.model.day import ALWAYS
from socialpub.store.claims import claim_due, next_due
from socialpub.store.database import Database
from tests.databases import undone
from tests.store.small_worlds import LAST, NOW, TICK, SmallWorld, build, small_worlds


def test_a_claim_takes_exactly_what_the_rules_allow(db: Database) -> None:
    @settings(max_examples=15)
    @given(small_worlds)
    def holds(small: SmallWorld) -> None:
        with undone(db) as tx:
            places, begin = build(tx, small), tx.now
            for tick in range(LAST + 1):
                tx.now = begin + (tick - NOW) * TICK
                with tx.session.begin_nested() as savepoint:
                    taken = [places[claim.delivery] for claim in claim_due(tx, "daemon-1", ALWAYS, 10)]
                    savepoint.rollback()
                allowed = small.claimable(tick)
                assert set(taken) == set(allowed)
                assert [allowed[place] for place in taken] == sorted(allowed.values())

    holds()


def test_the_next_moment_is_the_first_at_which_a_claim_takes_something(db: Database) -> None:
    @settings(max_examples=30)
    @given(small_worlds)
    def holds(small: SmallWorld) -> None:
        with undone(db) as tx:
            build(tx, small)
            ticks = [tick for tick in range(NOW, LAST + 1) if small.claimable(tick)]
            expected = tx.now + (ticks[0] - NOW) * TICK if ticks else None
            assert next_due(tx.session, tx.now, ALWAYS) == expected
            if expected:  # and not a moment sooner, by the claim itself
                tx.now = expected
                assert claim_due(tx, "daemon-1", ALWAYS, 1)

    holds()
