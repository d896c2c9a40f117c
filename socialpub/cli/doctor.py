"""`socialpub doctor`: is everything in place? It looks and changes nothing, except to make a first secret key."""

from typing import Annotated

import typer

from socialpub.app import utc_now
from socialpub.checks.examine import examine
from socialpub.checks.found import Found, Weight, as_data
from socialpub.cli.acting import owner
from socialpub.cli.answers import NO, say, show
from socialpub.cli.options import Json
from socialpub.desk.declined import Declined
from socialpub.settings import Settings
from socialpub.store.vault import make_key


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    ctx: typer.Context,
    *,
    new_key: Annotated[bool, typer.Option("--new-key", help="write a fresh secret key where there is none")] = False,
    json: Json = False,
) -> None:
    """Look at everything: settings, spool, database, people, channels, backups, the daemon."""
    if new_key:
        _new_key(ctx.obj.settings)
        return
    found = examine(ctx.obj.path, utc_now)
    show([as_data(each) for each in found], "\n".join(_line(each) for each in found), as_json=json)
    if any(each.level is Weight.ERROR for each in found):
        raise typer.Exit(NO)


def _line(found: Found) -> str:
    code = f" [{found.code}]" if found.code else ""
    remedy = f"\n{'':10}{found.remedy}" if found.remedy else ""
    return f"{found.level.value:9} {found.check}: {found.words}{code}{remedy}"


def _new_key(settings: Settings) -> None:
    path = settings.secrets.key_file
    by = owner(settings.queue.dir)
    if settings.secrets.key or path is None:
        raise Declined("the secret key comes from the environment (SOCIALPUB__SECRETS__KEY); no file is needed")
    if path.exists():
        raise Declined(
            f"{path}: there is a key already, and without it no channel's credentials can be read. "
            "If it is spoiled, move it aside first, then run this again"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    make_key(path)
    say(
        f"{path}: a fresh key, made by {by.name}. Keep a copy where backups do not go. Credentials that were sealed "
        "with another key must be set again: socialpub channel secret NAME --secret-file FILE"
    )
