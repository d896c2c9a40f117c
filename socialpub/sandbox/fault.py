"""A fault on order: which requests it meets, what it does to them, how often. Data and choice only."""

import re
from dataclasses import dataclass, field
from typing import Any

#: What each kind does unless the order says otherwise: does the network keep the post?
KINDS: dict[str, str] = {
    "refuse": "never",
    "mid_body": "never",
    "drop_before_commit": "never",
    "drop_after_commit": "first",
    "error_before_commit": "never",
    "error_after_commit": "first",
    "rate_limited": "never",
    "credits_depleted": "never",
    "slow": "first",
    "trickle": "first",
    "cut_answer": "first",
    "truncated_json": "first",
    "empty_200": "first",
    "not_json": "first",
    "wrong_type": "first",
    "huge": "first",
    "bad_gzip": "first",
    "gzip_bomb": "first",
    "html_502": "never",
    "redirect": "never",
}
#: These end before the network could keep anything.
NEVER_KEPT = ("refuse", "mid_body", "credits_depleted")
COMMITS = ("never", "first", "after")  # after: only for slow, the post becomes visible once the wait is over


@dataclass
class Fault:
    kind: str
    method: str = ""  # empty: any
    path: str = ""  # a regular expression, searched in the path without its query
    times: int = 1
    skip: int = 0  # let this many matching requests pass first
    status: int = 0
    seconds: float | None = None  # slow: the wait; trickle: between two bytes
    commit: str = ""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    code: int = 0  # Graph: the error's code and subcode
    subcode: int = 0
    quiet: bool = False  # rate_limited: without the headers that say how long

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f'fault kind "{self.kind}" is unknown; known are {", ".join(KINDS)}')
        self.commit = self.commit or KINDS[self.kind]
        if self.commit not in COMMITS or (self.commit == "after" and self.kind != "slow"):
            raise ValueError('commit is "never" or "first"; "after" is for kind "slow" only')
        if self.kind in NEVER_KEPT and self.commit != "never":
            raise ValueError(f'kind "{self.kind}" ends before anything is kept: leave commit out')
        re.compile(self.path)

    @property
    def wait_s(self) -> float:
        usual = 0.02 if self.kind == "trickle" else 1.0
        return usual if self.seconds is None else self.seconds

    def meets(self, method: str, path: str) -> bool:
        return self.method.upper() in ("", method) and re.search(self.path, path) is not None


def take(faults: list[Fault], method: str, path: str) -> Fault | None:
    """The first fault due for this request, used up by one; each that matches counts its skips down."""
    for fault in faults:
        if not fault.times or not fault.meets(method, path):
            continue
        if fault.skip:
            fault.skip -= 1
            continue
        fault.times -= 1
        return fault
    return None
