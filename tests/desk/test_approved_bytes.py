"""An approval approves bytes: whatever is changed behind our back afterwards, nothing of it goes out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from socialpub.delivery.dispatch import dispatch
from socialpub.model.states import DeliveryState
from socialpub.store.schema import Channel, Delivery, PostRow, Rendition
from socialpub.store.transaction import Transaction
from tests.desk.stories import scheduled
from tests.flow.networks import picture
from tests.town import Town

Change = Callable[[Transaction, Delivery], None]


def _body(change: Callable[[dict[str, Any]], Any]) -> Change:
    def apply(tx: Transaction, row: Delivery) -> None:
        body = dict(tx.session.get_one(PostRow, row.post_id).body)
        body["media"] = [dict(media) for media in body["media"]]
        change(body)
        tx.session.execute(update(PostRow).where(PostRow.id == row.post_id).values(body=body))

    return apply


def _media(name: str, value: object) -> Change:
    return _body(lambda body: body["media"][0].update({name: value}))


def _set(name: str, value: object) -> Change:
    return _body(lambda body: body.update({name: value}))


def _delivery(**values: Any) -> Change:
    def apply(tx: Transaction, row: Delivery) -> None:
        given = {key: value(row) if callable(value) else value for key, value in values.items()}
        tx.session.execute(update(Delivery).where(Delivery.id == row.id).values(**given))

    return apply


def _account(tx: Transaction, row: Delivery) -> None:
    tx.session.execute(update(Channel).where(Channel.id == row.channel_id).values(account="another"))


CHANGES: dict[str, Change] = {
    "other words": _set("texts", ["Other words."]),
    "one more part": _body(lambda body: body["texts"].append("And more.")),
    "no words at all": _set("texts", []),
    "words that are no words": _set("texts", None),
    "another language": _set("language", "es"),
    "another network": _set("platform", "x"),
    "an option": _set("options", [["audience", "all"]]),
    "a link card": _set(
        "link_card", {"url": "https://e.example", "title": "", "description": "", "thumb_sha256": ""}
    ),
    "a picture less": _set("media", []),
    "another picture": _media("sha256", "0" * 64),
    "another alt text": _media("alt", "Something else."),
    "another type": _media("mime", "image/png"),
    "another width": _media("width", 1),
    "another height": _media("height", 1),
    "another size": _media("size", 1),
    "captions": _media("captions_sha256", "0" * 64),
    "captions' language": _media("captions_language", "es"),
    "a poster": _media("poster_sha256", "0" * 64),
    "a key nobody knows": _media("nonsense", 1),
    "a key less": _body(lambda body: body.pop("texts")),
    "another account": _account,
    "an earlier start": _delivery(not_before=lambda row: row.not_before - timedelta(hours=1)),
    "a later deadline": _delivery(deadline=lambda row: row.deadline + timedelta(hours=1)),
    "another digest": _delivery(digest="0" * 64),
}

OF_PICTURES = set(list(CHANGES)[list(CHANGES).index("a picture less") : list(CHANGES).index("a key less")])


@pytest.fixture
def delivery(plain: Town) -> str:
    plain.drop(photos={"a.jpg": picture("navy")})
    plain.turn()
    plain.approve()
    dispatch(plain.app.carrier)
    return plain.deliveries()[0].id


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_after_the_approval_goes_out_never(plain: Town, change: str) -> None:
    plain.drop(photos={"a.jpg": picture("navy")} if change in OF_PICTURES else {})
    plain.turn()
    plain.approve()
    dispatch(plain.app.carrier)
    with plain.app.db.transaction() as tx:
        CHANGES[change](tx, plain.deliveries()[0])
    for _ in range(3):
        plain.turn(60)
    assert plain.published() == []
    assert plain.states() == {DeliveryState.CANCELLED}


def test_every_column_of_a_picture_is_in_the_list_above() -> None:
    from dataclasses import fields

    from socialpub.model.post import Media, Post

    source = " ".join(CHANGES)
    words = {"sha256": "another picture", "mime": "type", "alt": "alt", "texts": "words", "media": "picture"}
    for field in (*fields(Media), *fields(Post)):
        word = words.get(field.name, field.name.split("_")[0].rstrip("s"))
        word = {"platform": "network"}.get(word, word)
        assert word in source, f"nobody changes {field.name}"


def test_another_post_in_its_place_goes_out_never(here: Town) -> None:
    first, second = scheduled(here), scheduled(here, "Officers read to children at the library.")
    rows = {row.id: row for row in here.deliveries()}
    with here.app.db.transaction() as tx:
        tx.session.execute(update(Delivery).where(Delivery.id == first).values(post_id=rows[second].post_id))
    here.settle()
    assert len(here.published()) == 1
    assert {row.id: row.state for row in here.deliveries()} == {
        first: DeliveryState.CANCELLED,
        second: DeliveryState.DELIVERED,
    }


def test_untouched_it_goes_out(plain: Town, delivery: str) -> None:
    plain.turn()
    assert plain.states() == {DeliveryState.DELIVERED}


def test_a_picture_changed_on_the_disk_goes_out_never(plain: Town, delivery: str) -> None:
    from sqlalchemy import select

    with plain.app.db.reading() as session:
        sha256 = session.scalars(select(Rendition.sha256)).one()
    path = plain.spool / "media" / "renditions" / sha256[:2] / sha256
    path.chmod(0o600)
    path.write_bytes(picture("red"))
    plain.turn()
    assert plain.published() == []
    assert plain.states() == {DeliveryState.FAILED}
    assert "a picture cannot be read" in plain.deliveries()[0].reason
