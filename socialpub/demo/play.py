"""The demo from the first step to the last, what it reports, and how it ends."""

from collections.abc import Callable, Sequence
from typing import Any

from socialpub.demo import home, public, reading, stage, steps, town
from socialpub.demo.reading import Sent
from socialpub.demo.stage import Say, Stage
from socialpub.demo.waiting import DemoFailed, until_signalled
from socialpub.model.states import DeliveryState, StoryState

#: stories, deliveries, delivered, returned (counts), and posts as the networks show them.
Report = dict[str, Any]


def play(say: Say, finished: Callable[[Report], None], *, stay: bool) -> None:
    """Run the demo; `finished` gets the report. With `stay` it then goes on until somebody wants it to stop.

    Raises DemoFailed with the reason, Interrupted when it was stopped before all was done.
    """
    with until_signalled() as watch, home.alone() as left_out:
        folder = home.make_home()
        say(f"The socialpub demo. All of it happens on this machine, in {folder}")
        _say_what_differs(say, left_out, home.hasten(folder))
        try:
            with home.logging_into(folder / "daemon.log"), stage.opened(folder, watch, say) as here:
                finished(perform(here))
                if stay:
                    steps.invite(here)
                    watch.rest()
        finally:
            say(f"\nStopped. What was published and recorded stays in {folder / 'queue'}")
            say(f"   When you have seen enough: rm -r {folder}")


def _say_what_differs(say: Say, left_out: Sequence[str], paces: dict[str, str]) -> None:
    if left_out:
        say(f"   Left out, because it belongs to real settings: {', '.join(left_out)}")
    slower = ", ".join(f"{network} ({seconds} s)" for network, seconds in paces.items())
    say(f"   In its own copy of policies/networks, one second lies between two posts of: {slower}.")


def perform(here: Stage) -> Report:
    """All steps; gives the report. Raises DemoFailed when something is not as it should be."""
    steps.set_up(here)
    steps.inbox(here)
    stories = steps.screening(here)
    steps.queue(here, stories)
    plan = steps.approval(here, stories)
    steps.renditions(here, plan)
    steps.schedule(here, plan)
    sent = steps.delivery(here, plan)
    return _report(here, sent)


def _report(here: Stage, sent: Sequence[Sent]) -> Report:
    """Counted again from the rows; the posts are read from the networks and compared with our receipts."""
    shown = public.posts(here.sandbox, here.app.spool / "outbox", town.FOLDERS, [town.OUTBOX])
    public.compare(shown, sent)
    verdict = reading.records(here.app)
    if verdict.fault:
        raise DemoFailed(f"the records do not hold: {verdict.fault}")
    here.say(f"   The networks show {len(shown)} posts, each of them ours, each once; every address opens.")
    here.say(f"   The records hold {verdict.events} events in one chain, unbroken.")
    stories, rows = reading.stories(here.app), reading.deliveries(here.app)
    return {
        "stories": len(stories),
        "deliveries": len(rows),
        "delivered": sum(each.state is DeliveryState.DELIVERED for each in rows),
        "returned": sum(each.state is StoryState.RETURNED for each in stories),
        "posts": shown,
    }
