"""The digest that an approval is bound to covers every field there is, and every field there will be."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.model.post import LinkCard, Media, Post, Window, canonical, decode, digest, encode

BEGIN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WINDOW = Window(BEGIN, BEGIN + timedelta(hours=24))
PHOTO = Media(
    sha256="a" * 64,
    mime="image/jpeg",
    width=1200,
    height=800,
    size=345_678,
    alt="A dog in a vest",
    captions_sha256="b" * 64,
    captions_language="en",
    poster_sha256="c" * 64,
)
CARD = LinkCard(url="https://police.example/dog", title="A dog", description="Found", thumb_sha256="d" * 64)
POST = Post(
    platform="sample",
    texts=("Officers helped a lost dog home. ¡Gracias! 👮", "Second part."),
    media=(PHOTO, dataclasses.replace(PHOTO, sha256="e" * 64)),
    link_card=CARD,
    language="en",
    options=(("audience", "public"), ("made_with_ai", "false")),
)
ACCOUNT = "1234567890"


def other(value: Any) -> Iterator[Any]:
    """Values that differ from `value` in one place, for every place there is. Unknown kinds are an error."""
    match value:
        case datetime():
            yield value + timedelta(microseconds=1)
        case str():
            yield from (value + "x", value + " ", value.upper() + "X")
        case int():
            yield value + 1
        case None:
            yield CARD
        case tuple():
            yield from (value[1:], value[::-1], (*value, value[-1]))
            for place, item in enumerate(value):
                yield from ((*value[:place], changed, *value[place + 1 :]) for changed in other(item))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for field in dataclasses.fields(value):
                for changed in other(getattr(value, field.name)):
                    yield dataclasses.replace(value, **{field.name: changed})
        case _:
            raise AssertionError(f"no way to change a {type(value).__name__}: say here how")


def fields_of(value: Any) -> set[str]:
    """Every field below `value`, as Class.field."""
    if isinstance(value, tuple):
        return {name for item in value for name in fields_of(item)}
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return set()
    own = {f"{type(value).__name__}.{field.name}" for field in dataclasses.fields(value)}
    return own.union(*(fields_of(getattr(value, field.name)) for field in dataclasses.fields(value)))


def test_the_sample_fills_every_field_so_that_each_can_change() -> None:
    classes = (Post, Media, LinkCard, Window)
    wanted = {f"{kind.__name__}.{field.name}" for kind in classes for field in dataclasses.fields(kind)}
    assert fields_of(POST) | fields_of(WINDOW) == wanted


def test_a_change_anywhere_in_the_post_changes_the_digest() -> None:
    changed = [post for post in other(POST) if post != POST]
    seen = {digest(post, ACCOUNT, WINDOW) for post in changed}
    assert digest(POST, ACCOUNT, WINDOW) not in seen
    assert len(seen) == len(set(changed)) > 40


def test_nothing_and_something_are_different_cards() -> None:
    without = dataclasses.replace(POST, link_card=None)
    assert digest(without, ACCOUNT, WINDOW) != digest(POST, ACCOUNT, WINDOW)
    assert digest(without, ACCOUNT, WINDOW) != digest(
        dataclasses.replace(POST, link_card=LinkCard("")), ACCOUNT, WINDOW
    )


def test_a_change_anywhere_in_the_window_changes_the_digest() -> None:
    for window in other(WINDOW):
        assert digest(POST, ACCOUNT, window) != digest(POST, ACCOUNT, WINDOW)


@pytest.mark.parametrize("account", ["", "1234567891", "1234567890 ", "01234567890"])
def test_another_account_changes_the_digest(account: str) -> None:
    assert digest(POST, account, WINDOW) != digest(POST, ACCOUNT, WINDOW)


def test_where_one_text_ends_and_the_next_begins_is_part_of_it() -> None:
    one = dataclasses.replace(POST, texts=("ab", "c"))
    another = dataclasses.replace(POST, texts=("a", "bc"))
    assert digest(one, ACCOUNT, WINDOW) != digest(another, ACCOUNT, WINDOW)


def test_two_spellings_that_look_alike_are_different_bytes() -> None:
    one, another = (dataclasses.replace(POST, texts=(text,)) for text in ("José", "Jose\u0301"))
    assert digest(one, ACCOUNT, WINDOW) != digest(another, ACCOUNT, WINDOW)


def test_the_same_moment_in_another_zone_is_the_same_window() -> None:
    east = timezone(timedelta(hours=-5))
    same = Window(WINDOW.not_before.astimezone(east), WINDOW.deadline.astimezone(east))
    assert digest(POST, ACCOUNT, same) == digest(POST, ACCOUNT, WINDOW)


def test_the_canonical_form_is_pinned() -> None:
    """Should this fail, every approval in force has fallen: a new CANONICAL_FORM, and a migration."""
    post = Post("sample", ("¡Hola! 👮",), (Media("ab", "image/jpeg", 3, 2, 1, alt="x"),), options=(("a", "b"),))
    assert canonical(encode(post)).decode() == (
        '{"language":"en","link_card":null,"media":[{"alt":"x","captions_language":"","captions_sha256":"",'
        '"height":2,"mime":"image/jpeg","poster_sha256":"","sha256":"ab","size":1,"width":3}],'
        '"options":[["a","b"]],"platform":"sample","texts":["¡Hola! 👮"]}'
    )
    assert digest(post, ACCOUNT, WINDOW) == "1f734fe415b353e19c98c5d1c68a24b911945419c065b381f07cdf809b55e380"


TEXT = st.text(max_size=20)
MEDIA = st.builds(Media, TEXT, TEXT, *[st.integers(0, 10**9)] * 3, TEXT, TEXT, TEXT, TEXT)
POSTS = st.builds(
    Post,
    platform=TEXT,
    texts=st.lists(TEXT, max_size=3).map(tuple),
    media=st.lists(MEDIA, max_size=3).map(tuple),
    link_card=st.none() | st.builds(LinkCard, TEXT, TEXT, TEXT, TEXT),
    language=TEXT,
    options=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
)


@given(POSTS)
def test_what_is_written_down_is_read_back_the_same(post: Post) -> None:
    stored = json.loads(canonical(encode(post)))
    assert decode(stored) == post
    assert digest(decode(stored), ACCOUNT, WINDOW) == digest(post, ACCOUNT, WINDOW)


@given(POSTS, POSTS)
def test_two_posts_have_one_digest_only_if_they_are_equal(one: Post, another: Post) -> None:
    assert (digest(one, ACCOUNT, WINDOW) == digest(another, ACCOUNT, WINDOW)) == (one == another)


def test_a_window_without_zones_or_backwards_is_refused() -> None:
    naive = BEGIN.replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        Window(naive, WINDOW.deadline)
    with pytest.raises(ValueError, match="must end after it begins"):
        Window(BEGIN, BEGIN)


def test_a_window_holds_its_beginning_and_not_its_end() -> None:
    assert WINDOW.holds(WINDOW.not_before)
    assert not WINDOW.holds(WINDOW.deadline)
    assert not WINDOW.holds(WINDOW.not_before - timedelta(microseconds=1))
