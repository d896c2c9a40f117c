"""One story, one network's limits, one post; what is left out is said."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpub.compose.carried import title
from socialpub.compose.post import compose
from socialpub.compose.refusal import CannotCompose
from socialpub.model.document import StoryDocument
from socialpub.model.limits import Limits, PostLimits
from socialpub.model.measure import measure
from socialpub.model.post import Media, Post


def network(*, longest: int = 100, most: int = 2, alt_longest: int = 40, **text: Any) -> Limits:
    return Limits.model_validate(
        {
            "name": "sample",
            "label": "Sample",
            "source": "invented",
            "text": {"counts": "weighted", "longest": longest, "link_length": min(23, longest)} | text,
            "photos": {
                "most": most,
                "max_bytes": 1000,
                "width": 100,
                "height": 100,
                "alt_longest": alt_longest,
            },
            "looks": {"settle_s": 0, "looks": 1, "proves_absence": "always"},
        }
    )


def photo(number: int = 1, **other: Any) -> Media:
    facts: dict[str, Any] = {
        "sha256": f"{number:064x}",
        "mime": "image/jpeg",
        "width": 100,
        "height": 100,
        "size": 1000,
    }
    return Media(**(facts | {"alt": f"Photo number {number}"} | other))


STORY = StoryDocument(text="Officers helped a lost dog home.  \r\n\r\n\r\n\r\n\r\nThank you\u202e, all\x00!")


def test_a_story_that_fits_goes_whole_and_tidied() -> None:
    composed = compose(STORY, network(), [photo()])
    assert composed.post == Post(
        platform="sample",
        texts=("Officers helped a lost dog home.\n\n\nThank you, all!",),
        media=(photo(),),
    )
    assert composed.notes == ()


def test_a_long_story_is_shortened_and_a_note_says_so() -> None:
    composed = compose(STORY, network(longest=40), [])
    assert composed.post.text == "Officers helped a lost dog home."
    assert composed.notes == ("The text was shortened for Sample: it counts 50 there, and 40 is the most.",)


def test_a_story_of_many_bytes_is_shortened_and_the_note_says_why() -> None:
    limits = network(counts="graphemes", longest=300, link_length=None, longest_bytes=100)
    composed = compose(StoryDocument(text="警察が助けた。" * 10), limits, [])
    assert len(composed.post.text.encode()) <= 100
    assert composed.notes == ("The text was shortened for Sample: it has 210 bytes, and 100 are the most.",)


def test_photos_beyond_the_most_are_left_out_and_named() -> None:
    composed = compose(STORY, network(), [photo(1), photo(2), photo(3), photo(4, alt=" ")])
    assert composed.post.media == (photo(1), photo(2))
    assert composed.notes == (
        'Photo 3 ("Photo number 3") was left out: Sample takes 2 at most.',
        "Photo 4 was left out: Sample takes 2 at most.",
    )


def test_what_is_no_photo_is_left_out_and_a_note_says_so() -> None:
    composed = compose(STORY, network(), [photo(1, mime="video/mp4"), photo(2)])
    assert composed.post.media == (photo(2),)
    assert composed.notes == ("Left out for Sample: 1 that is no photo.",)


def test_alt_texts_are_tidied_and_cut_at_a_word() -> None:
    long = photo(1, alt="A dog\u200b wearing a police vest sits beside an officer")
    composed = compose(STORY, network(), [long, photo(2)])
    assert composed.post.media[0].alt == "A dog wearing a police vest sits beside…"
    assert composed.notes == ("The alt text of photo 1 was shortened to 40 characters.",)


@pytest.mark.parametrize(
    "other",
    [{"mime": "image/png"}, {"width": 101}, {"height": 101}, {"size": 1001}],
    ids=lambda other: str(*other),
)
def test_a_rendition_that_the_network_would_refuse_is_refused_here(other: dict[str, Any]) -> None:
    with pytest.raises(CannotCompose) as refused:
        compose(STORY, network(), [photo(1), photo(2, **other)])
    assert "photo 2" in refused.value.reason
    assert refused.value.remedy == "prepare the photo for Sample again"


def test_a_text_of_nothing_readable_is_refused_unless_a_photo_may_stand_alone() -> None:
    unreadable = StoryDocument(text="\u200b\x00\u202e")
    for limits, media in [(network(), [photo()]), (network(may_be_empty=True), [])]:
        with pytest.raises(CannotCompose, match="Sample needs a text and the story has none"):
            compose(unreadable, limits, media)
    assert compose(unreadable, network(may_be_empty=True), [photo()]).post.texts == ("",)


def test_a_text_of_which_nothing_fits_is_refused_even_where_a_photo_could_stand_alone() -> None:
    link = StoryDocument(text="https://police.example.com/only-a-link tells you more")
    with pytest.raises(CannotCompose, match="no part of the text fits into the 23 weighted of Sample"):
        compose(link, network(longest=23, may_be_empty=True), [photo()])


MEDIA = st.lists(
    st.builds(photo, st.integers(1, 9), alt=st.text(max_size=80), mime=st.sampled_from(["image/jpeg", "video/mp4"])),
    max_size=6,
)


@given(st.text(min_size=1, max_size=300).filter(str.strip), st.integers(1, 200), st.integers(0, 4), MEDIA)
def test_every_post_keeps_the_networks_limits(text: str, longest: int, most: int, media: list[Media]) -> None:
    limits = network(longest=longest, most=most, alt_longest=20)
    try:
        composed = compose(StoryDocument(text=text), limits, media)
    except CannotCompose as refused:
        reason, remedy = refused.reason, refused.remedy
    else:
        reason, remedy = "", ""
        post = composed.post
        assert 0 < measure(post.text, limits.text) <= longest
        assert unicodedata.is_normalized("NFC", post.text)
        assert len(post.media) <= most
        assert all(len(item.alt) <= 20 for item in post.media)
        assert composed == compose(StoryDocument(text=text), limits, list(media)), "the same in, the same out"
        photos = [item.sha256 for item in media if item.mime == "image/jpeg"]
        assert [item.sha256 for item in post.media] == photos[:most], "order is kept"
        assert len(photos) - len(post.media) == sum("was left out" in note for note in composed.notes)
    assert bool(reason) == bool(remedy)


def test_a_network_that_takes_no_post_without_a_photo_gets_none() -> None:
    limits = network()
    strict = limits.model_copy(update={"photos": limits.photos.model_copy(update={"least": 1})})
    with pytest.raises(CannotCompose, match="no post without a photo; add a photo"):
        compose(STORY, strict, [])
    assert compose(STORY, strict, [photo()]).post.media


@pytest.mark.parametrize(
    ("text", "fits"),
    [("#one #two.", True), ("#one #two #three", False), ("a#b &#39; c#", True), ("@a, @b and a@b.example", False)],
)
def test_a_text_with_more_tags_than_the_network_takes_is_a_persons_to_change(text: str, *, fits: bool) -> None:
    limits = network(most_hashtags=2, most_mentions=1)
    if fits:
        assert compose(StoryDocument(text=text), limits, []).post.text == text
    else:
        with pytest.raises(CannotCompose, match="use fewer"):
            compose(StoryDocument(text=text), limits, [])


def test_tags_in_a_part_that_is_cut_off_do_not_count() -> None:
    limits = network(longest=30, most_hashtags=0)
    assert compose(StoryDocument(text="Officers found a bike. And now #tags"), limits, []).post.text


# --- what a post carries beside words and pictures ----------------------------------------------------------------


def carrying(*names: str) -> Limits:
    return network(longest=1000).model_copy(update={"post": PostLimits.model_validate({"carries": names})})


def test_only_what_the_network_asks_for_is_carried_and_in_one_order() -> None:
    story = StoryDocument(text="One. Two.", program=" coffee_with_a_cop\u202e ", when=date(2026, 12, 1))
    assert compose(story, network(), []).post.options == ()
    assert compose(story, carrying("when"), []).post.options == (("when", "2026-12-01"),)
    assert compose(story, carrying("when", "title", "program"), []).post.options == (
        ("program", "coffee_with_a_cop"),
        ("title", "One."),
        ("when", "2026-12-01"),
    )


def test_what_a_story_does_not_have_is_not_carried() -> None:
    assert compose(StoryDocument(text="One."), carrying("when", "program"), []).post.options == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Sgt. Diaz met 12 kids at 9 a.m. on Main St. today. They played.",
            "Sgt. Diaz met 12 kids at 9 a.m. on Main St. today.",
        ),
        ("A first line\nThen more. And more.", "A first line"),
        ("¿Lista? ¡Vamos!", "¿Lista?"),
        ("No stop at all", "No stop at all"),
        ("word " * 60, "word " * 21 + "word…"),
        ("x" * 300, "x" * 109 + "…"),
    ],
)
def test_the_title_is_the_first_sentence_or_as_much_of_it_as_a_title_holds(text: str, wanted: str) -> None:
    assert dict(compose(StoryDocument(text=text), carrying("title"), []).post.options)["title"] == wanted


@given(st.text(min_size=1, max_size=400).filter(str.strip))
def test_a_title_says_nothing_that_the_text_does_not(text: str) -> None:
    found = title(text, 110)
    assert len(found) <= 110
    assert found.removesuffix("…").strip() in text


def test_a_network_that_needs_words_for_pictures_takes_none_without() -> None:
    needs = network().model_copy(update={"photos": network().photos.model_copy(update={"alt_needed": True})})
    assert compose(STORY, needs, [photo()]).post.media == (photo(),)
    with pytest.raises(CannotCompose, match="photo 1 has none"):
        compose(STORY, needs, [photo(alt=" \u200b")])


# ---- networks of videos, titles and signs that are refused


def _tube(**post: Any) -> Limits:
    whole = network(may_be_empty=False, counts="bytes", link_length=None, without="<>", longest=500).model_dump()
    videos = {"most": 1, "least": 1, "max_bytes": 1_000_000, "longest_s": 60, "width": 1920, "height": 1080}
    return Limits.model_validate({**whole, "videos": videos, "post": {"carries": ["title"], **post}})


FILM = Media("f" * 64, "video/mp4", 1920, 1080, 1000)


def test_a_network_of_videos_gets_no_story_without_one() -> None:
    with pytest.raises(CannotCompose, match=r"no story without a video.*leave the channel out"):
        compose(StoryDocument(text="A story."), _tube(), [photo()])
    assert compose(StoryDocument(text="A story."), _tube(), [FILM]).post.text == "A story."


@pytest.mark.parametrize("sign", ["<", ">"])
def test_a_sign_that_the_network_refuses_is_said_before_anybody_approves(sign: str) -> None:
    with pytest.raises(CannotCompose, match=f'takes no "{sign}" in a text; write it without'):
        compose(StoryDocument(text=f"I {sign}3 dogs."), _tube(), [FILM])


def test_a_title_is_as_long_as_the_network_s_file_says() -> None:
    text = "Officers met many people in the park today and everybody had coffee. And cake."
    for longest in (20, 100):
        [(name, title)] = compose(StoryDocument(text=text), _tube(title_longest=longest), [FILM]).post.options
        assert name == "title"
        assert len(title) <= longest
        assert text.startswith(title.rstrip("…"))
