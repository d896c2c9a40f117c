"""Other words, pictures, accounts or times than were approved never go out: the approval falls, people hear of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from socialpub.model.outcome import Deferred
from socialpub.model.post import LinkCard, Media
from socialpub.model.states import DeliveryState as D
from socialpub.model.states import StoryState
from socialpub.store.audit import verify
from socialpub.store.database import StoreError
from socialpub.store.schema import ApprovedPost, Channel, Delivery, PostRow, Secret
from socialpub.store.vault import Vault
from tests import world
from tests.delivery.house import House
from tests.delivery.signing import sign

PHOTO = Media("a" * 64, "image/jpeg", 10, 10, 100)

Tamper = Callable[[Delivery], Any]


def _body(row: Delivery, **changes: Any) -> Any:
    body = {
        "platform": "plain",
        "texts": ["Buy gold"],
        "media": [],
        "link_card": None,
        "language": "en",
        "options": [],
    }
    return update(PostRow).where(PostRow.id == row.post_id).values(body={**body, **changes})


def _delivery(row: Delivery, **values: Any) -> Any:
    return update(Delivery).where(Delivery.id == row.id).values(**values)


TAMPERED: dict[str, Tamper] = {
    "its words": _body,
    "its language": lambda row: _body(row, texts=["Officers found a lost dog and brought it home."], language="es"),
    "its shape": lambda row: _body(row, media=[{"what": "is this"}]),
    "everything": lambda row: update(PostRow).where(PostRow.id == row.post_id).values(body=["no", "post"]),
    "its earliest time": lambda row: _delivery(row, not_before=row.not_before - timedelta(days=1)),
    "its deadline": lambda row: _delivery(row, deadline=row.deadline + timedelta(days=1)),
    "its digest": lambda row: _delivery(row, digest="0" * 64),
    "the approved digest": lambda row: (
        update(ApprovedPost).where(ApprovedPost.post_id == row.post_id).values(digest="0" * 64)
    ),
    "the account": lambda row: update(Channel).where(Channel.id == row.channel_id).values(account="somebody-else"),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_what_was_tampered_with_is_cancelled_and_its_approval_falls(house: House, tamper: Tamper) -> None:
    row = house.delivery()
    house.change(lambda tx: tx.session.execute(tamper(row)))
    house.send()
    assert (house.state(row), house.plain.visible) == (D.CANCELLED, [])
    assert "not what was approved" in house.row(row).reason
    assert house.approval_of(row).fell_at == house.clock.now
    assert house.story_of(row).state == StoryState.IN_REVIEW
    with house.db.reading() as session:
        assert verify(session).fault == ""


def test_pio_reviewers_and_officer_are_told_once(house: House) -> None:
    row = house.delivery()
    house.change(lambda tx: tx.session.execute(TAMPERED["its words"](row)))
    house.send()
    for audience in ("pio", "reviewers", "officer:jruiz"):
        assert [subject[:13] for subject in house.told(audience)] == ["Approve again"]


def test_a_row_that_the_database_cannot_read_holds_up_no_other(plain_house: House) -> None:
    ruined, well = plain_house.delivery(), plain_house.delivery()
    ruin = text("UPDATE posts SET body = CAST(x'ff' AS TEXT) WHERE id = :post")
    plain_house.change(lambda tx: tx.session.execute(ruin, {"post": ruined.post_id}))
    plain_house.send_due()
    assert plain_house.state(well) == D.DELIVERED
    assert len(plain_house.plain.visible) == 1


def test_nothing_else_of_that_approval_goes_out(house: House) -> None:
    row = house.delivery()

    def sibling(tx: Any) -> Delivery:
        from socialpub.store.schema import Approval, Revision

        under = tx.session.get_one(Approval, row.approval_id)
        of = tx.session.get_one(Revision, under.revision_id)
        return world.delivery(tx, world.channel(tx, platform="plain"), of=of, under=under, due=60, not_before=0)

    other: Delivery = house.change(sibling)
    house.change(lambda tx: tx.session.execute(TAMPERED["its words"](row)))
    house.send()
    house.clock.advance(60)
    house.send_due()
    assert (house.state(row), house.state(other), house.plain.visible) == (D.CANCELLED, D.CANCELLED, [])


def test_a_sibling_on_its_way_is_wished_back(house: House) -> None:
    row = house.delivery()

    def sibling(tx: Any) -> Delivery:
        from socialpub.store.schema import Approval, Revision

        under = tx.session.get_one(Approval, row.approval_id)
        of = tx.session.get_one(Revision, under.revision_id)
        return world.delivery(
            tx, world.channel(tx, platform="plain"), of=of, under=under, state=D.UNCONFIRMED, look_at=tx.now
        )

    other: Delivery = house.change(sibling)
    house.change(lambda tx: tx.session.execute(TAMPERED["its words"](row)))
    house.send()
    assert (house.state(other), house.row(other).wish) == (D.UNCONFIRMED, "cancel")


def test_a_damaged_picture_fails_with_what_to_do(house: House) -> None:
    row = house.delivery()
    sign(house, row, media=(PHOTO,))
    house.send()
    assert (house.state(row), house.plain.visible) == (D.FAILED, [])
    assert "Restore the spool's media" in house.row(row).reason
    assert len(house.told("pio")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"media": (Media("a" * 64, "image/jpeg", 10, 10, 100, captions_sha256="b" * 64),)},
        {"media": (Media("a" * 64, "image/jpeg", 10, 10, 100, poster_sha256="b" * 64),)},
        {"link_card": LinkCard("https://city.example/", thumb_sha256="b" * 64)},
    ],
)
def test_every_file_that_would_leave_is_read_first(house: House, changes: dict[str, Any]) -> None:
    house.files["a" * 64] = b"a photo"
    row = house.delivery()
    sign(house, row, **changes)
    house.send()
    assert (house.state(row), house.plain.visible) == (D.FAILED, [])


def test_with_all_its_files_it_goes(house: House) -> None:
    house.files |= {"a" * 64: b"a photo", "b" * 64: b"a picture of a link"}
    row = house.delivery()
    sign(house, row, media=(PHOTO,), link_card=LinkCard("https://city.example/", thumb_sha256="b" * 64))
    house.send()
    assert house.state(row) == D.DELIVERED
    assert house.plain.posts[0].media == (PHOTO,)


def test_credentials_that_cannot_be_opened_stop_the_channel_and_tell_people(house: House) -> None:
    """The key is another one: nothing is lost, and nothing is left in sending."""
    row = house.delivery()
    sealed = Vault(bytes(32)).seal(row.channel_id, {"token": "t"})
    house.change(lambda tx: tx.session.add(Secret(channel_id=row.channel_id, sealed=sealed, set_at=tx.now)))
    house.vault = lambda: Vault(b"another key".ljust(32))
    house.send()
    assert house.state(row) == D.DEFERRED
    assert "SP021" in house.channel_of(row).trouble
    assert len(house.told("administrators")) == 1
    house.vault, house.clock.now = lambda: Vault(bytes(32)), house.after(30)
    house.send()
    assert house.state(row) == D.DELIVERED


def test_a_missing_key_file_is_the_same(house: House) -> None:
    def no_key() -> Vault:
        raise StoreError("there is no secret key")

    row = house.delivery()
    sealed = Vault(bytes(32)).seal(row.channel_id, {"token": "t"})
    house.change(lambda tx: tx.session.add(Secret(channel_id=row.channel_id, sealed=sealed, set_at=tx.now)))
    house.vault = no_key
    house.send()
    assert (house.state(row), house.channel_of(row).trouble) == (D.DEFERRED, "there is no secret key")


def test_whatever_the_network_says_about_its_own_trouble_voids_no_approval(house: House) -> None:
    house.plain.ends, house.plain.shows = Deferred("503"), False
    row = house.delivery()
    house.send()
    assert house.approval_of(row).fell_at is None
    assert house.story_of(row).state == StoryState.APPROVED
