"""A post as YouTube's words: title, description, tags, and what is said of its audience. Pure."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from socialpub.model.limits import Limits
from socialpub.model.outcome import Refused
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal
from socialpub.platforms.fit import misfit

CATEGORY = "22"  # People & Blogs, which YouTube itself takes where nobody chooses
FOR_KIDS = "made_for_kids"  # an option of the post: "yes" or "no"
TITLE = "title"


def unfit(post: Post, limits: Limits) -> Refused | None:
    """Why YouTube cannot show `post` as approved, or None."""
    rest = tuple(option for option in post.options if option[0] != FOR_KIDS)
    return misfit(replace(post, options=rest), limits) or _wrong_words(post, limits)


def _wrong_words(post: Post, limits: Limits) -> Refused | None:
    title, label = title_of(post), limits.label
    if not title.strip():
        return Refused(f"{label}: a video needs a title", "Prepare the story again: its first sentence is the title.")
    if len(title) > limits.post.title_longest or any(sign in title for sign in (*limits.text.without, "\n")):
        says = f"{label}: a title has at most {limits.post.title_longest} characters, and no < or >"
        return Refused(says, "Shorten the first sentence.")
    if dict(post.options).get(FOR_KIDS, "no") not in ("yes", "no"):
        return Refused(f"{label}: {FOR_KIDS} is neither yes nor no", "Prepare the story again.")
    if post.link_card is not None and post.link_card.url not in post.text:
        return Refused(f"{label}: the link card's link is not in the text", "Put the link into the text.")
    return None


def title_of(post: Post) -> str:
    return dict(post.options).get(TITLE, "")


def job_tag(journal: Journal, sha256: str) -> str:
    """Proves that a video was made for this delivery, of these bytes. Says nothing to others who read it."""
    return "socialpub-" + hashlib.sha256(f"{journal.key} {sha256}".encode()).hexdigest()[:20]


def resource(post: Post, tag: str) -> dict[str, Any]:
    """The video as it is first asked for: private, and never with a time at which YouTube would publish it."""
    return {
        "snippet": {
            "title": title_of(post),
            "description": post.text,
            "tags": [tag],
            "categoryId": CATEGORY,
            "defaultLanguage": post.language,
        },
        "status": {
            "privacyStatus": "private",
            "selfDeclaredMadeForKids": dict(post.options).get(FOR_KIDS) == "yes",
        },
    }


def reads_as_approved(snippet: Mapping[str, Any], post: Post) -> bool:
    """Whether title and description are the approved ones; spaces and the spelling of letters may differ."""
    shown = _plain(snippet.get("title")), _plain(snippet.get("description"))
    return shown == (_plain(title_of(post)), _plain(post.text))


def _plain(text: object) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()) if isinstance(text, str) else ""
