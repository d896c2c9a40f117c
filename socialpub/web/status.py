"""`/healthz` says whether the daemon works, `/metrics` how much (Prometheus text). Nothing private is in either."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from socialpub.app import App
from socialpub.metronome import Metronome
from socialpub.model.states import DeliveryState, StoryState
from socialpub.model.words import span
from socialpub.settings import Web
from socialpub.store.holds import ALL
from socialpub.store.schema import Channel, Delivery, Hold, Notice, Story
from socialpub.upkeep import in_short
from socialpub.web import serving as server

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger(__name__)

#: A stage that did not come to an end for so many heartbeats hangs.
PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Status:
    app: App
    metronome: Metronome

    def trouble(self) -> str:
        """What is wrong, in words; "" when all is well."""
        for stage, trouble in self.metronome.failing().items():
            return f"the stage {stage} fails: {in_short(trouble.error)}"
        return self.hanging()

    def hanging(self) -> str:
        """Which stage does not come to an end, in words; "" when each does. Only this is mended by a restart."""
        for stage, seconds in self.metronome.silent().items():
            if timedelta(seconds=seconds) > self.patience:
                return f"the stage {stage} has not ended for {span(timedelta(seconds=seconds))}"
        return ""

    @property
    def patience(self) -> timedelta:
        return PATIENCE * self.metronome.heartbeat

    def metrics(self) -> bytes:
        """Counts in the text format of Prometheus; no name and no word of anybody's."""
        from prometheus_client import CollectorRegistry, Gauge, generate_latest

        registry = CollectorRegistry()
        with self.app.db.reading() as session:
            for name, says, by_state in _by_state(session):
                gauge = Gauge(name, says, ["state"], registry=registry)
                for state, count in by_state.items():
                    gauge.labels(state).set(count)
            for name, says, count in _alone(session):
                Gauge(name, says, registry=registry).set(count)
        return generate_latest(registry)


def _by_state(session: Session) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Every state is there, also those in which nothing is: a graph needs its zeros."""
    kinds = (("deliveries", Delivery.state, DeliveryState), ("stories", Story.state, StoryState))
    for noun, column, states in kinds:
        rows = session.execute(select(column, func.count()).group_by(column)).all()
        found = {row[0]: row[1] for row in rows}
        counts = {state.value: found.get(state, 0) for state in states}
        yield f"socialpub_{noun}", f"{noun.capitalize()} by state", counts


def _alone(session: Session) -> Iterator[tuple[str, str, int]]:
    counted = (
        ("stand_down", "1 while everything is held", (Hold.scope == ALL, Hold.released_at.is_(None))),
        (
            "channels_in_trouble",
            "Channels that a person must mend",
            (Channel.trouble != "", Channel.removed_at.is_(None)),
        ),
        (
            "notices_waiting",
            "What people are still to be told",
            (Notice.told_at.is_(None), Notice.gave_up_at.is_(None)),
        ),
    )
    for name, says, conditions in counted:
        yield f"socialpub_{name}", says, session.scalar(select(func.count()).where(*conditions)) or 0


def build(status: Status) -> "Starlette":
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    def healthz(_request: "Request") -> "Response":
        trouble = status.trouble()
        return PlainTextResponse(trouble or "ok", 503 if trouble else 200)

    def metrics(_request: "Request") -> "Response":
        return Response(status.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics)])


@contextmanager
def serving(web: Web, status: Status) -> Iterator[int]:
    """Serve in a thread of its own; gives the port. Port 0 takes a free one."""
    listener = server.listen("web", web.host, web.port, "pages", "[SP031]")
    with server.serving(listener, build(status), "web") as port:
        yield port
