"""Who is at the keyboard: the account, whoever stands behind sudo, and who may name somebody else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialpub.cli import acting
from socialpub.desk.declined import Declined
from socialpub.desk.people import add_person, disable_person, enable_person
from socialpub.intake.inbox import account_name
from socialpub.model.people import Role
from tests.cli.shell import Answer, Desk
from tests.town import Town, town

OWNER = os.getuid()
DESK = 54_321  # an account without a name: its number is its name


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town where the account DESK is `desk`, and where SUDO_UID is not set."""
    monkeypatch.delenv("SUDO_UID", raising=False)
    with town(tmp_path) as here:
        add_person(here.app.db, here.who("adm"), "desk", [Role.REVIEWER], str(DESK))
        yield here


def become(monkeypatch: pytest.MonkeyPatch, uid: int, sudo: int | None = None) -> None:
    monkeypatch.setattr(os, "getuid", lambda: uid)
    if sudo is not None:
        monkeypatch.setenv("SUDO_UID", str(sudo))


def test_root_and_the_owner_are_told_to_name_themselves(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_is_owner", lambda uid, _spool: uid in {0, 54_000})
    become(monkeypatch, 54_000)
    with pytest.raises(Declined, match='"54000" is nobody here; log in as yourself, or name yourself: --as NAME'):
        acting.acting(desk.app)
    become(monkeypatch, 54_000, sudo=54_323)
    with pytest.raises(Declined, match="user add NAME --role officer --os-user 54323"):
        acting.acting(desk.app)


def test_an_account_acts_as_its_person(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, DESK)
    who = acting.acting(desk.app)
    assert (who.name, who.via) == ("desk", f"os:{DESK}")


def test_who_came_by_sudo_acts_as_themselves(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, OWNER, sudo=DESK)
    who = acting.acting(desk.app)
    assert (who.name, who.via) == ("desk", f"os:{DESK}")


def test_nobody_but_the_owner_is_believed_about_sudo(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, 54_322, sudo=DESK)
    with pytest.raises(Declined, match='"54322" is nobody here'):
        acting.acting(desk.app)


@pytest.mark.parametrize("said", ["", "-1", "desk", "0x0"])
def test_a_sudo_that_says_no_number_is_not_believed(desk: Town, said: str) -> None:
    assert acting.behind(OWNER, desk.spool, {"SUDO_UID": said}) == OWNER


def test_the_owner_may_name_somebody_else_and_the_records_say_so(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    who = acting.acting(desk.app, "mhale")
    assert who.name == "mhale"
    assert who.via.startswith("as:")


def test_who_came_to_the_owner_by_sudo_may_name_nobody_else(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_is_owner", lambda uid, _spool: uid in {0, 54_000})
    become(monkeypatch, 54_000, sudo=DESK)
    with pytest.raises(Declined, match="--as is for root"):
        acting.acting(desk.app, "mhale")


def test_another_account_may_name_nobody_else(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, DESK)
    with pytest.raises(Declined, match="--as is for root"):
        acting.acting(desk.app, "mhale")


def test_who_came_to_the_owner_by_sudo_may_not_restore(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_is_owner", lambda uid, _spool: uid in {0, 54_000})
    become(monkeypatch, 54_000, sudo=DESK)
    with pytest.raises(Declined, match="not for who became the owner by sudo: become root first"):
        acting.owner(desk.spool)


def test_another_account_may_not_restore(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, DESK)
    with pytest.raises(Declined, match="for root and for the owner"):
        acting.owner(desk.spool)


@pytest.mark.parametrize("sudo", [0, 54_000])
def test_the_owner_itself_and_root_through_it_may_restore(
    desk: Town, monkeypatch: pytest.MonkeyPatch, sudo: int
) -> None:
    monkeypatch.setattr(acting, "_is_owner", lambda uid, _spool: uid in {0, 54_000})
    become(monkeypatch, 54_000, sudo=sudo)
    who = acting.owner(desk.spool)
    assert (who.name, who.via) == (f"os:{account_name(sudo)}", "owner")


def test_where_there_is_no_spool_yet_whoever_makes_it_may_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, DESK, sudo=54_001)
    assert acting.owner(tmp_path / "new").name == f"os:{DESK}"


def _line(here: Town, *words: str) -> Answer:
    (here.app.spool.parent / "settings.toml").write_text(f'[queue]\ndir = "{here.app.spool}"\n', "utf-8")
    return Desk(here.app.spool.parent)(*words)


READS = (("queue",), ("deliveries",), ("calendar",), ("holds",), ("user", "list"), ("channel", "list"),
         ("channel", "verify", "outbox"), ("show", "st"), ("records", "verify"), ("backup",))  # fmt: skip


@pytest.mark.parametrize("verb", READS)
def test_nobody_reads_who_is_unknown_or_whose_access_was_ended(
    desk: Town, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    monkeypatch.setattr(acting, "_is_owner", lambda uid, _spool: uid in {0, 54_000})
    become(monkeypatch, 54_000, sudo=54_323)
    unknown = _line(desk, *verb)
    assert unknown.code == 1
    assert "user add NAME --role officer --os-user 54323" in unknown.err
    disable_person(desk.app.db, desk.who("adm"), "desk")
    become(monkeypatch, 54_000, sudo=DESK)
    ended = _line(desk, *verb)
    assert ended.code == 1
    assert "socialpub user enable desk" in ended.err
    enable_person(desk.app.db, desk.who("adm"), "desk")
    assert "nobody here" not in _line(desk, *verb).err


def test_root_and_the_owner_read_without_being_anybody(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_is_owner", lambda uid, _spool: uid in {0, 54_000})
    become(monkeypatch, 54_000)
    assert acting.reader(desk.app).roles == frozenset()
    assert _line(desk, "queue").code == 0
    become(monkeypatch, 54_000, sudo=DESK)
    assert acting.reader(desk.app).name == "desk"


def test_who_was_disabled_is_never_told_to_be_added_again(desk: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    disable_person(desk.app.db, desk.who("adm"), "desk")
    become(monkeypatch, DESK)
    with pytest.raises(Declined, match=r"is desk, whose access was ended; .* socialpub user enable desk"):
        acting.acting(desk.app)
    with pytest.raises(Declined, match=r"acted as desk already; .* socialpub user enable desk"):
        add_person(desk.app.db, desk.who("adm"), "desk2", [Role.OFFICER], str(DESK))
