"""`socialpub channel …`: accounts on networks. Credentials come from a file, never from the command line."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from socialpub.app import App
from socialpub.cli import own_file
from socialpub.cli.acting import acting, reader
from socialpub.cli.answers import NO, say, show
from socialpub.cli.options import As, Json
from socialpub.desk import channels, find
from socialpub.desk.declined import Declined, require
from socialpub.desk.whose import tried, trouble
from socialpub.model.account import Account
from socialpub.model.outcome import Health
from socialpub.model.people import Actor, Role
from socialpub.platforms import table
from socialpub.platforms.address import is_real
from socialpub.store.schema import Channel, Secret

SecretFile = Annotated[Path, typer.Option(metavar="FILE", help="a JSON file with the new credentials")]

channel = typer.Typer(help="Accounts on networks.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(channel, name="channel")


@channel.command("add")
def add(
    ctx: typer.Context,
    name: str,
    platform: Annotated[str, typer.Option(help="the network; `socialpub policy check` names them")],
    account: Annotated[str, typer.Option(help="the network's own id of the account")],
    secret_file: Annotated[Path | None, typer.Option(metavar="FILE", help="a JSON file with the credentials")] = None,
    base_url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="another server than the network's own: the one the account is on, or a sandbox"
        ),
    ] = "",
    as_: As = None,
) -> None:
    """Add an account on a network, under a name of your own. Names are never used twice."""
    app = ctx.obj.app
    check_platform(app, platform)
    by, given = acting(app, as_), read_secret(secret_file)
    health = _tried(app, by, Account(name, platform, account, base_url, given), f"the name {name} is still free")
    channels.add_channel(app.db, by, app.vault, name, platform, account, given, base_url)
    channels.note_trouble(app.db, by, name, trouble(health))
    app.wake()
    unreal = "" if is_real(base_url, app.limits[platform]) else f"; it is not the real network but {base_url}"
    say(f"{name} was added{unreal}{_in_words(health)}")


def _tried(app: App, by: Actor, account: Account, kept: str) -> Health:
    """What the network says about these credentials; what can surely never publish is refused."""
    require(by, {Role.ADMINISTRATOR}, "give a channel credentials")
    return tried(app.platform(account.platform), account, kept)


def _in_words(health: Health) -> str:
    if health.alive:
        return f". {health.says}"
    return f". But it does not work yet: {trouble(health)}"


def check_platform(app: App, platform: str) -> None:
    if platform not in app.limits or platform not in table.known():
        raise Declined(f'there is no platform "{platform}"; there are: {", ".join(table.known())}')


def read_secret(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        data = jsonlib.loads(own_file.read(path))
    except (ValueError, RecursionError):
        raise Declined(f"{path}: this is no JSON; docs/platforms.md shows what the file holds") from None
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise Declined(f"{path}: credentials are a JSON object of names and texts; docs/platforms.md lists the names")
    return data


@channel.command("list")
def list_(ctx: typer.Context, *, json: Json = False) -> None:
    """The channels, what is wrong with them, and the networks there are."""
    with ctx.obj.reading.db.reading() as session:
        rows = [_row(row) for row in channels.channels(session)]
    text = "\n".join(
        f"{row['name']:20} {row['platform']:12} {row['account']:24} {row['trouble'] or 'no trouble'}" for row in rows
    )
    show(rows, text or f"No channel yet. Networks: {', '.join(table.known())}", as_json=json)


def _row(row: Channel) -> dict[str, object]:
    return {
        "name": row.name,
        "platform": row.platform,
        "account": row.account,
        "base_url": row.base_url,
        "trouble": row.trouble,
        "free_at": row.free_at,
    }


@channel.command("verify")
def verify(ctx: typer.Context, name: str, *, json: Json = False) -> None:
    """Ask the network whether this account can post, and note what it says for `channel list` and `doctor`."""
    app = ctx.obj.reading
    by = reader(app)
    with app.db.reading() as session:
        row = find.channel(session, name)
        account = app.carrier.account(row, session.get(Secret, row.id))
    health = app.carrier.platform(row.platform).verify(account)
    channels.note_trouble(app.db, by, name, trouble(health))
    data = {"channel": name, "alive": health.alive, "says": health.says, "remedy": health.remedy,
            "scopes": health.scopes, "days_left": health.days_left, "quota": health.quota}  # fmt: skip
    show(data, f"{name}: {health.says}" + (f" {health.remedy}" if health.remedy else ""), as_json=json)
    if not health.alive:
        raise typer.Exit(NO)


@channel.command("secret")
def secret(ctx: typer.Context, name: str, secret_file: SecretFile, as_: As = None) -> None:
    """Put new credentials in place of the old."""
    app = ctx.obj.app
    by, given = acting(app, as_), read_secret(secret_file)
    with app.db.reading() as session:
        row = find.channel(session, name)
    account = Account(row.name, row.platform, row.account, row.base_url, given)
    health = _tried(app, by, account, "the credentials it had stand")
    channels.set_secret(app.db, by, app.vault, name, given)
    channels.note_trouble(app.db, by, name, trouble(health))
    app.wake()
    say(f"{name} has new credentials{_in_words(health)}")


@channel.command("remove")
def remove(ctx: typer.Context, name: str, as_: As = None) -> None:
    """End a channel; what waits for it is cancelled, and the officers and the PIO are told."""
    app = ctx.obj.app
    count = channels.remove_channel(app.db, acting(app, as_), name)
    say(f"{name} was removed; {count} waiting deliveries were cancelled" + (", and people told" if count else ""))
