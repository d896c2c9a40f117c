"""One story becomes one post for one channel: words of that network's length, photos, alt texts.

Pure and deterministic: the same story, limits and media give the same bytes. Adds no words of its own, and
what it leaves out it says in a note. Whether the words may go out is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from socialpub.compose.carried import carried
from socialpub.compose.fit import cut_at_word, fit
from socialpub.compose.refusal import CannotCompose
from socialpub.compose.tidy import tidy
from socialpub.compose.videos import fit_videos
from socialpub.model import cost
from socialpub.model.document import StoryDocument
from socialpub.model.limits import Limits
from socialpub.model.measure import measure, size
from socialpub.model.post import Media, Post
from socialpub.model.tags import tag_counts


@dataclass(frozen=True, slots=True)
class Composed:
    """A post, and what a reviewer should know about how it came to be."""

    post: Post
    notes: tuple[str, ...] = ()


def compose(story: StoryDocument, limits: Limits, media: Sequence[Media]) -> Composed:
    """The post of `story` on the network of `limits`, with its renditions in order. Raises CannotCompose."""
    videos, about_videos = fit_videos(story, media, limits)
    beside = limits.videos is None or limits.videos.with_photos or not videos
    photos, about_photos = _photos(media, limits) if beside else ((), _not_beside(media, limits))
    if len(photos) < limits.photos.least:
        raise CannotCompose(f"{limits.label} takes no post without a photo", "add a photo, or leave the channel out")
    text, about_text = _text(story.text, limits, with_photo=bool(photos or videos))
    post = Post(limits.name, (text,), (*videos, *photos), options=carried(story, text, limits))
    return Composed(post, (*about_text, *about_videos, *about_photos, *_price(post, limits)))


def _price(post: Post, limits: Limits) -> tuple[str, ...]:
    amount = cost.in_words(post, limits.cost)
    return (f"{limits.label} charges {amount}.",) if amount else ()


def _not_beside(media: Sequence[Media], limits: Limits) -> tuple[str, ...]:
    photos = sum(item.mime.startswith("image/") for item in media)
    what = "The photo was" if photos == 1 else f"All {photos} photos were"
    return (f"{what} left out: {limits.label} shows no photo beside a video.",) if photos else ()


def _text(written: str, limits: Limits, *, with_photo: bool) -> tuple[str, tuple[str, ...]]:
    whole = tidy(written)
    if not whole:
        if limits.text.may_be_empty and with_photo:
            return "", ()
        raise CannotCompose(f"{limits.label} needs a text and the story has none that can be read", "write a text")
    if wrong := next((sign for sign in limits.text.without if sign in whole), ""):
        raise CannotCompose(f'{limits.label} takes no "{wrong}" in a text', f'write it without "{wrong}"')
    fitted = fit(whole, limits.text)
    _refuse_many_tags(fitted.text, limits)
    if not fitted.text:
        room = f"the {limits.text.longest} {limits.text.counts} of {limits.label}"
        raise CannotCompose(f"no part of the text fits into {room}", "write a shorter text, or leave the channel out")
    return fitted.text, (_shortened(whole, limits),) if fitted.shortened else ()


def _refuse_many_tags(text: str, limits: Limits) -> None:
    """Leaving some out would be choosing who is not named: a person does that."""
    for what, count, most in tag_counts(text, limits.text):
        if count > most:
            says = f"the text has {count} {what}, and {limits.label} takes {most}"
            raise CannotCompose(says, f"use fewer {what}, or leave the channel out")


def _shortened(whole: str, limits: Limits) -> str:
    long, longest = measure(whole, limits.text), limits.text.longest
    if long <= longest and limits.text.longest_bytes is not None:
        most = limits.text.longest_bytes
        return f"The text was shortened for {limits.label}: it has {size(whole):,} bytes, and {most:,} are the most."
    return f"The text was shortened for {limits.label}: it counts {long} there, and {longest} is the most."


def _photos(media: Sequence[Media], limits: Limits) -> tuple[tuple[Media, ...], tuple[str, ...]]:
    photos = [item for item in media if item.mime.startswith("image/")]
    kept, left = photos[: limits.photos.most], photos[limits.photos.most :]
    notes = [_left_out(number, photo, limits) for number, photo in enumerate(left, len(kept) + 1)]
    others = len(media) - len(photos) if limits.videos is None else 0
    if others:
        notes.append(f"Left out for {limits.label}: {others} that {'is' if others == 1 else 'are'} no photo.")
    fitting = [_with_alt(number, photo, limits) for number, photo in enumerate(kept, 1)]
    notes += [note for _, note in fitting if note]
    return tuple(photo for photo, _ in fitting), tuple(notes)


def _left_out(number: int, photo: Media, limits: Limits) -> str:
    what = f' ("{cut_at_word(tidy(photo.alt), 60).text}")' if tidy(photo.alt) else ""
    return f"Photo {number}{what} was left out: {limits.label} takes {limits.photos.most} at most."


def _with_alt(number: int, photo: Media, limits: Limits) -> tuple[Media, str]:
    _refuse_unfit(number, photo, limits)
    alt = cut_at_word(tidy(photo.alt), limits.photos.alt_longest)
    note = f"The alt text of photo {number} was shortened to {limits.photos.alt_longest} characters."
    return replace(photo, alt=alt.text), note if alt.shortened else ""


def _refuse_unfit(number: int, photo: Media, limits: Limits) -> None:
    """A rendition made for another network, or by older limits, would only be refused after approval."""
    takes = limits.photos
    if takes.alt_needed and not tidy(photo.alt):
        raise CannotCompose(
            f"{limits.label} takes no photo without an alt text, and photo {number} has none", "write it"
        )
    fits = photo.width <= takes.width and photo.height <= takes.height and photo.size <= takes.max_bytes
    if not fits or photo.mime != takes.format:
        raise CannotCompose(
            f"photo {number} is {photo.mime}, {photo.width} x {photo.height} pixels, {photo.size:,} bytes; "
            f"{limits.label} takes {takes.format}, {takes.width} x {takes.height}, {takes.max_bytes:,} bytes",
            f"prepare the photo for {limits.label} again",
        )
