"""Which holds are on, and what `release` says still stands."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from socialpub.model.states import DeliveryState
from socialpub.store.database import Database, open_database
from socialpub.store.schema import HoldRelease
from tests import world
from tests.cli.shell import Desk
from tests.clock import SetClock


def _planned(desk: Desk) -> str:
    """The id of a delivery that waits."""
    words = 'text = "Officers found a lost bike and brought it home."\nnot_before = 2090-01-02T09:00:00'
    desk.approved(desk.submitted(toml=words))
    desk.yes("run", "--once")
    (delivery,) = desk.yes("deliveries", "--json").json
    return str(delivery["id"])


def _holds(desk: Desk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = desk.yes("holds", "--json").json
    return rows


def test_nothing_is_held(desk: Desk) -> None:
    assert desk.yes("holds").out == "Nothing is held.\n"
    assert _holds(desk) == []


def test_every_hold_is_told_with_its_target_person_time_and_reason(desk: Desk) -> None:
    delivery = _planned(desk)
    desk.yes("hold", delivery, "--because", "wrong photo?", "--as", "mhale")
    desk.yes("hold", "--channel", "outbox", "--because", "broken into", "--as", "panand")
    desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark")
    desk.yes("hold", "--all", "--because", "a drill", "--as", "panand")
    rows = _holds(desk)
    assert [(row["scope"], row["by"], row["because"]) for row in rows] == [
        ("all", "cstark", "an incident"),
        ("all", "panand", "a drill"),
        ("channel", "panand", "broken into"),
        ("delivery", "mhale", "wrong photo?"),
    ]
    assert [row["name"] for row in rows[:3]] == ["everything", "everything", "outbox"]
    assert rows[3]["target"] == delivery
    assert rows[3]["name"] == f"{delivery} on outbox: Officers found a lost bike and brought it home."
    text = desk.yes("holds").out.splitlines()
    assert text[0].startswith("STAND-DOWN; by cstark since 20")
    assert text[0].endswith(": an incident")
    assert text[2].startswith("channel outbox; by panand since")
    assert all(" EST: " in line or " EDT: " in line for line in text), "times are the department's"


def test_who_has_released_it_already_is_told(desk: Desk) -> None:
    desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark")
    desk.yes("release", "--all", "--as", "panand")
    assert [row["released_by"] for row in _holds(desk)] == [["panand"]]
    assert "(released by panand; one more person is needed)" in desk.yes("holds").out


@pytest.mark.parametrize(("ago", "counts"), [(timedelta(hours=3, minutes=59), True), (timedelta(hours=4), False)])
def test_a_word_is_told_for_four_hours_as_it_counts(desk: Desk, ago: timedelta, counts: bool) -> None:
    desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark")
    desk.yes("release", "--all", "--as", "panand")
    _voted(desk, ago)
    assert [row["released_by"] for row in _holds(desk)] == [["panand"] if counts else []]
    assert ("released by panand" in desk.yes("holds").out) is counts


def test_the_word_of_somebody_disabled_since_is_not_told(desk: Desk) -> None:
    desk.yes("user", "add", "pio2", "--role", "pio", "--as", "adm")
    desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark")
    desk.yes("release", "--all", "--as", "pio2")
    assert "(released by pio2; one more person is needed)" in desk.yes("holds").out
    desk.yes("user", "disable", "pio2", "--as", "adm")
    assert "released by" not in desk.yes("holds").out
    assert _holds(desk)[-1]["released_by"] == []


def _database(desk: Desk) -> Database:
    return open_database(f"sqlite:///{desk.spool}/socialpub.db", SetClock())


def _voted(desk: Desk, ago: timedelta) -> None:
    """Every word was given so long ago."""
    db = _database(desk)
    with db.transaction() as tx:
        for vote in tx.session.scalars(select(HoldRelease)):
            vote.at -= ago
    db.close()


@pytest.mark.parametrize("wide", [("--all",), ("--channel", "outbox")])
def test_a_release_says_what_still_stands(desk: Desk, wide: tuple[str, ...]) -> None:
    delivery = _planned(desk)
    desk.yes("hold", delivery, "--because", "wrong photo?", "--as", "mhale")
    desk.yes("hold", *wide, "--because", "an incident", "--as", "panand")
    released = desk.yes("release", *wide, "--as", "panand").out.splitlines()  # within the minute of a mistake
    assert released[0].startswith("Released.")
    assert released[1] == "Still held:"
    assert released[2].startswith(f"delivery {delivery} on outbox")
    desk.yes("hold", *wide, "--because", "another incident", "--as", "panand")
    narrow = desk.yes("release", delivery, "--as", "mhale").out
    assert "Still held:" in narrow
    assert ": another incident" in narrow
    assert desk.yes("release", *wide, "--as", "panand").out.startswith("Released.")
    assert _holds(desk) == []


def test_a_stand_down_names_what_is_on_its_way(desk: Desk) -> None:
    assert "On its way" not in desk.yes("hold", "--all", "--because", "an incident", "--as", "cstark").out
    db = _database(desk)
    with db.transaction() as tx:
        channel = world.channel(tx)
        first = world.delivery(tx, channel, state=DeliveryState.SENDING).id
        for _ in range(21):
            world.delivery(tx, world.channel(tx), state=DeliveryState.UNCONFIRMED)
    db.close()
    said = desk.yes("hold", "--all", "--because", "an incident", "--as", "panand").out.splitlines()
    assert said[0].startswith("STAND-DOWN")
    assert said[1].startswith("On its way already.")
    assert any(line.startswith(f"{first}  sending ") for line in said[2:])
    assert said[-1] == "and 2 more: socialpub deliveries"


def test_a_hold_on_something_else_is_not_told_after_a_release(desk: Desk) -> None:
    url = (desk.spool / "other").as_uri()
    line = ("--platform", "file", "--account", "other", "--base-url", url, "--as", "adm")
    desk.yes("channel", "add", "other", *line)
    for name in ("outbox", "other"):
        desk.yes("hold", "--channel", name, "--because", "a fault", "--as", "panand")
    assert "Still held" not in desk.yes("release", "--channel", "outbox", "--as", "panand").out


def test_many_holds_are_counted_after_a_release(desk: Desk) -> None:
    for number in range(7):
        url = (desk.spool / f"c{number}").as_uri()
        line = ("--platform", "file", "--account", "c", "--base-url", url, "--as", "adm")
        desk.yes("channel", "add", f"c{number}", *line)
        desk.yes("hold", "--channel", f"c{number}", "--because", "a fault", "--as", "panand")
    desk.yes("hold", "--all", "--because", "a drill", "--as", "panand")
    assert desk.yes("release", "--all", "--as", "panand").out.splitlines()[-1] == "and 2 more: socialpub holds"


def test_what_a_reason_says_cannot_play_with_the_terminal(desk: Desk) -> None:
    desk.yes("hold", "--all", "--because", "\x1b[2J", "--as", "cstark")
    desk.yes("hold", "--all", "--because", "a drill", "--as", "panand")
    for told in (desk.yes("holds").out, desk.yes("release", "--all", "--as", "panand").out):
        assert "\x1b" not in told
