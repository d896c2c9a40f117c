"""The daemon's account reads what its caller may not; so a story is made of the caller's own files only."""

import os
from pathlib import Path

import pytest

from socialpub.intake.inbox import account_name
from tests.cli.shell import Desk
from tests.flow.networks import picture

#: Who calls sudo. Root can give files to anybody; everybody else has only their own.
CALLER = os.geteuid() or 54_321
SOMEBODY = 54_322


@pytest.fixture
def called(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Commands are typed as the spool's owner, through the sudo of an officer."""
    desk.yes("user", "add", "vlopez", "--role", "officer", "--os-user", account_name(CALLER), "--as", "adm")
    desk.yes("user", "add", "other", "--role", "officer", "--os-user", account_name(SOMEBODY), "--as", "adm")
    monkeypatch.setenv("SUDO_UID", str(CALLER))
    return desk


def _story(desk: Desk, owner: int, name: str = "bike") -> Path:
    folder = desk.story(name, 'text = "Look."\nphotos = [{file = "a.jpg", alt = "A blue bike."}]')
    (folder / "a.jpg").write_bytes(picture("navy"))
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner, -1)
    return folder


def _submitted(desk: Desk) -> str:
    return str(desk.yes("submit", _story(desk, CALLER), "--json").json["story"])


def test_what_is_their_own_is_taken_and_may_be_revised(called: Desk) -> None:
    story = _submitted(called)
    assert "revision 2" in called.yes("revise", story, called.folder / "bike" / "story.toml").out
    assert "revision 3" in called.yes("revise", story, called.folder / "bike").out


def test_what_belongs_to_another_is_not_read_for_them(called: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    story, theirs = _submitted(called), _story(called, CALLER, "theirs")
    monkeypatch.setenv("SUDO_UID", str(SOMEBODY))
    for words in (("submit", theirs), ("revise", story, theirs), ("revise", story, theirs / "story.toml")):
        answer = called(*words)
        assert answer.code == 1
        assert "belongs to another account" in answer.err
        assert "Look." not in answer.err


@pytest.mark.parametrize("how", ["symlink_to", "hardlink_to"])
def test_a_link_to_a_file_of_the_daemon_is_not_followed(called: Desk, how: str) -> None:
    secret = called.folder / "secret.jpg"
    secret.write_bytes(picture("red"))
    folder = _story(called, CALLER)
    (folder / "a.jpg").unlink()
    getattr(folder / "a.jpg", how)(secret)
    os.chown(folder / "a.jpg", CALLER, -1, follow_symlinks=False)
    answer = called("submit", folder)
    assert answer.code == 1
    assert "a link to another file" in answer.err or "a second name" in answer.err
    assert not list((called.spool / "media").glob("originals/*/*"))


def test_what_others_may_write_is_nobodys_word(called: Desk) -> None:
    folder = _story(called, CALLER)
    (folder / "story.toml").chmod(0o664)
    answer = called("submit", folder)
    assert (answer.code, "chmod go-w" in answer.err) == (1, True)


def test_the_first_of_all_accounts_sends_whose_folder_it_likes(called: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root reads everything anyway; `--as` says in whose name, and the records say who typed it."""
    folder = _story(called, CALLER)
    monkeypatch.setenv("SUDO_UID", "0")
    called.yes("submit", folder, "--as", "vlopez")


def test_what_is_screened_is_their_own_too(called: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are TOML as well, and hold passwords; a refusal may name what stands in a file."""
    theirs = _story(called, CALLER)
    monkeypatch.setattr("socialpub.cli.acting._is_owner", lambda uid, _spool: uid in {0, os.getuid()})
    for path in (theirs, theirs / "story.toml"):
        assert "1 findings" in called.yes("screen", path).out
    monkeypatch.setenv("SUDO_UID", str(SOMEBODY))
    lines = called.folder / "lines.jsonl"
    lines.write_text('{"text": "Look."}', "utf-8")
    os.chown(lines, CALLER, -1)
    for path in (theirs, theirs / "story.toml", lines, called.folder / "settings.toml"):
        answer = called("screen", path)
        assert (answer.code, answer.out) == (1, "")
    assert "belongs to another account" in called("screen", theirs).err
    monkeypatch.setenv("SUDO_UID", "0")
    called.yes("screen", lines)
