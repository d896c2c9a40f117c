"""A government moves its clocks; what is planned for nine in the morning stays at nine in the morning."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from socialpub.delivery.retime import retime
from socialpub.settings import Schedule
from socialpub.store.schema import Delivery
from tests.databases import upgraded
from tests.town import Town, town


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    """A town whose one post is planned for tomorrow at nine."""
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url, schedule=Schedule(slots=("daily 09:00",))) as made:
        made.add_file_channel()
        made.drop()
        made.turn()
        made.approve()
        made.turn()
        yield made


def _stored_for(here: Town, zone: str) -> None:
    """As if the post had been planned when the department's clocks were those of another zone."""
    with here.app.db.transaction() as tx:
        tx.session.get_one(Delivery, here.deliveries()[0].id).zone = zone


def test_while_the_rules_stay_nothing_moves(here: Town) -> None:
    assert retime(here.app.carrier) == 0


def test_a_planned_post_keeps_its_wall_time(here: Town) -> None:
    before = here.deliveries()[0].due_at
    _stored_for(here, "America/Chicago")
    assert retime(here.app.carrier) == 1
    assert here.deliveries()[0].due_at == before + timedelta(hours=1)
    assert retime(here.app.carrier) == 0


def test_it_never_leaves_the_approved_window(here: Town) -> None:
    _stored_for(here, "Pacific/Kiritimati")  # whose nine o'clock has passed before the approval
    retime(here.app.carrier)
    row = here.deliveries()[0]
    assert row.not_before <= row.due_at < row.deadline


def test_what_is_due_already_is_left_alone(here: Town) -> None:
    _stored_for(here, "America/Chicago")
    here.clock.now = here.deliveries()[0].due_at
    assert retime(here.app.carrier) == 0
