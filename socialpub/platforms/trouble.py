"""What can go wrong with one call to a network, as exceptions that stay inside this room.

Adapters turn them into outcomes (`classify`). Their texts are clean: no secret, no control characters, short.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

LONGEST_WORDS = 300  # characters of a network's own words that are worth keeping


class Trouble(Exception):  # noqa: N818  a family of answers, not of bugs
    """A call without a usable answer. `visible`: it was the call that makes a post visible."""

    def __init__(self, says: str, *, visible: bool = False) -> None:
        super().__init__(says)
        self.says = says
        self.visible = visible


class NotSent(Trouble):
    """Surely nothing reached the network: no name, no connection, no handshake."""


class Unclear(Trouble):
    """Something was sent and what came back says nothing: a time-out, a broken or a senseless answer."""


class Unusable(Trouble):
    """The channel is set up wrong; nothing was sent. The text says what an administrator must do."""

    def __init__(self, says: str, remedy: str = "") -> None:
        super().__init__(says)
        self.remedy = remedy  # kept apart: who is just giving credentials needs no verb for it

    def __str__(self) -> str:
        return self.in_full

    @property
    def in_full(self) -> str:
        return f"{self.says}; {self.remedy}" if self.remedy else self.says


class Another(Unusable):
    """The channel's credentials are another account's: what was approved would go out in that one's name."""

    def __init__(self, channel: str, wanted: str, owner: str) -> None:
        super().__init__(
            f'channel "{channel}": its credentials are of the account {clean(owner)}, the channel is {wanted}',
            f"set the right ones with: {verb(channel)}",
        )


def verb(channel: str) -> str:
    """What an administrator types to give `channel` new credentials."""
    name = f'"{channel}"' if " " in channel else channel
    return f"socialpub channel secret {name} --secret-file FILE"


class Unproven(Trouble):
    """The network did not say whose the channel's credentials are, for the reason `cause`. Nothing was sent."""

    def __init__(self, cause: Trouble) -> None:
        super().__init__(f"it could not be asked whose the credentials are: {cause.says}")
        self.cause = cause


class NoPhoto(Trouble):
    """An approved photo cannot be read here; only this post is stuck."""


class Declined(Trouble):
    """The network answered with an error. `body` is its JSON, or None if it was none."""

    def __init__(
        self,
        says: str,
        *,
        status: int,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        visible: bool = False,
    ) -> None:
        super().__init__(says, visible=visible)
        self.status = status
        self.body = body
        self.headers = headers


def scrubbed(value: Any, secrets: tuple[str, ...]) -> Any:
    """Parsed JSON with every text in it cleaned of `secrets`; a network may quote our own key at us."""
    if isinstance(value, str):
        return clean(value, secrets, longest=4_000)
    if isinstance(value, list):
        return [scrubbed(item, secrets) for item in value]
    if isinstance(value, dict):
        return {key: scrubbed(item, secrets) for key, item in value.items()}
    return value


def clean(text: str, secrets: Iterable[str] = (), longest: int = LONGEST_WORDS) -> str:
    """One printable line of `text`, cut short, without any of `secrets`, plain or quoted for a URL."""
    for secret in filter(None, secrets):
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, "***")
    # Also half a surrogate pair, which cannot be stored, and marks that turn the reading direction.
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
