"""Cron turns the crank: each turn is a new process, and does the upkeep that a daemon would have done."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from socialpub import crank, upkeep
from socialpub.app import App
from socialpub.crank import FILE, turn_once
from socialpub.intake.spent import TakenFolders
from socialpub.model.states import DeliveryState
from socialpub.records.manifest import folders
from socialpub.records.refusal import RecordsError
from socialpub.store.holds import ALL
from socialpub.store.schema import Hold, Notice
from socialpub.upkeep import ClockWatch
from tests.databases import upgraded
from tests.town import Town, town


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url) as made:
        made.add_file_channel()
        yield made


class Machine:
    """A machine whose steady clock follows the town's, until the town's is set."""

    def __init__(self, here: Town) -> None:
        self.here, self.offset = here, 0.0

    def passes(self, **time: float) -> None:
        self.here.clock.now += timedelta(**time)

    def is_set(self, **time: float) -> None:
        self.here.clock.now += timedelta(**time)
        self.offset += timedelta(**time).total_seconds()

    def steady(self) -> float:
        return self.here.clock.now.timestamp() - self.offset

    def turn(self) -> datetime | None:
        """As in a new process: nothing is kept but rows and files."""
        return turn_once(self.here.app, lambda app, known: ClockWatch(app, self.steady, known))


@pytest.fixture
def machine(here: Town) -> Machine:
    return Machine(here)


def backups(here: Town) -> list[datetime]:
    return [at for at, _ in folders(here.spool / "backup")]


def holds(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(Hold.because).where(Hold.scope == ALL)))


def subjects(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(Notice.subject).order_by(Notice.id)))


def test_a_backup_is_made_each_hour_however_often_the_crank_is_turned(here: Town, machine: Machine) -> None:
    first = here.clock.now + timedelta(minutes=5)  # as with a daemon
    for _ in range(3 * 12):
        machine.turn()
        machine.passes(minutes=5)
    assert backups(here) == [first + timedelta(hours=hours) for hours in range(3)]


def test_a_daily_thing_is_done_once_a_day(here: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    retimed: list[datetime] = []
    monkeypatch.setattr(upkeep, "retime", lambda _carrier: retimed.append(here.clock.now))
    for _ in range(2 * 24 + 1):
        machine.turn()
        machine.passes(hours=1)
    assert [at - retimed[0] for at in retimed] == [timedelta(days=days) for days in range(3)]


def test_taken_is_looked_through_each_hour(here: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []
    monkeypatch.setattr(TakenFolders, "empty", lambda _self, now: looked.append(now))
    for _ in range(6):
        machine.turn()
        machine.passes(minutes=30)
    assert [at - looked[0] for at in looked] == [timedelta(hours=hours) for hours in range(3)]


def test_a_clock_that_was_set_between_two_turns_holds_everything(here: Town, machine: Machine) -> None:
    here.drop(not_before="2026-11-20T12:00:00")
    machine.turn()
    here.approve()
    machine.turn()
    machine.passes(minutes=1)
    machine.turn()
    assert holds(here) == []
    machine.is_set(hours=3)
    machine.turn()
    (because,) = holds(here)
    assert because.startswith("the machine's clock jumped forward by 3 hours")
    assert here.states() == {DeliveryState.SCHEDULED}
    machine.turn()
    assert len(holds(here)) == 1


def test_after_a_restart_of_the_machine_the_clock_is_measured_afresh(here: Town, machine: Machine) -> None:
    machine.turn()
    kept = json.loads((here.spool / FILE).read_text("utf-8"))
    (here.spool / FILE).write_text(json.dumps({**kept, "boot": "another"}), "utf-8")
    machine.is_set(hours=3)
    machine.turn()
    assert holds(here) == []


@pytest.mark.parametrize(
    "written",
    ["", "{", "[]", '{"due": {"backup": "soon"}}', '{"due": 1, "boot": "", "offset": 0}', '{"boot": 1, "due": {}}'],
)
def test_a_file_that_cannot_be_read_costs_nothing(here: Town, machine: Machine, written: str) -> None:
    (here.spool / FILE).write_text(written, "utf-8")
    machine.turn()
    machine.passes(minutes=5)
    machine.turn()
    assert len(backups(here)) == 1
    assert set(json.loads((here.spool / FILE).read_text("utf-8"))["due"]) == {
        "retime",
        "sweep",
        "heads",
        "backup",
        "taken",
    }


def test_what_a_clock_that_ran_ahead_planned_does_not_stop_the_backups(here: Town, machine: Machine) -> None:
    machine.passes(days=400)
    machine.turn()
    machine.passes(minutes=5)
    machine.turn()
    assert len(backups(here)) == 1
    machine.passes(days=-400, hours=1)
    machine.turn()
    assert here.clock.now in backups(here)


def test_a_backup_that_fails_is_told_and_keeps_nothing_from_going_out(
    here: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RecordsError("backup: the backup could not be written: No space left on device [SP086]")

    monkeypatch.setattr(upkeep, "backup", full)
    here.drop()
    machine.turn()
    here.approve()
    machine.passes(minutes=5)
    machine.turn()
    assert here.states() == {DeliveryState.DELIVERED}
    assert "The hourly backup failed" in subjects(here)


def test_a_stage_that_fails_is_told_stops_no_upkeep_and_is_raised(
    here: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(app: App, noticed: Any) -> None:
        noticed("rescreen", OSError("broken"))
        raise OSError("broken")

    monkeypatch.setattr(crank, "turn", fails)
    for _ in range(3):
        with pytest.raises(OSError, match="broken"):
            machine.turn()
        machine.passes(minutes=5)
    assert len(backups(here)) == 1
    assert len([said for said in subjects(here) if said.endswith(": rescreen")]) == 1


def test_upkeep_that_fails_is_told_and_tried_at_the_next_turn(
    here: Town, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[datetime] = []

    def fails(_carrier: object) -> int:
        tried.append(here.clock.now)
        raise OSError("broken")

    monkeypatch.setattr(upkeep, "retime", fails)
    for _ in range(2):
        with pytest.raises(OSError, match="broken"):
            machine.turn()
    assert len(tried) == 2
    assert len([said for said in subjects(here) if said.endswith(": retime")]) == 1
