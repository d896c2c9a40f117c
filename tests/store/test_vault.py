"""Credentials: sealed to their channel, unreadable without the key, and nowhere on disk in the clear."""

import base64
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.store.database import Database, StoreError
from socialpub.store.schema import Secret
from socialpub.store.vault import Vault, make_key, read_key
from tests import world

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
CANARY = "canary-7f3a-do-not-leak"


@given(st.text(), st.dictionaries(st.text(), st.text(), max_size=4))
def test_what_is_sealed_for_a_channel_opens_for_it(channel: str, secret: dict[str, str]) -> None:
    channel = channel.encode("utf-8", "replace").decode()
    assert Vault(KEY).unseal(channel, Vault(KEY).seal(channel, secret)) == secret


def test_the_credentials_of_one_channel_do_not_open_for_another() -> None:
    sealed = Vault(KEY).seal("facebook-main", {"token": CANARY})
    with pytest.raises(StoreError, match="SP021"):
        Vault(KEY).unseal("facebook-second", sealed)


def test_another_key_is_told_with_the_remedy() -> None:
    sealed = Vault(KEY).seal("facebook-main", {"token": CANARY})
    with pytest.raises(StoreError, match=r"another key.*Put the old key back.*SP021") as told:
        Vault(OTHER_KEY).unseal("facebook-main", sealed)
    assert CANARY not in str(told.value)


def test_any_changed_or_missing_byte_is_found() -> None:
    sealed = Vault(KEY).seal("facebook-main", {"token": CANARY})
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        for broken in (changed, sealed[:place]):
            with pytest.raises(StoreError, match="SP021"):
                Vault(KEY).unseal("facebook-main", broken)


def test_the_same_secret_sealed_twice_looks_different() -> None:
    assert Vault(KEY).seal("x-main", {"token": CANARY}) != Vault(KEY).seal("x-main", {"token": CANARY})


def test_nothing_of_a_secret_is_in_the_file_nor_beside_it(sqlite_db: Database, tmp_path: Path) -> None:
    with sqlite_db.transaction() as tx:
        channel = world.channel(tx, name="canary-in-the-clear")
        sealed = Vault(KEY).seal(channel.id, {"token": CANARY})
        tx.session.add(Secret(channel_id=channel.id, sealed=sealed, set_at=tx.now))
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert any(name.endswith("-wal") for name in written)
    assert any(b"canary-in-the-clear" in content for content in written.values())  # the scan can see
    assert [name for name, content in written.items() if CANARY.encode() in content] == []
    with sqlite_db.reading() as session:
        kept = session.get_one(Secret, channel.id).sealed
    assert Vault(KEY).unseal(channel.id, kept) == {"token": CANARY}


def test_a_made_key_is_readable_by_its_owner_only_and_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    old = os.umask(0)
    try:
        make_key(file)
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(read_key("", file)) == 32


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    make_key(file)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        make_key(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o620])
def test_a_key_file_that_others_may_touch_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "secret.key"
    make_key(file)
    file.chmod(mode)
    with pytest.raises(StoreError, match=r"others may read it; run: chmod 600 .*secret\.key.*SP023"):
        read_key("", file)


def test_the_environments_key_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    make_key(file)
    assert read_key(base64.b64encode(KEY).decode(), file) == KEY


def test_a_missing_key_is_told_with_the_place_to_read(tmp_path: Path) -> None:
    for nowhere in (None, tmp_path / "secret.key"):
        with pytest.raises(StoreError, match=r"there is no secret key.*SP022"):
            read_key("", nowhere)


@pytest.mark.parametrize("content", [b"not base64!", b"\xff\xfe", b"====="])
def test_a_key_file_with_something_else_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(StoreError, match="SP020"):
        read_key("", file)


def test_a_folder_in_place_of_the_key_file_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(StoreError, match=r"cannot be read.*SP022"):
        read_key("", tmp_path)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(StoreError, match=r"must be 32 bytes.*SP020"):
        Vault(bytes(length))
