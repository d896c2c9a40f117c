"""The adapters' own last look at a post before anything is sent: can this network show it as approved?

The composing room should never let such a post through; if it does, nothing is trimmed or left out here.
"""

from socialpub.model.limits import Limits, VideoLimits
from socialpub.model.measure import measure, size
from socialpub.model.outcome import Refused
from socialpub.model.post import Media, Post
from socialpub.platforms.contract import ReadMedia
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
    if post.options:
        names = ", ".join(name for name, _ in post.options)
        return f"it cannot do what was approved: {names}", "Take the option out and have it approved again."
    return None


def _wrong_text(post: Post, limits: Limits) -> tuple[str, str] | None:
    for text in post.texts:
        long = measure(text, limits.text)
        if long > limits.text.longest:
            return f"the text is {long} long, at most {limits.text.longest} fit", "Shorten the text."
        if limits.text.longest_bytes is not None and size(text) > limits.text.longest_bytes:
            return f"the text has {size(text)} bytes, at most {limits.text.longest_bytes} fit", "Shorten the text."
        if not text.strip() and not (limits.text.may_be_empty and post.media):
            return "the text is empty", "Write a text."
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            return "the text holds a broken character", "Type the text again."
    return None


def _wrong_videos(post: Post, limits: Limits) -> tuple[str, str] | None:
    videos, takes = videos_of(post), limits.videos
    if takes is None:
        if other := [item for item in post.media if not item.mime.startswith("image/")]:
            return f"{other[0].mime} cannot be sent yet", "Post the video by hand, or send photos."
        return None
    if not takes.least <= len(videos) <= takes.most:
        return f"it takes {takes.least} to {takes.most} videos, not {len(videos)}", "Mend the story's videos."
    if videos and not takes.with_photos and len(videos) != len(post.media):
        return "it shows no photo beside a video", "Leave the photos out."
    for number, item in enumerate(videos, 1):
        if wrong := _wrong_video(number, item, takes):
            return wrong, "Prepare the story again."
    return None


def _wrong_video(number: int, item: Media, takes: VideoLimits) -> str | None:
    if item.mime != "video/mp4" or item.width > takes.width or item.height > takes.height:
        return f"video {number} is {item.mime}, {item.width} x {item.height}; it takes {takes.width} x {takes.height}"
    if item.size > takes.max_bytes:
        return f"video {number} has {item.size} bytes, at most {takes.max_bytes} fit"
    if len(item.alt) > takes.alt_longest:
        return f"the alt text of video {number} is too long"
    if item.captions_sha256 and takes.captions == "none":
        return f"video {number} has captions, and it takes none"
    return f"video {number} has a poster, and it takes none" if item.poster_sha256 and not takes.poster else None


def videos_of(post: Post) -> list[Media]:
    return [item for item in post.media if item.mime.startswith("video/")]


def _wrong_photos(post: Post, limits: Limits) -> tuple[str, str] | None:
    photos, shown = limits.photos, [item for item in post.media if not item.mime.startswith("video/")]
    if len(shown) > photos.most:
        return f"it takes {photos.most} photos, not {len(shown)}", "Leave some photos out."
    for number, item in enumerate(shown, 1):
        if not item.mime.startswith("image/"):
            return f"{item.mime} cannot be sent yet", "Send photos or videos."
        if item.captions_sha256 or item.poster_sha256:
            return f"photo {number} has captions or a poster", "Prepare the story again."
        if item.size > photos.max_bytes:
            return (
                f"photo {number} has {item.size} bytes, at most {photos.max_bytes} fit",
                "Use a smaller photo.",
            )
        if len(item.alt) > photos.alt_longest:
            return (
                f"the alt text of photo {number} is too long",
                f"Use {photos.alt_longest} characters or less.",
            )
    return None


def photo(read: ReadMedia, item: Media, number: int) -> bytes:
    """The bytes of one approved photo. Raises NoPhoto when they are not there or not the approved ones."""
    try:
        return read(item.sha256)
    except (OSError, ValueError, LookupError) as error:
        says = f"photo {number}, as approved, cannot be read: {clean(str(error))}. Have an administrator look."
    raise NoPhoto(says)
