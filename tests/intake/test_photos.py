"""Photos as phones send them are taken, and nothing private of them leaves."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from socialpub.store.schema import Asset, Rendition
from tests.media import phone
from tests.town import Town

KINDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "IMG_2231.HEIC": ("image/heic", phone.heic),
    "photo.jpg": ("image/jpeg", phone.jpeg),
    "shot.png": ("image/png", phone.png),
    "web.webp": ("image/webp", phone.webp),
}


def _asset(here: Town) -> Asset:
    with here.app.db.reading() as session:
        return session.scalars(select(Asset)).one()


def _published(here: Town) -> bytes:
    with here.app.db.reading() as session:
        return here.app.shelf.read_rendition(session.scalars(select(Rendition.sha256)).one())


def test_a_photo_of_12_megapixels_with_a_place_in_it_is_taken_and_turned_upright(plain: Town) -> None:
    data = phone.jpeg(phone.scene(4032, 3024), orientation=6)
    plain.drop(photos={"IMG_2231.jpg": data})
    plain.turn()
    asset = _asset(plain)
    assert (asset.mime, asset.width, asset.height, asset.size) == ("image/jpeg", 3024, 4032, len(data))
    assert plain.app.shelf.original(asset.sha256).read_bytes() == data  # evidence: as received
    leaving = _published(plain)
    assert not [secret for secret in phone.SECRETS if secret in leaving]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_photo_is_taken_whatever_its_name_says(plain: Town, name: str) -> None:
    mime, make = KINDS[name]
    plain.drop(photos={"photo.dat": make()})
    plain.turn()
    assert _asset(plain).mime == mime
    assert not [secret for secret in phone.SECRETS if secret in _published(plain)]


def test_a_signed_release_is_kept_as_it_is(plain: Town) -> None:
    folder = plain.spool / "inbox" / ".r"
    folder.mkdir()
    (folder / "release.pdf").write_bytes(b"%PDF-1.7 signed")
    toml = 'text = "Maya found the dog."\n[[people]]\nname = "Maya"\nminor = true\nevidence = "release.pdf"\n'
    (folder / "story.toml").write_text(toml, "utf-8")
    folder.rename(folder.with_name("r"))
    assert plain.app.inbox.look() == 1
    asset = _asset(plain)
    assert (asset.kind, asset.name) == ("release", "release.pdf")
    kept = plain.spool / "media" / "evidence" / asset.sha256[:2] / asset.sha256
    assert kept.read_bytes() == b"%PDF-1.7 signed"
