"""What must be true after any death, whoever died and where. The networks' own walls say what is visible."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from socialpub.model.states import SETTLED, StoryState
from socialpub.model.states import DeliveryState as D
from socialpub.records import heads
from socialpub.store.schema import (
    Approval,
    Asset,
    Channel,
    Delivery,
    Event,
    PostRow,
    Rendition,
    Revision,
    Story,
    Submission,
)
from tests.flow import killing
from tests.flow.networks import Network
from tests.town import Town

#: What the product promises, by the trial's clock. A network that takes longer to settle is given that long.
LOOKING = timedelta(seconds=30)
#: The clock of a trial moves by a millisecond with every turn.
TURNS = timedelta(seconds=0.5)


def judge(trial: killing.Trial, network: Network, died_at: str) -> None:
    """One delivery, at an end, known as what is visible; posted once or not at all; found out in time; proved.

    In time: never unconfirmed for longer than LOOKING, or than the network's own `settle_s` where that is longer:
    before that "not seen" proves nothing, and a second call would be a guess. What comes after looking is no looking:
    a post that is surely absent waits for its channel and is sent again (`killing.ENOUGH`).
    """
    here = trial.look()
    try:
        _judge_delivery(here, trial, network, died_at)
        assert heads.verify(here.app.db, here.app.spool).fault == "", died_at  # `socialpub records verify`
    finally:
        here.app.db.close()


def _judge_delivery(here: Town, trial: killing.Trial, network: Network, died_at: str) -> None:
    rows, seen = here.deliveries(), network.visible(trial.folder)
    assert len(seen) <= 1, f"{died_at}: posted {len(seen)} times"
    assert len(rows) == 1, f"{died_at}: {len(rows)} deliveries"
    assert rows[0].state in SETTLED, f"{died_at}: left {rows[0].state}"
    if rows[0].state == D.DELIVERED:
        assert seen == network.receipts(here), f"{died_at}: the receipt names another post"
    else:
        assert rows[0].state == D.NEEDS_PERSON, f"{died_at}: {rows[0].state} {rows[0].reason}"
    with here.app.db.reading() as session:
        looked = max(looking(session, rows[0]), default=timedelta())
        platform = session.get_one(Channel, rows[0].channel_id).platform
    settle = timedelta(seconds=here.app.limits[platform].looks.settle_s)
    assert looked <= max(LOOKING, settle) + TURNS, f"{died_at}: looked for {looked}"


def looking(session: Session, row: Delivery) -> Sequence[timedelta]:
    """How long each time that it was unconfirmed took, by the events of its moves. The last one has ended."""
    of_row = select(Event.verb, Event.at).where(Event.subject_id == row.id, Event.verb.startswith("move:"))
    moves: Sequence[tuple[str, datetime]] = [
        (verb, at) for verb, at in session.execute(of_row.order_by(Event.number))
    ]
    return [end - begin for (verb, begin), (_, end) in pairwise(moves) if verb == f"move:{D.UNCONFIRMED}"]


def judge_story(trial: killing.Trial, network: Network, died_at: str) -> None:
    """All that, and one story of the one folder that was dropped: whole, approved once, its pictures as recorded."""
    judge(trial, network, died_at)
    here = trial.look()
    try:
        with here.app.db.reading() as session:
            for table in (Story, Submission, Revision, PostRow, Approval, Asset, Rendition):
                many = session.scalar(select(func.count()).select_from(table))
                assert many == 1, f"{died_at}: {many} of {table.__tablename__}"
            assert session.scalars(select(Story.state)).one() == StoryState.APPROVED
            _judge_media(here, session, died_at)
        _judge_folders(here, died_at)
    finally:
        here.app.db.close()


def _judge_media(here: Town, session: Session, died_at: str) -> None:
    asset, rendition = session.scalars(select(Asset)).one(), session.scalars(select(Rendition)).one()
    original = here.app.shelf.original(asset.sha256).read_bytes()
    assert hashlib.sha256(original).hexdigest() == asset.sha256, died_at
    assert len(here.app.shelf.read_rendition(rendition.sha256)) == rendition.size, died_at
    shown = session.scalars(select(PostRow)).one().body["media"]
    assert [media["sha256"] for media in shown] == [rendition.sha256], died_at


def _judge_folders(here: Town, died_at: str) -> None:
    """The folder was taken once and lies where it was put, whoever took it."""
    left = {name: [path.name for path in (here.spool / name).iterdir()] for name in ("inbox", "corrupt", "taken")}
    assert left == {"inbox": [], "corrupt": [], "taken": [f"{here.story().id}-bike"]}, died_at
