"""A network that says it has the post although nobody sees it: a person is told, and nothing is sent again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from socialpub.model.states import DeliveryState
from socialpub.sandbox.handle import Sandbox
from tests.databases import upgraded
from tests.flow.networks import Facebook, X, picture
from tests.town import TEXT, Town, town


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Town]:
    """A town without a channel."""
    with upgraded("sqlite", tmp_path) as url, town(tmp_path, url) as made:
        yield made


def _approved(here: Town, sandbox: Sandbox, photos: dict[str, bytes]) -> None:
    sandbox.reset()
    network = Facebook if photos else X
    network(sandbox, photos).open(here)
    sandbox.clock(here.clock.now.isoformat())
    here.drop("a", photos=photos)
    here.turn()
    here.turn()
    here.approve()


def _later(here: Town, sandbox: Sandbox, hours: int) -> None:
    """Let that much time pass, in steps that grow."""
    for minutes in (1, 1, 1, 2, 5, 20, *[60] * hours):
        sandbox.clock((here.clock.now + timedelta(minutes=minutes)).isoformat())
        here.turn(minutes * 60)


def _calls(sandbox: Sandbox, path: str) -> int:
    return sum((r["method"], r["path"].endswith(path)) == ("POST", True) for r in sandbox.requests())


def test_a_text_that_x_calls_a_duplicate_is_sent_once_and_told(bare: Town, sandbox: Sandbox) -> None:
    here = bare
    _approved(here, sandbox, {})
    sandbox.clock((here.clock.now - timedelta(hours=9)).isoformat())
    account = sandbox.accounts()["x"][0]["id"]
    sandbox.order("POST", "posts", {"platform": "x", "account": account, "text": TEXT})
    sandbox.clock(here.clock.now.isoformat())
    _later(here, sandbox, 3)
    [row] = here.deliveries()
    assert row.state == DeliveryState.NEEDS_PERSON
    assert "duplicate content" in row.reason
    assert (_calls(sandbox, "/2/tweets"), len(sandbox.posts())) == (1, 1)


def test_photos_that_a_page_has_in_a_post_it_does_not_list_never_become_a_second_post(
    bare: Town, sandbox: Sandbox
) -> None:
    here = bare
    _approved(here, sandbox, {"a.jpg": picture("navy")})
    sandbox.fault("drop_after_commit", path="/feed$", method="POST")
    sandbox.fault("wrong_type", path="/published_posts$", status=200, body={"data": []}, times=1000)
    _later(here, sandbox, 26)
    [row] = here.deliveries()
    assert row.state == DeliveryState.NEEDS_PERSON
    assert "photos are in a post already" in row.reason
    assert (_calls(sandbox, "/feed"), _calls(sandbox, "/photos"), len(sandbox.posts())) == (2, 1, 1)
