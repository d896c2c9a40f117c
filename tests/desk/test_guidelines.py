"""Which guidelines were in force, and what weighed less in them, is in the records."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from socialpub.settings import Policies
from socialpub.store.schema import Event
from tests.databases import upgraded
from tests.town import ROOT, Town, town


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "policies", tmp_path / "own")


@pytest.fixture
def here(own: Path, tmp_path: Path) -> Iterator[Town]:
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url, policies=Policies(dir=own)) as one:
        yield one


def _noted(here: Town) -> list[Event]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(Event).where(Event.verb == "guidelines").order_by(Event.number)))


def test_the_first_are_noted_once_however_often_they_are_read(here: Town) -> None:
    for _ in range(3):
        here.turn(60)
    (event,) = _noted(here)
    assert event.subject_id == here.app.packs().version
    assert event.data["rules"] > 25
    assert event.data["lowered"] == []


def test_a_restart_notes_nothing_again(here: Town) -> None:
    here.turn()
    del here.app.__dict__["packs"]
    here.turn()
    assert len(_noted(here)) == 1


def test_a_change_is_an_event_with_what_weighs_less_and_why(here: Town, own: Path) -> None:
    here.turn()
    (own / "local" / "ours.toml").write_text('[minor-named]\nlevel = "note"\nbecause = "The Chief, 3 May"\n', "utf-8")
    here.turn(60)
    first, second = _noted(here)
    assert first.subject_id != second.subject_id
    assert second.data["lowered"] == ["minor-named: level: block → note (local/ours.toml): The Chief, 3 May"]


def test_so_is_the_change_back(here: Town, own: Path) -> None:
    here.turn()
    local = own / "local" / "ours.toml"
    local.write_text('[hashtag-case]\noff = "The Chief"\n', "utf-8")
    here.turn(60)
    local.unlink()
    here.turn(60)
    first, _, third = _noted(here)
    assert first.subject_id == third.subject_id
