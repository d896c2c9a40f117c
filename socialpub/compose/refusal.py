"""What the composing room says when a network cannot take a story. It holds words, and decides nothing."""


class CannotCompose(Exception):  # noqa: N818  it says what is the matter; the caller shows it to a person
    """This network cannot take this story. `reason` and `remedy` are for the officer and the PIO."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy


class NoVideo(CannotCompose):
    """This network shows videos only, and the story has none: nothing is the matter with the story."""
