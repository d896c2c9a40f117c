"""What every network's adapter must do, and what it is given to do it with.

An adapter is built once with its limits and its supplies: approved renditions, as bytes or under an address. It
returns one of the four outcomes; it raises only for bugs and for the journal's Halt, which it must not catch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from socialpub.model.account import Account
from socialpub.model.limits import Limits
from socialpub.model.outcome import Answer, Deferred, Health, Outcome, Receipt
from socialpub.model.post import Post
from socialpub.platforms.sign_in import Invitation

#: The step under which the ids of `about_to_publish` can be recalled.
PUBLISH = "publish"
#: Gives the bytes of a rendition by SHA-256, and refuses bytes that do not hash to it.
ReadMedia = Callable[[str], bytes]
#: Gives a public address, for about an hour, of a rendition by SHA-256 and mime type. Raises NoAddress.
Address = Callable[[str, str], str]


class NoAddress(Exception):  # noqa: N818  it says what is wrong
    """A network that fetches photos cannot be told where: `reason`, and the `remedy` for an administrator."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


def nowhere(_sha256: str, _mime: str) -> str:
    """The address of everything where nothing has one."""
    raise NoAddress("photos have no public address", "set [public] url and port, see docs/install.md")


@dataclass(frozen=True, slots=True)
class Supplies:
    """What an adapter is built with beside its limits."""

    read: ReadMedia
    address: Address = nowhere


class Journal(Protocol):
    """What an attempt has done so far, committed before each next step. Ids survive a crash."""

    @property
    def key(self) -> str:
        """A random key minted with the delivery: for idempotency headers, record keys, file names."""

    @property
    def part(self) -> int:
        """Which visible part of the post is being sent; 0 unless it is a thread or a list."""

    def recall(self, step: str) -> Mapping[str, str]:
        """The ids that the newest attempt which took `step` noted; empty if none did. An intent is PUBLISH."""

    def note(self, step: str, **ids: str) -> None:
        """Commit ids before the next step. Renews the lease; raises Halt when this attempt lost it."""

    def about_to_publish(self, **ids: str) -> None:
        """Commit the intent of the visible call. Raises Halt when a hold, a fallen approval, a lost lease
        or the deadline forbids it. Call it right before the first byte of the visible call, never earlier.
        """

    def owned(self, remote_id: str) -> bool:
        """Whether another delivery's receipt already owns this remote id; such a post is never ours."""


class Halt(Exception):  # noqa: N818  not an error: the journal says stop
    """The visible call may not be made now. Raised by the journal, caught by `delivery`, by nobody else."""


class Platform(Protocol):
    """One network. Implementations are safe to call from several threads, and keep no state between calls, except
    what they learned of whose a secret is (`owners`), and sessions that are open.
    """

    name: str
    limits: Limits

    def measure(self, text: str) -> int:
        """How long the network says this text is, in its own unit."""

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        """Make the post visible once. After `about_to_publish`, what is not surely absent is Unconfirmed.

        Never with credentials that are not proved to be `account`'s own: the approval names the account.
        """

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        """Is this post there? `since` is when the visible call was first begun (UTC)."""

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        """Take it down. Delivered means: it is gone (now or before). Refused says how to do it by hand."""

    def verify(self, account: Account) -> Health:
        """Ask the network whether this account can post. Changes nothing."""


@runtime_checkable
class Renewing(Protocol):
    """A network whose credentials end and are exchanged for the next ones. Optional."""

    def ends_soon(self, account: Account) -> bool:
        """Whether the account's credentials must be exchanged before they are used."""

    def renew(self, account: Account) -> Mapping[str, str] | Deferred:
        """The account's next secret, whole. It is kept before it is used: the old one may be dead by now."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The network's own id of the account that was signed in, its name there, and its secret."""

    account: str
    name: str
    secret: Mapping[str, str] = field(repr=False)


@runtime_checkable
class Connecting(Protocol):
    """A network on which somebody signs in as the account to let us post. Optional."""

    def invite(self, app: Mapping[str, str], base_url: str) -> Invitation | Deferred:
        """Where to sign in. `app` is what the network gave the department's app: its id, its redirect address."""

    def accept(self, app: Mapping[str, str], base_url: str, invited: Invitation, answer: str) -> Connected | Deferred:
        """What came of it; `answer` is the address that the browser was sent to."""


Build = Callable[[Limits, Supplies], Platform]
