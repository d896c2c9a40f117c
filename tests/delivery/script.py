"""A network that does what a test tells it, and remembers what everybody could see."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from socialpub.model.account import Account
from socialpub.model.limits import Limits, LookLimits, PaceLimits, PhotoLimits, TextLimits
from socialpub.model.outcome import Absent, Answer, Delivered, Health, Outcome, Receipt
from socialpub.model.post import Post
from socialpub.platforms.contract import Journal

Ending = Outcome | Exception


def nothing() -> None:
    """What happens in the middle when nothing does."""


@dataclass
class Script:
    """`ends` is returned or raised; `before` and `after` happen around the intent, `meets` before the first step."""

    limits: Limits
    ends: Ending | None = None  # None: it is delivered under a fresh id
    before: Callable[[], object] = nothing
    after: Callable[[], object] = nothing
    raises_early: Exception | None = None
    asks_leave: bool = True
    shows: bool = True
    answers: Answer | Exception = field(default_factory=Absent)
    takes_down: list[Ending] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    asked_since: list[datetime] = field(default_factory=list)
    taken_down: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = self.limits.name

    def measure(self, text: str) -> int:
        return len(text)

    def deliver(self, post: Post, account: Account, journal: Journal) -> Outcome:
        journal.note("upload", media="1")
        self.before()
        if self.raises_early:
            raise self.raises_early
        if self.asks_leave:
            journal.about_to_publish(key=journal.key)
        if self.shows:
            self.posts.append(post)
            self.visible.append(f"{self.name}-{len(self.visible) + 1}")
        self.after()
        return _said(self.ends or Delivered((Receipt(self.visible[-1], f"https://{self.name}.example/1"),)))

    def find(self, post: Post, account: Account, journal: Journal, since: datetime) -> Answer:
        self.asked_since.append(since)
        if isinstance(self.answers, Exception):
            raise self.answers
        return self.answers

    def retract(self, receipt: Receipt, account: Account) -> Outcome:
        said = _said(self.takes_down.pop(0) if self.takes_down else Delivered((receipt,)))
        self.taken_down.append(receipt.remote_id)
        return said

    def verify(self, account: Account) -> Health:
        return Health(alive=True, says="as told")


def _said(ending: Ending) -> Outcome:
    if isinstance(ending, Exception):
        raise ending
    return ending


#: What tests speak of: one that can prove absence, one with keys, one that never knows, one that knows with photos.
NAMES = ("plain", "keyed", "vague", "photos")


def limits(name: str) -> Limits:
    proves = {"vague": "never", "photos": "with_media"}.get(name, "always")
    return Limits(
        name=name,
        label=name,
        source="a test",
        text=TextLimits(counts="characters", longest=1000),
        photos=PhotoLimits(most=4, max_bytes=1000, width=10, height=10),
        looks=LookLimits.model_validate({"settle_s": 30, "looks": 3, "proves_absence": proves}),
        pace=PaceLimits(),
        idempotent=name == "keyed",
    )
