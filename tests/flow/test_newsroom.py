"""A story on its way into the department's own archive, and out of it again."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from socialpub.checks.found import Ground
from socialpub.checks.rows import accounts
from socialpub.cli.showing import anything
from socialpub.desk.channels import add_channel
from socialpub.desk.deliveries import retract
from socialpub.model.states import DeliveryState
from tests.flow.networks import picture
from tests.platforms.newsroom_reader import Archive
from tests.town import ALT, TEXT, Town

ADDRESS = "https://news.porthalyardpd.example"
#: A program whose words are none of the story's own.
PROGRAM: dict[str, Any] = {"program": "bike_registration", "when": "2026-11-02"}


@pytest.fixture
def news(plain: Town) -> Town:
    folder = (plain.spool / "newsroom").as_uri()
    add_channel(plain.app.db, plain.who("adm"), plain.app.vault, "news", "newsroom", ADDRESS, {}, folder)
    plain.drop(photos={"a.jpg": picture("navy")}, **PROGRAM)
    plain.turn()
    return plain


def _archive(news: Town) -> Archive:
    return Archive(news.spool / "newsroom" / "site")


def _sheet(news: Town, session: Session) -> str:
    app = news.app
    return anything(session, news.story().id, app.zone, app.spool / "media", app.limits)[1]


def test_who_approves_reads_the_title_and_all_else_that_will_be_shown(news: Town) -> None:
    with news.app.db.reading() as session:
        sheet = _sheet(news, session)
    for words in ("option title", 'option program: "bike_registration"', 'option when: "2026-11-02"'):
        assert sheet.count(words) == 1
    heads = {line.split()[2]: line for line in sheet.splitlines() if line.startswith("Post for ")}
    assert {name for name, line in heads.items() if "not the real network" in line} == {"outbox"}


def test_an_approved_story_is_archived_with_whose_it_is_and_when(news: Town) -> None:
    news.approve()
    news.settle()
    assert news.states() == {DeliveryState.DELIVERED}
    found = _archive(news)
    found.check()
    [key] = found.shown
    page = next(page for page in found.pages if page.path.parent.name == key)
    assert page.one("title").text.endswith(" – Port Halyard Police Department")
    assert page.one("h1").text == TEXT
    assert [image.attributes["alt"] for image in page.all("img")] == [ALT]
    assert found.listed("programs/bike-registration.html") == [key]
    assert found.data[key]["published"].endswith(("-05:00", "-04:00"))
    assert found.json_feed["items"][0]["url"] == f"{ADDRESS}/items/{key}/"


def test_what_is_taken_down_leaves_a_notice(news: Town) -> None:
    news.approve()
    news.settle()
    for row in news.deliveries():
        retract(news.app.db, news.who("panand"), row.id, "a parent asked")
    news.turn(1)
    assert news.states() == {DeliveryState.RETRACTED}
    found = _archive(news)
    found.check()
    assert found.shown == []
    assert len(found.listed("removed.html")) == 1
    assert TEXT not in "".join(page.one("body").text for page in found.pages)
    assert not list(found.folder.rglob("*.jpg"))


def test_the_start_up_check_knows_it_for_the_real_place(news: Town) -> None:
    with news.app.db.reading() as session:
        told = [found for found in accounts(Ground(news.app.settings, news.clock), session) if found.code == "SP153"]
    assert [found.words.split(" ")[0] for found in told] == ["outbox"]
