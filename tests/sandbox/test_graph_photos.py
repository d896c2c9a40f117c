"""A page's photos: alone, or waiting for their post, each used once, forgotten after a day."""

import hashlib
import json

import pytest

from tests.sandbox.plain import Page, X, multipart, png


def test_a_photo_alone_is_a_post(page: Page) -> None:
    reply = page.photo(png(6, 4), message="Look", alt_text_custom="A dog").json
    (row,) = page.sandbox.posts()
    assert (row["remote_id"], row["text"]) == (reply["post_id"], "Look")
    assert row["media"] == [
        {
            "sha256": hashlib.sha256(png(6, 4)).hexdigest(),
            "width": 6,
            "height": 4,
            "bytes": len(png(6, 4)),
            "alt": "A dog",
        }
    ]


def test_a_caption_is_a_message_too(page: Page) -> None:
    page.photo(png(2, 2), caption="Look")
    assert page.sandbox.posts()[0]["text"] == "Look"


def test_waiting_photos_are_shown_by_their_post_in_its_order(page: Page) -> None:
    one, two = page.waiting_photo(png(2, 2), alt_text_custom="One"), page.waiting_photo(png(3, 3))
    assert page.sandbox.posts() == []
    post_id = page.post_photos("Both", two, one).json["id"]
    assert [item["width"] for item in page.sandbox.posts()[0]["media"]] == [3, 2]
    fields = "attachments{media_type,target{id},subattachments{target{id},media{image{width}}}}"
    (album,) = page.listed(f"fields={fields}")["data"][0]["attachments"]["data"]
    assert album["media_type"] == "album"
    assert [item["target"]["id"] for item in album["subattachments"]["data"]] == [two, one]
    for photo in (one, two):
        assert page.ask("GET", f"{photo}?fields=page_story_id").json["page_story_id"] == post_id


def test_a_single_photo_is_the_attachment_itself(page: Page) -> None:
    photo = page.waiting_photo(png(2, 2))
    page.post_photos("One", photo)
    (attachment,) = page.listed("fields=attachments{media_type,target{id}}")["data"][0]["attachments"]["data"]
    assert attachment == {"media_type": "photo", "target": {"id": photo}}


def test_alt_text_can_be_read_back(page: Page) -> None:
    described = page.waiting_photo(png(2, 2), alt_text_custom="A dog 🐕")
    plain = page.waiting_photo(png(2, 2))
    fields = "fields=alt_text,alt_text_custom,width,page_story_id,images"
    read = page.ask("GET", f"{described}?{fields}").json
    assert (read["alt_text_custom"], read["width"], "page_story_id" in read) == ("A dog 🐕", 2, False)
    assert "alt_text_custom" not in page.ask("GET", f"{plain}?{fields}").json


def test_a_photo_is_posted_once(page: Page) -> None:
    photo = page.waiting_photo(png(2, 2))
    page.post_photos("One", photo)
    error = page.post_photos("Two", photo).json["error"]
    assert (error["code"], error["error_subcode"], len(page.sandbox.posts())) == (100, 1366051, 1)


def test_photos_may_come_numbered(page: Page) -> None:
    one, two = page.waiting_photo(png(2, 2)), page.waiting_photo(png(3, 3))
    numbered = {f"attached_media[{n}]": json.dumps({"media_fbid": one}) for n, one in enumerate((one, two))}
    assert page.post(message="Both", **numbered).status == 200
    assert len(page.sandbox.posts()[0]["media"]) == 2


@pytest.mark.parametrize(
    "attached",
    ["", "{", "5", "[5]", '[{"media_fbid": null}]', '[{"media_fbid": "404"}]', '["{]"]', "[" * 100_000],
)
def test_attached_media_that_makes_no_sense_is_refused(page: Page, attached: str) -> None:
    reply = page.post(message="Hi", attached_media=attached)
    assert (reply.status, reply.json["error"]["code"], page.sandbox.posts()) == (400, 100, [])


def test_the_same_photo_twice_in_a_post_and_a_foreign_one_are_refused(page: Page) -> None:
    mine = page.waiting_photo(png(2, 2))
    given = page.sandbox.order("POST", "accounts", {"platform": "facebook"})
    foreign = Page(page.sandbox, given["id"], given["access_token"]).waiting_photo(png(2, 2))
    assert page.post_photos("Twice", mine, mine).status == 400
    assert page.post_photos("Foreign", foreign).status == 400
    assert page.post_photos("Mine", mine).status == 200


def test_a_waiting_photo_vanishes_after_a_day_and_a_used_one_stays(page: Page) -> None:
    page.sandbox.clock("2026-11-22T12:00:00Z")
    used, unused = page.waiting_photo(png(2, 2)), page.waiting_photo(png(3, 3))
    page.post_photos("Used", used)
    page.sandbox.clock("2026-11-23T12:00:00Z")
    assert page.ask("GET", used).status == 200
    assert page.ask("GET", unused).status == 400
    assert page.post_photos("Too late", unused).status == 400


def test_a_waiting_photo_can_be_deleted_and_a_used_one_goes_with_its_post(page: Page) -> None:
    waiting, used = page.waiting_photo(png(2, 2)), page.waiting_photo(png(3, 3))
    post_id = page.post_photos("Used", used).json["id"]
    assert page.ask("DELETE", waiting).json == {"success": True}
    assert page.ask("DELETE", used).status == 400
    page.ask("DELETE", post_id)
    assert page.ask("GET", used).status == 400


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff", png(2, 2) + bytes(10_000_000)])
def test_what_is_no_picture_or_too_large_is_refused(page: Page, data: bytes) -> None:
    reply = page.photo(data)
    assert (reply.status, reply.json["error"]["code"]) == (400, 324)


def test_a_photo_without_a_file_is_refused(page: Page) -> None:
    body, headers = multipart({"url": "https://riverbend.example/a.jpg"}, {})
    assert page.ask("POST", f"{page.id}/photos", body, **headers).json["error"]["code"] == 100


def test_media_of_one_network_is_unknown_to_the_other(page: Page, x: X) -> None:
    assert page.post_photos("Hi", x.uploaded(png(2, 2))).status == 400
    assert x.post("Hi", page.waiting_photo(png(2, 2))).status == 400
