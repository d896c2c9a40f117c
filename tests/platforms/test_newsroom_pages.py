"""What the newsroom's readers see: pages, lists and feeds, with whatever words somebody wrote."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialpub.model.outcome import Delivered, Receipt
from socialpub.model.post import LinkCard, Post
from socialpub.platforms.newsroom_groups import program_file, program_key, program_name
from socialpub.platforms.newsroom_html import paragraphs
from socialpub.platforms.newsroom_item import UNSHOWABLE, Item, decode, encode
from socialpub.platforms.newsroom_pages import entry_page, written
from socialpub.platforms.newsroom_style import STYLE
from tests.platforms.double import JournalDouble
from tests.platforms.newsroom_reader import ATOM, Page, entries, words
from tests.platforms.newsroom_rig import ADDRESS, OWNER, NewsroomRig

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; --</p></div></main></body></html><!--",
    "&lt;b&gt; &amp;amp; &#60; ]]> <![CDATA[",
    "\u202eright to left\u2066 without an end",
    "javascript:alert(1) data:text/html,x https://a.example.org/\"onmouseover='x'",
    "https://example.org/<script>?a=1&b=\"2\"&c='3'",
    "a" * 20_000,
    "https://example.org/" + "a/" * 9_000,
    "\r\n\r\nline\rline\r\n\tline\u2028line\u2029\u00a0",
    "👮🏽‍♀️ ¡Olé! Ñandú 中文 العربية",
]


@pytest.fixture
def rig(tmp_path: Path) -> NewsroomRig:
    return NewsroomRig(tmp_path / "newsroom")


# --- one item -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_written_stays_words(rig: NewsroomRig, text: str) -> None:
    photo = rig.shelf.add(1, text[:900].strip() or "A bike")
    title = f"§ {text[:90]}"
    rig.published("hostile", text, media=[photo], title=title, program=title)
    rig.published("after", "Another story")
    rig.archive.check()
    page = rig.page("hostile")
    assert page.one("h1").text == title
    assert _evened(page.one("div", "text").text) == _evened(text)
    assert page.one("img").attributes["alt"] == photo.alt
    assert rig.archive.data["hostile"]["text"] == text
    entry = next(each for each in entries(rig.archive.atom) if words(each, "id").endswith("/hostile/"))
    assert _evened(words(entry, "title")) == _evened(title)
    assert rig.archive.json_feed["items"][1]["content_text"] == text


def _evened(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_only_links_are_followed_and_only_to_the_web(rig: NewsroomRig) -> None:
    rig.published(
        "item", "See example.org/a?b=1&c=2, http://example.com. Or mail a@example.org, javascript:alert(1)!"
    )
    links = [
        each.attributes["href"] for each in rig.page("item").all("a") if each.below[-3:] == ["article", "div", "p"]
    ]
    assert links == ["https://example.org/a?b=1&c=2", "http://example.com"]


def test_blank_lines_part_paragraphs_and_lines_stay_lines() -> None:
    assert paragraphs("One\ntwo\n\n\n  three\r\n\r\n four\n \n") == [
        "<p>One<br>two</p>",
        "<p>three</p>",
        "<p>four</p>",
    ]


def test_words_are_told_in_their_own_language_and_direction(rig: NewsroomRig) -> None:
    rig.published("es", "Gracias a todos. Hasta pronto.", language="es", title="Gracias a todos.")
    page = rig.page("es")
    assert page.one("title").attributes["lang"] == "es"
    for element in (page.one("h1"), page.one("div", "text")):
        assert (element.attributes["lang"], element.attributes["dir"]) == ("es", "auto")
    [in_list] = Page(rig.site / "index.html").all("h2")
    assert in_list.attributes["dir"] == "auto"
    assert 'lang="es">Gracias' in (rig.site / "index.html").read_text("utf-8")


def test_a_story_of_one_sentence_is_not_said_twice(rig: NewsroomRig) -> None:
    rig.published("short", "Thank you, all!", title="Thank you, all!")
    rig.published("linked", "See example.org", title="See example.org")
    assert rig.page("short").one("main").text.count("Thank you, all!") == 1
    assert rig.page("linked").one("main").text.count("See example.org") == 2


def test_a_post_without_a_title_is_headed_by_its_first_line(rig: NewsroomRig) -> None:
    rig.published("line", "A first line\nand more")
    rig.published("long", "word " * 100)
    assert rig.page("line").one("h1").text == "A first line"
    assert rig.page("long").one("h1").text == "word " * 20 + "word…"


def test_the_event_and_the_program_are_told(rig: NewsroomRig) -> None:
    rig.published("item", program="coffee_with_a_cop", when="2026-12-01")
    facts = rig.page("item").one("article").text
    assert "Event: December 1, 2026" in facts
    assert "Program: Coffee with a cop" in facts


def test_a_link_card_is_a_link_with_its_words(rig: NewsroomRig) -> None:
    card = LinkCard("https://example.org/a?b&c", "A <title>", "Said & done")
    post = Post("newsroom", ("See this.",), link_card=card)
    assert isinstance(rig.platform.deliver(post, rig.account, JournalDouble(key="card")), Delivered)
    [link] = [each for each in rig.page("card").all("a") if each.attributes["href"] == card.url]
    assert link.text == "A <title>"
    assert "Said & done" in rig.page("card").one("article").text
    rig.archive.check()


# --- lists --------------------------------------------------------------------------------------------------------


def test_every_item_stands_in_the_lists_it_belongs_to_and_in_no_other(rig: NewsroomRig) -> None:
    rig.published("a", program="car_seats")
    rig.published("b", program="Car Seats", language="es")
    rig.now += timedelta(days=40)
    rig.published("c")
    assert rig.archive.listed("index.html") == ["c", "b", "a"]
    assert rig.archive.listed("dates/2026-11.html") == ["b", "a"]
    assert rig.archive.listed("dates/2026-12.html") == ["c"]
    assert rig.archive.listed("programs/car-seats.html") == ["b", "a"]
    assert rig.archive.listed("languages/es.html") == ["b"]
    assert rig.archive.listed("languages/en.html") == ["c", "a"]
    assert "Car seats (2 items)" in Page(rig.site / "programs/index.html").one("main").text
    assert "December 2026 (1 item)" in Page(rig.site / "dates/2026.html").one("main").text
    assert "2026 (3 items)" in Page(rig.site / "dates/index.html").one("main").text


def test_a_list_nobody_is_in_any_more_goes(rig: NewsroomRig) -> None:
    rig.published("a", program="car_seats", language="es")
    rig.platform.retract(Receipt("a"), rig.account)
    made = {path.relative_to(rig.site).as_posix() for path in rig.site.glob("*/*.html")}
    assert made == {"dates/index.html", "languages/index.html", "programs/index.html"}
    assert "Nothing is published here yet." in Page(rig.site / "index.html").one("main").text
    rig.archive.check()


def test_a_long_list_goes_on_and_a_new_item_changes_none_of_its_older_parts(rig: NewsroomRig) -> None:
    keys = [f"item-{number:03}" for number in range(180)]
    made = encode(Item("item-000", datetime(2026, 11, 1, 12, tzinfo=UTC), "A title", "Some words", "en", "bikes"))
    rig.published("first", program="bikes")
    for minute, key in enumerate(keys):
        place = rig.site / "items" / key
        place.mkdir()
        stamp = f"2026-11-02T{minute // 60:02}:{minute % 60:02}:00+00:00"
        data = made.replace(b"item-000", key.encode()).replace(b"2026-11-01T12:00:00+00:00", stamp.encode())
        (place / "item.json").write_bytes(data)
        (place / "index.html").write_bytes(entry_page(decode(data), OWNER))
    rig.published("newest", program="bikes")
    before = rig.archive.tree()
    rig.published("last", program="bikes")
    wanted = ["last", "newest", "first", *reversed(keys)]
    for base in ("programs/bikes.html", "dates/2026-11.html", "languages/en.html"):
        assert rig.archive.group(base) == wanted
    changed = {path for path, sha256 in rig.archive.tree().items() if before.get(path) != sha256}
    assert not {path for path in changed if re.search(r"\.\d+\.html", path)}
    assert {"programs/bikes.1.html", "programs/bikes.2.html", "programs/bikes.3.html"} <= before.keys()
    assert rig.archive.listed("index.html") == wanted[:20]
    rig.archive.check()


def test_programs_that_are_written_alike_are_one_and_others_never_share_a_file() -> None:
    assert program_key("coffee_with_a_cop") == program_key(" Coffee with a  Cop") == "coffee-with-a-cop"
    assert program_key("Café") == "cafe"
    odd = ["index", "a b", "a+b", "a_b!", "中文", "中国", "ñandú 中", "x" * 100, "x" * 101, "../../etc", "", "!"]
    assert len({program_file(name) for name in odd} - {"a-b.html"}) == len(odd) - 3
    assert all(re.fullmatch(r"[a-z0-9-]+\.html", program_file(name)) for name in odd)
    assert program_file("index") != "index.html"
    assert program_name("__coffee__with a_cop") == "Coffee with a cop"


def test_dates_are_written_the_same_on_every_machine() -> None:
    assert written(datetime(2026, 5, 9, tzinfo=UTC)) == "May 9, 2026"


# --- feeds --------------------------------------------------------------------------------------------------------


def test_the_atom_feed_has_what_rfc_4287_asks_for(rig: NewsroomRig) -> None:
    rig.published("older")
    rig.published("newer", "Gracias & <más>", language="es", program="car_seats", media=[rig.shelf.add(1, "A bike")])
    feed = rig.archive.atom
    assert feed.tag == f"{ATOM}feed"
    assert (words(feed, "id"), words(feed, "title")) == (ADDRESS + "/", OWNER)
    assert [name.text for name in feed.iterfind(f"{ATOM}author/{ATOM}name")] == [OWNER]
    links = {each.attrib["rel"]: each.attrib["href"] for each in feed.iterfind(f"{ATOM}link")}
    assert links == {"alternate": ADDRESS + "/", "self": ADDRESS + "/feed.xml"}
    first, second = entries(feed)
    assert [words(each, "id") for each in (first, second)] == [f"{ADDRESS}/items/{k}/" for k in ("newer", "older")]
    assert words(first, "title") == "Gracias & <más>"
    assert first.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "es"
    assert words(first, "updated") == words(feed, "updated") == "2026-11-20T00:30:00-05:00"
    assert f'<img src="{ADDRESS}/items/newer/photo-1-' in words(first, "content")
    assert "Gracias &amp; &lt;más&gt;" in words(first, "content")
    assert [each.attrib["label"] for each in first.iterfind(f"{ATOM}category")] == ["Car seats"]


def test_the_json_feed_has_the_shape_of_version_1_1(rig: NewsroomRig) -> None:
    rig.published("item", "Gracias", language="es", program="car_seats", media=[rig.shelf.add(1, "A bike")])
    feed = rig.archive.json_feed
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["title"], feed["home_page_url"], feed["feed_url"]) == (OWNER, ADDRESS + "/", ADDRESS + "/feed.json")
    [item] = feed["items"]
    assert item["id"] == item["url"] == f"{ADDRESS}/items/item/"
    assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
    assert (item["language"], item["tags"], item["content_text"]) == ("es", ["Car seats"], "Gracias")
    [attached] = item["attachments"]
    assert attached["mime_type"] == "image/png"
    assert (rig.site / attached["url"].removeprefix(ADDRESS + "/")).stat().st_size == attached["size_in_bytes"]
    assert item["image"] == attached["url"]


def test_what_was_taken_down_is_in_no_feed_and_makes_the_feed_newer(rig: NewsroomRig) -> None:
    rig.published("item", "Zebra crossing")
    rig.now += timedelta(days=1)
    rig.platform.retract(Receipt("item"), rig.account)
    assert list(entries(rig.archive.atom)) == []
    assert rig.archive.json_feed["items"] == []
    assert datetime.fromisoformat(words(rig.archive.atom, "updated")) == rig.now


def test_feeds_hold_the_newest_only(rig: NewsroomRig) -> None:
    for number in range(22):
        rig.published(f"item-{number:02}")
    assert len(list(entries(rig.archive.atom))) == len(rig.archive.json_feed["items"]) == 20


# --- style --------------------------------------------------------------------------------------------------------


def test_every_pair_of_colors_can_be_read() -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1 for words, in the light and in the dark; 1.4.11: 3 to 1 for what is focused."""
    roots = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", block)) for block in re.findall(r":root \{([^}]*)\}", STYLE)
    ]
    assert len(roots) == 3
    for colors in roots:
        for ink in ("ink", "quiet", "link", "seen"):
            for paper in ("paper", "band"):
                assert _contrast(colors[ink], colors[paper]) >= 4.5, (ink, paper, colors)


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_style_fetches_nothing_and_hides_no_focus() -> None:
    assert not re.search(r"url\(|@import|@font-face|https?:", STYLE)
    assert ":focus-visible { outline: 3px" in STYLE
    assert STYLE.count("{") == STYLE.count("}")


# --- the data -----------------------------------------------------------------------------------------------------

SHOWABLE = st.text(max_size=60).filter(lambda text: not UNSHOWABLE.search(text))


@given(text=SHOWABLE, title=SHOWABLE, program=SHOWABLE, language=st.sampled_from(["en", "pt-BR", "zh-Hant-TW"]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_an_item_is_read_back_as_it_was_written_and_makes_a_whole_page(
    text: str, title: str, program: str, language: str
) -> None:
    item = Item("key", datetime(2026, 11, 20, tzinfo=UTC), title, text, language, program)
    assert decode(encode(item)) == item
    assert json.loads(encode(item))["text"] == text
    raw = entry_page(item, OWNER).decode()
    assert raw.count("<h1") == raw.count("</h1>") == 1
    assert "<script" not in raw


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"{}", b'{"form": "socialpub-newsroom-1"}', b"\xff", b"[" * 9999]
)
def test_what_is_no_item_is_told_as_that(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        decode(data)
