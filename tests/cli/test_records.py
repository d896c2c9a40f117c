"""`records export`, `backup` and `restore` as they are typed: what they write, and how they say no."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from socialpub.cli.answers import answered
from socialpub.cli.root import app
from tests.town import TEXT, town

Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command in a town with one story; gives the exit code and everything that was said."""
    monkeypatch.delenv("SUDO_UID", raising=False)
    with town(tmp_path) as here:
        here.add_file_channel()
        here.drop()
        here.turn()
    (tmp_path / "settings.toml").write_text("[web]\nport = 0\n", "utf-8")

    def type_(*words: str) -> tuple[int, str]:
        line = ["--settings", str(tmp_path / "settings.toml"), *words]
        code = answered(lambda: app(line))
        said = capsys.readouterr()
        return code, said.out + said.err

    return type_


def test_a_story_is_exported_as_it_is_typed(typed: Typed, tmp_path: Path) -> None:
    _, listed = typed("queue", "--json")
    story = json.loads(listed)[0]["id"]
    line = ("records", "export", "--story", story[:13], "--to", str(tmp_path / "one"), "--as", "panand")
    assert typed(*line)[0] == 0
    assert TEXT in (tmp_path / "one" / "story.json").read_text("utf-8")


def test_a_range_of_days_is_exported_as_it_is_typed(typed: Typed, tmp_path: Path) -> None:
    days = ("--from", "2026-01-01", "--until", "2027-12-31")
    assert typed("records", "export", *days, "--to", str(tmp_path / "many"), "--as", "adm")[0] == 0
    assert TEXT in "".join(path.read_text("utf-8") for path in (tmp_path / "many").rglob("story.json"))


def test_everything_is_exported_by_the_widest_range_of_days(typed: Typed, tmp_path: Path) -> None:
    days = ("--from", "0001-01-01", "--until", "9999-12-31")
    code, said = typed("records", "export", *days, "--to", str(tmp_path / "all"), "--as", "panand")
    assert code == 0, said
    assert list((tmp_path / "all").rglob("story.json"))


@pytest.mark.parametrize(("who", "may"), [("jruiz", False), ("mhale", False), ("cstark", False), ("panand", True)])
def test_who_takes_records_away_must_be_one_who_may_and_is_noted(
    typed: Typed, tmp_path: Path, who: str, may: bool
) -> None:
    days = ("--from", "2026-01-01", "--until", "2027-12-31")
    code, said = typed("records", "export", *days, "--to", str(tmp_path / "out"), "--as", who)
    assert (code == 0, (tmp_path / "out").exists()) == (may, may)
    assert may or f"{who} may not export records: that takes the role administrator or auditor or pio" in said
    with closing(sqlite3.connect(tmp_path / "queue" / "socialpub.db")) as db:
        found = db.execute("SELECT actor FROM events WHERE verb = 'export'").fetchall()
    assert found == ([(who,)] if may else [])


def test_a_backup_can_be_made_again_and_again(typed: Typed, tmp_path: Path) -> None:
    for name in ("a", "b"):
        code, said = typed("backup", "--to", str(tmp_path / name))
        assert (code, "proved" in said) == (0, True), said


def test_a_restore_puts_the_old_aside_and_stands_down(typed: Typed, tmp_path: Path) -> None:
    typed("backup")
    [made] = [path for path in (tmp_path / "queue" / "backup").iterdir() if path.name[:2] == "20"]
    code, said = typed("restore", str(made))
    assert (code, "[SP088]" in said) == (1, True)
    code, said = typed("restore", str(made), "--replace")
    assert (code, "STAND-DOWN" in said) == (0, True), said
    assert "The database that was here is kept in" in said
    assert "approvals must be given again" in said


def test_a_restore_says_whose_access_it_takes_away_again_and_what_is_read_again(typed: Typed, tmp_path: Path) -> None:
    typed("backup")
    typed("user", "disable", "panand", "--as", "adm")
    (tmp_path / "queue" / "taken" / "newer").mkdir()
    [made] = [path for path in (tmp_path / "queue" / "backup").iterdir() if path.name[:2] == "20"]
    code, said = typed("restore", str(made), "--replace")
    assert code == 0, said
    assert "- panand was disabled after the backup, and is again" in said
    assert "Read again from the inbox, for they are newer than the backup: newer" in said
    _, listed = typed("user", "list")
    assert any("panand" in line and "(disabled)" in line for line in listed.splitlines())


def test_a_restore_without_its_media_must_be_meant(typed: Typed, tmp_path: Path) -> None:
    code, said = typed("restore", str(tmp_path), "--incomplete", "--replace")
    assert (code, "[SP083]" in said) == (1, True), said


def test_a_database_restored_by_its_own_tools_is_told_so(typed: Typed) -> None:
    code, said = typed("restore", "--in-place", "2026-11-20T15:00Z")
    assert (code, "STAND-DOWN" in said) == (0, True), said
    assert "who was disabled since" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "name a backup's folder"),
        (("x", "--in-place", "2026-11-20T15:00Z"), "name a backup's folder"),
        (("--in-place", "yesterday"), "no time with its zone"),
        (("--in-place", "2026-11-20T15:00"), "no time with its zone"),
        (("--in-place", "0001-01-01T00:00+14:00"), "no time with its zone"),
        (("--in-place", "9999-12-31T23:00-14:00"), "no time with its zone"),
    ],
)
def test_a_restore_that_is_not_clear_is_refused(typed: Typed, words: tuple[str, ...], says: str) -> None:
    code, said = typed("restore", *words)
    assert (code, says in " ".join(said.split())) == (2, True), said


def test_a_dump_of_tomorrow_is_refused(typed: Typed) -> None:
    code, said = typed("restore", "--in-place", "2999-01-01T00:00Z")
    assert (code, "in the future" in said) == (1, True), said


@pytest.mark.parametrize("head", ["", "zzz", "0000", "0" * 63, "0" * 65, "0" * 63 + "g"])
def test_a_mistyped_head_is_no_cut_chain_and_an_empty_one_no_proof(typed: Typed, head: str) -> None:
    code, said = typed("records", "verify", "--head", head)
    assert (code, "64 hex digits" in " ".join(said.split())) == (2, True), said
    assert "cut or replaced" not in said


def test_a_head_that_was_noted_holds_in_capitals_too_and_another_does_not(typed: Typed) -> None:
    _, said = typed("records", "verify", "--json")
    head = json.loads(said)["head"]
    assert typed("records", "verify", "--head", head)[0] == 0
    assert typed("records", "verify", "--head", head.upper())[0] == 0
    assert typed("records", "verify", "--head", "0" * 64)[0] == 1
