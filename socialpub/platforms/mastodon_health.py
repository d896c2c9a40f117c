"""What a Mastodon account's own description means for a channel: can it post, and what is there to know?"""

from collections.abc import Mapping
from typing import Any

from socialpub.model.outcome import Health
from socialpub.platforms.classify import joined
from socialpub.platforms.mastodon_server import Takes

NEEDED = ("write:statuses", "write:media", "read:statuses")  # read:accounts was proved by being told
#: What the account says of itself, and why it cannot post then.
_STOPPED = (
    ("suspended", "the server has suspended the account"),
    ("memorial", "the account is a memorial"),
    ("moved", "the account has moved to another server"),
)


def health(
    me: Mapping[str, Any], scopes: tuple[str, ...], takes: Takes, usage: dict[str, str], remedy: str
) -> Health:
    quota = takes.numbers() | usage
    if why := next((words for name, words in _STOPPED if me.get(name)), ""):
        return Health(alive=False, says=why, remedy=remedy, scopes=scopes, quota=quota)
    if lacking := [one for one in NEEDED if scopes and not {one, one.partition(":")[0]} & set(scopes)]:
        says = f"the token may not do this: {', '.join(lacking)}"
        remedy = "Make a token with these rights as well."
        return Health(alive=False, says=says, remedy=remedy, scopes=scopes, unusable=True)
    return Health(alive=True, says=_says(me, takes), scopes=scopes, quota=quota)


def _says(me: Mapping[str, Any], takes: Takes) -> str:
    words = [f"connected as @{joined([me.get('username')])}"]
    if me.get("limited"):
        words.append("the server's moderators have limited the account: only followers see its posts")
    if me.get("locked"):
        words.append("the account lets in its followers one by one")
    if takes.max_characters:
        words.append(f"the server takes {takes.max_characters} characters, {takes.max_media_attachments} photos")
    return "; ".join(words)
