"""kill -9 at every point that a daemon passes: never two posts, never a lost one, every delivery at an end.

Each trial is a real process on a spool of its own that dies by SIGKILL, and another that starts after it. What
must be true then is in `judging`.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from socialpub.delivery.journal import AttemptJournal
from socialpub.sandbox.handle import Sandbox
from tests.databases import KINDS, restorable
from tests.flow import killing, loud
from tests.flow.judging import judge, judge_story
from tests.flow.networks import Network, Outbox, networks, picture
from tests.town import Town, town

#: A sweep that has not ended by then goes round in circles.
MOST = 200

Judge = Callable[[killing.Trial, Network, str], None]


@contextmanager
def _trial(
    kind: str, folder: Path, network: Network, begin: Callable[[Town, Network], None]
) -> Iterator[tuple[killing.Trial, Callable[[], None]]]:
    """A spool with one story for one channel, as far as `begin` takes it; and a function that puts it back so."""
    now = datetime.now(UTC)
    place = folder / "trial"
    place.mkdir()
    with restorable(kind, place) as (url, put_database_back):
        with town(place, url) as here:
            here.clock.now = now
            loud.heard(here.app, place)
            network.open(here)
            begin(here, network)
        put_database_back()  # the first call keeps it
        shutil.copytree(place, folder / "kept")

        def put_back() -> None:
            network.forget()
            shutil.rmtree(place)
            shutil.copytree(folder / "kept", place)
            put_database_back()

        yield killing.Trial(place, url, now), put_back


def _approved(here: Town, network: Network) -> None:
    here.drop(photos=network.photos)
    here.turn()
    here.approve()


def _dropped(here: Town, network: Network) -> None:
    here.drop(photos=network.photos)


def _sweep(
    trial: killing.Trial,
    put_back: Callable[[], None],
    network: Network,
    *first: killing.Death,
    judge: Judge = judge,
) -> Sequence[str]:
    """Die at each point in turn, after the deaths in `first`, until no point is left. Gives the points' names."""
    names: list[str] = []
    for number in range(1, MOST):
        put_back()
        died = killing.killed_then_restarted(trial, *first, number)
        judge(trial, network, " then ".join(died))
        if len(died) == len(first):
            return names
        names.append(died[-1])
    raise AssertionError("the sweep does not end")


#: These die on both engines. Another network differs in its calls, a plain text in how it is looked for, not in rows.
ON_BOTH = ("loud", "file with photos", "x with photos", "facebook with photos")
TRIALS = [(kind, name) for kind in KINDS for name in networks() if kind == "sqlite" or name in ON_BOTH]


@pytest.mark.parametrize(("kind", "name"), TRIALS)
def test_a_daemon_killed_at_any_point_posts_once_and_loses_nothing(
    kind: str, name: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    network = networks()[name](sandbox)
    with _trial(kind, tmp_path, network, _approved) as (trial, put_back):
        points = _sweep(trial, put_back, network)
    steps = ("dispatch", "claim", "journal.publish", network.visible_call, "settle")
    assert {f"{step}.{side}" for step in steps for side in ("before", "after")} <= set(points)


#: Death with the post out, and death with it not out: what is found by looking, and what is surely absent.
@pytest.mark.parametrize(("kind", "side"), [("sqlite", "after"), ("sqlite", "before"), ("postgresql", "after")])
def test_a_daemon_killed_while_it_takes_over_from_a_dead_one_posts_once(
    kind: str, side: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    network = networks()["loud"](sandbox)
    with _trial(kind, tmp_path, network, _approved) as (trial, put_back):
        points = _sweep(trial, put_back, network, f"{network.visible_call}.{side}")
    steps = ("recover", "reconcile.ask", *(["claim", network.visible_call] if side == "before" else []))
    assert {f"{step}.{side}" for step in steps for side in ("before", "after")} <= set(points)


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_killed_at_any_point_from_the_inbox_to_the_plan_leaves_one_story(
    kind: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    """Intake, screening, renditions, a person's approval, dispatch. The folder is a story, and one only."""
    network = Outbox(sandbox, {"a.jpg": picture("navy")})
    with _trial(kind, tmp_path, network, _dropped) as (trial, put_back):
        points = _sweep(replace(trial, approver="mhale", only_planned=True), put_back, network, judge=judge_story)
    steps = ("inbox.take", "media.originals", "inbox.submit", "prepare", "media.renditions", "approve", "dispatch")
    assert {f"{step}.{side}" for step in steps for side in ("before", "after")} <= set(points)


def _forget_the_intent() -> None:
    """The mutation: the visible call is made without its intent being written down."""
    AttemptJournal._commit_intent = lambda *_: None  # type: ignore[method-assign]


#: Of Facebook the plain text: it takes no photo twice, and the outbox folder no key, whatever was written down.
@pytest.mark.parametrize(
    ("kind", "name"),
    [*product(KINDS, ["loud", "x with photos", "facebook text"]), ("sqlite", "mastodon text")],
)
def test_without_the_intent_commit_a_kill_after_the_visible_call_shows_a_second_post(
    kind: str, name: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    """The network refuses no repeat here, so that only the commit stands between a crash and a second post: with
    it the same death passes.
    """
    network = networks()[name](sandbox)
    with _trial(kind, tmp_path, network, _approved) as (trial, put_back):
        for sabotage in (None, _forget_the_intent):
            put_back()
            network.forgive_nothing()
            died = killing.killed_then_restarted(replace(trial, sabotage=sabotage), f"{network.visible_call}.after")
            assert died == [f"{network.visible_call}.after"]
            with _reported("posted 2 times") if sabotage else nullcontext():
                judge(trial, network, died[0])


def _reported(words: str) -> AbstractContextManager[object]:
    return pytest.raises(AssertionError, match=words)
