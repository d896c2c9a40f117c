"""Telling stories and looking at them: submit, screen, queue, show, revise, withdraw."""

import json as jsonlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from socialpub.app import App
from socialpub.cli import banner, showing, views
from socialpub.cli.acting import acting, caller, hands
from socialpub.cli.answers import NO, say, show, tell
from socialpub.cli.options import As, Because, Json
from socialpub.desk import find
from socialpub.desk import revise as desk
from socialpub.desk.declined import Declined
from socialpub.desk.submit import refuse_settled
from socialpub.desk.submit import submit as desk_submit
from socialpub.desk.whereabouts import whereabouts
from socialpub.intake.folder import STORY, read_document, read_folder, read_own_document
from socialpub.model.document import DocumentError, StoryDocument, parse
from socialpub.model.finding import Level
from socialpub.model.people import Actor
from socialpub.policy.packs import load
from socialpub.policy.screen import screen as find_all

Name = Annotated[str, typer.Argument(metavar="ID", help="a story's id, or enough of its beginning")]


def add_to(app: typer.Typer) -> None:
    for command in (submit, screen, queue, show_, revise, withdraw):
        app.command(command.__name__.rstrip("_"))(command)


def submit(ctx: typer.Context, path: Path, *, json: Json = False, as_: As = None) -> None:
    """Tell a story: a folder of your own, with story.toml and its photos."""
    app = ctx.obj.app
    by = acting(app, as_)
    if not path.is_dir():
        raise Declined(f"{path} is not a folder; a story is a folder with a {STORY} and its photos")
    arrival = read_folder(path, app.shelf, hands(app))
    _refuse_another(arrival.document.by, by)
    done = desk_submit(app.db, by, arrival.document, arrival.files, "command line")
    app.wake()
    if done.repeated:
        with app.db.reading() as session:
            refuse_settled(session, done.story)
    words = "was told before; nothing was added" if done.repeated else "was taken; the review desk has it"
    show({"story": done.story, "repeated": done.repeated}, f"Story {done.story} {words}.", as_json=json)


def _refuse_another(said: str | None, by: Actor) -> None:
    if said is not None and said != by.name:
        raise Declined(f'"by" names {said}, but you are {by.name}; leave it out, or let {said} send the story')


def screen(
    ctx: typer.Context,
    path: Path,
    *,
    as_of: Annotated[str | None, typer.Option(metavar="DAY", help="screen as on this day, YYYY-MM-DD")] = None,
    json: Json = False,
) -> None:
    """What the guidelines say, without submitting: a folder, a story.toml, or many stories in a .jsonl."""
    department = ctx.obj.settings.department
    packs = load(ctx.obj.policies, department.state)
    day = _day(as_of) or department.as_of or ctx.obj.today
    batch = path.suffix == ".jsonl"
    unread = blocked = False
    for name, document in _documents(path, caller(ctx.obj.settings.queue.dir)):
        if isinstance(document, str):
            unread = True
            show({"id": name, "error": document}, f"{name}: cannot be read: {document}", as_json=json)
            continue
        findings = find_all(document, department, packs, day)
        blocked = blocked or any(finding.level is Level.BLOCK for finding in findings)
        lines = [f"{name}: {len(findings)} findings", *(views.finding_line(asdict(each)) for each in findings)]
        show({"id": name, "findings": [_told(asdict(each)) for each in findings]}, "\n".join(lines), as_json=json)
    if unread or (blocked and not batch):
        raise typer.Exit(NO)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f'"{text}" is no day; write it as 2026-11-20') from None


def _told(finding: dict[str, Any]) -> dict[str, Any]:
    order = (
        "rule",
        "family",
        "level",
        "where",
        "index",
        "start",
        "end",
        "evidence",
        "says",
        "why",
        "cite",
        "instead",
    )
    return {key: finding[key] for key in order}


