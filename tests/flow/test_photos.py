"""Photos straight from a phone, from the drop folder to the networks: nothing private in them gets there."""

import hashlib
from collections.abc import Callable, Mapping

import pytest
from PIL import Image

from socialpub.sandbox.handle import Sandbox
from tests.flow.networks import Facebook, X
from tests.media import phone
from tests.town import ALT, Town

KINDS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "a JPEG on its side": ("IMG_2231.jpg", lambda: phone.jpeg(phone.scene(1600, 1200), orientation=6)),
    "an HEIC": ("IMG_2232.heic", lambda: phone.heic(phone.scene(1600, 1200))),
    "a PNG": ("IMG_2233.png", phone.png),
    "a WebP": ("IMG_2234.webp", phone.webp),
}


@pytest.fixture
def everywhere(plain: Town, sandbox: Sandbox) -> Town:
    """A town with a channel on every network."""
    sandbox.reset()
    X(sandbox, {}).open(plain)
    Facebook(sandbox, {}).open(plain)
    return plain


def _publish(here: Town, name: str, photo: bytes) -> None:
    here.drop(photos={name: photo})
    here.turn()
    here.approve()
    here.settle()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_private_in_a_photo_reaches_a_network(everywhere: Town, sandbox: Sandbox, kind: str) -> None:
    name, make = KINDS[kind]
    photo = make()
    assert any(secret in photo for secret in phone.SECRETS), "the photo has nothing to hide"
    _publish(everywhere, name, photo)
    for sent in _bytes_that_left(everywhere, sandbox):
        for private in (*phone.SECRETS, *phone.MARKS):
            assert private not in sent


def test_a_photo_on_its_side_stands_upright_everywhere(everywhere: Town, sandbox: Sandbox) -> None:
    _publish(everywhere, *_made("a JPEG on its side"))
    for post in sandbox.posts():
        assert [(each["width"], each["height"]) for each in post["media"]] == [(1200, 1600)]
    for file in everywhere.outbox.glob("*/*/*.jpg"):
        with Image.open(file) as shown:
            assert shown.size == (1200, 1600)


def test_the_alt_text_is_read_back_from_every_network(everywhere: Town, sandbox: Sandbox) -> None:
    _publish(everywhere, *_made("an HEIC"))
    assert [each["alt"] for post in sandbox.posts() for each in post["media"]] == [ALT, ALT]


def test_the_original_is_kept_as_it_came_and_published_nowhere(everywhere: Town, sandbox: Sandbox) -> None:
    name, photo = _made("a JPEG on its side")
    _publish(everywhere, name, photo)
    sha256 = hashlib.sha256(photo).hexdigest()
    assert everywhere.app.shelf.original(sha256).read_bytes() == photo
    assert photo not in _bytes_that_left(everywhere, sandbox)


def _made(kind: str) -> tuple[str, bytes]:
    name, make = KINDS[kind]
    return name, make()


def _bytes_that_left(here: Town, sandbox: Sandbox) -> list[bytes]:
    """Every picture that the networks and the outbox were given."""
    files = [file.read_bytes() for file in here.outbox.glob("*/*/*") if file.suffix in {".jpg", ".png", ".webp"}]
    hashes = [each["sha256"] for post in sandbox.posts() for each in post["media"]]
    shelf = here.app.shelf
    sent = [shelf.read_rendition(sha256) for sha256 in hashes]  # what arrived hashes to what was approved
    assert len(files) == 1
    assert len(sent) == 2
    return files + sent
