"""What an audit line may hold, and that it comes back from both engines exactly as it was hashed."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from socialpub.model.people import DAEMON, Actor
from socialpub.model.states import DeliveryState
from socialpub.store.audit import verify, write_events
from socialpub.store.database import Database
from socialpub.store.recordable import UnrecordableError, recordable, storable
from socialpub.store.schema import AGENCY, Agency, Event
from tests.databases import undone

#: Any code point, lone surrogates and NUL included: what a network's answer may hold.
_WORDS = st.text(st.characters(codec=None), max_size=20)
_KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
_NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(-9e14, 9e14)
_ODD = st.recursive(
    st.none() | st.booleans() | _WORDS | _NUMBERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


def test_odd_data_verifies_on_each_engine(db: Database) -> None:
    @settings(max_examples=80)
    @given(st.dictionaries(_KEYS, _ODD, max_size=4), _WORDS)
    @example({"": "", "a.b": {"": []}, "deep": [[[[{}]]]], "none": None}, "")
    @example({"z": 1, "a": 1.0, "-0": -0.0, "tiny": 5e-324, "large": 9.99e14, "ids": [2**63 - 1, -(2**63)]}, "\ud83d")
    @example({"e\u0301": "\u00e9", "\u00e9": "e\u0301", "\u202e": "\U0001f46e\u200d\u2640\ufe0f"}, "\0")
    def holds(data: dict[str, Any], words: str) -> None:
        with undone(db) as tx:
            tx.record(Actor(words, via=words), words, words, words, odd=data)
            write_events(tx.session, tx.session.get_one(Agency, AGENCY), tx.events, tx.now)
            tx.session.flush()
            tx.session.expire_all()
            assert verify(tx.session).fault == ""
            row = tx.session.scalars(select(Event)).one()
            assert row.data == {"odd": recordable(data)}
            assert row.actor == storable(words)

    holds()


@given(_ODD)
def test_what_is_kept_once_is_kept_as_it_is(value: Any) -> None:
    once = recordable(value)
    assert recordable(once) == once
    assert repr(recordable(once)) == repr(once)


def test_times_become_text_and_enumerations_their_value() -> None:
    moment = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert recordable({"at": moment, "on": date(2026, 11, 20), "was": DeliveryState.FAILED, "pair": (1, "2")}) == {
        "at": "2026-11-20T15:00:00.000000+00:00",
        "on": "2026-11-20",
        "was": "failed",
        "pair": [1, "2"],
    }
    assert type(recordable(DeliveryState.FAILED)) is str


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"roles": {"pio"}}, r"data\.roles: a set cannot be kept"),
        ({"photos": [{"bytes": b"\xff"}]}, r"data\.photos\[0\]\.bytes: a bytes cannot be kept"),
        ({"n": math.nan}, r"data\.n: nan cannot be kept"),
        ({"n": -math.inf}, r"data\.n: -inf cannot be kept"),
        ({"n": 1e22}, r"data\.n: 1e\+22 cannot be kept"),
        ({"n": 2**63}, r"data\.n: a number of more than 64 bits"),
        ({"of": {1: "x"}}, r"data\.of: 1 cannot be a key; keys are text"),
        ({"of": {"\0": "x"}}, r"data\.of: .* cannot be a key"),
        ({"at": datetime(2026, 11, 20)}, r"data\.at: .* has no time zone"),  # noqa: DTZ001  the point
        ({"it": object()}, r"data\.it: a object cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_refused_when_it_is_recorded_and_named(
    sqlite_db: Database, data: Mapping[str, Any], says: str
) -> None:
    with undone(sqlite_db) as tx:
        with pytest.raises(UnrecordableError, match=says):
            tx.record(DAEMON, "say", "story", "1", **data)
        assert tx.events == []


def test_data_without_a_bottom_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(UnrecordableError, match="more than 20 levels deep"):
        recordable(endless)


def test_a_list_that_changes_later_does_not_change_the_record(sqlite_db: Database) -> None:
    names = ["facebook-main"]
    with sqlite_db.transaction() as tx:
        tx.record(DAEMON, "say", "story", "1", channels=names)
        names.append("x-main")
    with sqlite_db.reading() as session:
        assert session.scalars(select(Event.data)).one() == {"channels": ["facebook-main"]}