def _documents(path: Path, owner: int | None) -> Iterator[tuple[str, StoryDocument | str]]:
    """Each story by name; a line that cannot be read gives the reason instead.

    `owner`: whoever came by sudo. The daemon's account reads what they may not, so it reads only what is theirs.
    """
    if owner is None and path.suffix != ".jsonl" and not path.exists():
        raise Declined(f"{path}: there is no such file or folder; check the path")
    file = path / STORY if path.is_dir() else path
    if owner is not None:
        document = read_own_document(file, owner)
        yield document.id or path.name, document
        return
    if path.suffix != ".jsonl":
        document = read_document(file)
        yield document.id or path.name, document
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _line(line, number)


def _line(line: bytes, number: int) -> tuple[str, StoryDocument | str]:
    name = f"line {number}"
    try:
        data = jsonlib.loads(line)
        if not isinstance(data, dict):
            return name, 'a line is one story, like {"text": "…"}'
        name = str(data.get("id") or name)
        return name, parse(data, labelled=True)
    except DocumentError as error:
        return name, str(error)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, or brackets in brackets without end
        return name, 'it cannot be read as JSON; a line is one story, like {"text": "…"}'


def queue(ctx: typer.Context, *, json: Json = False) -> None:
    """Stories that wait for somebody, the oldest first; what was returned to its author last."""
    with ctx.obj.reading.db.reading() as session:
        rows = views.waiting_stories(session, ctx.obj.reading.clock())
        more = views.more_stories(session)
        stopped = banner.read(session)
    banner.warn(stopped, ctx.obj.settings.department.zone, as_json=json)
    text = "\n".join(
        f"{row['id']}  {row['state']:10} {row['age']:>8}  {row['submitter']:12} "
        f"{'OUT ALREADY? ' if row['out_before'] else ''}{row['text']}"
        for row in rows
    )
    show(rows, text or "Nothing waits.", as_json=json)
    if more:
        (tell if json else say)(f"… and {more} more.")


def show_(ctx: typer.Context, name: Name, *, json: Json = False) -> None:
    """Everything about a story, or about a delivery."""
    app = ctx.obj.reading
    with app.db.reading() as session:
        data, text = showing.anything(session, name, app.zone, app.spool / "media", app.limits)
    show(data, text, as_json=json)


def revise(
    ctx: typer.Context,
    name: Name,
    path: Annotated[Path | None, typer.Argument(help="a story.toml, or a folder with one and its photos")] = None,
    *,
    seen: Annotated[
        str | None,
        typer.Option(metavar="FINGERPRINT", help="no PATH: take the newest words, which you saw, as yours"),
    ] = None,
    as_: As = None,
) -> None:
    """Put the words of a story.toml (and, from a folder, its photos) in place of the old.

    With --seen and no PATH: stand behind what somebody else made of your story, exactly as you saw it.
    """
    app = ctx.obj.app
    if (path is None) == (seen is None):
        raise typer.BadParameter("name a PATH with the new words, or --seen FINGERPRINT to take the newest as yours")
    by = acting(app, as_)
    number = desk.take_as_own(app.db, by, name, seen or "") if path is None else _revise(app, by, name, path)
    app.wake()
    afterwards(app, name, f"This is revision {number}; it goes to review again.")


def _revise(app: App, by: Actor, name: str, path: Path) -> int:
    if path.is_dir():
        arrival = read_folder(path, app.shelf, hands(app))
        return desk.revise(app.db, by, name, arrival.document, arrival.files)
    return desk.revise(app.db, by, name, read_own_document(path, hands(app)))


def withdraw(ctx: typer.Context, name: Name, because: Because, as_: As = None) -> None:
    """Take a story back. What is visible already stays until it is retracted."""
    app = ctx.obj.app
    desk.withdraw(app.db, acting(app, as_), name, because)
    app.wake()
    afterwards(app, name, "It was withdrawn; nothing more of it is started.")


def afterwards(app: App, name: str, said: str) -> None:
    """What was done, and what it could not change: what is out, or on its way."""
    with app.db.reading() as session:
        where = whereabouts(session, find.story(session, name).id).words()
    say(f"{said} {where}".rstrip())
