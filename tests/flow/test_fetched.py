"""A network that fetches photos for itself: from the drop folder to what the public sees, and what is told before."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy import select

from socialpub.model.states import DeliveryState
from socialpub.sandbox.handle import Sandbox
from socialpub.store.schema import FoundRow, PostRow
from tests.flow.networks import Facebook, Instagram
from tests.town import ALT, Town


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    sandbox.reset()
    return sandbox


def _photo(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "JPEG")
    return file.getvalue()


def _found(here: Town) -> list[str]:
    with here.app.db.reading() as session:
        return [row.finding["says"] for row in session.scalars(select(FoundRow))]


def _posts(here: Town) -> list[PostRow]:
    with here.app.db.reading() as session:
        return list(session.scalars(select(PostRow)))


def test_photos_are_fetched_as_approved(plain: Town, sandbox: Sandbox) -> None:
    Instagram(sandbox, {}).open(plain)
    plain.drop(photos={"a.jpg": _photo(1600, 900)}, channels=["instagram"])
    plain.turn()
    plain.approve()
    plain.settle()
    [post] = sandbox.posts()
    [row] = _posts(plain)
    assert [each["sha256"] for each in post["media"]] == [each["sha256"] for each in row.body["media"]]
    assert [each["alt"] for each in post["media"]] == [ALT]
    assert plain.states() == {DeliveryState.DELIVERED}


def test_several_photos_all_get_one_shape_so_that_none_is_cropped(plain: Town, sandbox: Sandbox) -> None:
    Instagram(sandbox, {}).open(plain)
    photos = {"a.jpg": _photo(1600, 900), "b.jpg": _photo(600, 1200), "c.jpg": _photo(640, 640)}
    plain.drop(photos=photos, channels=["instagram"])
    plain.turn()
    plain.approve()
    plain.settle()
    [post] = sandbox.posts()
    assert len(post["media"]) == 3
    assert all(each["width"] == each["height"] for each in post["media"])


@pytest.mark.parametrize(("width", "height"), [(3000, 500), (500, 3000)])
def test_a_photo_of_a_shape_it_does_not_take_is_padded(
    plain: Town, sandbox: Sandbox, width: int, height: int
) -> None:
    Instagram(sandbox, {}).open(plain)
    plain.drop(photos={"a.jpg": _photo(width, height)}, channels=["instagram"])
    plain.turn()
    plain.approve()
    plain.settle()
    [[media]] = [post["media"] for post in sandbox.posts()]
    assert 0.8 - 0.001 <= media["width"] / media["height"] <= 1.91 + 0.001


def test_without_a_public_address_it_is_told_before_the_approval(plain: Town, sandbox: Sandbox) -> None:
    Facebook.open(Instagram(sandbox, {}), plain)
    plain.drop(photos={"a.jpg": _photo(640, 640)})
    plain.turn()
    [says] = [says for says in _found(plain) if says.startswith("instagram will not get this story")]
    assert "[public]" in says
    assert [row.body["platform"] for row in _posts(plain)] == ["file"]


def test_a_story_without_a_photo_is_told_before_the_approval(plain: Town, sandbox: Sandbox) -> None:
    Instagram(sandbox, {}).open(plain)
    plain.drop()
    plain.turn()
    [says] = [says for says in _found(plain) if says.startswith("instagram will not get this story")]
    assert "takes no post without a photo; add a photo" in says


def test_more_tags_than_it_takes_are_told_before_the_approval(plain: Town, sandbox: Sandbox) -> None:
    Instagram(sandbox, {}).open(plain)
    text = "Officers helped at the food drive. " + " ".join(f"#tag{number}" for number in range(31))
    plain.drop(text=text, photos={"a.jpg": _photo(640, 640)})
    plain.turn()
    [says] = [says for says in _found(plain) if says.startswith("instagram will not get this story")]
    assert "31 hashtags, and Instagram takes 30" in says


def test_a_lost_answer_to_the_last_call_is_asked_about_and_never_posted_twice(plain: Town, sandbox: Sandbox) -> None:
    """The last call says that it is blocked, and the post is out."""
    Instagram(sandbox, {}).open(plain)
    sandbox.fault("error_after_commit", method="POST", path="media_publish", status=403, code=4, subcode=2207051)
    plain.drop(photos={"a.jpg": _photo(640, 640)}, channels=["instagram"])
    plain.turn()
    plain.approve()
    plain.settle(within=600)
    assert plain.states() == {DeliveryState.DELIVERED}
    assert len(sandbox.posts()) == 1


def test_photos_in_the_making_are_waited_for(plain: Town, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialpub.platforms.containers.PAUSE_S", 0.0)
    plain.clock.now = datetime.now(UTC)  # how long to wait is said by the network's clock, which is the real one
    Instagram(sandbox, {}).open(plain)
    sandbox.fault(
        "wrong_type", method="GET", path="/[0-9]{19}$", times=4, body={"id": "1", "status_code": "IN_PROGRESS"}
    )
    plain.drop(photos={"a.jpg": _photo(640, 640)}, channels=["instagram"])
    plain.turn()
    plain.approve()
    assert plain.settle(within=600) >= 30
    assert plain.states() == {DeliveryState.DELIVERED}
    assert len(sandbox.posts()) == 1
