"""What is on its way: deliveries, calendar; hold, release, requeue, cancel, retract."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from socialpub.app import App
from socialpub.cli import banner, views
from socialpub.cli.acting import acting
from socialpub.cli.answers import say, show, tell
from socialpub.cli.holds import begun_before, still_held
from socialpub.cli.options import As, Because, Json
from socialpub.cli.visible import one_line
from socialpub.delivery.confirm import confirm as confirm_at
from socialpub.desk import deliveries as desk
from socialpub.desk import find, holds
from socialpub.desk.declined import Declined
from socialpub.desk.votes import LAPSES
from socialpub.model.states import DeliveryState
from socialpub.model.words import span
from socialpub.store.schema import Hold

Delivery = Annotated[str, typer.Argument(metavar="ID", help="a delivery's id, or enough of its beginning")]
Maybe = Annotated[str | None, typer.Argument(metavar="[ID]", help="a delivery")]
OnChannel = Annotated[str | None, typer.Option("--channel", metavar="C", help="everything on one channel")]
Everything = Annotated[bool, typer.Option("--all", help="everything: a stand-down")]


def add_to(app: typer.Typer) -> None:
    for command in (deliveries, calendar, hold, release, requeue, cancel, confirm, retract):
        app.command(command.__name__)(command)


def deliveries(
    ctx: typer.Context,
    *,
    state: Annotated[DeliveryState | None, typer.Option(help="only these")] = None,
    json: Json = False,
) -> None:
    """Deliveries, the newest first: what went out, what waits, what needs somebody."""
    zone = ctx.obj.settings.department.zone
    with ctx.obj.reading.db.reading() as session:
        rows, more = views.deliveries(session, state), views.more_deliveries(session, state)
    text = "\n".join(
        f"{row['id']}  {row['state']:12} {row['channel']:16} {views.short(row['due_at'], zone)}  {row['says']}"
        for row in rows
    )
    show(rows, text or "No deliveries.", as_json=json)
    if more:
        (tell if json else say)(f"… and {more} more.")


def calendar(ctx: typer.Context, *, json: Json = False) -> None:
    """What goes out when, in department time."""
    zone = ctx.obj.settings.department.zone
    with ctx.obj.reading.db.reading() as session:
        rows, stopped = views.calendar(session), banner.read(session)
    banner.warn(stopped, zone, as_json=json)
    text = "\n".join(_planned(row, zone, ctx.obj.app.clock()) for row in rows)
    show(rows, text or f"Nothing is planned. Times are {zone.key}.", as_json=json)


def _planned(row: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> str:
    """With the year only where it is not this one."""
    at, year = row["at"].astimezone(zone), now.astimezone(zone).year
    day = f"{at:%a %b %d}" if at.year == year else f"{at:%a %b %d %Y}"
    held = "HELD: " if row["held"] else ""
    return f"{day} {at:%H:%M %Z}  {row['channel']:16} {held}{row['text']}"


def hold(
    ctx: typer.Context,
    because: Because,
    delivery: Maybe = None,
    *,
    channel: OnChannel = None,
    all_: Everything = False,
    as_: As = None,
) -> None:
    """Stop one delivery, a channel, or everything. No timer lifts it."""
    app = ctx.obj.app
    by = acting(app, as_)
    match (delivery, channel, all_):
        case (None, None, True):
            held = holds.hold_all(app.db, by, because)
        case (None, str(), False):
            held = holds.hold_channel(app.db, by, channel, because)
        case (str(), None, False):
            held = holds.hold_delivery(app.db, by, delivery, because)
        case _:
            raise typer.BadParameter("name one delivery, or --channel C, or --all")
    app.wake()
    say(
        "STAND-DOWN: nothing goes out until two people release it."
        if all_
        else "It is held until somebody releases it."
    )
    with app.db.reading() as session:
        if begun := begun_before(session, held):
            say(begun)


def release(
    ctx: typer.Context, delivery: Maybe = None, *, channel: OnChannel = None, all_: Everything = False, as_: As = None
) -> None:
    """Let a hold go. A channel or everything takes two people, one of them a PIO."""
    app = ctx.obj.app
    by = acting(app, as_)
    scope, target, rows = _holds(app, delivery, channel, everything=all_)
    waiting = [row for row in rows if not holds.release(app.db, by, row)]
    app.wake()
    if waiting:
        lines = [f"held by {row.by}: {one_line(row.because)}" for row in waiting]
        first = f"Noted. Within {span(LAPSES)} a second person must release it too, a PIO is one of the two:"
        say("\n".join([first, *lines]))
        return
    with app.db.reading() as session:
        late = views.count_deliveries(session, DeliveryState.NEEDS_PERSON)
        still = still_held(session, scope, target, app.zone, app.clock())
    decide = f" {late} deliveries wait for a decision: socialpub deliveries --state needs_person" if late else ""
    say(f"Released.{decide}" + (f"\n{still}" if still else ""))


def _holds(app: App, delivery: str | None, channel: str | None, *, everything: bool) -> tuple[str, str, list[Hold]]:
    """Every hold on just this, with its scope and target; several people may have stopped it, each for a reason."""
    with app.db.reading() as session:
        wanted = _target(session, delivery, channel, everything=everything)
        rows = [row for row in holds.standing(session) if (row.scope, row.target) == wanted]
    if not rows:
        raise Declined("that is not held; `socialpub holds` lists those that stand")
    return *wanted, rows


def _target(session: Session, delivery: str | None, channel: str | None, *, everything: bool) -> tuple[str, str]:
    match (delivery, channel, everything):
        case (None, None, True):
            return "all", ""
        case (None, str(), False):
            return "channel", find.channel(session, channel).id
        case (str(), None, False):
            return "delivery", find.delivery(session, delivery).id
        case _:
            raise typer.BadParameter("name one delivery, or --channel C, or --all")


def requeue(ctx: typer.Context, delivery: Delivery, because: Because, as_: As = None) -> None:
    """Send it (again). You state, by name, that it is not there."""
    app = ctx.obj.app
    desk.requeue(app.db, acting(app, as_), delivery, because)
    app.wake()
    say("It is scheduled again.")


def cancel(ctx: typer.Context, delivery: Delivery, because: Because, as_: As = None) -> None:
    """Never send it."""
    app = ctx.obj.app
    done = desk.cancel(app.db, acting(app, as_), delivery, because)
    app.wake()
    say(
        "It is cancelled."
        if done
        else "It is on its way; it is stopped if that is still possible. See `socialpub show`."
    )


def confirm(
    ctx: typer.Context,
    delivery: Delivery,
    at: Annotated[
        str | None, typer.Option("--at", metavar="ADDRESS", help="it is there: its address, or its id")
    ] = None,
    *,
    gone: Annotated[bool, typer.Option("--gone", help="it was published, and is not there any more")] = False,
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", help="with --gone: how you know, for the records")
    ] = "",
    as_: As = None,
) -> None:
    """Say what you saw: where a post is (it is read back before it counts as delivered), or that it is gone."""
    app = ctx.obj.app
    by = acting(app, as_)
    if gone == (at is not None):
        raise typer.BadParameter("say one of --at ADDRESS and --gone")
    if at is None:
        desk.gone(app.db, by, delivery, because)
        say("It is noted as taken down, on your word; its officer and the PIO are told.")
        return
    desk.may_decide(by, "say where a post is")
    with app.db.reading() as session:
        row = find.delivery(session, delivery)
    if reason := confirm_at(app.carrier, by, row.id, at):
        raise Declined(reason)
    say("It was read back, and counts as delivered.")


def retract(ctx: typer.Context, delivery: Delivery, because: Because, as_: As = None) -> None:
    """Take down what is visible."""
    app = ctx.obj.app
    desk.retract(app.db, acting(app, as_), delivery, because)
    app.wake()
    say("It is being taken down; `socialpub show` tells when it is gone.")
