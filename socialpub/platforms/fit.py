"""The adapters' own last look at a post before anything is sent: can this network show it as approved?

The composing room should never let such a post through; if it does, nothing is trimmed or left out here.
"""

from typing import BinaryIO

from socialpub.model.limits import Limits, PhotoLimits, TextLimits, VideoLimits
from socialpub.model.measure import measure, size
from socialpub.model.outcome import Refused
from socialpub.model.post import Media, Post
from socialpub.model.tags import tag_counts
from socialpub.platforms.contract import OpenMedia, ReadMedia
from socialpub.platforms.trouble import NoPhoto, clean


def misfit(post: Post, limits: Limits, *, parts: int = 1) -> Refused | None:
    """Why `post` cannot go out whole within `limits`, or None. `parts`: how many texts can be sent."""
    why = (
        _wrong_kind(post, limits, parts)
        or _wrong_text(post, limits)
        or _wrong_videos(post, limits)
        or _wrong_photos(post, limits)
    )
    return None if why is None else Refused(f"{limits.label}: {why[0]}", why[1])


def _wrong_kind(post: Post, limits: Limits, parts: int) -> tuple[str, str] | None:
    if post.platform != limits.name:
        return f'the post was made for "{post.platform}"', "Prepare the story again for this channel."
    if not post.texts or len(post.texts) > parts:
        return (
            f"{len(post.texts)} parts were approved, at most {parts} can be sent",
            "Shorten it to one part.",
        )
    if names := ", ".join(name for name, _ in post.options if name not in limits.post.carries):
        return f"it cannot do what was approved: {names}", "Take the option out and have it approved again."
    return None


def _wrong_text(post: Post, limits: Limits) -> tuple[str, str] | None:
    for text in post.texts:
        if not text.strip() and not (limits.text.may_be_empty and post.media):
            return "the text is empty", "Write a text."
        if wrong := _too_long(text, limits.text) or _wrong_signs(text, limits.text):
            return wrong
    return None


def _too_long(text: str, takes: TextLimits) -> tuple[str, str] | None:
    long = measure(text, takes)
    if long > takes.longest:
        return f"the text is {long} long, at most {takes.longest} fit", "Shorten the text."
    if takes.longest_bytes is not None and size(text) > takes.longest_bytes:
        return f"the text has {size(text)} bytes, at most {takes.longest_bytes} fit", "Shorten the text."
    return None


def _wrong_signs(text: str, takes: TextLimits) -> tuple[str, str] | None:
    if many := next(((what, count, most) for what, count, most in tag_counts(text, takes) if count > most), None):
        what, count, most = many
        return f"the text has {count} {what}, at most {most} are taken", f"Use fewer {what}."
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        return "the text holds a broken character", "Type the text again."
    if wrong := next((sign for sign in takes.without if sign in text), ""):
        return f'it takes no "{wrong}" in a text', f'Write it without "{wrong}".'
    return None


def _wrong_videos(post: Post, limits: Limits) -> tuple[str, str] | None:
    """Nothing about them where the network's file has no [videos]: they are refused as what is no photo."""
    takes = limits.videos
    if takes is None:
        return None
    videos = [item for item in post.media if item.mime.startswith("video/")]
    if not takes.least <= len(videos) <= takes.most:
        return f"it takes {takes.least} to {takes.most} videos, not {len(videos)}", "Send the story with one video."
    if videos and len(videos) < len(post.media) and not takes.with_photos:
        return "a post with a video shows no photos", "Leave out the photos."
    return next(filter(None, (_wrong_video(item, takes) for item in videos)), None)


def _wrong_video(item: Media, takes: VideoLimits) -> tuple[str, str] | None:
    if item.mime != "video/mp4":
        return f"{item.mime} cannot be sent", "Prepare the story again."
    if not 0 < item.size <= takes.max_bytes:
        return f"the video has {item.size} bytes, at most {takes.max_bytes} fit", "Use a shorter video."
    if item.captions_sha256 and (takes.captions == "none" or not item.captions_language):
        return "the video's captions cannot be shown", "Prepare the story again, with the language of its captions."
    if item.poster_sha256 and not takes.poster:
        return "a picture of ours cannot stand for the video", "Prepare the story again."
    if len(item.alt) > takes.alt_longest:
        return "the video's alt text cannot be shown", f"Use {takes.alt_longest} characters or less."
    return None


def _wrong_photos(post: Post, limits: Limits) -> tuple[str, str] | None:
    photos = limits.photos
    shown = [item for item in post.media if limits.videos is None or not item.mime.startswith("video/")]
    if not photos.least <= len(shown) <= photos.most:
        return f"it takes {photos.least} to {photos.most} photos, not {len(shown)}", "Add or leave out photos."
    for number, item in enumerate(shown, 1):
        if not item.mime.startswith("image/"):
            return f"{item.mime} cannot be sent yet", "Post the video by hand, or send photos."
        if item.captions_sha256 or item.poster_sha256:
            return f"photo {number} has captions or a poster", "Prepare the story again."
        if item.size > photos.max_bytes:
            return (
                f"photo {number} has {item.size} bytes, at most {photos.max_bytes} fit",
                "Use a smaller photo.",
            )
        if wrong := _wrong_alt(item.alt, number, photos):
            return wrong
    return None


def _wrong_alt(alt: str, number: int, photos: PhotoLimits) -> tuple[str, str] | None:
    if photos.alt_needed and not alt.strip():
        return f"photo {number} has no alt text", "Write what it shows, for those who cannot see it."
    if len(alt) > photos.alt_longest:
        return f"the alt text of photo {number} is too long", f"Use {photos.alt_longest} characters or less."
    return None


def photo(read: ReadMedia, item: Media, number: int) -> bytes:
    """The bytes of one approved photo. Raises NoPhoto when they are not there or not the approved ones."""
    try:
        return read(item.sha256)
    except (OSError, ValueError, LookupError) as error:
        says = f"photo {number}, as approved, cannot be read: {clean(str(error))}. Have an administrator look."
    raise NoPhoto(says)


def video(opened: OpenMedia, item: Media) -> BinaryIO:
    """The approved video as an open file; whoever asks closes it. Raises NoPhoto."""
    try:
        return opened(item.sha256)
    except (OSError, ValueError, LookupError) as error:
        says = f"the video, as approved, cannot be read: {clean(str(error))}. Have an administrator look."
    raise NoPhoto(says)
