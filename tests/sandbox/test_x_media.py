"""Uploads to X: in one piece, in many, with alt text, and what is refused."""

import base64
import hashlib

import pytest

from tests.sandbox.plain import NOON, X, multipart, png


def test_bytes_arrive_unchanged_in_multipart_and_in_json(x: X) -> None:
    picture = png(7, 5) + bytes(range(256))
    body = {"media": base64.b64encode(picture).decode(), "media_category": "tweet_image"}
    for number, reply in enumerate((x.upload(picture), x.ask("POST", "media/upload", body))):
        data = reply.json["data"]
        assert (reply.status, data["size"], data["image"]) == (
            200,
            len(picture),
            {"w": 7, "h": 5, "image_type": "image/png"},
        )
        x.post(f"Post {number}", data["id"])
    sha256 = hashlib.sha256(picture).hexdigest()
    assert [row["media"] for row in x.sandbox.posts()] == 2 * [
        [{"sha256": sha256, "width": 7, "height": 5, "bytes": len(picture), "alt": ""}]
    ]


def _pieces(x: X, *pieces: bytes, total: int | None = None) -> str:
    size = sum(map(len, pieces)) if total is None else total
    body = {"media_type": "image/png", "total_bytes": size, "media_category": "tweet_image"}
    media_id = str(x.ask("POST", "media/upload/initialize", body).json["data"]["id"])
    for index, piece in enumerate(pieces):
        sent, headers = multipart({"segment_index": str(index)}, {"media": piece})
        assert x.ask("POST", f"media/upload/{media_id}/append", sent, **headers).status == 200
    return media_id


def test_a_picture_in_pieces_is_one_picture(x: X) -> None:
    picture = png(9, 4)
    media_id = _pieces(x, picture[:20], picture[20:])
    assert x.post("Too early", media_id).status == 400
    pending = x.ask("GET", f"media/upload?media_id={media_id}&command=STATUS").json["data"]
    assert pending["processing_info"]["state"] == "pending"
    done = x.ask("POST", f"media/upload/{media_id}/finalize").json["data"]
    assert (done["id"], done["size"]) == (media_id, len(picture))
    state = x.ask("GET", f"media/upload?media_id={media_id}").json["data"]["processing_info"]["state"]
    assert (state, x.post("Now", media_id).status) == ("succeeded", 201)


def test_a_piece_may_come_as_base64_and_again(x: X) -> None:
    picture = png(3, 3)
    media_id = _pieces(x, b"wrong", total=len(picture))
    piece = {"media": base64.b64encode(picture).decode(), "segment_index": 0}
    assert x.ask("POST", f"media/upload/{media_id}/append", piece).status == 200
    assert x.ask("POST", f"media/upload/{media_id}/finalize").status == 200


def test_pieces_that_do_not_add_up_are_a_400(x: X) -> None:
    assert x.ask("POST", f"media/upload/{_pieces(x, png(2, 2), total=5)}/finalize").status == 400
    assert x.ask("POST", f"media/upload/{_pieces(x)}/finalize").status == 400
    assert x.ask("POST", "media/upload/123/finalize").status == 400
    assert x.ask("POST", f"media/upload/{x.uploaded(png(2, 2))}/finalize").status == 400


@pytest.mark.parametrize(
    "body",
    [
        *[{}, {"media": "aGk="}, {"media": "aGk=", "media_category": "selfie"}],
        *[
            {"media": "not base64!", "media_category": "tweet_image"},
            {"media": 5, "media_category": "tweet_image"},
        ],
        *[{"media": "aGk=", "media_category": "tweet_image"}],
        {"media": "aGk=", "media_category": "tweet_image", "media_type": "image/png"},
    ],
)
def test_an_upload_the_description_does_not_allow_is_a_400(x: X, body: dict[str, object]) -> None:
    assert x.ask("POST", "media/upload", body).status == 400


def test_a_body_of_another_kind_is_a_400(x: X) -> None:
    assert x.ask("POST", "media/upload", b"raw bytes", **{"content-type": "image/png"}).status == 400
    assert x.ask("POST", "media/upload", b"--", **{"content-type": "multipart/form-data"}).status == 400
    broken = {"content-type": "multipart/form-data; boundary=mark"}
    assert x.ask("POST", "media/upload", b"--mark\r\nnonsense", **broken).status == 400


def test_an_image_above_five_megabytes_is_a_400(x: X) -> None:
    assert x.upload(png(2, 2) + bytes(5_242_880)).status == 400


def test_alt_text_comes_before_the_post_or_not_at_all(x: X) -> None:
    media_id = x.uploaded(png(2, 2))
    described = {"id": media_id, "metadata": {"alt_text": {"text": "A dog 🐕"}}}
    assert x.ask("POST", "media/metadata", described).json["data"]["id"] == media_id
    x.post("Look", media_id)
    described["metadata"] = {"alt_text": {"text": "A cat"}}
    x.ask("POST", "media/metadata", described)
    assert x.sandbox.posts()[0]["media"][0]["alt"] == "A dog 🐕"


def test_alt_text_is_1000_characters_for_media_that_exists(x: X) -> None:
    media_id = x.uploaded(png(2, 2))
    for one, length, status in ((media_id, 1000, 200), (media_id, 1001, 400), ("123", 5, 400)):
        described = {"id": one, "metadata": {"alt_text": {"text": "é" * length}}}
        assert x.ask("POST", "media/metadata", described).status == status


def test_an_upload_says_how_long_it_is_kept(x: X) -> None:
    x.sandbox.clock(NOON)
    assert x.upload(png(2, 2)).json["data"]["expires_after_secs"] == 86_400
    assert x.ask("POST", "media/upload/initialize", {}).json["data"]["expires_after_secs"] == 1_295_999
