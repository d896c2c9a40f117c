"""Only a plain file of a sane size is opened; nothing makes us wait or follow."""

import os
import socket
from pathlib import Path

import pytest

from socialpub.media.received import MAX_BYTES, received
from socialpub.media.refusal import MediaRefused
from tests.media.conftest import Keep


def refusal(path: Path) -> MediaRefused:
    with pytest.raises(MediaRefused) as refused, received(path):
        pass
    return refused.value


def test_a_plain_file_is_opened_at_its_start(keep: Keep) -> None:
    with received(keep(b"bytes")) as file:
        assert file.read() == b"bytes"


def test_a_link_is_never_followed(keep: Keep, tmp_path: Path) -> None:
    link = tmp_path / "photo.jpg"
    link.symlink_to(keep(b"secret"))
    assert "link" in refusal(link).reason


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path).reason


def test_a_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "photo.jpg")
    assert "plain file" in refusal(tmp_path / "photo.jpg").reason


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have a hundred characters only
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("photo.jpg")
        assert "plain file" in refusal(tmp_path / "photo.jpg").reason


def test_a_device_is_refused() -> None:
    assert "plain file" in refusal(Path("/dev/zero")).reason


@pytest.mark.parametrize("name", ["missing.jpg", "file/inside.jpg"])
def test_a_missing_file_is_asked_for(keep: Keep, tmp_path: Path, name: str) -> None:
    keep(b"").rename(tmp_path / "file")
    assert refusal(tmp_path / name).reason == "the file is not there"


def test_a_file_that_may_not_be_read_says_whose_leave_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    assert "account" in refusal(Path("photo.jpg")).remedy


def test_our_own_trouble_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(OSError, match="Too many"), received(Path("photo.jpg")):
        pass


@pytest.mark.parametrize("name", ["a\0b.jpg", "x" * 300])
def test_an_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).remedy


def test_a_file_too_large_is_refused_by_its_size_alone(keep: Keep) -> None:
    path = keep(b"")
    os.truncate(path, MAX_BYTES + 1)
    assert "40 MB" in refusal(path).reason
    os.truncate(path, MAX_BYTES)
    with received(path) as file:
        assert file.readable()
