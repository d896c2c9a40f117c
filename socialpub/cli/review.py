"""The review desk on the command line: approve, return, reject, reconsider, waive, attest."""

from typing import Annotated

import typer

from socialpub.cli import banner, sheet
from socialpub.cli.acting import acting
from socialpub.cli.answers import say, show, tell
from socialpub.cli.options import As, Because, Json
from socialpub.cli.showing import out_before_restore
from socialpub.cli.stories import Name, afterwards
from socialpub.cli.views import at
from socialpub.desk import approve as desk
from socialpub.desk import find, findings
from socialpub.desk.times import Approved, PlannedPost

Number = Annotated[int, typer.Argument(metavar="FINDING", help="the finding's number")]


def add_to(app: typer.Typer) -> None:
    for command in (approve, return_, reject, reconsider, waive, attest):
        app.command(command.__name__.rstrip("_"))(command)


def approve(
    ctx: typer.Context,
    name: Name,
    *,
    seen: Annotated[str, typer.Option(metavar="FINGERPRINT", help="what `socialpub show` ended with: you saw that")],
    json: Json = False,
    as_: As = None,
) -> None:
    """Approve exactly the posts that you looked at. Says for when each is planned."""
    app = ctx.obj.app
    done = desk.approve(app.db, acting(app, as_), name, app.terms, seen)
    app.wake()
    zone = ctx.obj.settings.department.zone
    with app.db.reading() as session:
        stopped = banner.read(session, [each.channel.name for each in done.planned])
        before = out_before_restore(session, find.story(session, name).id)
    banner.warn(stopped, zone, as_json=json)
    lines = [f"{each.channel.name:20} {at(each.planned_at, zone)}  {each.digest[:12]}" for each in done.planned]
    show([_row(each) for each in done.planned], "Approved:\n" + "\n".join(lines), as_json=json)
    if before:
        (tell if json else say)("\n".join(sheet.out_before(before)))
    if done.left_out:
        (tell if json else say)(_left_out(done))


def _left_out(done: Approved) -> str:
    return (
        f"NOT on {', '.join(done.left_out)}: it is out there already, and no revision goes there again. "
        "To change what is there, take it down first: socialpub retract"
    )


def _row(each: PlannedPost) -> dict[str, object]:
    return {
        "channel": each.channel.name,
        "planned_at": each.planned_at,
        "not_before": each.window.not_before,
        "deadline": each.window.deadline,
        "digest": each.digest,
    }


def return_(ctx: typer.Context, name: Name, because: Because, as_: As = None) -> None:
    """Send a story back to its author, with what to mend."""
    app = ctx.obj.app
    desk.send_back(app.db, acting(app, as_), name, because)
    app.wake()
    say("It was returned; its author is told why.")


def reject(ctx: typer.Context, name: Name, because: Because, as_: As = None) -> None:
    """Say no for good, with the reason."""
    app = ctx.obj.app
    desk.reject(app.db, acting(app, as_), name, because)
    app.wake()
    say("It was rejected; its author is told why.")


def reconsider(ctx: typer.Context, name: Name, because: Because, as_: As = None) -> None:
    """Take an approval back: the story is in review again."""
    app = ctx.obj.app
    desk.reconsider(app.db, acting(app, as_), name, because)
    app.wake()
    afterwards(app, name, "The approval was taken back; nothing more of it is started.")


def waive(ctx: typer.Context, name: Name, finding: Number, because: Because, as_: As = None) -> None:
    """Set a finding aside, with a reason. A block takes two people."""
    app = ctx.obj.app
    more = findings.waive(app.db, acting(app, as_), name, finding, because)
    say(f"Finding {finding} is set aside." if not more else f"Noted. Finding {finding} takes {more} more person.")


def attest(
    ctx: typer.Context,
    name: Name,
    finding: Number,
    answer: Annotated[str, typer.Option(metavar="TEXT", help="the answer, in your own words")],
    as_: As = None,
) -> None:
    """Answer the question that a finding asks."""
    app = ctx.obj.app
    findings.attest(app.db, acting(app, as_), name, finding, answer)
    say(f"Your answer to finding {finding} is in the records.")
