"""A post that is due just after midnight, before the new day has screened it: stages run in any order."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from socialpub.delivery.expire import expire
from socialpub.delivery.send import send_due
from socialpub.desk import rescreen as stage
from socialpub.desk.rescreen import rescreen
from socialpub.model.states import DeliveryState as D
from socialpub.settings import Policies
from socialpub.store.schema import Revision
from tests.databases import KINDS, upgraded
from tests.town import ROOT, Town, town

#: Half a minute after Friday's midnight in New York, where the town lies.
JUST_AFTER = datetime(2026, 11, 21, 5, 0, 30, tzinfo=UTC)
RULE = """
[not-from-saturday]
family = "test.family"
says   = "Not from Saturday on."
why    = "The custom ends."
cite   = "Test"
level  = "block"
kind   = "phrases"
phrases = ["everybody went home happy"]
bad    = ["everybody went home happy"]
good   = ["good"]
effective = 2026-11-21
"""


@pytest.fixture(params=KINDS)
def strict(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town with a rule that blocks from Saturday on."""
    own = shutil.copytree(ROOT / "policies", tmp_path / "own")
    (own / "local" / "ours.toml").write_text(RULE, "utf-8")
    with upgraded(request.param, tmp_path) as url, town(tmp_path, url, policies=Policies(dir=own)) as made:
        made.add_file_channel()
        yield made


def planned_just_after_midnight(here: Town, name: str = "bike", **keys: Any) -> None:
    """Approved on Friday, due half a minute into Saturday; and it is that time."""
    here.clock.now = JUST_AFTER - timedelta(hours=10)
    here.drop(name, not_before="2026-11-21T00:00:30", **keys)
    here.turn()
    here.approve()
    here.turn()
    assert here.states() == {D.SCHEDULED}


def test_what_todays_rules_block_does_not_go_out_before_they_were_asked(strict: Town) -> None:
    planned_just_after_midnight(strict)
    strict.clock.now = JUST_AFTER
    assert send_due(strict.app.carrier) is None
    assert (strict.states(), strict.published()) == ({D.SCHEDULED}, [])
    rescreen(strict.app.workshop)
    send_due(strict.app.carrier)
    assert (strict.states(), strict.published()) == ({D.CANCELLED}, [])


def test_what_passes_today_too_goes_out_as_soon_as_that_is_known_and_nothing_counts_against_it(here: Town) -> None:
    planned_just_after_midnight(here)
    here.clock.now = JUST_AFTER
    for _ in range(3):
        send_due(here.app.carrier)
    [waiting] = here.deliveries()
    assert (waiting.attempts, waiting.due_at) == (0, JUST_AFTER)
    rescreen(here.app.workshop)
    send_due(here.app.carrier)
    assert here.states() == {D.DELIVERED}


def test_one_that_cannot_be_screened_again_keeps_no_other_back_and_is_raised(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Administrators are told of a stage that goes on failing; the story expires, and that is told too."""
    planned_just_after_midnight(plain)
    broken = plain.story().id
    planned_just_after_midnight(plain, "dog", text="Officers found a lost dog in Veterans Park and brought it home.")
    write = stage._write

    def fails_for_one(tx: Any, revision: str, *rest: Any) -> None:
        if tx.session.get_one(Revision, revision).story_id == broken:
            raise OSError("no")
        write(tx, revision, *rest)

    monkeypatch.setattr(stage, "_write", fails_for_one)
    plain.clock.now = max(row.due_at for row in plain.deliveries())
    with pytest.raises(OSError, match="no"):
        rescreen(plain.app.workshop)
    send_due(plain.app.carrier)
    assert {row.story_id == broken: row.state for row in plain.deliveries()} == {
        True: D.SCHEDULED,
        False: D.DELIVERED,
    }
    plain.clock.now = max(row.deadline for row in plain.deliveries())
    expire(plain.app.carrier)
    assert {row.state for row in plain.deliveries() if row.story_id == broken} == {D.FAILED}
