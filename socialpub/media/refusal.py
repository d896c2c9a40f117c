"""What the media room says when it cannot take or give a file. It holds words, and decides nothing."""

from pathlib import Path


class MediaRefused(Exception):  # noqa: N818  a refusal is an answer to a person, not a bug
    """This file cannot be used. `reason` and `remedy` are written for the officer who sent it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy


class MediaDamaged(Exception):  # noqa: N818  as above, but written for an administrator
    """A file that was kept is gone or no longer the bytes its name promises. It is never sent."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}; {remedy}")
        self.path = path
        self.reason = reason
        self.remedy = remedy
