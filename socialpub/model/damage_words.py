"""What people are told when a kept file is damaged: by subject and body, like `words`. Decides nothing."""

from socialpub.model.words import Words, one_line


def damaged_reason(file: str, reason: str) -> str:
    """Beside a story that waits for an administrator, for its author and reviewers."""
    return f"it cannot be prepared: a file of it is damaged on our side ({file}…: {one_line(reason)}); it waits"


def waits_for_a_file(story: str) -> Words:
    """For its officer: the story waits, through no fault of theirs."""
    return Words(
        "Your story waits: a file of it is damaged",
        "A file of your story is damaged on the machine that keeps it. You did nothing wrong and need not send it "
        "again: the administrators were told, and it goes on by itself when the file is back.\n\n"
        f"    socialpub show {story}    how it stands\n",
    )


def damaged(story: str, path: str, reason: str, remedy: str) -> Words:
    """For administrators: one story cannot go on. The others do."""
    return Words(
        "A kept file is damaged, and a story waits for it",
        f"{path}\n\nWhat is wrong: {reason}.\nWhat to do: {remedy}. A disk that loses one file may lose more: look "
        "at it.\n\nThe story is tried again by itself, after a minute and then ever later, at most an hour apart; "
        f"at once when the daemon starts. Others go on.\n\n    socialpub show {story}\n",
    )


def rebuilt(story: str, path: str, aside: str) -> Words:
    """For administrators: nobody need do anything about the story, but the disk may be failing."""
    return Words(
        "A damaged picture was made again; look at the disk",
        f"{path} did not hold the bytes any more that it was given. Nobody had approved it, so it was made again "
        f"from its original, and is right. The damaged one is kept: {aside}\n\nA disk that loses one file may lose "
        f"more: look at it, and at the backups.\n\n    socialpub show {story}    the story for which it was needed\n",
    )
