"""An adapter's bug, for the log: what it was and where, without its words. They may quote a key or a story."""

import traceback


def frames(error: BaseException) -> str:
    """The kinds of `error` and of what it came from, newest first, each with the lines it passed through."""
    told = f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told if earlier is None else f"{told}which came from {frames(earlier)}"
