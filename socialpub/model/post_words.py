"""What people are told about posts: not planned, not going out, taken down or not. Pure, as `words` is."""

from collections.abc import Sequence

from socialpub.model.words import LONGEST, Words, one_line, quoted


def not_taken_down(delivery: str, channel: str, text: str, reason: str) -> Words:
    """For the PIO and administrators: it is public, somebody wants it gone, and a machine cannot do it."""
    return Words(
        f"Not taken down from {one_line(channel)}: {quoted(text)}",
        f"This post was to be taken down from {one_line(channel)}. It may still be visible, and nothing more happens "
        f"by itself.\n\n    {quoted(text)}\n\nWhy: {one_line(reason, LONGEST) or 'no reason was noted'}\n\n"
        "First look at the account as the public sees it. Then one of:\n\n"
        f"    socialpub show {delivery}                              where it was published\n"
        f"    socialpub retract {delivery} --because REASON          try again to take it down\n"
        f"    socialpub confirm {delivery} --gone --because REASON   it is gone, as you saw or did yourself\n"
        f"    socialpub confirm {delivery} --at ADDRESS              it is there, and may stay\n",
    )


def taken_down(delivery: str, channel: str, text: str, reason: str) -> Words:
    """For the officer and the PIO: what was public is not any more."""
    return Words(
        f"Taken down from {one_line(channel)}: {quoted(text)}",
        f"This post was taken down from {one_line(channel)}.\n\n    {quoted(text)}\n\n"
        f"Why: {one_line(reason, LONGEST) or 'no reason was noted'}\n\n"
        f"It is kept in the records:\n\n    socialpub show {delivery}\n",
    )


def channel_removed(story: str, channel: str, text: str, by: str) -> Words:
    """For the officer and the PIO: what waited for this account never goes out on it."""
    return Words(
        f"Not going out on {one_line(channel)}: {quoted(text)}",
        f"{one_line(by)} removed the channel {one_line(channel)}, so what waited for it was cancelled. What was "
        f"being sent in that moment is stopped if that is still possible. Other channels go on.\n\n"
        f"    {quoted(text)}\n\n"
        f"See what became of it:\n\n    socialpub show {story}\n",
    )


def cancelled(delivery: str, channel: str, text: str, by: str, reason: str, *, begun: bool) -> Words:
    """For the officer: somebody decided that it does not go out here. `begun`: it was being sent in that moment."""
    late = " It was being sent in that moment, and is stopped if that is still possible." if begun else ""
    return Words(
        f"Not going out on {one_line(channel)}: {quoted(text)}",
        f"{one_line(by)} cancelled this post for {one_line(channel)}.{late} Other channels go on.\n\n"
        f"    {quoted(text)}\n\nWhy: {one_line(reason, LONGEST)}\n\n"
        f"See what became of it:\n\n    socialpub show {delivery}\n",
    )


def dispatch_skipped(story: str, channel: str, text: str, reason: str) -> Words:
    """For the PIO: approved, and all the same nothing is planned on this account. `reason` completes "because"."""
    return Words(
        f"Not planned on {one_line(channel)}: {quoted(text)}",
        f"This story is approved, but nothing of it is planned on {one_line(channel)}, because "
        f"{one_line(reason, LONGEST)}.\n\n    {quoted(text)}\n\n"
        "If it should go out there as well: settle what is there (take it down, or cancel it), then take the "
        "approval back and approve the story again:\n\n"
        f"    socialpub show {story}                              what there is\n"
        f"    socialpub reconsider {story} --because REASON\n",
    )


def not_dispatched(story: str, text: str, reason: str) -> Words:
    """For the PIO and administrators: an approved story cannot be planned; others go on."""
    return Words(
        f"Approved, but it cannot be planned: {quoted(text)}",
        f"This story is approved, but it cannot be planned. It is tried again every minute, and other stories go on."
        f"\n\n    {quoted(text)}\n\nWhat is wrong: {one_line(reason, LONGEST)}\n\n"
        "Mend that; nothing else is needed then. If it cannot be mended, take the approval back and change the "
        "story:\n\n"
        "    socialpub doctor                                      says what is wrong\n"
        f"    socialpub reconsider {story} --because REASON\n",
    )


def failed(delivery: str, channel: str, text: str, reason: str) -> Words:
    """For the officer and the PIO: it did not go out, and will not by itself. `reason` may hold the remedy."""
    return Words(
        f"Not published on {one_line(channel)}: {quoted(text)}",
        f"This post did not go out on {one_line(channel)}.\n\n    {quoted(text)}\n\n"
        f"Why: {one_line(reason, LONGEST) or 'no reason was noted'}\n\n"
        f"See what can be done:\n\n    socialpub show {delivery}\n",
    )


def wished_back_too_late(delivery: str, channel: str, text: str) -> Words:
    """For the PIO: somebody took it back while it was being sent, and it is visible."""
    return Words(
        f"It is out although it was taken back: {one_line(channel)}: {quoted(text)}",
        f"This post was taken back while it was on its way to {one_line(channel)}, and is visible now.\n\n"
        f"    {quoted(text)}\n\nTo take it down:\n\n    socialpub retract {delivery} --because REASON\n",
    )


def still_there(delivery: str, channel: str, text: str, reason: str) -> Words:
    """For the PIO: somebody wanted it taken down, and the network does not do that. `reason` may hold the way."""
    return Words(
        f"Still visible on {one_line(channel)}: {quoted(text)}",
        f"This post was to be taken down from {one_line(channel)}, and is still there.\n\n    {quoted(text)}\n\n"
        f"Why: {one_line(reason, LONGEST) or 'no reason was noted'}\n\n"
        "Take it down by hand, on the network's own page, and say so:\n\n"
        f"    socialpub show {delivery}                              where it is\n"
        f"    socialpub confirm {delivery} --gone --because REASON   it is gone, as you saw or did yourself\n",
    )


def visible_after_all(delivery: str, channel: str, text: str, state: str, links: Sequence[str]) -> Words:
    """For the PIO: a late answer of the network says it is visible, and the records say `state`."""
    places = "".join(f"    {one_line(link, LONGEST)}\n" for link in links[:20])
    return Words(
        f"Look at {one_line(channel)}: {quoted(text)}",
        f"The records say that this post is {one_line(state)}. A late answer of {one_line(channel)} says that it is "
        f"visible, perhaps a second time:\n\n{places}\n    {quoted(text)}\n\n"
        f"Look at the account as the public sees it, and take down by hand what should not be there:\n\n"
        f"    socialpub show {delivery}\n",
    )
