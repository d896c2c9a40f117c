"""The whole flow on one screen: the stages in order, what each takes and what it leaves.

Each stage reads its work from the rows and writes what it did into the rows; nothing is handed from one to
the next in memory. So any stage may be run at any time, twice, or after a crash. `turn` runs each once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from socialpub.app import App
from socialpub.delivery.dispatch import dispatch
from socialpub.delivery.expire import expire
from socialpub.delivery.hand import Hand, at_once
from socialpub.delivery.reconcile import reconcile
from socialpub.delivery.recover import recover
from socialpub.delivery.retract import retract
from socialpub.delivery.send import send_due
from socialpub.desk.prepare import prepare_submitted
from socialpub.desk.rescreen import rescreen
from socialpub.notify.send import turn as tell
from socialpub.notify.watch import remind

#: How often the drop folder is looked at. A folder on a share tells nobody when something arrives.
INBOX_EVERY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Stage:
    """`run` does what is due and gives the next time something will be; None when nothing is planned."""

    name: str
    takes: str
    leaves: str
    run: Callable[[App, Hand], datetime | None]


def _intake(app: App, _hand: Hand) -> datetime:
    app.inbox.look()
    return app.clock() + INBOX_EVERY


def _prepare(app: App, _hand: Hand) -> None:
    prepare_submitted(app.workshop)


STAGES = (
    Stage("intake", "folders in inbox/", "submitted stories; refusals in corrupt/", _intake),
    Stage("prepare", "submitted stories", "stories in review, with posts, renditions and findings", _prepare),
    Stage(
        "rescreen",
        "what waits, when packs changed or a day began",
        "findings; fallen approvals",
        lambda app, _: rescreen(app.workshop),
    ),
    #                 people: waive, attest, approve, return, reject (desk)
    Stage("dispatch", "approved stories", "scheduled deliveries", lambda app, _: dispatch(app.carrier)),
    Stage("recover", "what a dead daemon was sending", "deferred, unconfirmed", lambda app, _: recover(app.carrier)),
    Stage("expire", "what passed its deadline", "failed", lambda app, _: expire(app.carrier)),
    Stage(
        "send",
        "what is due",
        "delivered, deferred, failed, unconfirmed",
        lambda app, hand: send_due(app.carrier, hand),
    ),
    Stage(
        "reconcile",
        "unconfirmed",
        "delivered, deferred, needs_person",
        lambda app, hand: reconcile(app.carrier, hand),
    ),
    Stage("retract", "what people want gone", "retracted", lambda app, hand: retract(app.carrier, hand)),
    Stage("remind", "what waits too long", "notices", lambda app, _: remind(app.db, app.clock(), app.zone)),
    Stage(
        "tell", "notices", "people who know", lambda app, _: tell(app.db, app.addresses, app.clock(), app.post_office)
    ),
)

#: Stages that come again by themselves, whether or not something waits.
_LOOKS_AROUND = frozenset({"intake", "rescreen", "remind", "tell"})


def turn(app: App, noticed: Callable[[str, Exception], object] = lambda _stage, _error: None) -> datetime | None:
    """Run each stage once, in order; gives when the next delivery needs something (not when to look around).

    One stage's trouble stops no other: `noticed` is given it at once, and the first is raised at the end.
    """
    dues, troubles = {}, []
    for stage in STAGES:
        try:
            dues[stage.name] = stage.run(app, at_once)
        except Exception as trouble:  # noqa: BLE001  one stage's trouble stops no other; it is raised at the end
            noticed(stage.name, trouble)
            troubles.append(trouble)
    if troubles:
        raise troubles[0]
    return min((due for name, due in dues.items() if due is not None and name not in _LOOKS_AROUND), default=None)
