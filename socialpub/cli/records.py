"""`socialpub records …`, backup, restore: prove, hand over, keep, bring back."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from socialpub.app import utc_now
from socialpub.cli.acting import acting, owner
from socialpub.cli.answers import NO, say, show, tell
from socialpub.cli.options import As, Json
from socialpub.cli.views import at
from socialpub.desk.declined import Declined, require
from socialpub.model.people import MAY_EXPORT
from socialpub.model.words import plain

if TYPE_CHECKING:
    from socialpub.records.standdown import NewLife

records = typer.Typer(help="The records: prove them, hand them over.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(records, name="records")
    app.command("backup")(backup)
    app.command("restore")(restore)


#: SHA-256 in hex. What is anything else was mistyped, and proves nothing about the chain.
_HEAD = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


@records.command("verify")
def verify(
    ctx: typer.Context,
    head: Annotated[str | None, typer.Option(help="a head noted elsewhere; it must be in the chain")] = None,
    *,
    json: Json = False,
) -> None:
    """Walk the whole chain of events, and hold every noted head against it."""
    from socialpub.records import heads

    if head is not None and not _HEAD.fullmatch(head):
        raise typer.BadParameter("a head is 64 hex digits, as `socialpub records verify` prints it: copy it whole")
    app = ctx.obj.reading
    verdict = heads.verify(app.db, app.spool, head and head.lower())
    data = {"events": verdict.events, "head": verdict.head, "fault": verdict.fault}
    show(
        data, verdict.fault or f"{verdict.events} events hold; the head is {verdict.head or 'none yet'}", as_json=json
    )
    if verdict.fault:
        raise typer.Exit(NO)


@records.command("export")
def export(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="a folder that is not there yet")],
    story: Annotated[str | None, typer.Option(help="one story")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="first day, YYYY-MM-DD")] = None,
    last: Annotated[str | None, typer.Option("--until", metavar="DAY", help="last day")] = None,
    as_: As = None,
) -> None:
    """Write one story, or a range of days, with everything that proves it."""
    from socialpub.records.export import export_range, export_story

    app = ctx.obj.app
    by = acting(app, as_)
    require(by, MAY_EXPORT, "export records")
    if story is not None:
        from socialpub.desk import find

        with app.db.reading() as session:
            row = find.story(session, story)
        done = export_story(app.db, app.spool / "media", row.id, to, by=by)
    elif first is not None and last is not None:
        days = _day(first), _day(last)
        done = export_range(app.db, app.spool / "media", *days, app.zone, to, by=by)
    else:
        raise Declined("name one --story, or the days --from and --until")
    for trouble in done.troubles:
        tell(trouble)
    say(f"Written to {to}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f'"{text}" is no day; write it as 2026-11-20') from None


def backup(
    ctx: typer.Context,
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="where; default: backup/ in the spool")] = None,
) -> None:
    """Copy the store while it runs, prove the copy, and keep the media by hash. The secret key is not in it."""
    from socialpub.records.backup import backup as make

    app = ctx.obj.reading
    done = make(app.db, app.spool, to or app.spool / "backup", app.clock())
    for trouble in done.troubles:
        tell(trouble)
    say(f"{done.folder}: proved, {done.events} events")


def restore(
    ctx: typer.Context,
    backup: Annotated[Path | None, typer.Argument(help="a folder that `socialpub backup` made")] = None,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="move the present store aside first")] = False,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="go on without media that are missing")] = False,
    in_place: Annotated[
        str | None,
        typer.Option(
            "--in-place", metavar="TIME", help="a PostgreSQL was restored from a dump of this time (with its zone)"
        ),
    ] = None,
) -> None:
    """Bring a backup back. It starts in stand-down, and nothing of the gap is sent by itself.

    For root and the owner of the spool: the store that knows people may be the one that is gone.
    """
    if (backup is None) == (in_place is None):
        raise typer.BadParameter("name a backup's folder, or --in-place with the time of the dump")
    if in_place is not None:
        _begin_new_life(ctx, _moment(in_place))
    elif backup is not None:
        _bring_back(ctx, backup, replace=replace, incomplete=incomplete)


def _bring_back(ctx: typer.Context, backup: Path, *, replace: bool, incomplete: bool) -> None:
    from socialpub.records.restore import restore as bring_back

    spool = ctx.obj.settings.queue.dir
    done = bring_back(backup, spool, utc_now(), owner(spool), replace=replace, incomplete=incomplete)
    for trouble in done.troubles:
        tell(trouble)
    say(f"Restored the backup of {at(done.made_at, ctx.obj.settings.department.zone)}.")
    if done.replaced is not None:
        say(f"The database that was here is kept in {done.replaced}.")
    if done.read_again:
        say(f"Read again from the inbox, for they are newer than the backup: {plain(', '.join(done.read_again))}")
    _say_life(done.life)


def _say_life(life: "NewLife") -> None:
    for each in life.people:
        say(f"- {plain(each)}")
    say(
        f"STAND-DOWN. {life.asked} deliveries need a person ({life.planned} of them were for later), "
        f"{life.fell} approvals must be given again: look, then `socialpub release --all`."
    )


def _begin_new_life(ctx: typer.Context, made_at: datetime) -> None:
    """After a PostgreSQL was restored with its own tools. Until then it does not know that it was."""
    from socialpub.records.standdown import begin_new_life

    app = ctx.obj.app
    if made_at > app.clock():
        raise Declined(f"{at(made_at, app.zone)} is in the future; give the time when the dump was made")
    _say_life(begin_new_life(app.db, made_at, owner(app.spool)))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last day of all are out of reach from some zones
        pass
    raise typer.BadParameter(f'"{text}" is no time with its zone; write it as 2026-11-20T15:00Z')
