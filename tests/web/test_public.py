"""The listener for photos: what an address names, to anybody, and not a word about anything else."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from socialpub.media.passes import LIFE, Passes
from socialpub.media.shelf import Shelf
from socialpub.settings import Public, SettingsError
from socialpub.web.public import serving
from tests.clock import SetClock
from tests.flow.networks import picture

KEPT = {"cache-control": "no-store", "x-content-type-options": "nosniff", "x-robots-tag": "noindex"}


@dataclass
class Door:
    port: int
    shelf: Shelf
    passes: Passes
    clock: SetClock = field(repr=False)

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            door.request(method, path)
            answer = door.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            door.close()


@contextmanager
def _open(folder: Path) -> Iterator[Door]:
    clock = SetClock()
    shelf, passes = Shelf(folder), Passes(b"k" * 32, clock)
    with serving(Public(port=_free()), passes, shelf.read_rendition) as port:
        yield Door(port, shelf, passes, clock)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return int(asked.getsockname()[1])


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with _open(tmp_path / "media") as made:
        yield made


def test_a_photo_is_served_as_its_bytes_and_nothing_is_kept_or_told(door: Door) -> None:
    data = picture("navy")
    path = "/" + door.passes.photo(door.shelf.keep_rendition(data))
    status, headers, body = door.ask(path)
    assert (status, body, headers["content-type"]) == (200, data, "image/jpeg")
    assert KEPT.items() <= headers.items()
    assert not {"server", "set-cookie", "x-powered-by"} & set(headers)
    status, headers, body = door.ask(path, "HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(data)))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
        ("GET", "/m/"),
        ("GET", f"/m/{'A' * 96}/{'a' * 16}.jpg"),
        ("GET", "/m/../originals/x.jpg"),
        ("GET", "/openapi.json"),
        ("POST", "/m/a/b.jpg"),
        ("DELETE", "/"),
        ("OPTIONS", "/"),
        ("HEAD", "/x"),
    ],
)
def test_all_else_is_an_empty_404(door: Door, method: str, path: str) -> None:
    status, headers, body = door.ask(path, method)
    assert (status, body) == (404, b"")
    assert KEPT.items() <= headers.items()
    assert not {"server", "set-cookie", "allow", "location"} & set(headers)


def test_a_good_address_with_anything_added_or_another_method_is_a_404(door: Door) -> None:
    path = "/" + door.passes.photo(door.shelf.keep_rendition(picture("navy")))
    for changed in (path + "/", path + "x", path.replace("/m/", "/M/"), path.upper()):
        assert door.ask(changed)[0] == 404, changed
    assert door.ask(path, "POST")[0] == 404
    assert door.ask(path + "?a=1")[0] == 200, "a question mark changes nothing"


def test_an_address_that_has_ended_is_a_404(door: Door) -> None:
    path = "/" + door.passes.photo(door.shelf.keep_rendition(picture("navy")))
    door.clock.advance(LIFE.total_seconds())
    assert door.ask(path)[0] == 404


def test_only_the_shelf_of_renditions_is_served_and_only_photos_on_it(door: Door) -> None:
    original = door.shelf.evidence(_file(door, picture("navy")))
    assert door.ask("/" + door.passes.photo(original))[0] == 404, "an original, or a signed release"
    no_photo = door.shelf.keep_rendition(b"<html>")
    assert door.ask("/" + door.passes.photo(no_photo))[0] == 404


def _file(door: Door, data: bytes) -> Path:
    path = Path(str(door.shelf._root) + ".jpg")
    path.write_bytes(data)
    return path


def test_bytes_that_changed_on_the_disk_are_not_served(door: Door) -> None:
    sha256 = door.shelf.keep_rendition(picture("navy"))
    [kept] = Path(door.shelf._root).glob(f"renditions/*/{sha256}")
    kept.chmod(0o600)
    kept.write_bytes(picture("olive"))
    assert door.ask("/" + door.passes.photo(sha256))[::2] == (404, b"")


def test_a_probe_is_answered(door: Door) -> None:
    path, wanted = door.passes.probe()
    status, headers, body = door.ask("/" + path)
    assert (status, body.decode()) == (200, wanted)
    assert headers["content-type"].startswith("text/plain")


def test_a_port_that_is_taken_is_refused_in_words(door: Door) -> None:
    with (
        pytest.raises(SettingsError, match=r"\[public\].*no photos .*SP033"),
        serving(Public(port=door.port), door.passes, door.shelf.read_rendition),
    ):
        pass
