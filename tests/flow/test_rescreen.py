"""When the guidelines change, what waits is read again; only a new block makes an approval fall."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from socialpub.desk import find
from socialpub.model.states import DeliveryState, StoryState
from socialpub.settings import Policies, Schedule
from socialpub.store.schema import Notice
from tests.databases import upgraded
from tests.town import ROOT, Town, town

_RULE = """
[no-bikes]
family  = "mockery"
says    = "Do not speak of bikes."
why     = "The council asked us not to."
cite    = "City council, an invented resolution."
kind    = "phrases"
level   = "{level}"
phrases = ["lost bike"]
bad     = ["A lost bike was found."]
good    = ["A lost dog was found."]
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    """A town with packs of its own, whose posts go out tomorrow at nine."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    sections = {"policies": Policies(dir=tmp_path / "policies"), "schedule": Schedule(slots=("daily 09:00",))}
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url, **sections) as made:
        made.add_file_channel()
        made.drop()
        made.turn()
        yield made


def _change(here: Town, level: str) -> None:
    local = here.app.policies / "local"
    local.mkdir(exist_ok=True)
    (local / "bikes.toml").write_text(_RULE.format(level=level), "utf-8")
    here.turn()


def test_a_new_block_makes_an_approval_fall_and_cancels_what_waits(here: Town) -> None:
    here.approve()
    here.turn()
    _change(here, "block")
    assert here.story().state == StoryState.IN_REVIEW
    assert here.states() == {DeliveryState.CANCELLED}
    with here.app.db.reading() as session:
        assert session.scalar(select(Notice.subject).where(Notice.subject.startswith("Approve again")))


def test_a_new_warning_leaves_an_approval_standing(here: Town) -> None:
    here.approve()
    here.turn()
    _change(here, "warn")
    assert here.story().state == StoryState.APPROVED
    assert here.states() == {DeliveryState.SCHEDULED}


def test_a_story_in_review_shows_the_new_finding_once(here: Town) -> None:
    _change(here, "warn")
    here.turn()
    here.turn()
    with here.app.db.reading() as session:
        rows = find.findings(session, find.newest(session, here.story()))
    assert [row.rule for row in rows].count("no-bikes") == 1


def test_broken_packs_leave_the_last_good_ones_in_force(here: Town) -> None:
    (here.app.policies / "local" / "broken.toml").write_text("[no-bikes]\nlevel = 'loud'\n", "utf-8")
    here.approve()
    here.turn()
    assert here.story().state == StoryState.APPROVED
    with here.app.db.reading() as session:
        told = session.scalars(select(Notice.audience).where(Notice.subject.contains("broken"))).all()
    assert sorted(told) == ["administrators", "pio"]


def test_what_is_out_is_left_alone(here: Town) -> None:
    here.approve()
    here.settle(within=24 * 3600)
    _change(here, "block")
    assert here.story().state == StoryState.APPROVED
    assert here.states() == {DeliveryState.DELIVERED}
